"""The recount beside other recounts and writers, broken off at any place, and over any tree."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.models import VOTER_COUNTS, RegionProgress, RollupRun, TpsProgress
from reports.rollup import rebuild, roll_up
from tests.scene import (
    FAR_KELURAHAN,
    FOREIGN_KELURAHAN,
    KELURAHAN,
    KOTA,
    NEXT_KELURAHAN,
    NOW,
    make_pantarlih,
    make_tps,
    make_voters,
)
from tests.voters.sync.events import PERSON, event, phone_of
from voters import changes
from voters.access import territory
from voters.models import Change, Tps, Voter
from voters.sync.apply import apply_results

pytestmark = pytest.mark.integration

KELURAHANS = [KELURAHAN, NEXT_KELURAHAN, FAR_KELURAHAN, FOREIGN_KELURAHAN]
SUMMED = f"tps tps_special tps_complete tps_untouched tps_without_pantarlih pantarlih pantarlih_synced {VOTER_COUNTS}"


def mark_all():
    for kabkota, tps in list(Tps.objects.values_list("kabkota_id", "pk")):
        changes.mark(kabkota=kabkota, tps=[tps], now=NOW)


def at_once(*acts):
    """Run the acts in threads that start together, each with a connection of its own."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(timeout=30)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(run, act) for act in acts]]


def visit(scene, tps, *events):
    with territory(tps.kabkota_id):
        apply_results(kabkota=tps.kabkota_id, tps=tps.pk, events=events, source=phone_of(scene), now=NOW)


def sums_are_right():
    """Every region's row is the sum of its children's, and the kelurahan's of its TPS, in every count."""
    rows = {row.region_id: row for row in RegionProgress.objects.all()}
    for row in rows.values():
        children = [child for child in rows.values() if child.parent_id == row.region_id]
        for name in SUMMED.split() if children else []:
            assert getattr(row, name) == sum(getattr(child, name) for child in children), (row.region_id, name)
        below = list(TpsProgress.objects.filter(kelurahan=row.region_id))
        for name in VOTER_COUNTS.split() if below else []:
            assert getattr(row, name) == sum(getattr(tps, name) for tps in below), (row.region_id, name)
    return len(rows)


histories = st.lists(
    st.tuples(
        st.sampled_from(KELURAHANS),
        st.integers(1, 3),
        st.lists(st.sampled_from(["", "0", "U", "1", "3", "6", "B", "BX"]), max_size=6),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories)
def test_parents_are_the_sum_of_their_children_over_any_tree(scene, history):
    for kelurahan, number, codes in history:
        place = {"election": scene.election, "kelurahan_id": kelurahan, "kabkota_id": kelurahan[:5], "number": number}
        tps = Tps.objects.filter(**place).first() or Tps.objects.create(**place)
        for code in codes:
            visit_somebody(scene, tps, code)
    mark_all()
    roll_up(now=NOW)
    assert sums_are_right() >= 5
    nation = RegionProgress.objects.get(region="ID")
    assert nation.listed == nation.listed_l + nation.listed_p == Voter.objects.filter(listed=True).count()
    assert nation.tms == sum(getattr(nation, f"tms_{number}") for number in range(1, 11))
    assert nation.baru == Voter.objects.filter(listed=False, deleted_at=None).count()


def visit_somebody(scene, tps, code):
    """One more voter on the list, or a new one, with the code as result."""
    source = phone_of(scene, make_pantarlih(tps)[0])
    if code.startswith("B"):
        nik = f"62719901018{Voter.objects.count():05d}"
        events = [event("B", new={**PERSON, "nik": nik})]
        events += [event("X", events[0].voter)] if code == "BX" else []
    else:
        voter = make_voters(tps, 1)[0]
        events = [event(code, voter.pk, corrected={"rt": 3} if code == "U" else None)] if code else []
    with territory(tps.kabkota_id):
        apply_results(kabkota=tps.kabkota_id, tps=tps.pk, events=events, source=source, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_recounts_at_once_count_everything_once(scene):
    for kelurahan in KELURAHANS[1:]:
        make_voters(make_tps(scene.election, kelurahan), 4)
    mark_all()
    marks = at_once(*[lambda: roll_up(now=NOW)] * 4)
    assert sum(marks) == 4
    assert sums_are_right() == 12
    assert RegionProgress.objects.get(region="ID").listed == 15


@pytest.mark.django_db(transaction=True)
def test_recount_and_rebuild_of_two_kabkota_at_once_see_each_others_sums(scene):
    make_voters(make_tps(scene.election, FOREIGN_KELURAHAN), 4)
    for _ in range(5):
        RegionProgress.objects.all().delete()
        mark_all()
        at_once(lambda: rebuild(now=NOW, kabkota=KOTA), lambda: rebuild(now=NOW, kabkota="31.71"))
        assert RegionProgress.objects.get(region="ID").listed == 7


@pytest.mark.django_db(transaction=True)
def test_marks_that_come_during_recounts_are_not_lost(scene):
    voters = make_voters(scene.tps, 20)

    def upload_all():
        for voter in voters:
            visit(scene, scene.tps, event("0", voter.pk))

    at_once(upload_all, *[lambda: [roll_up(now=NOW) for _ in range(10)]] * 2)
    roll_up(now=NOW)
    assert Change.objects.count() == 0
    assert (TpsProgress.objects.get().sesuai, RegionProgress.objects.get(region="ID").sesuai) == (20, 20)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize("level", [4, 3, 2, 1, 0])
def test_recount_that_dies_at_any_level_leaves_the_marks_and_the_next_one_heals(scene, level):
    mark_all()
    with connections["owner"].cursor() as owner:
        owner.execute(f"ALTER TABLE reports_regionprogress ADD CONSTRAINT broken CHECK (level <> {level})")
        with pytest.raises(Exception, match="broken"):
            roll_up(now=NOW)
        owner.execute("ALTER TABLE reports_regionprogress DROP CONSTRAINT broken")
    assert (Change.objects.count(), TpsProgress.objects.count(), RegionProgress.objects.count()) == (1, 0, 0)
    assert roll_up(now=NOW) == 1
    assert sums_are_right() == 5


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_kabkota_that_cannot_be_counted_does_not_stop_those_behind_it(scene):
    make_voters(make_tps(scene.election, FOREIGN_KELURAHAN), 1)
    mark_all()
    with connections["owner"].cursor() as owner:
        owner.execute("ALTER TABLE reports_tpsprogress ADD CONSTRAINT broken CHECK (kabkota_id <> '31.71')")
        with pytest.raises(Exception, match="broken"):
            roll_up(now=NOW)
        owner.execute("ALTER TABLE reports_tpsprogress DROP CONSTRAINT broken")
    assert list(TpsProgress.objects.values_list("kelurahan_id", flat=True)) == [KELURAHAN]
    assert (Change.objects.get().kabkota_id, RollupRun.objects.get().finished_at) == ("31.71", None)
    assert roll_up(now=NOW) == 1
