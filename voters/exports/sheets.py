"""The workbooks: Sidalih's bulk file, and Model A-Daftar Pemilih with one sheet for each TPS."""

from collections.abc import Generator, Iterator
from itertools import chain, count, groupby
from typing import TypeVar

from voters.exports import watermark
from voters.exports.selection import Order, Village, copied, villages
from voters.exports.workbook import BOLD, BOXED, HEADING, Page, Workbook, row, row_of_line

_T = TypeVar("_T")
_OPTIONS = "FORMAT text"
_BULK_WIDTHS = (16, 18, 12, 19, 19, 28, 16, 12, 5, 5, 32, 5, 5, 5, 6, 5, 10, 5)
_FORM_WIDTHS = (6, 19, 19, 28, 16, 12, 8, 8, 32, 6, 6, 8, 8, 14)
_FORM_COLUMNS = 14
_HEADING_ROWS = (8, 10)
_MERGED = (
    *(f"A{number}:N{number}" for number in range(1, _HEADING_ROWS[0])),
    *(f"{column}8:{column}9" for column in "ABCDEFGHLMN"),
    "I8:K8",
)


class Tally:
    """Counts what passes by."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, one: _T) -> _T:
        self.seen += 1
        return one


def bulk(order: Order) -> Generator[bytes, None, int]:
    """KECAMATAN, DESA, DPID …: one table, continued on the next sheet where one is full. Returns its rows."""
    book, tally, mark = Workbook(), Tally(), watermark.line(order)
    page = Page(_BULK_WIDTHS, footer=mark, repeated=(2, 2))
    body = map(row_of_line, map(tally, _lines(order)))
    for number in count(1):
        first = next(body, None)
        if first is None and number > 1:
            break
        top = [row([mark], BOLD), row(order.layout.headings, BOLD), *([first] if first else [])]
        yield from book.sheet(f"Data {number}", page, chain(top, body))
    yield book.end()
    return tally.seen


def a_daftar(order: Order) -> Generator[bytes, None, int]:
    """The form of every TPS: identity block, fourteen columns, an empty row under each voter. Returns its voters."""
    book, tally, mark = Workbook(), Tally(), watermark.line(order)
    page = Page(_FORM_WIDTHS, footer=mark, repeated=_HEADING_ROWS, merged=_MERGED)
    for village in villages(order):
        for tps, cells in groupby(map(tally, _read(order, village)), key=lambda one: one[0]):
            yield from book.sheet(f"TPS {tps}", page, chain(_form_head(order, village, tps, mark), _form_body(cells)))
    if not tally.seen:
        yield from book.sheet("TPS", page, iter(_form_head(order, villages(order)[0], "-", mark)))
    yield book.end()
    return tally.seen


def _lines(order: Order) -> Iterator[bytes]:
    for village in villages(order):
        with copied(order, village, _OPTIONS) as copy:
            yield from map(bytes, copy)


def _read(order: Order, village: Village) -> Iterator[tuple[str, ...]]:
    with copied(order, village, _OPTIONS) as copy:
        yield from copy.rows()


def _form_head(order: Order, village: Village, tps: str, mark: str) -> list[bytes]:
    kabkota = order.area
    while kabkota.parent is not None and len(kabkota.pk) > 5:
        kabkota = kabkota.parent
    province = kabkota.parent.name if kabkota.parent else ""
    identity = (
        ("PROVINSI", province),
        ("KABUPATEN/KOTA", kabkota.name),
        ("KECAMATAN", village.kecamatan),
        ("DESA/KELURAHAN", village.name),
        ("TPS", tps),
    )
    upper = ["No", *order.layout.headings[1:8], "Alamat", "", "", *order.layout.headings[11:], "Keterangan"]
    lower = ["", *[""] * 7, *order.layout.headings[8:11], "", "", ""]
    return [
        row([f"MODEL A-DAFTAR PEMILIH - {order.election.name.upper()}"], BOLD),
        row([mark]),
        *(row([f"{label}: {value}"], BOLD) for label, value in identity),
        row(upper, HEADING),
        row(lower, HEADING),
        row([str(number) for number in range(1, _FORM_COLUMNS + 1)], HEADING),
    ]


def _form_body(voters: Iterator[tuple[str, ...]]) -> Iterator[bytes]:
    blank = row([""] * _FORM_COLUMNS, BOXED)
    for number, cells in enumerate(voters, start=1):
        yield row([str(number), *cells[1:], ""], BOXED)
        yield blank
