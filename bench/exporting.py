"""export.csv, export.xlsx and export.memory: the list of a kab/kota as files, from the question to the last byte."""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle, islice
from statistics import median

from bench import floors, scene
from bench.alternate import Turns, alternate
from bench.figure import Bound, Figure, Limit
from bench.ground import Ground, Scale
from bench.machine import ROOT
from coklit import clock
from voters.access import territory
from voters.exports.exporting import announce, stream
from voters.exports.layouts import BULK, SIDALIH, ExportLayout
from voters.exports.selection import Counted, Order
from voters.models import Election, Region, Tps

# The bulk file's columns with everybody's row: real ones hold changed rows only, too few to measure.
_WIDE = replace(BULK, changed=False)
_READY = 10_000


def figures(ground: Ground, scale: Scale) -> list[Figure]:
    """All three, upon results of 64 % of the voters."""
    election = scene.loaded_election(ground, scale.voters)
    results = scene.invent_results(ground, election)
    size = f"{{rows:,}} rows of one kab/kota, {results:,} results; {{size:,.0f}} MB"
    return [_csv(ground, election, scale, size), _xlsx(ground, election, scale, size), _memory(ground, election)]


def _csv(ground: Ground, election: Election, scale: Scale, size: str) -> Figure:
    order = _order(election, SIDALIH)
    rows, taken = _size_of(order)
    turns = _turns(
        ground, scale, lambda: _exhaust(stream(order, _announced(order))), lambda: floors.copy_out(election.pk)
    )
    floor = "COPY TO of the same columns as they lie, unordered"
    note = f"{size.format(rows=rows, size=taken / 1e6)}; {turns}; floor: {floor}"
    return _figure("export.csv", rows, turns, note)


def _xlsx(ground: Ground, election: Election, scale: Scale, size: str) -> Figure:
    order = _order(election, _WIDE)
    rows, taken = _size_of(order)
    ready = list(islice(floors.read_out(election.pk), _READY))
    turns = _turns(
        ground,
        scale,
        lambda: _exhaust(stream(order, _announced(order))),
        lambda: _exhaust(floors.write_sheet(islice(cycle(ready), rows))),
    )
    note = f"{size.format(rows=rows, size=taken / 1e6)}; {turns}; floor: the bare writer fed with {_READY:,} ready rows"
    return _figure("export.xlsx", rows, turns, f"{note} over and over")


def _turns(ground: Ground, scale: Scale, ours: Callable[[], object], floor: Callable[[], object]) -> Turns:
    return alternate(ours=ours, floor=floor, prepare=ground.settle, times=scale.times)


def _figure(name: str, rows: int, turns: Turns, note: str) -> Figure:
    ours, floor = rows / median(turns.ours), rows / median(turns.floor)
    return Figure(name, ours, "rows/s", floor, ours / floor, note, Limit(Bound.AT_LEAST, 0.5))


def _order(election: Election, layout: ExportLayout) -> Order:
    """Unmasked: the same bytes as the floor's."""
    area = Region.objects.get(pk=scene.AREA)
    return Order(election=election, area=area, layout=layout, by=None, purpose="bench", now=clock.now(), masked=False)


def _announced(order: Order) -> Counted:
    with territory(order.area.pk):
        return announce(order)


def _size_of(order: Order) -> tuple[int, int]:
    """Rows and bytes of the file; warms the server's memory for both."""
    counted = _announced(order)
    return counted.persons, sum(map(len, stream(order, counted)))


def _exhaust(pieces: Iterator[object]) -> None:
    deque(pieces, maxlen=0)


def _memory(ground: Ground, election: Election) -> Figure:
    """Of the command's own process: the whole kab/kota beside its smallest part."""
    ground.settle()
    village = _village(election)
    whole = {layout: _resident(ground, election, scene.AREA, layout) for layout in ("sidalih", "bulk")}
    small = {layout: _resident(ground, election, village, layout) for layout in whole}
    told = ", ".join(f"{layout} {small[layout]:.0f} -> {whole[layout]:.0f}" for layout in whole)
    note = f"most resident memory of the export_voters process (ru_maxrss), MB of one kelurahan -> of all: {told}"
    value, floor = max(whole.values()), max(small.values())
    return Figure("export.memory", value, "MB", floor, value / floor, note, Limit(Bound.AT_MOST, 1.2))


def _village(election: Election) -> str:
    tps = Tps.objects.filter(kabkota_id=scene.AREA, election=election).order_by("kelurahan_id").first()
    if tps is None:
        raise RuntimeError("No TPS in the bench's area.")
    return tps.kelurahan_id


def _resident(ground: Ground, election: Election, area: str, layout: str) -> float:
    command = [sys.executable, "manage.py", "export_voters", "--election", election.slug, "--area", area,
               "--layout", layout, "--purpose", "bench", "--out", str(ground.place)]  # fmt: skip
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"export_voters ended with exit code {child.returncode}.")
    for file in ground.place.glob(f"{layout}_{election.slug}_{area}_*"):
        file.unlink()
    return usage.ru_maxrss / 1024
