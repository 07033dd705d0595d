"""The first and the last rows of a table, as they stand in the file: enough to find its headings and its end."""

from collections.abc import Sequence
from dataclasses import dataclass, field

# Rows at each end that are looked at.
ENDS = 60


@dataclass(frozen=True)
class Table:
    """`head` are the first rows and `numbers` theirs in the file, `tail` the last ones from row `tail_from` on.

    `whole` says that nothing stands between the two. `tail_from` is 0 where that row's number is not known, which is
    far below the head then.
    """

    head: list[list[str]]
    numbers: list[int]
    tail: Sequence[Sequence[str]] = field(default_factory=list)
    tail_from: int = 0
    whole: bool = False
    sheet: str = ""
    delimiter: str = ""
    encoding: str = "utf-8"
    quoted: bool = False

    def data(self, first: int) -> list[list[str]]:
        """The rows of the head from place `first` on that are not blank."""
        return [row for row in self.head[first:] if any(row)]
