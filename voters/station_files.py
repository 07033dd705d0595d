"""Reads a list of polling stations from an Excel or CSV file: kode kelurahan, nomor TPS, jenis.

Knows no database: the caller brings the villages that exist. It never returns rows of a file with a bad one.
"""

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from voters.terms import TpsKind

FIRST_SPECIAL = 901
LARGEST = 999
SHOWN = 20
ALIASES = {
    "kode kelurahan": ("KODEKELURAHAN", "KODEDESA", "KODEDESAKELURAHAN", "KODEWILAYAH", "KODEKEL", "KODE"),
    "nomor TPS": ("NOMORTPS", "NOTPS", "TPS", "NOMOR"),
    "jenis": ("JENIS", "JENISTPS"),
}
# Without the column, or with an empty cell, 901 and above are special.
OPTIONAL = "jenis"
KINDS = {
    "REGULER": TpsKind.REGULAR,
    "BIASA": TpsKind.REGULAR,
    "KHUSUS": TpsKind.SPECIAL,
    "LOKASIKHUSUS": TpsKind.SPECIAL,
    "TPSLOKASIKHUSUS": TpsKind.SPECIAL,
}


class Station(NamedTuple):
    """One polling station of a kelurahan."""

    kelurahan: str
    number: int
    kind: str


@dataclass(frozen=True)
class BadCell:
    """Where a file is wrong and why; `row` counts from 1 with the header."""

    row: int
    column: str
    reason: str


class BadStations(ValueError):
    """The file cannot be loaded; `cells` holds every defect, the text the first 20."""

    code = "bad_stations"

    def __init__(self, path: Path, cells: Sequence[BadCell]) -> None:
        lines = [f"row {cell.row}, {cell.column}: {cell.reason}" for cell in cells[:SHOWN]]
        if len(cells) > SHOWN:
            lines.append(f"… and {len(cells) - SHOWN:,} more.")
        super().__init__("\n".join([f"{path.name}: {len(cells):,} defects; nothing was loaded.", *lines]))
        self.cells = list(cells)


def read_stations(path: Path, villages: Collection[str]) -> list[Station]:
    """The stations of a file whose villages are all among `villages` (dotted codes); raises BadStations."""
    rows = _rows(path)
    number, header = next(rows, (1, []))
    places = _places(path, number, header)
    found: dict[tuple[str, int], int] = {}
    stations, defects = [], []
    for number, row in rows:
        if not any(str(cell).strip() for cell in row):
            continue
        station = _station(number, [_cell(row, place) for place in places], villages)
        if isinstance(station, BadCell):
            defects.append(station)
            continue
        earlier = found.setdefault((station.kelurahan, station.number), number)
        if earlier != number:
            defects.append(BadCell(number, "nomor TPS", f"stands in row {earlier} already; remove one of them."))
        stations.append(station)
    if not stations and not defects:
        defects.append(BadCell(2, "kode kelurahan", "there is no row below the header; add one per TPS."))
    if defects:
        raise BadStations(path, defects)
    return stations


def _rows(path: Path) -> Iterator[tuple[int, Sequence[Any]]]:
    """Numbered rows of the first sheet, or of the CSV."""
    if path.suffix.lower() == ".xlsx":
        try:
            sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        except (CalamineError, OSError) as error:
            raise BadStations(path, [BadCell(1, "file", f"is no Excel workbook ({error}); save it anew.")]) from error
        yield from enumerate(sheet.to_python(skip_empty_area=False), start=1)
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        raise BadStations(path, [BadCell(1, "file", f"cannot be read as UTF-8 text ({error}).")]) from error
    lines = text.splitlines()
    delimiter = max(",;\t#", key=(lines or [""])[0].count)
    yield from enumerate(csv.reader(lines, delimiter=delimiter), start=1)


def _places(path: Path, number: int, header: Sequence[Any]) -> list[int | None]:
    """Where each of the three columns stands; None for one that may be absent and is."""
    names = [_plain(name) for name in header]
    places = [next((names.index(alias) for alias in ALIASES[column] if alias in names), None) for column in ALIASES]
    missing = [
        BadCell(number, column, f"the header has no such column; name one of them {', '.join(ALIASES[column])}.")
        for column, place in zip(ALIASES, places, strict=True)
        if place is None and column != OPTIONAL
    ]
    if missing:
        raise BadStations(path, missing)
    return places


def _cell(row: Sequence[Any], place: int | None) -> str:
    """The cell's text; Excel hands whole numbers over as 1.0."""
    value = row[place] if place is not None and place < len(row) else ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _plain(text: object) -> str:
    return "".join(letter for letter in str(text).upper() if letter.isalnum())


def _station(row: int, cells: list[str], villages: Collection[str]) -> Station | BadCell:
    code, number, kind = _dotted(cells[0]), cells[1], _plain(cells[2])
    if code not in villages:
        return BadCell(
            row, "kode kelurahan", f"{cells[0]!r} is no village of the area; use its code, such as 62.71.01.1001."
        )
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= LARGEST):
        return BadCell(row, "nomor TPS", f"{number!r} is no whole number from 1 to {LARGEST}.")
    if kind and kind not in KINDS:
        return BadCell(row, "jenis", f"{cells[2]!r} is neither reguler nor khusus.")
    by_number = TpsKind.SPECIAL if int(number) >= FIRST_SPECIAL else TpsKind.REGULAR
    return Station(code, int(number), KINDS.get(kind, by_number).value)


def _dotted(code: str) -> str:
    """A code with or without dots, with dots."""
    digits = code.replace(".", "")
    return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}.{digits[6:]}" if len(digits) == 10 else code
