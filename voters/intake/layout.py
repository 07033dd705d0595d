"""How one file is to be read: its format, where its rows begin, and which of its columns means what. Pure types."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
from django.utils.functional import Promise


class Format(StrEnum):
    """What kind of file it is."""

    CSV = "csv"
    XLSX = "xlsx"


class Layout(msgspec.Struct, frozen=True):
    """How the rows of a file are read; kept as `FileImport.layout`.

    `headings` are the file's own, one per column, two header rows joined by ": ". `first_row` is the number of the
    first data row as a person counts the lines of the file (1 is the very first, so 2 where one header row stands on
    top). `columns` maps a column key of the kind to a place in `headings`, from 0. `delimiter`, `encoding` and
    `quoted` are for CSV, `sheet` and `sheets` for XLSX. `constants` are columns that the table itself has not, told
    once for all rows by what stands above it (KECAMATAN: PAHANDUT). The last `footer` rows of the file are no data.
    """

    format: Format
    headings: list[str]
    first_row: int
    columns: dict[str, int] = {}
    delimiter: str = ""
    encoding: str = "utf-8"
    quoted: bool = False
    sheet: str = ""
    sheets: list[str] = []
    constants: dict[str, str] = {}
    footer: int = 0
    # The import whose error file this is, mended, and the place of its column that names the rows there.
    mends: str = ""
    origin: int | None = None
    # Headings that no column of the kind uses.
    ignored: list[str] = []
    # The first data rows as text, for the screen where the mapping is settled; NIK and NKK masked.
    samples: list[list[str]] = []


@dataclass(frozen=True)
class Column:
    """A column that a kind of file can have. `aliases` are compared by `columns.plain`."""

    key: str
    title: str | Promise
    aliases: tuple[str, ...]
    required: bool = False


def as_json(layout: Layout) -> Any:
    """For `FileImport.layout`."""
    return msgspec.to_builtins(layout)


def from_json(told: Any) -> Layout:
    """From `FileImport.layout`."""
    return msgspec.convert(told, Layout)
