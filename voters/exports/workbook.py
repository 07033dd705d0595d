"""Writes an Excel workbook as a stream: every cell is text, nothing is kept but the row at hand and what deflate holds.

The part that names all sheets stands at the end of the archive, so sheets need not be known beforehand. Cells carry no
address of their own: the format lets them follow one another (ECMA-376, part 1, 18.3.1.4 and 18.3.1.73).
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import IO, cast

ROWS_A_SHEET = 1_048_576
PLAIN, BOLD, BOXED, HEADING = range(4)

# Rows are alike, and deflate finds that out at its fastest level already.
_LEVEL = 1
_CHUNK = 64 * 1024
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_OPENING = '<c s="{}" t="inlineStr"><is><t>'
_CLOSING = "</t></is></c>"
# Bytes that a row may hold without another look: no signs of XML or of COPY, nothing XML cannot hold (0xEF begins two
# such letters).
_ORDINARY = bytes({9, *range(0x20, 0x100)} - set(b"&<>\\\xef"))
_COPY_ESCAPE = re.compile(r"\\(.)")
_COPY_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
# What XML cannot hold is shown as a sign of its own; a bare CR would be read as a line feed.
_ESCAPES: dict[int, str] = {
    **dict.fromkeys([*range(0x20), 0xFFFE, 0xFFFF], "\N{REPLACEMENT CHARACTER}"),
    **{ord(sign): sign for sign in "\t\n"},
    ord("\r"): "&#13;",
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
}

# By style: what stands before the first cell's text, and between two.
_BETWEEN = [
    (f"<row>{opening}".encode(), f"{_CLOSING}{opening}".encode())
    for opening in map(_OPENING.format, (PLAIN, BOLD, BOXED, HEADING))
]
_END = f"{_CLOSING}</row>".encode()

_FONT = '<font>{}<sz val="10"/><name val="Arial"/></font>'
_BORDER = "".join(f'<{side} style="thin"/>' for side in ("left", "right", "top", "bottom"))
# Number format 49 is text: what is typed over a NIK stays text too.
_CELL = '<xf numFmtId="49" fontId="{}" fillId="0" borderId="{}" xfId="0" applyNumberFormat="1">{}</xf>'
_CENTRED = '<alignment horizontal="center" vertical="center" wrapText="1"/>'
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="2">{_FONT.format("")}{_FONT.format("<b/>")}</fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    f'</fills><borders count="2"><border/><border>{_BORDER}</border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">'
    f"{_CELL.format(0, 0, '')}{_CELL.format(1, 0, '')}{_CELL.format(0, 1, '')}{_CELL.format(1, 1, _CENTRED)}"
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_RELATED = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)


@dataclass(frozen=True)
class Page:
    """How a sheet looks on paper, lying. `repeated`: first and last row that every page repeats, from 1."""

    widths: Sequence[int]
    footer: str
    repeated: tuple[int, int]
    merged: Sequence[str] = ()


class _Sink:
    """A file that only takes: what the archive writes, until it is handed on."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back here."""

    def taken(self) -> bytes:
        data = b"".join(self.written)
        self.written.clear()
        return data


