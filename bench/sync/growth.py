"""sync.growth: what 1,000 results cost on a list of 8 million voters, and on one of 200 thousand.

The same uploads go to the same TPS in both, which are spread over the whole list. Half of each list has its results
and ledger before. Both are in the same PostgreSQL, vacuumed, analysed and checkpointed before each run, and each has
taken the same uploads once before measuring: what an upload touches is in memory, in both.
"""

from collections.abc import Callable, Sequence

from bench.figure import Bound, Figure, Limit
from bench.ground import Ground, Scale
from bench.sync.ground import VoterList, lists_of
from bench.sync.rounds import cpu_per_1000, rounds, told
from bench.sync.sides import Run, Site
from bench.sync.uploads import Upload, uploads_for
from coklit import clock

_UPLOADS = 120


def figures(ground: Ground, scale: Scale) -> list[Figure]:
    """The figure; the servers are stopped again, however it ends."""
    small, large = lists = lists_of(ground, scale)
    for one in lists:
        one.stand()
    uploads = uploads_for(small, now=clock.now(), compressed=scale.compressed)[:_UPLOADS]
    sites = {"small": Site(small, "sync-small"), "large": Site(large, "sync-large")}
    try:
        for site in sites.values():
            site.start()
            site.on.reset()
            site.send(uploads)
        for site in sites.values():
            site.measure_idle()
        runs = rounds({name: _side(site, uploads) for name, site in sites.items()}, times=scale.times)
    finally:
        for site in sites.values():
            site.stop()
    of_small, of_large = cpu_per_1000(runs["small"]), cpu_per_1000(runs["large"])
    note = (
        f"CPU s for 1,000 results, server and database; {told(_name(large), runs['large'])}; in the floor's place"
        f" {told(_name(small), runs['small'])}; {scale.times} rounds of {len(uploads)} uploads, the same TPS in both"
    )
    return [Figure("sync.growth", of_large, "CPU s", of_small, of_large / of_small, note, Limit(Bound.AT_MOST, 1.1))]


def _side(site: Site, uploads: Sequence[Upload]) -> Callable[[], Run]:
    def run() -> Run:
        site.on.reset()
        return site.send(uploads)

    return run


def _name(one: VoterList) -> str:
    return f"{one.voters():,} voters"
