"""Where in the first rows of a file the headings stand, and what is written above them. Pure.

In come rows of texts as they stand in the file; what comes out says which of them are headings, so that the rows below
can be read. Printed forms have titles and an identity block above (PROVINSI, KECAMATAN, TPS ...), headings in two rows
with merged cells, and the numbers of the columns (1, 2, 3 ...) below them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from voters.intake.columns import JOINT, guess, plain
from voters.intake.layout import Column

# So far down headings are looked for.
SEARCHED = 60
LONG_NUMBER = 12  # digits: no heading has so many, a NIK has

# DP4 comes without headings: its columns by their places (docs/domain.md, file formats).
DP4 = (
    "nkk", "nik", "nama", "tempat_lahir", "tgl_lahir", "jenis_kelamin", "status_kawin", "alamat", "rt", "rw",
    "disabilitas", "kolom_12", "kolom_13", "kd_kec", "nama_kec", "kd_kel", "nama_kel", "tps", "ket",
)  # fmt: skip
# By their codes of Kemendagri: NKK and NIK may be blank or wrong in the first row as in any other.
_DP4_DIGITS = {13: 6, 15: 10}


@dataclass(frozen=True)
class Heading:
    """The headings, in which row (from 0) they begin and in which the data do, and which column each means.

    `start` is `first` where a file has none. `fits` counts columns found: the required ones, then all; of equals one
    row of headings is taken before two.
    """

    headings: list[str]
    start: int
    first: int
    mapped: dict[str, int]
    fits: tuple[int, int, int] = (0, 0, 0)


def find(rows: Sequence[Sequence[str]], columns: Sequence[Column]) -> Heading | None:
    """The rows of headings among the first ones; None where no row can be one."""
    rows = rows[:SEARCHED]
    if without_headings := _dp4(rows, columns):
        return without_headings
    found = None
    for start in range(len(rows)):
        for height in (1, 2):
            candidate = _candidate(rows, start, height, columns)
            if candidate and (found is None or candidate.fits > found.fits):
                found = candidate
    return found if found and found.mapped else _widest(rows)


def constants(rows: Sequence[Sequence[str]], heading: Heading, columns: Sequence[Column]) -> dict[str, str]:
    """What the identity block above the headings says of columns that the table itself has not.

    "KECAMATAN : PAHANDUT" in one cell, or in two or three beside each other.
    """
    keys = {plain(alias): column.key for column in columns for alias in column.aliases}
    found: dict[str, str] = {}
    for row in rows[: heading.start]:
        parts = [part.strip() for cell in row for part in cell.split(":", 1) if part.strip()]
        for label, value in pairwise(parts):
            key = keys.get(plain(label))
            if key and key not in heading.mapped and plain(value) not in keys:
                found.setdefault(key, value)
    return found


def _dp4(rows: Sequence[Sequence[str]], columns: Sequence[Column]) -> Heading | None:
    row = next((row for row in rows if any(row)), ())
    if len(row) != len(DP4):
        return None
    if any(
        len(row[place].strip()) != length or not row[place].strip().isdigit() for place, length in _DP4_DIGITS.items()
    ):
        return None
    mapped = guess(DP4, columns)
    return Heading(list(DP4), 0, 0, mapped, _fits(mapped, columns, 0))


def _candidate(rows: Sequence[Sequence[str]], start: int, height: int, columns: Sequence[Column]) -> Heading | None:
    lines = rows[start : start + height]
    if len(lines) < height or any(map(_is_data, lines)):
        return None
    headings = _trimmed(lines[0]) if height == 1 else _joined(lines[0], lines[1])
    if sum(map(bool, headings)) < 2:
        return None
    mapped = guess(headings, columns)
    first = start + height
    if first < len(rows) and _is_numbering(rows[first]):
        first += 1
    return Heading(headings, start, first, mapped, _fits(mapped, columns, height))


def _fits(mapped: dict[str, int], columns: Sequence[Column], height: int) -> tuple[int, int, int]:
    return sum(column.required and column.key in mapped for column in columns), len(mapped), -height


def _is_data(row: Sequence[str]) -> bool:
    return not any(row) or _is_numbering(row) or any(_has_long_number(cell) for cell in row)


def _has_long_number(cell: str) -> bool:
    return sum(map(str.isdigit, cell)) >= LONG_NUMBER


def _is_numbering(row: Sequence[str]) -> bool:
    """Whether these are the numbers of the columns: 1, 2, 3 ... or (1), (2), (3) ..."""
    filled = [cell.strip(" ()") for cell in row if cell.strip()]
    return len(filled) >= 3 and filled == [str(number) for number in range(1, len(filled) + 1)]


def _trimmed(row: Sequence[str]) -> list[str]:
    headings = [" ".join(cell.split()) for cell in row]
    while headings and not headings[-1]:
        headings.pop()
    return headings


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Two rows of headings as one. Merged cells leave the upper one blank but at their left."""
    width = max(len(upper), len(lower))
    above, below = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
    joined, group = [], ""
    for over, under in zip(above, below, strict=True):
        # Merged downwards: nothing below it, so it does not reach to the right.
        group = over.strip() if over.strip() else group if under.strip() else ""
        joined.append(JOINT.join(part for part in (group, under.strip()) if part))
    return _trimmed(joined)


def _widest(rows: Sequence[Sequence[str]]) -> Heading | None:
    """Headings that no alias knows: the first row of words that is as wide as the table below it."""
    width = max((sum(map(bool, row)) for row in rows), default=0)
    for start, row in enumerate(rows):
        headings = _trimmed(row)
        if _is_data(row) or sum(map(bool, headings)) < max(2, 0.7 * width) or any(map(str.isdigit, headings)):
            continue
        first = start + 1 + (start + 1 < len(rows) and _is_numbering(rows[start + 1]))
        return Heading(headings, start, first, {})
    return None