class Workbook:
    """`sheet` for each sheet, then `end`; both give the file's bytes as they become ready."""

    def __init__(self) -> None:
        self._sheets: list[tuple[str, Page]] = []
        self._sink = _Sink()
        # An archive that is only written to asks for no more than the sink has.
        self._archive = zipfile.ZipFile(cast(IO[bytes], self._sink), "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._archive.writestr("_rels/.rels", _RELATED)
        self._archive.writestr("xl/styles.xml", _STYLES)

    def sheet(self, name: str, page: Page, rows: Iterator[bytes]) -> Iterator[bytes]:
        """A sheet of finished rows (`row`); where they are too many for one sheet, the rest is left in `rows`."""
        self._sheets.append((name, page))
        with self._archive.open(f"xl/worksheets/sheet{len(self._sheets)}.xml", "w") as part:
            part.write(_before_rows(page).encode())
            waiting: list[bytes] = []
            size = 0
            for number, written in enumerate(rows, start=1):
                waiting.append(written)
                size += len(written)
                if size >= _CHUNK:
                    part.write(b"".join(waiting))
                    waiting, size = [], 0
                    yield self._sink.taken()
                if number == ROWS_A_SHEET:
                    break
            part.write(b"".join(waiting) + _after_rows(page).encode())
        yield self._sink.taken()

    def end(self) -> bytes:
        """The parts that name the sheets, and the archive's table of contents."""
        self._archive.writestr("xl/workbook.xml", _workbook(self._sheets))
        self._archive.writestr("xl/_rels/workbook.xml.rels", _relations(len(self._sheets)))
        self._archive.writestr("[Content_Types].xml", _content_types(len(self._sheets)))
        self._archive.close()
        return self._sink.taken()


def row(cells: Sequence[str], style: int = PLAIN) -> bytes:
    """One row of text cells in one style."""
    line = "\t".join(cells).encode()
    if not _is_plain(line) or line.count(b"\t") != len(cells) - 1:
        opening = _OPENING.format(style)
        return f"<row>{''.join([_cell(cell, opening) for cell in cells])}</row>".encode()
    return _plain_row(line, style)


def row_of_line(line: bytes) -> bytes:
    """`row` of a line as COPY sends it in its text format."""
    line = line.removesuffix(b"\n")
    if not _is_plain(line):
        return row([_COPY_ESCAPE.sub(_meant, cell) for cell in line.decode().split("\t")])
    return _plain_row(line, PLAIN)


def _is_plain(line: bytes) -> bool:
    """Whether the tabs between cells are all there is to replace: blanks at the edge of a cell need a word as well."""
    edged = b" \t" in line or b"\t " in line or line.startswith(b" ") or line.endswith(b" ")
    return not edged and not line.translate(None, _ORDINARY)


def _plain_row(line: bytes, style: int) -> bytes:
    first, following = _BETWEEN[style]
    return first + line.replace(b"\t", following) + _END


def _meant(escape: re.Match[str]) -> str:
    return _COPY_ESCAPES.get(escape[1], escape[1])


def _cell(text: str, opening: str) -> str:
    edged = text.startswith(" ") or text.endswith(" ")
    # Otherwise blanks at the edges would be trimmed.
    kept = f'{opening[:-1]} xml:space="preserve">' if edged else opening
    return f"{kept}{text.translate(_ESCAPES)}{_CLOSING}"


def _before_rows(page: Page) -> str:
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(page.widths, start=1)
    )
    return f'{_XML}<worksheet xmlns="{_MAIN}"><cols>{columns}</cols><sheetData>'


def _after_rows(page: Page) -> str:
    merged = "".join(f'<mergeCell ref="{cells}"/>' for cells in page.merged)
    # "&" begins a code of Excel's own there.
    footer = escape(page.footer.replace("&", "&&")[:200], quote=False)
    return (
        "</sheetData>"
        + (f'<mergeCells count="{len(page.merged)}">{merged}</mergeCells>' if merged else "")
        + '<pageSetup paperSize="9" orientation="landscape"/>'
        + f"<headerFooter><oddFooter>&amp;L{footer}&amp;R&amp;P/&amp;N</oddFooter></headerFooter></worksheet>"
    )


def _workbook(sheets: Sequence[tuple[str, Page]]) -> str:
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, (name, _) in enumerate(sheets, start=1)
    )
    repeated = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{place}">'
        f"'{escape(name)}'!${page.repeated[0]}:${page.repeated[1]}</definedName>"
        for place, (name, page) in enumerate(sheets)
    )
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets>'
        f"<definedNames>{repeated}</definedNames></workbook>"
    )


def _relations(sheets: int) -> str:
    parts = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, sheets + 1)
    )
    styles = f'<Relationship Id="rId{sheets + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{parts}{styles}</Relationships>'


def _content_types(sheets: int) -> str:
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for number in range(1, sheets + 1)
    )
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{parts}</Types>'
    )
