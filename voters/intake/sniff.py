"""How a file is to be read: its format, encoding, delimiter, sheet, headings, and what its columns mean.

In comes a file as somebody uploaded it; out comes a `Layout` that a person looks at and may correct, or BadFile with
what is wrong and how to mend it. Nothing is ever loaded here.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from voters.intake import archive, delimited, sheets
from voters.intake.badfile import BadFile
from voters.intake.columns import twice
from voters.intake.errorfile import ORIGIN, REASONS, import_of
from voters.intake.footing import footer
from voters.intake.heading import Heading, constants, find
from voters.intake.layout import Column, Format, Layout
from voters.intake.marks import MASKED
from voters.intake.shown import shown
from voters.intake.signature import format_of
from voters.intake.table import Table

SAMPLES = 5


def sniff(path: Path, name: str, columns: Sequence[Column], *, sheet: str = "") -> Layout:
    """The layout of a file called `name`; `sheet` is the one a person chose. Raises BadFile."""
    if format_of(path, name) == Format.CSV:
        table, heading = _best(delimited.tables(path), columns)
        layout = Layout(Format.CSV, [], 0, delimiter=table.delimiter, encoding=table.encoding, quoted=table.quoted)
    else:
        archive.check(path)
        visible = sheets.names(path)
        if sheet and sheet not in visible:
            raise BadFile("sheet_unknown", sheets=", ".join(visible))
        table, heading = _best((sheets.table(path, one) for one in ([sheet] if sheet else visible)), columns)
        layout = Layout(Format.XLSX, [], 0, sheet=table.sheet, sheets=visible)
    return _described(layout, table, heading, columns)


def _best(tables: Iterable[Table], columns: Sequence[Column]) -> tuple[Table, Heading]:
    """The table whose headings say most of what the kind asks for; the widest of equals."""
    found = [(table, find(table.head, columns)) for table in tables]
    fitting = [(table, heading) for table, heading in found if heading]
    if not fitting:
        raise BadFile("no_header" if any(any(row) for table, _ in found for row in table.head) else "sheets_empty")
    return max(fitting, key=lambda one: (one[1].fits, _width(one[0], one[1])))


def _described(layout: Layout, table: Table, heading: Heading, columns: Sequence[Column]) -> Layout:
    if any(MASKED in cell for row in table.head[: heading.start] for cell in row):
        raise BadFile("masked_list")
    headings = [*heading.headings, *[""] * (_width(table, heading) - len(heading.headings))]
    header_row = table.numbers[heading.start]
    if again := twice(headings, heading.mapped):
        raise BadFile("heading_twice", row=header_row, headings=", ".join(dict.fromkeys(again)))
    # Without a row in the head below the headings there is none at all.
    first_row = table.numbers[heading.first] if heading.first < len(table.numbers) else table.numbers[-1] + 1
    below = table.tail[max(0, first_row - table.tail_from) :] if table.tail_from else table.tail
    needed = [heading.mapped[one.key] for one in columns if one.required and one.key in heading.mapped]
    at_end = footer(below, needed)
    if not any(any(cell.strip() for cell in row) for row in below[: len(below) - at_end]):
        raise BadFile("no_rows", row=header_row)
    origin = headings.index(ORIGIN) if ORIGIN in headings else None
    used = set(heading.mapped.values()) | {headings.index(name) for name in REASONS if name in headings}
    data = table.data(heading.first)
    return msgspec.structs.replace(
        layout,
        headings=headings,
        first_row=first_row,
        columns=heading.mapped,
        constants=constants(table.head, heading, columns),
        footer=at_end,
        origin=origin,
        mends=import_of(data[0][origin]) if origin is not None and data and origin < len(data[0]) else "",
        ignored=[name for place, name in enumerate(headings) if name and place not in used],
        samples=[_sample(row, headings, heading) for row in data[:SAMPLES]],
    )


def _width(table: Table, heading: Heading) -> int:
    """How many columns the rows have: those with a heading, and more where most rows do."""
    widths = Counter(map(len, table.data(heading.first)))
    return max(len(heading.headings), widths.most_common(1)[0][0] if widths else 0)


def _sample(row: Sequence[str], headings: Sequence[str], heading: Heading) -> list[str]:
    numbers = {place for key, place in heading.mapped.items() if key in ("nik", "nkk")}
    values = [*row, *[""] * len(headings)][: len(headings)]
    return [shown(value, secret=place in numbers) for place, value in enumerate(values)]
