"""Rows of counts as tables: sorted, with texts, bars and traffic lights. A CSV takes the same rows. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports import charts, sheets
from reports.figures import Rate, light


@dataclass(frozen=True)
class Cell:
    """One cell: its text, and for the coverage the bar and light beside it."""

    column: sheets.Column
    text: str
    bar: str = ""
    light: str = ""


@dataclass(frozen=True)
class TableRow:
    """One row: the counts it stands for (a RegionProgress or TpsProgress) and its cells."""

    of: Any
    cells: list[Cell]

    @property
    def head(self) -> Cell:
        """The cell that names the row."""
        return self.cells[0]

    @property
    def rest(self) -> list[Cell]:
        """The cells after it."""
        return self.cells[1:]


@dataclass(frozen=True)
class Order:
    """By which column a table is sorted, and whether the highest comes first."""

    column: sheets.Column
    descending: bool


def order_of(key: str, columns: Sequence[sheets.Column], default: str) -> Order:
    """The order that an address asks for: "tms", "-tms"; the default column where the name is unknown."""
    by_key = {column.key: column for column in columns}
    name = key.removeprefix("-")
    return Order(by_key[name], key.startswith("-")) if name in by_key else Order(by_key[default], False)


def rows_of(rows: Sequence[Any], columns: Sequence[sheets.Column], plan: Rate, order: Order) -> list[TableRow]:
    """The rows in order; equal ones keep theirs."""
    return [
        row_of(row, columns, plan) for row in sheets.in_order(list(rows), order.column, descending=order.descending)
    ]


def row_of(row: Any, columns: Sequence[sheets.Column], plan: Rate) -> TableRow:
    """One row."""
    return TableRow(row, [_cell(column, row, plan) for column in columns])


def _cell(column: sheets.Column, row: Any, plan: Rate) -> Cell:
    text = sheets.shown(column, row)
    if column is not sheets.COVERAGE_COLUMN:
        return Cell(column, text)
    rate: Rate = column.of(row)
    return Cell(column, text, charts.bar_width(rate), light(rate, plan))
