"""One measured figure, and whether it keeps its limit."""

from dataclasses import asdict, dataclass
from enum import Enum
from statistics import median
from typing import Any


class Bound(Enum):
    """Which way a limit binds."""

    AT_MOST = "at most"
    AT_LEAST = "at least"


@dataclass(frozen=True)
class Limit:
    """The limit of a figure: of its ratio to the floor where there is one, else of its value."""

    bound: Bound
    number: float

    def kept(self, measured: float) -> bool:
        """Whether the limit holds for what was measured."""
        return measured <= self.number if self.bound is Bound.AT_MOST else measured >= self.number

    def __str__(self) -> str:
        return f"{self.bound.value} {self.number:g}"


@dataclass(frozen=True)
class Figure:
    """A row of the results. `ratio` is value / floor; both are None where a plain limit takes the floor's place.

    `stands_in` is a figure whose limit may be kept instead of this one's.
    """

    name: str
    value: float
    unit: str
    floor: float | None
    ratio: float | None
    note: str
    limit: Limit
    stands_in: "Figure | None" = None

    @property
    def kept(self) -> bool:
        """Whether the limit holds, or that of the figure that stands in."""
        own = self.limit.kept(self.value if self.ratio is None else self.ratio)
        return own or (self.stands_in is not None and self.stands_in.kept)

    @property
    def row(self) -> dict[str, Any]:
        """What results.json holds of it."""
        found = asdict(self)
        del found["limit"], found["stands_in"]
        word = "kept" if self.kept else "MISSED"
        return {**found, "note": f"{self.note}; limit {self.limit}: {word}"}


def spread(values: list[float], digits: int = 2) -> str:
    """Median and extremes, as the notes tell them."""
    return f"{median(values):,.{digits}f} ({min(values):,.{digits}f}-{max(values):,.{digits}f})"


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least `share` of all values do not exceed."""
    ordered = sorted(values)
    reached = -(-len(ordered) * round(share * 100) // 100)
    return ordered[max(reached, 1) - 1]
