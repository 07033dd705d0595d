"""Declared counts: one row a day, only of own TPS and open days, replaced and never blocked for being too many."""

import datetime as dt

import pytest

from coklit import clock
from tests import scene as standing
from tests.scene import KELURAHAN, KOTA, NOW, TODAY
from voters import declarations
from voters.declarations import DeclarationRefused, Declared, DeclaredCounts, declare, declared
from voters.elections import extend_window
from voters.models import Assignment, Declaration, Region, Stage, TrailEntry
from voters.terms import DeclaredBy, StageKind

pytestmark = pytest.mark.integration

YESTERDAY, FIRST_DAY, LAST_DAY = TODAY - dt.timedelta(days=1), dt.date(2023, 2, 12), dt.date(2023, 3, 14)
SOME = DeclaredCounts(sesuai=20, ubah=3, tms=2, baru=1, stickers=12)


def told(scene, counts=SOME, day=TODAY, now=NOW, device=None):
    return declare(device=device or scene.device, tps=scene.tps, day=day, counts=counts, now=now)


def refusal(scene, **call):
    with pytest.raises(DeclarationRefused) as refused:
        told(scene, **call)
    assert str(refused.value)
    return refused.value.code


def of_scene(scene):
    return declared(kabkota=KOTA, tps=[scene.tps.pk])[scene.tps.pk]


def test_counts_of_a_day_stand_with_who_and_when(scene):
    row = told(scene)
    assert (row.kabkota_id, row.pantarlih_id, row.device_id) == (KOTA, scene.pantarlih.pk, scene.device.pk)
    assert (row.source, row.declared_at) == (DeclaredBy.PHONE_PAGE, NOW)
    assert of_scene(scene).of(scene.pantarlih.pk, TODAY).counts == SOME
    assert of_scene(scene).of(scene.pantarlih.pk, YESTERDAY) is None


def test_second_declaration_of_a_day_replaces_the_first(scene):
    first = told(scene)
    later = NOW + dt.timedelta(hours=1)
    second = told(scene, DeclaredCounts(sesuai=25), now=later)
    assert (second.pk, Declaration.objects.get().declared_at) == (first.pk, later)
    assert of_scene(scene).total == DeclaredCounts(sesuai=25)


def test_total_sums_days_and_pantarlih(scene):
    colleague, _ = standing.make_pantarlih(scene.tps, name="REKAN")
    device, _ = standing.make_device(colleague)
    told(scene)
    told(scene, DeclaredCounts(sesuai=5, stickers=4), day=YESTERDAY)
    told(scene, DeclaredCounts(tms=1), device=device)
    found = of_scene(scene)
    assert found.total == DeclaredCounts(sesuai=25, ubah=3, tms=3, baru=1, stickers=16)
    assert found.total.done == 31
    assert [one.day for one in found.days] == [YESTERDAY, TODAY, TODAY]


def test_ways_of_declaring_are_not_summed(scene):
    row = told(scene)
    Declaration.objects.create(
        kabkota_id=KOTA,
        tps=scene.tps,
        pantarlih=scene.pantarlih,
        day=TODAY,
        source=DeclaredBy.PAPER,
        sesuai=9,
        declared_at=NOW,
    )
    assert of_scene(scene).total == declarations.counts_of(row)
    paper = declared(kabkota=KOTA, tps=[scene.tps.pk], source=DeclaredBy.PAPER)
    assert paper[scene.tps.pk].total == DeclaredCounts(sesuai=9)


@pytest.mark.parametrize("number", [1, 3])
def test_all_tps_are_read_by_one_query(scene, django_assert_num_queries, number):
    tps = [scene.tps, *(standing.make_tps(scene.election, number=2 + more) for more in range(number - 1))]
    told(scene)
    with django_assert_num_queries(1):
        found = declared(kabkota=KOTA, tps=[one.pk for one in tps])
    assert list(found.values()) == [found[scene.tps.pk], *[Declared()] * (number - 1)]


def test_more_than_the_list_is_taken(scene):
    assert told(scene, DeclaredCounts(sesuai=400)).sesuai == 400


def test_tps_that_the_pantarlih_does_not_serve_now_is_refused(scene):
    Assignment.objects.update(to_day=TODAY)
    assert refusal(scene) == "not_your_tps"
    assert not Declaration.objects.exists()


@pytest.mark.parametrize("day", [FIRST_DAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)])
def test_day_before_coklit_or_after_today_is_refused(scene, day):
    assert refusal(scene, day=day) == "day_not_open"


def test_first_day_is_open(scene):
    assert told(scene, day=FIRST_DAY).day == FIRST_DAY


def test_today_is_the_day_of_the_village(scene):
    late = clock.day_start(TODAY, "WIB") + dt.timedelta(hours=23, minutes=30)
    assert refusal(scene, day=TODAY + dt.timedelta(days=1), now=late) == "day_not_open"
    Region.objects.filter(pk=KELURAHAN).update(zone="WIT")
    assert told(scene, day=TODAY + dt.timedelta(days=1), now=late).day == TODAY + dt.timedelta(days=1)


def test_days_end_with_coklit_and_with_its_extension(scene):
    after = clock.day_end(LAST_DAY, "WIB") + dt.timedelta(days=1)
    next_day = LAST_DAY + dt.timedelta(days=1)
    assert refusal(scene, day=next_day, now=after) == "day_not_open"
    assert told(scene, day=LAST_DAY, now=after).day == LAST_DAY
    extend_window(
        election=scene.election,
        kelurahan=Region.objects.get(pk=KELURAHAN),
        last_day=next_day,
        reason="banjir",
        by=scene.kpu,
        now=NOW,
    )
    assert told(scene, day=next_day, now=after).day == next_day


def test_nothing_is_declared_before_coklit_or_after_the_seal(scene):
    assert refusal(scene, now=clock.day_start(FIRST_DAY, "WIB") - dt.timedelta(hours=1)) == "closed"
    Stage.objects.filter(election=scene.election, kind=StageKind.COKLIT).update(sealed_at=NOW)
    assert refusal(scene) == "closed"
    assert told(scene, now=NOW - dt.timedelta(minutes=1)).sesuai == 20


@pytest.mark.parametrize("counts", [DeclaredCounts(sesuai=-1), DeclaredCounts(stickers=2001)])
def test_count_out_of_range_is_refused(scene, counts):
    assert refusal(scene, counts=counts) == "count_out_of_range"
    assert told(scene, DeclaredCounts(stickers=2000)).stickers == 2000


def test_change_is_on_the_trail_and_a_repetition_is_none(scene):
    row = told(scene)
    told(scene, now=NOW + dt.timedelta(hours=1))
    told(scene, DeclaredCounts(sesuai=21))
    entries = TrailEntry.objects.filter(verb="declare").order_by("pk")
    assert [entry.by_name for entry in entries] == [f"device:{scene.device.pk}"] * 2
    assert [entry.subject for entry in entries] == [f"declaration:{row.pk}"] * 2
    nothing = {"sesuai": 0, "ubah": 0, "tms": 0, "baru": 0, "stickers": 0}
    some = {"sesuai": 20, "ubah": 3, "tms": 2, "baru": 1, "stickers": 12}
    what = {"tps": 1, "day": "2023-03-04"}
    assert [(entry.before, entry.after) for entry in entries] == [
        (None, {**what, **some}),
        (some, {**what, **nothing, "sesuai": 21}),
    ]
