"""Rows of a file that could not be loaded, in the file's own layout, with the reasons beside them.

A CSV stays a CSV with the same delimiter, a workbook a workbook; both can be mended in a spreadsheet and loaded again.
BARIS ASAL then names the rows that are meant. The file holds what its uploader gave, personal data included, and is
for nobody else. A value that a spreadsheet would take for a formula gets an invisible character in front
(`cells.neutral`), which reading takes off again.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from voters.intake import cells
from voters.intake.findings import Rule
from voters.intake.layout import Format, Layout
from voters.intake.rows import raw_rows
from voters.intake.sheetwriter import SheetWriter

# The columns that an error file has more than the file it comes from.
ORIGIN = "BARIS ASAL"
REASONS = ("ALASAN", "CARA MEMPERBAIKI", ORIGIN)
_ORIGIN = re.compile(r"^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,12})$")

Append = Callable[[Sequence[str]], object]


def write(
    path: Path,
    layout: Layout,
    reasons: Iterable[tuple[int, Sequence[str]]],
    to: Path,
    file_import: UUID,
    rules: Mapping[str, Rule],
) -> int:
    """Write the rows with reasons to the file `to`; says how many. Where there is none, no file is made.

    `reasons`: number of a row in the file and the codes of the rules that it breaks, in the order of the rows. Texts
    of rules are in the language that is active.
    """
    wanted = iter(reasons)
    number, codes = next(wanted, (0, ()))
    if not number:
        return 0
    own = [place for place, heading in enumerate(layout.headings) if heading not in REASONS]
    written = 0
    with _opened(to, layout) as append:
        append([*(layout.headings[place] for place in own), *REASONS])
        for row, values in raw_rows(path, layout):
            if row != number:
                continue
            broken = [rules[code] for code in codes]
            why, mend = (" ".join(dict.fromkeys(map(str, texts))) for texts in _words(broken))
            values = [cells.neutral(cells.clean(values[place])) for place in own]
            append([*values, why, mend, f"{file_import}:{row}"])
            written += 1
            number, codes = next(wanted, (0, ()))
            if not number:
                break
    return written


def import_of(origin: str) -> str:
    """The import that a value of BARIS ASAL names, "" for none."""
    found = _ORIGIN.match(origin.strip())
    return found[1] if found else ""


def row_of(origin: str) -> int | None:
    """The row of that import's file."""
    found = _ORIGIN.match(origin.strip())
    return int(found[2]) if found else None


def _words(broken: Sequence[Rule]) -> tuple[list[str], list[str]]:
    titles = [f"{rule.column}: {rule.title}" if rule.column else str(rule.title) for rule in broken]
    return [f"{title}." for title in titles], [str(rule.mend) for rule in broken]


@contextmanager
def _opened(to: Path, layout: Layout) -> Iterator[Append]:
    if layout.format == Format.XLSX:
        with SheetWriter(to) as sheet:
            yield sheet.append
        return
    # With its mark of UTF-8: without it, Excel takes a CSV for CP1252.
    with to.open("w", encoding="utf-8-sig", newline="") as stream:
        if layout.quoted:
            yield csv.writer(stream, delimiter=layout.delimiter).writerow
        else:
            delimiter = layout.delimiter
            yield lambda values: stream.write(
                delimiter.join(value.replace(delimiter, " ") for value in values) + "\r\n"
            )
