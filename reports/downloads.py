"""Tables as files. A CSV holds exactly the rows, columns and order of the table on the page."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.utils.formats import get_format, number_format

from reports import sheets
from reports.figures import Rate
from reports.tables import TableRow

# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_of(columns: Sequence[sheets.Column], rows: Sequence[TableRow]) -> str:
    """The table with a header line: counts without separators, rates in per hundred with two places.

    Decimal mark and delimiter are those a spreadsheet of the reader's language expects: "98,47" and ";", or "98.47"
    and ",". The byte order mark tells Excel that the text is UTF-8.
    """
    out = io.StringIO()
    out.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    writer = csv.writer(out, delimiter=";" if get_format("DECIMAL_SEPARATOR") == "," else ",")
    writer.writerow([_safe(str(column.long)) for column in columns])
    for row in rows:
        writer.writerow([_cell(column.of(row.of)) for column in columns])
    return out.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, Rate):
        return "" if value.percent is None else number_format(value.percent, 2, force_grouping=False)
    return str(value) if isinstance(value, int) else _safe(str(value))


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
