"""How many rows at the end of a table are no data: sums, notes, signatures. Pure.

A list must not shrink, so a row counts as such only where it begins with a word that stands below tables, or stands
below such a row and is mostly blank; and never where it holds a long number, as a voter's row does.
"""

import re
from collections.abc import Collection, Sequence

from voters.intake.columns import plain

# So many of the last rows are looked at.
SEARCHED = 60
FILLED_AT_MOST = 3  # cells of a row of signatures
_SUMS = re.compile(r"^(GRAND|SUB)?(TOTAL|JUMLAH)(TOTAL|SELURUHNYA|KESELURUHAN|PEMILIH|TPS)*$")
_NOTES = re.compile(
    r"^(MENGETAHUI|DITETAPKAN|DIBUAT|DISAHKAN|KETUA|ANGGOTA|PANTARLIH|CATATAN|KETERANGANKODE|TANDATANGAN)"
)
_LONG_NUMBER = re.compile(r"\d{12}")


def footer(rows: Sequence[Sequence[str]], needed: Collection[int] = ()) -> int:
    """How many of the last rows are no data, blank ones among them; `rows` are the table's last ones, as texts.

    A row that has all `needed` columns is no note, whatever it begins with: "KETUA" may be somebody's office.
    """
    place = len(rows)
    for number in range(len(rows) - 1, -1, -1):
        row = rows[number]
        filled = [cell for cell in row if cell.strip()]
        if any(_LONG_NUMBER.search(cell) for cell in filled):
            break
        whole = bool(needed) and all(column < len(row) and row[column].strip() for column in needed)
        if not filled or _is_sum(filled) or (not whole and _is_note(row, filled)):
            place = number
        elif whole or len(filled) > FILLED_AT_MOST or len(filled) * 3 > len(row):
            break
    return len(rows) - place


def _is_sum(filled: Sequence[str]) -> bool:
    # A sum's word stands alone before numbers; a voter's row has other words beside.
    return bool(_SUMS.match(plain(filled[0]))) and all(not plain(cell).isalpha() for cell in filled[1:])


def _is_note(row: Sequence[str], filled: Sequence[str]) -> bool:
    return bool(_NOTES.match(plain(filled[0]))) and len(filled) <= FILLED_AT_MOST and len(filled) * 3 <= len(row)
