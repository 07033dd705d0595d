"""Which encoding the text of a file is in. Reads all of it once, as one row in another encoding spoils a list."""

import codecs
from pathlib import Path

from voters.intake.badfile import BadFile
from voters.intake.lines import BLOCK

# Bytes that no character of CP1252 has.
_NOT_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")


def encoding_of(path: Path) -> str:
    """utf-8, utf-16-le, utf-16-be or cp1252. Raises BadFile for bytes of value 0 and for a mixture, with the row."""
    with path.open("rb") as stream:
        head = stream.read(1 << 16)
    if head.startswith(codecs.BOM_UTF16_LE) or _is_wide(head, zeros_at=1):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE) or _is_wide(head, zeros_at=0):
        return "utf-16-be"
    utf8, other = _rows_beyond_ascii(path)
    if not other.rows:
        return "utf-8"
    if utf8.rows or head.startswith(codecs.BOM_UTF8):
        few = other if other.rows <= utf8.rows or not utf8.rows else utf8
        raise BadFile("mixed_encoding", row=few.first, more=few.rows - 1)
    if other.undefined:
        raise BadFile("not_utf8", row=other.undefined, encoding="UTF-8, CP1252")
    return "cp1252"


class _Rows:
    """How many rows are of one sort, the first of them, and the first that is not CP1252 either."""

    rows = first = undefined = 0

    def add(self, row: int, line: bytes) -> None:
        self.rows += 1
        self.first = self.first or row
        if not self.undefined and not _NOT_CP1252.isdisjoint(line):
            self.undefined = row


def _is_wide(head: bytes, *, zeros_at: int) -> bool:
    """UTF-16 without a mark: every other byte of Latin letters is 0."""
    half, other = head[zeros_at::2], head[1 - zeros_at :: 2]
    return len(half) > 1 and half.count(0) * 2 > len(half) and other.count(0) * 10 < len(half)


def _rows_beyond_ascii(path: Path) -> tuple[_Rows, _Rows]:
    """The rows that hold more than ASCII: those that are sound UTF-8, and those that are not."""
    utf8, other = _Rows(), _Rows()
    number, rest = 1, b""
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            data = rest + block
            end = data.rfind(b"\n") + 1 or data.rfind(b"\r") + 1 or len(data)
            data, rest = data[:end], data[end:]
            _look_at(data, number, utf8, other)
            number += _line_ends(data)
    _look_at(rest, number, utf8, other)
    return utf8, other


def _look_at(data: bytes, number: int, utf8: _Rows, other: _Rows) -> None:
    zero = data.find(0)
    if zero >= 0:
        raise BadFile("nul_bytes", row=number + _line_ends(data[:zero]))
    if data.isascii() or (utf8.rows and _is_utf8(data)):
        return
    for row, line in enumerate(data.splitlines(), number):
        if not line.isascii():
            (utf8 if _is_utf8(line) else other).add(row, line)


def _line_ends(data: bytes) -> int:
    return data.count(b"\n") or data.count(b"\r")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
