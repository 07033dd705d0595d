"""Which heading of a file means which column of a kind: compared by letters and digits alone. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

from voters.intake.badfile import BadFile
from voters.intake.layout import Column

# Between the two rows of a heading (layout.Layout.headings).
JOINT = ": "


def plain(heading: str) -> str:
    """A heading as it is compared: its letters and digits in capitals ("No. KK" and "NO_KK" are NOKK)."""
    return "".join(letter for letter in heading.upper() if letter.isalnum())


def guess(headings: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """For each column that the headings name, its place from 0. One place means one column at most.

    The alias that stands first decides where two headings fit. The lower row of a double heading counts by itself
    ("Alamat: RT" is RT) where no other heading does and it stands there once: "Baru: L" beside "TMS: L" does not.
    """
    full = [plain(heading) for heading in headings]
    last = [plain(heading.rpartition(JOINT)[2]) for heading in headings]
    often = Counter(last)
    found: dict[str, int] = {}
    taken: set[int] = set()
    for names in (full, [name if often[name] == 1 else "" for name in last]):
        for column in columns:
            if column.key in found:
                continue
            place = _place(column, names, taken)
            if place is not None:
                found[column.key] = place
                taken.add(place)
    return found


def _place(column: Column, names: Sequence[str], taken: set[int]) -> int | None:
    for alias in map(plain, column.aliases):
        for place, name in enumerate(names):
            if name and name == alias and place not in taken:
                return place
    return None


def twice(headings: Sequence[str], mapped: Mapping[str, int]) -> list[str]:
    """Headings that a column was found by, and that stand there more than once."""
    often = Counter(map(plain, headings))
    return [headings[place] for place in sorted(set(mapped.values())) if often[plain(headings[place])] > 1]


def require(mapped: Mapping[str, object], columns: Sequence[Column]) -> None:
    """Raises BadFile `columns_missing`, which names every required column that is not in `mapped`."""
    missing = [str(column.title) for column in columns if column.required and column.key not in mapped]
    if missing:
        raise BadFile("columns_missing", columns=", ".join(missing))
