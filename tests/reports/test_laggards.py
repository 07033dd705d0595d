"""Who is late: pantarlih and TPS of the region alone, bounded, with the whole number."""

import datetime as dt

import pytest

from reports import laggards
from reports.figures import Rate
from tests import scene as standing
from tests.reports.counted import counted_tps
from tests.scene import FOREIGN_KELURAHAN, KELURAHAN, KOTA, NEXT_KELURAHAN, NOW
from voters.models import Assignment, Pantarlih, Region
from voters.terms import TpsKind

pytestmark = pytest.mark.integration


def region(code):
    return Region.objects.get(pk=code)


def names(late):
    return [person.name for person in late.rows]


def synced(pantarlih, moment):
    Pantarlih.objects.filter(kabkota_id=pantarlih.kabkota_id, pk=pantarlih.pk).update(
        first_synced_at=moment, last_synced_at=moment
    )


def test_never_synced_are_those_who_serve_now(scene):
    second = standing.make_tps(scene.election, number=2)
    active, _ = standing.make_pantarlih(second, name="SUDAH SINKRON")
    synced(active, NOW)
    _left, assignment = standing.make_pantarlih(second, name="SUDAH BERHENTI")
    Assignment.objects.filter(kabkota_id=KOTA, pk=assignment.pk).update(to_day=dt.date(2023, 3, 1))
    standing.make_pantarlih(standing.make_tps(scene.election, FOREIGN_KELURAHAN), name="DI TEMPAT LAIN")
    late = laggards.never_synced(scene.election, region(KOTA))
    assert (late.count, names(late)) == (1, ["PANTARLIH CONTOH"])


def test_laggard_tells_where_and_which_tps(scene):
    both = [standing.make_tps(scene.election, NEXT_KELURAHAN, number) for number in (7, 3)]
    standing.make_pantarlih(*both, name="DUA TPS")
    person = laggards.never_synced(scene.election, region(NEXT_KELURAHAN)).rows[0]
    assert (person.name, person.kelurahan, person.tps, person.last_synced_at) == ("DUA TPS", "Panarung", [3, 7], None)


def test_silent_since_leaves_out_those_who_never_synced(scene):
    quiet, _ = standing.make_pantarlih(standing.make_tps(scene.election, number=2), name="LAMA DIAM")
    synced(quiet, NOW - dt.timedelta(days=4))
    late = laggards.silent_since(scene.election, region("ID"), NOW - dt.timedelta(days=3))
    assert names(late) == ["LAMA DIAM"]


def test_lists_are_bounded_and_say_how_many_there_are(scene):
    for number in (2, 3):
        standing.make_pantarlih(standing.make_tps(scene.election, number=number))
    late = laggards.never_synced(scene.election, region(KELURAHAN), shown=2)
    assert (late.count, len(late.rows)) == (3, 2)


@pytest.mark.parametrize("more", [0, 2])
def test_lists_take_two_queries_however_long(scene, more, django_assert_num_queries):
    for number in range(2, 2 + more):
        standing.make_pantarlih(standing.make_tps(scene.election, number=number))
    kota = region(KOTA)
    with django_assert_num_queries(2):
        assert laggards.never_synced(scene.election, kota).count == 1 + more


def test_late_tps_are_below_the_plan_lowest_first(scene):
    done = {2: 100, 3: 79, 4: 80, 5: 0}
    for number, sesuai in done.items():
        tps = standing.make_tps(scene.election, number=number)
        counted_tps(tps, listed=100, sesuai=sesuai, ubah=0, tms=0)
    special = standing.make_tps(scene.election, number=901, kind=TpsKind.SPECIAL)
    counted_tps(special, listed=100, sesuai=0, ubah=0, tms=0)
    late = laggards.late_tps(scene.election, region(KOTA), Rate(8, 10))
    assert (late.count, [row.number for row in late.rows]) == (2, [5, 3])
    assert [row.number for row in laggards.untouched_tps(scene.election, region(KOTA)).rows] == [5]


def test_unserved_tps_are_regular_ones_without_pantarlih(scene):
    counted_tps(scene.tps, pantarlih=0)
    counted_tps(standing.make_tps(scene.election, number=2), pantarlih=1)
    counted_tps(standing.make_tps(scene.election, number=901, kind=TpsKind.SPECIAL), pantarlih=0)
    assert [row.number for row in laggards.unserved_tps(scene.election, region(KOTA)).rows] == [1]
