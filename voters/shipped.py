"""The data files that ship with the project (voters/data; NOTICE names each with its source and terms)."""

import csv
import gzip
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"


class TotalsDiffer(ValueError):
    """What was loaded is not what the official totals say; nothing of it is kept."""

    code = "totals_differ"


def csv_rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of the compressed table voters/data/`name`."""
    with gzip.open(DATA / name, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def toml(name: str) -> dict[str, Any]:
    """The content of voters/data/`name`."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def require_totals(found: dict[str, int], expected: dict[str, int], *, of: str, where: str, mend: str) -> None:
    """Raises TotalsDiffer that tells every total of `of` that differs, where it was read, and how to mend it."""
    differing = [
        f"{name}: {found.get(name, 0):,} instead of {number:,}"
        for name, number in expected.items()
        if found.get(name, 0) != number
    ]
    if differing:
        raise TotalsDiffer(f"{of} do not add up ({'; '.join(differing)}) in {where}. Nothing was kept. {mend}")
