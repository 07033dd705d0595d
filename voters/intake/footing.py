"""How many rows at the end of a table are no data: sums, notes, signatures. Pure.

A list must not shrink, so a row counts as such only where it begins with a word that stands below tables, or stands
below such a row and is mostly blank; and never where it holds a long number, as a voter's row does.
"""

import re
from collections.abc import Sequence

from voters.intake.columns import plain

# So many of the last rows are looked at.
SEARCHED = 60
FILLED_AT_MOST = 3  # cells of a row of signatures
_SUMS = re.compile(r"^(GRAND|SUB)?(TOTAL|JUMLAH)(TOTAL|SELURUHNYA|KESELURUHAN|PEMILIH|TPS)*$")
_NOTES = re.compile(
    r"^(MENGETAHUI|DITETAPKAN|DIBUAT|DISAHKAN|KETUA|ANGGOTA|PANTARLIH|CATATAN|KETERANGANKODE|TANDATANGAN)"
)
_LONG_NUMBER = re.compile(r"\d{12}")


def footer(rows: Sequence[Sequence[str]]) -> int:
    """How many of the last rows are no data, blank ones among them; `rows` are the table's last ones, as texts."""
    place = len(rows)
    for number in range(len(rows) - 1, -1, -1):
        row = rows[number]
        filled = [cell for cell in row if cell.strip()]
        if any(_LONG_NUMBER.search(cell) for cell in filled):
            break
        if not filled or _marks(row, filled):
            place = number
        elif len(filled) > FILLED_AT_MOST or len(filled) * 3 > len(row):
            break
    return len(rows) - place


def _marks(row: Sequence[str], filled: Sequence[str]) -> bool:
    first = plain(filled[0])
    # A sum's word stands alone before numbers; a voter's row has other words beside.
    if _SUMS.match(first):
        return all(not plain(cell).isalpha() for cell in filled[1:])
    return bool(_NOTES.match(first)) and len(filled) <= FILLED_AT_MOST and len(filled) * 3 <= len(row)
