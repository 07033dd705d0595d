"""import.csv and import.memory: a list of a million voters, from the file to the committed rows."""

import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from django.db import connection

from bench import floors, scene
from bench.alternate import alternate
from bench.figure import Bound, Figure, Limit
from bench.ground import FILLED, Ground, Scale
from bench.machine import ROOT
from voters.models import Election


def figures(ground: Ground, scale: Scale) -> list[Figure]:
    """Both figures; the list stays loaded for those that follow."""
    election = scene.prepared_election()
    file = scene.written_list(ground.place, scale.voters)
    return [_csv(ground, file, election, scale), _memory(ground, file, election)]


def _csv(ground: Ground, file: Path, election: Election, scale: Scale) -> Figure:
    finished = ground.place / "voters.copy"

    def prepare() -> None:
        ground.empty()
        ground.settle(("voters_tps", *FILLED))

    # A first load, not timed, gives the floor its rows.
    prepare()
    rows = scene.load(file, election).rows
    floors.save_voters(finished)
    turns = alternate(
        ours=lambda: scene.load(file, election),
        floor=lambda: floors.copy_voters(finished),
        prepare=prepare,
        times=scale.times,
    )
    finished.unlink()
    ours, floor = rows / median(turns.ours), rows / median(turns.floor)
    size = f"{rows:,} rows, file {file.stat().st_size / 1e6:,.0f} MB, {_size(rows)}"
    note = f"{size}; {turns}; floor: bare COPY of the finished rows"
    return Figure("import.csv", ours, "rows/s", floor, ours / floor, note, Limit(Bound.AT_LEAST, 0.4))


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
    """Of the command's own process; the server's memory is bounded by its settings."""
    ground.empty()
    ground.settle(("voters_tps", *FILLED))
    command = [sys.executable, "manage.py", "import_voters", str(file.resolve()),
               "--election", election.slug, "--area", scene.AREA]  # fmt: skip
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with child:
        said = child.stdout.read() if child.stdout else ""
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"import_voters ended with exit code {child.returncode}.")
    note = f"most resident memory of the import_voters process (ru_maxrss); it said: {said.strip()}"
    return Figure("import.memory", usage.ru_maxrss / 1024, "MB", None, None, note, Limit(Bound.AT_MOST, 256))
