"""The lines of a CSV file as UTF-8, in blocks: whatever its encoding and line ends, with the number of each line.

A block is read, checked and let go: memory holds one or two of them, however large the file. A line that does not end
for longer than that is refused.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path

from voters.intake.badfile import BadFile

BLOCK = 1 << 20
LONGEST = 1 << 20  # bytes of one line

Block = tuple[int, bytes]


def blocks(path: Path, encoding: str, *, first: int = 1, footer: int = 0) -> Iterator[Block]:
    """The number of a line (1 is the file's first) and whole lines from it on, each ended by LF, as UTF-8.

    Begins at line `first` and leaves the last `footer` lines away. CR LF and CR end lines as well. Raises BadFile.
    """
    number, rest = 1, b""
    for block in _utf8(path, encoding):
        # A CR at the end may be the half of a CR LF.
        half = block[-1:] if block.endswith(b"\r") else b""
        data = _ended_by_lf(rest + block[: len(block) - len(half)])
        end = _before_last_lines(data, footer)
        if end:
            yield from _from_line(first, number, data[:end])
            number += data.count(b"\n", 0, end)
        rest = data[end:] + half
        if len(rest) > LONGEST and len(rest) - rest.rfind(b"\n") > LONGEST:
            raise BadFile("line_too_long", row=number + rest.count(b"\n"), limit=LONGEST)
    data = _ended_by_lf(rest)
    if data and not data.endswith(b"\n"):
        data += b"\n"
    yield from _from_line(first, number, data[: _before_last_lines(data, footer)])


def texts(source: Iterator[Block]) -> Iterator[tuple[int, str]]:
    """Each line by itself with its number. Raises BadFile for bytes that are not UTF-8."""
    for number, block in source:
        yield from enumerate(decoded(number, block).split("\n")[:-1], number)


def decoded(number: int, block: bytes) -> str:
    """The text of a block whose first line has this number; raises BadFile with the row that is not UTF-8."""
    try:
        return block.decode()
    except UnicodeDecodeError as error:
        row = number + block.count(b"\n", 0, error.start)
    # Not chained: the error holds the bytes, which are personal data.
    raise BadFile("not_utf8", row=row, encoding="UTF-8")


def _utf8(path: Path, encoding: str) -> Iterator[bytes]:
    with path.open("rb") as stream:
        if encoding == "utf-8":
            yield stream.read(BLOCK).removeprefix(codecs.BOM_UTF8)
            while block := stream.read(BLOCK):
                yield block
            return
        decoder = codecs.getincrementaldecoder(encoding)()
        lines, begun = 1, False
        while block := stream.read(BLOCK):
            text = _decoded_as(decoder, block, encoding, lines)
            lines += text.count("\n")
            yield (text if begun else text.removeprefix("\ufeff")).encode()
            begun = True
        _decoded_as(decoder, b"", encoding, lines, final=True)


def _decoded_as(
    decoder: codecs.IncrementalDecoder, block: bytes, encoding: str, row: int, *, final: bool = False
) -> str:
    try:
        return decoder.decode(block, final)
    except UnicodeDecodeError as error:
        row += error.object[: error.start].decode(encoding, "ignore").count("\n")
    raise BadFile("not_utf8", row=row, encoding=encoding.upper())


def _ended_by_lf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def _before_last_lines(data: bytes, lines: int) -> int:
    """The place behind the last LF that has this many whole lines after it; 0 where there is none."""
    end = len(data)
    for _ in range(lines + 1):
        end = data.rfind(b"\n", 0, end)
        if end < 0:
            return 0
    return end + 1


def _from_line(first: int, number: int, data: bytes) -> Iterator[Block]:
    """What of the lines from `number` on is line `first` or below."""
    begin = 0
    while number < first and begin < len(data):
        begin = data.index(b"\n", begin) + 1
        number += 1
    if begin < len(data):
        yield number, data[begin:]
