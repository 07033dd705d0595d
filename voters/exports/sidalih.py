"""The CSV of Sidalih, formatted by PostgreSQL: Python only hands on bytes."""

from collections.abc import Generator

from voters.exports import watermark
from voters.exports.selection import Order, copied, villages

_CHUNK = 64 * 1024
# No column is ever NULL. With the usual sign for it, each empty text would be written as two quotation marks.
_OPTIONS = r"FORMAT csv, DELIMITER '#', NULL '\N'"


def written(order: Order) -> Generator[bytes, None, int]:
    """The file in pieces; returns the number of its rows."""
    yield f"{watermark.line(order)}\n{'#'.join(order.layout.headings)}\n".encode()
    rows = 0
    for village in villages(order):
        waiting: list[bytes | bytearray | memoryview] = []
        size = 0
        with copied(order, village, _OPTIONS) as copy:
            for row in copy:
                waiting.append(row)
                size += len(row)
                if size >= _CHUNK:
                    rows += len(waiting)
                    yield b"".join(waiting)
                    waiting, size = [], 0
        rows += len(waiting)
        yield b"".join(waiting)
    return rows
