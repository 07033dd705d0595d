"""import.csv, import.growth, import.xlsx and import.memory: lists from the file to the committed rows."""

import csv
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path
from statistics import median

from django.db import connection
from openpyxl import Workbook

from bench import floors, scene
from bench.alternate import Turns, alternate
from bench.figure import Bound, Figure, Limit
from bench.ground import FILLED, Ground, Scale
from bench.machine import ROOT
from voters.intake.sniff import sniff
from voters.models import Election
from voters.roster.columns import COLUMNS

# A run of full size grows to all of DKI Jakarta, 8.3 million rows; a smaller one to a list of twice its size.
LARGE, LARGE_AREA, LARGE_ROUNDS = 1_000_000, "31", 1
SHEET_ROWS = 100_000


def figures(ground: Ground, scale: Scale) -> list[Figure]:
    """All four; a list of the scale's size stays loaded for the figures that follow."""
    election = scene.prepared_election()
    sheet = _xlsx(ground, election, scale)
    file = scene.written_list(ground.place, scale.voters)
    rows, turns = _turns(ground, file, election, scene.AREA, scale.times)
    csv_figure = _csv(file, rows, turns)
    growth = _growth(ground, election, scale, rows, turns)
    # The last one leaves the smaller list loaded.
    return [csv_figure, growth, sheet, _memory(ground, file, election)]


def _turns(ground: Ground, file: Path, election: Election, area: str, times: int) -> tuple[int, Turns]:
    """Rows of the file, and the seconds of its load and of the bare COPY of the same finished rows."""
    finished = ground.place / "voters.copy"

    def prepare() -> None:
        _empty(ground)

    # A first load, not timed, gives the floor its rows.
    prepare()
    rows = scene.load(file, election, area).rows or 0
    floors.save_voters(finished)
    turns = alternate(
        ours=lambda: scene.load(file, election, area),
        floor=lambda: floors.copy_voters(finished),
        prepare=prepare,
        times=times,
    )
    finished.unlink()
    return rows, turns


def _empty(ground: Ground) -> None:
    ground.empty()
    ground.settle(("voters_tps", *FILLED))


def _csv(file: Path, rows: int, turns: Turns) -> Figure:
    ours, floor = rows / median(turns.ours), rows / median(turns.floor)
    size = f"{rows:,} rows, file {file.stat().st_size / 1e6:,.0f} MB, {_size(rows)}"
    note = f"{size}; {turns}; floor: bare COPY of the finished rows"
    return Figure("import.csv", ours, "rows/s", floor, ours / floor, note, Limit(Bound.AT_LEAST, 0.6))


def _growth(ground: Ground, election: Election, scale: Scale, rows: int, small: Turns) -> Figure:
    """How much dearer a row of a large list is than one of the smaller, relative to how much dearer the floor's is."""
    if scale.voters >= LARGE:
        area = LARGE_AREA
        scene.command("import_tps", election=election.slug, area=area)
        file = scene.written_area(ground.place, area)
    else:
        area, file = scene.AREA, scene.written_list(ground.place, 2 * scale.voters)
    many, large = _turns(ground, file, election, area, LARGE_ROUNDS)
    ours = (median(large.ours) / many) / (median(small.ours) / rows)
    floor = (median(large.floor) / many) / (median(small.floor) / rows)
    note = (
        f"seconds a row: {many:,} rows over {rows:,} rows; {large}; file {file.stat().st_size / 1e6:,.0f} MB;"
        " floor: the same of the bare COPY"
    )
    return Figure("import.growth", ours, "times", floor, ours / floor, note, Limit(Bound.AT_MOST, 1.3))


def _read_and_copy(book: Path, finished: Path) -> None:
    floors.read_workbook(book)
    floors.copy_voters(finished)


def _xlsx(ground: Ground, election: Election, scale: Scale) -> Figure:
    """A workbook as offices make them, against merely reading it and the COPY of its rows.

    What its columns mean was settled when it was uploaded: looking at it is no part of the load.
    """
    wanted = min(SHEET_ROWS, scale.voters)
    book = _workbook(scene.written_list(ground.place, wanted), wanted)
    layout, finished = sniff(book, book.name, COLUMNS), ground.place / "sheet.copy"
    _empty(ground)
    rows = scene.load(book, election, layout=layout).rows or 0
    floors.save_voters(finished)
    turns = alternate(
        ours=lambda: scene.load(book, election, layout=layout),
        floor=lambda: _read_and_copy(book, finished),
        prepare=lambda: _empty(ground),
        times=scale.times,
    )
    finished.unlink()
    note = (
        f"{rows:,} rows, workbook {book.stat().st_size / 1e6:,.0f} MB; {turns};"
        " floor: its rows read with calamine, then the bare COPY of the finished rows"
    )
    ours, floor = median(turns.ours), median(turns.floor)
    return Figure("import.xlsx", ours, "s", floor, ours / floor, note, Limit(Bound.AT_MOST, 1.5))


def _workbook(file: Path, rows: int) -> Path:
    """The first rows of a list as a workbook, every cell as text; made once."""
    path = file.with_name(f"{file.stem}-{rows}.xlsx")
    if not path.exists():
        book = Workbook(write_only=True)
        sheet = book.create_sheet("DAFTAR")
        with file.open(encoding="utf-8", newline="") as source:
            for values in islice(csv.reader(source, delimiter="#", quoting=csv.QUOTE_NONE), rows + 1):
                sheet.append(values)
        book.save(path)
    return path


def _size(rows: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), pg_relation_size('voters_voter'), sum(pg_relation_size(indexrelid))::bigint"
            " FROM pg_index WHERE indrelid = 'voters_voter'::regclass"
        )
        indexes, table, of_indexes = cursor.fetchone()
        cursor.execute(
            "SELECT contype::text, count(*) FROM pg_constraint WHERE conrelid = 'voters_voter'::regclass"
            " AND contype IN ('c', 'f') GROUP BY 1"
        )
        constraints = dict(cursor.fetchall())
    return (
        f"{indexes} indexes, {constraints.get('f', 0)} foreign keys, {constraints.get('c', 0)} checks;"
        f" {table / rows:.0f} + {of_indexes / rows:.0f} bytes a row (table + indexes)"
    )


def _memory(ground: Ground, file: Path, election: Election) -> Figure:
    """Of a process that loads the file alone; the server's memory is bounded by the import's own settings."""
    _empty(ground)
    command = [sys.executable, "-m", "bench.load_alone", str(file.resolve()), election.slug, scene.AREA]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with child:
        said = child.stdout.read() if child.stdout else ""
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"bench.load_alone ended with exit code {child.returncode}.")
    note = f"most resident memory of a process that loads the file (ru_maxrss); it said: {said.strip()}"
    return Figure("import.memory", usage.ru_maxrss / 1024, "MB", None, None, note, Limit(Bound.AT_MOST, 256))
