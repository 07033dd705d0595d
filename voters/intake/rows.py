"""The rows of a file that `sniff` has read, streamed: as texts one by one, or as bytes for COPY.

Memory holds one block of a CSV, or one sheet of a workbook, whose size is bounded before (archive.py). A row keeps its
number in the file: 1 is the first line, blank rows and the inner lines of a row with line breaks are counted.
"""

import csv
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from voters.intake import cells
from voters.intake.badfile import BadFile
from voters.intake.layout import Format, Layout
from voters.intake.lines import BLOCK, Block, blocks, decoded, texts
from voters.intake.sheets import Sheet

# Between the values of a workbook's rows on their way to COPY: no cell holds it.
SEPARATOR = "\x1f"
# COPY takes the first for a quotation mark where a file has none, the second for "no value".
_CONTROLS = (b"\x00", b"\x01", b"\x02")
_NO_QUOTE, _NO_VALUE = r"E'\x01'", r"E'\x02'"
_NEUTRAL = cells.NEUTRAL.encode()
_LINES_OF_A_ROW = 10
_ROWS_AT_ONCE = 2_000


def rows(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank: its number in the file, and one clean text per heading. Raises BadFile."""
    for number, values in raw_rows(path, layout):
        cleaned = [cells.clean(value) for value in values]
        if any(cleaned):
            yield number, cleaned


def raw_rows(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Each row, blank ones included, with its values as they are written. Raises BadFile."""
    if layout.format == Format.XLSX:
        return enumerate(_sheet_rows(path, layout), layout.first_row)
    numbered = texts(blocks(path, layout.encoding, first=layout.first_row, footer=layout.footer))
    return ((number, _record(number, line, numbered, layout)[1]) for number, line in numbered)


def utf8_chunks(path: Path, layout: Layout) -> Iterator[bytes]:
    """The data rows for `COPY staged (one text column per heading) FROM STDIN (<copy_options>)`. Raises BadFile.

    The n-th row that COPY gets is row `layout.first_row + n - 1` of the file: blank rows come as rows of empty values.
    Values come as they are written, blanks around them included; only `cells.neutral` is undone. A CSV in UTF-8 passes
    as it is.
    """
    return _sheet_chunks(path, layout) if layout.format == Format.XLSX else _csv_chunks(path, layout)


def copy_options(layout: Layout) -> str:
    """The options of COPY under which `utf8_chunks` are read; no value is ever NULL."""
    delimiter = layout.delimiter or SEPARATOR
    quote = "'\"'" if layout.quoted else _NO_QUOTE
    return f"FORMAT csv, DELIMITER E'\\x{ord(delimiter):02x}', QUOTE {quote}, NULL {_NO_VALUE}, ENCODING 'UTF8'"


def _csv_chunks(path: Path, layout: Layout) -> Iterator[bytes]:
    source = blocks(path, layout.encoding, first=layout.first_row, footer=layout.footer)
    for number, block in source:
        if not _passes(number, block, layout):
            yield from _rewritten(chain([(number, block)], source), layout)
            return
        yield block


def _passes(number: int, block: bytes, layout: Layout) -> bool:
    """Whether COPY may take these bytes as they are; raises BadFile for such that nothing can take."""
    for control in _CONTROLS:
        place = block.find(control)
        if place >= 0:
            raise BadFile("control_char", row=number + block.count(b"\n", 0, place), byte=control[0])
    if not block.isascii():
        decoded(number, block)
        if _NEUTRAL in block:
            return False
    # One row with a column more and one with a column less would pass here; COPY itself then refuses (`first_bad`).
    between = (len(layout.headings) - 1) * block.count(b"\n")
    even = block.count(layout.delimiter.encode()) == between
    return even and not (layout.quoted and b'"' in block)


def first_bad(path: Path, layout: Layout) -> BadFile | None:
    """Why COPY refused the bytes, with the row: for the rare file whose rows have too many and too few columns."""
    try:
        for _ in rows(path, layout):
            pass
    except BadFile as error:
        return error
    return None


def _rewritten(source: Iterator[Block], layout: Layout) -> Iterator[bytes]:
    """The same rows, each on one line of its own, with as many blank ones below as it had line breaks."""
    delimiter, between = layout.delimiter, len(layout.headings) - 1
    numbered = texts(source)
    out: list[str] = []
    size = 0
    for number, line in numbered:
        written = line
        if line.count(delimiter) != between or (layout.quoted and '"' in line) or cells.NEUTRAL in line:
            taken, fields = _record(number, line, numbered, layout)
            written = "\n".join([_written(fields, layout), *[delimiter * between] * (taken - 1)])
        out.append(written)
        size += len(written)
        if size > BLOCK:
            yield ("\n".join(out) + "\n").encode()
            out, size = [], 0
    if out:
        yield ("\n".join(out) + "\n").encode()


def _written(fields: list[str], layout: Layout) -> str:
    fields = [cells.restored(field) for field in fields]
    if layout.quoted:
        fields = [_quoted(field.replace("\n", " "), layout.delimiter) for field in fields]
    return layout.delimiter.join(fields)


def _quoted(field: str, delimiter: str) -> str:
    return '"' + field.replace('"', '""') + '"' if '"' in field or delimiter in field else field


def _record(number: int, line: str, below: Iterator[tuple[int, str]], layout: Layout) -> tuple[int, list[str]]:
    """How many lines the row of a CSV takes that begins with this one, and its values, one per heading."""
    width = len(layout.headings)
    taken, fields = 1, line.split(layout.delimiter)
    if layout.quoted and '"' in line:
        taken, fields = _unquoted(number, line, below, layout)
    while len(fields) > width and not fields[-1].strip():
        fields.pop()
    if len(fields) != width:
        if any(field.strip() for field in fields):
            raise _wrong_width(number, len(fields), layout)
        fields = [""] * width
    return taken, fields


def _unquoted(number: int, line: str, source: Iterator[tuple[int, str]], layout: Layout) -> tuple[int, list[str]]:
    """The values of a row with quotation marks, and how many lines it takes."""
    for taken in range(1, _LINES_OF_A_ROW + 1):
        try:
            return taken, next(csv.reader([line], delimiter=layout.delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                raise BadFile("quote_stray", row=number) from None
        _, below = next(source, (0, None))
        # A whole row below, inside the value that opened above, is a row that gets swallowed.
        swallowed = below is None or below.count(layout.delimiter) >= len(layout.headings) - 1
        if below is None or (swallowed and layout.delimiter in line):
            break
        line = f"{line}\n{below}"
    raise BadFile("quote_open", row=number)


def _wrong_width(number: int, found: int, layout: Layout) -> BadFile:
    code = "too_few_columns" if found < len(layout.headings) else "too_many_columns"
    delimiter = "TAB" if layout.delimiter == "\t" else layout.delimiter
    return BadFile(code, row=number, found=found, expected=len(layout.headings), delimiter=delimiter)


def _sheet_rows(path: Path, layout: Layout) -> Iterator[list[str]]:
    """Texts of the data rows, one per heading; strings as they are written."""
    width, number, text = len(layout.headings), cells.number, cells.text
    with Sheet(path, layout.sheet) as sheet:
        for row in islice(sheet.rows(), layout.first_row - 1, sheet.height - layout.footer):
            values = row[:width] if len(row) != width else row
            yield [
                value if type(value) is str else number(value) if type(value) is float else text(value)
                for value in values
            ]


def _sheet_chunks(path: Path, layout: Layout) -> Iterator[bytes]:
    source, between = _sheet_rows(path, layout), len(layout.headings) - 1
    while batch := list(islice(source, _ROWS_AT_ONCE)):
        block = "\n".join(map(SEPARATOR.join, batch)) + "\n"
        even = block.count("\n") == len(batch) and block.count(SEPARATOR) == between * len(batch)
        if not even or any(sign in block for sign in f"\x00\x01\x02\r{cells.NEUTRAL}"):
            block = "".join(SEPARATOR.join(map(cells.clean, values)) + "\n" for values in batch)
        yield block.encode()
