"""rebuild.full: recount every TPS from the voters' rows and sum it up to the nation."""

from statistics import median

from django.db import connection

from bench import floors, scene
from bench.alternate import alternate
from bench.figure import Bound, Figure, Limit
from bench.ground import Ground, Scale
from coklit import clock
from reports import rollup
from reports.models import RegionProgress
from voters.models import NATION, Voter

_WRITTEN = ("reports_tpsprogress", "reports_regionprogress", "reports_rolluprun", "voters_change")


def figures(ground: Ground, scale: Scale) -> list[Figure]:
    """The figure, and a proof that what was counted is what lies there."""
    election = scene.loaded_election(ground, scale.voters)
    results = scene.invent_results(ground, election)
    turns = alternate(
        ours=lambda: rollup.rebuild(now=clock.now()),
        floor=floors.count_by_outcome,
        prepare=lambda: ground.settle(_WRITTEN),
        times=scale.times,
    )
    voters = Voter.objects.count()
    _prove(voters, results)
    note = (
        f"{voters:,} voters, {results:,} results (invented by one statement); {turns};"
        f" floor: bare SELECT with {floors.workers_planned()} workers planned"
    )
    return [
        Figure(
            "rebuild.full", median(turns.ours), "s", median(turns.floor), turns.ratio, note, Limit(Bound.AT_MOST, 2.5)
        )
    ]


def _prove(voters: int, results: int) -> None:
    nation = RegionProgress.objects.filter(region_id=NATION).latest("as_of")
    counted = nation.listed, nation.sesuai + nation.ubah + nation.tms
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM voters_change")
        (marks,) = cursor.fetchone() or (None,)
    if counted != (voters, results) or marks:
        raise RuntimeError(
            f"The recount says {counted} with {marks} marks left; {(voters, results)} lie in the tables."
        )
