"""A CSV file as each of the tables that it may be: one for every sign that may stand between its columns."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from voters.intake import cells
from voters.intake.badfile import BadFile
from voters.intake.encoding import encoding_of
from voters.intake.lines import blocks, decoded
from voters.intake.table import ENDS, Table

DELIMITERS = "#;,\t"
COLUMNS_AT_MOST = 256
# So many bytes at each end are looked at.
_END = 1 << 18


def tables(path: Path) -> Iterator[Table]:
    """The file read with each delimiter that makes columns of it. Raises BadFile."""
    encoding = encoding_of(path)
    whole = path.stat().st_size <= _END
    lines = _first_lines(path, encoding)
    tail = [] if whole else _last_lines(path, encoding)
    # None where the last line is longer than all that is looked at.
    tail = tail or lines[-ENDS:]
    tail_from = len(lines) - len(tail) + 1 if whole else 0
    found = False
    for delimiter in DELIMITERS:
        quoted = delimiter != "#" or _is_quoted(lines[:ENDS], delimiter)
        numbers, head = _parsed(lines, delimiter, quoted=quoted)
        if max(map(len, head), default=0) < 2:
            continue
        found = True
        yield Table(
            head,
            numbers,
            [line.split(delimiter) for line in tail],
            tail_from,
            whole and len(lines) <= ENDS,
            delimiter=delimiter,
            encoding=encoding,
            quoted=quoted,
        )
    if not found:
        raise BadFile("no_delimiter")


def _first_lines(path: Path, encoding: str) -> list[str]:
    """Those of the first bytes, all of a small file; cut before one that they do not hold whole."""
    head = b""
    for _, block in blocks(path, encoding):
        head += block
        if len(head) >= _END:
            break
    return decoded(1, head[: head.rfind(b"\n", 0, 2 * _END) + 1]).split("\n")[:-1]


def _last_lines(path: Path, encoding: str) -> list[str]:
    with path.open("rb") as stream:
        stream.seek(-(_END - _END % 2), 2)
        text = stream.read().decode(encoding, "replace")
    return text.splitlines()[1:][-ENDS:]


def _is_quoted(lines: Sequence[str], delimiter: str) -> bool:
    """Sidalih writes quotation marks as plain characters; other programs put values between them.

    Those do where the first line is quoted as a whole, or a line has as many columns as most only if read that way.
    """
    filled = [line for line in lines if line.strip()]
    if filled and all(len(part) > 1 and part[0] == part[-1] == '"' for part in filled[0].split(delimiter)):
        return True
    widths = Counter(line.count(delimiter) + 1 for line in filled)
    usual = widths.most_common(1)[0][0] if widths else 0
    return any(
        '"' in line and line.count(delimiter) + 1 > usual and len(_values(line, delimiter)) == usual for line in filled
    )


def _values(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def _parsed(lines: Sequence[str], delimiter: str, *, quoted: bool) -> tuple[list[int], list[list[str]]]:
    """The first rows and the number of the line each begins in."""
    numbers, rows, last = [], [], 0
    source = StringIO("".join(f"{line}\n" for line in lines), newline="")
    reader = csv.reader(source, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)
    try:
        for row in reader:
            if len(row) > COLUMNS_AT_MOST:
                raise BadFile("too_many_columns_in_all", row=last + 1, limit=COLUMNS_AT_MOST)
            numbers.append(last + 1)
            rows.append([cells.clean(value) for value in row])
            last = reader.line_num
            if len(rows) == ENDS:
                break
    except csv.Error:
        # A value of more than 128 KB: a quotation mark that swallows the rest. What was read before will do.
        pass
    return numbers, rows
