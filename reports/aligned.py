"""Tables as plain text, for the text part of mails. Pure."""

from collections.abc import Sequence

_GAP = "  "


def aligned(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The table's lines: first column to the left, the others to the right; a heading has one line per word."""
    words = [heading.split() for heading in headings]
    height = max(map(len, words))
    columns = [[""] * (height - len(heading)) + heading for heading in words]
    head = [[column[level] for column in columns] for level in range(height)]
    widths = [max(map(len, column)) for column in zip(*head, *rows, strict=True)]
    rule = ["-" * width for width in widths]
    return [_line(cells, widths) for cells in (*head, rule, *rows)]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
    return _GAP.join([cells[0].ljust(len(first)), *others]).rstrip()
