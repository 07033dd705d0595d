"""One sheet of a workbook, read with calamine. The workbook has passed `archive.check` before."""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from voters.intake import cells
from voters.intake.badfile import BadFile
from voters.intake.table import ENDS, Table


def names(path: Path) -> list[str]:
    """The sheets that a person sees, in their order. Raises BadFile."""
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            return [
                sheet.name
                for sheet in workbook.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            ]
    except (CalamineError, OSError):
        raise BadFile("workbook_broken") from None


class Sheet:
    """A sheet while it is open: all of its cells are in memory until then. `height` counts rows from the first."""

    def __init__(self, path: Path, name: str) -> None:
        try:
            self._workbook = CalamineWorkbook.from_path(path)
            self._sheet = self._workbook.get_sheet_by_name(name)
        except (CalamineError, OSError):
            raise BadFile("workbook_broken") from None
        self.height = self._sheet.end[0] + 1 if self._sheet.end else 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._workbook.close()

    def rows(self) -> Iterator[list[Any]]:
        """Every row from the first on; all begin with the leftmost column that has a value somewhere."""
        return iter(self._sheet.iter_rows())


def table(path: Path, name: str) -> Table:
    """The first and last rows of a sheet, as texts."""
    with Sheet(path, name) as sheet:
        source = sheet.rows()
        head = [_texts(row) for row in islice(source, ENDS)]
        below = deque(source, ENDS)
        tail = [*head, *map(_texts, below)][-ENDS:]
        return Table(head, list(range(1, len(head) + 1)), tail, sheet.height - len(tail) + 1, not below, sheet=name)


def _texts(row: list[Any]) -> list[str]:
    return [cells.text(value) for value in row]
