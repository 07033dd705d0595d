"""sync.throughput, sync.cpu, sync.cpu_vs_drf and sync.p95: uploads of 250 results over 16 kept connections.

Ours, the floor and the DRF endpoint take the same uploads of the same phones in turns, each on a list without any
upload. What the floor writes is what ours has left in the tables before.
"""

import os
import random
from collections.abc import Callable, Sequence

from bench.figure import Bound, Figure, Limit, percentile
from bench.ground import Ground, Scale
from bench.sync.ground import VoterList, lists_of
from bench.sync.rounds import Runs, busy, cpu_per_1000, per_second, rounds, told
from bench.sync.rows import Rows, fingerprint, kept_rows
from bench.sync.sides import CONNECTIONS, Run, Site, write_floor
from bench.sync.uploads import EVENTS, Upload, uploads_for
from coklit import clock

# Rounds of some ten seconds; the DRF endpoint takes several times as long for each.
_UPLOADS, _OF_DRF = 240, 80
_CPU_BOUND = 0.85
_SEED = 20_230_213


def figures(ground: Ground, scale: Scale) -> list[Figure]:
    """All four; the servers are stopped again, however it ends."""
    one, _large = lists_of(ground, scale)
    one.stand()
    uploads = uploads_for(one, now=clock.now(), compressed=scale.compressed)
    ours = Site(one, "sync-web")
    drf = Site(one, "sync-drf", {"DJANGO_SETTINGS_MODULE": "bench.drf_settings"})
    sites = (ours, drf)
    try:
        for site in sites:
            site.start()
        measured = uploads[:_UPLOADS]
        rows = _rows_of_floor(one, ours, measured)
        one.reset()
        drf.send(measured[:_OF_DRF])
        for site in sites:
            site.measure_idle()
        runs = rounds(_sides(one, ours, drf, measured, rows), times=scale.times)
        late = _open_loop(one, ours, uploads, per_second(runs["ours"]) / 2)
    finally:
        for site in sites:
            site.stop()
    return [*_of_turns(runs, one, measured), late]


def _rows_of_floor(one: VoterList, ours: Site, uploads: Sequence[Upload]) -> list[Rows]:
    """What ours leaves for the uploads, once it is proved that the floor leaves the same. Warms both sides."""
    one.reset()
    ours.send(uploads)
    rows, left = kept_rows(one, [upload.batch for upload in uploads]), fingerprint(one)
    one.reset()
    write_floor(one, uploads, rows)
    if differing := [table for table, of_floor in fingerprint(one).items() if of_floor != left[table]]:
        raise RuntimeError(f"The floor leaves other rows than ours in {', '.join(differing)}.")
    return rows


def _sides(
    one: VoterList, ours: Site, drf: Site, uploads: Sequence[Upload], rows: list[Rows]
) -> dict[str, Callable[[], Run]]:
    def fresh(work: Callable[[], Run]) -> Callable[[], Run]:
        def run() -> Run:
            one.reset()
            return work()

        return run

    return {
        "floor": fresh(lambda: write_floor(one, uploads, rows)),
        "ours": fresh(lambda: ours.send(uploads)),
        "drf": fresh(lambda: drf.send(uploads[:_OF_DRF])),
    }


def _of_turns(runs: Runs, one: VoterList, uploads: Sequence[Upload]) -> list[Figure]:
    ours, floor, drf = runs["ours"], runs["floor"], runs["drf"]
    cpu = Figure(
        "sync.cpu", cpu_per_1000(ours), "CPU s", cpu_per_1000(floor), cpu_per_1000(ours) / cpu_per_1000(floor),
        f"for 1,000 results, server and database; {_setting(one, uploads)}; {told('ours', ours)};"
        f" {told('floor', floor)}; floor with its sender; aim of ours 0.10", Limit(Bound.AT_MOST, 1.7),
    )  # fmt: skip
    share = busy(ours[len(ours) // 2], cores=os.cpu_count() or 1, with_sender=True)
    bound = share >= _CPU_BOUND
    throughput = Figure(
        "sync.throughput", per_second(ours), "results/s", per_second(floor), per_second(ours) / per_second(floor),
        f"{len(ours)} rounds, {told('ours', ours)}; {told('floor', floor)}; ours and its sender took {share:.0%} of the"
        f" CPU{', so sync.cpu may stand for it' if bound else ''}; {one.size()}; aim of ours 10,000",
        Limit(Bound.AT_LEAST, 0.6), stands_in=cpu if bound else None,
    )  # fmt: skip
    versus = Figure(
        "sync.cpu_vs_drf", cpu_per_1000(ours), "CPU s", cpu_per_1000(drf), cpu_per_1000(ours) / cpu_per_1000(drf),
        f"for 1,000 results; in the floor's place {told('bench/drf_endpoint.py', drf)} with {drf[0].results:,} results"
        " a round", Limit(Bound.AT_MOST, 0.5),
    )  # fmt: skip
    return [throughput, cpu, versus]


def _open_loop(one: VoterList, ours: Site, uploads: Sequence[Upload], results_per_second: float) -> Figure:
    """Random arrivals at half of the measured maximum; latency counts from the moment an upload is due."""
    draw, moment, due = random.Random(_SEED), 0.0, []
    for upload in uploads:
        due.append(moment)
        moment += draw.expovariate(results_per_second / upload.events)
    one.reset()
    run = ours.send(uploads, due)
    millis = [seconds * 1000 for seconds in run.latencies]
    p50, p95, p99 = (percentile(millis, share) for share in (0.5, 0.95, 0.99))
    note = (
        f"{len(millis)} uploads over {CONNECTIONS} connections at {results_per_second:,.0f} results/s (half of the"
        f" measured maximum), Poisson arrivals, each counted from when it was due; p50 {p50:.0f}, p99 {p99:.0f},"
        f" largest {max(millis):.0f} ms; 0 errors; {told('ours', [run])}"
    )
    return Figure("sync.p95", p95, "ms", None, None, note, Limit(Bound.AT_MOST, 250))


def _setting(one: VoterList, uploads: Sequence[Upload]) -> str:
    size = sum(len(upload.body) for upload in uploads) / len(uploads) / 1000
    return (
        f"{len(uploads)} uploads of {EVENTS}, {size:.0f} kB each ({uploads[0].encoding or 'not compressed'}),"
        f" {CONNECTIONS} connections, list of {one.voters():,} voters"
    )
