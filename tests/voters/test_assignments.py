"""Assignments: as many as the election's rule asks for, replaced with a reason, never overwritten."""

import datetime as dt

import pytest

from tests import scene as standing
from voters.assignments import AssignmentRefused, assign, places_left, replace
from voters.models import Assignment, Change, Pantarlih, Region, Tps, TrailEntry
from voters.terms import TpsKind

pytestmark = pytest.mark.integration


def spare(scene, kelurahan=standing.KELURAHAN, election=None):
    return Pantarlih.objects.create(
        kabkota_id=kelurahan[:5], election=election or scene.election, kelurahan_id=kelurahan, name="CADANGAN"
    )


def assigned(scene, pantarlih, tps, day=standing.TODAY, now=standing.NOW):
    return assign(pantarlih=pantarlih, tps=tps, from_day=day, now=now, by=scene.pps)


def replaced(scene, pantarlih, reason="sakit", day=standing.TODAY):
    return replace(
        assignment=scene.assignment, pantarlih=pantarlih, day=day, reason=reason, now=standing.NOW, by=scene.pps
    )


def test_assignment_begins_with_its_trail_and_a_change_mark(scene):
    tps = standing.make_tps(scene.election, number=2)
    one = assigned(scene, spare(scene), tps)
    assert (one.kabkota_id, one.from_day, one.to_day) == (standing.KOTA, standing.TODAY, None)
    assert Change.objects.get().tps_id == tps.pk
    entry = TrailEntry.objects.get(verb="begin_assignment")
    assert (entry.by_user, entry.region) == (scene.pps.pk, standing.KELURAHAN)


@pytest.mark.parametrize(
    ("slug", "voters", "expected"),
    [("pemilu-2024", 3, 1), ("pilkada-2024", 400, 1), ("pilkada-2024", 401, 2)],
)
def test_places_follow_the_elections_rule(scene, slug, voters, expected):
    tps = standing.make_tps(standing.make_election(slug), number=9)
    standing.make_voters(tps, voters)
    standing.make_voter(tps, listed=False)
    assert places_left(tps) == expected


def refused(code, verb, *args, **kwargs):
    with pytest.raises(AssignmentRefused) as caught:
        verb(*args, **kwargs)
    assert caught.value.code == code


def test_full_tps_is_refused(scene):
    refused("tps_is_full", assigned, scene, spare(scene), scene.tps)


def test_special_tps_expects_nobody(scene):
    special = standing.make_tps(scene.election, number=901, kind=TpsKind.SPECIAL)
    assert places_left(special) == 0
    refused("special_tps", assigned, scene, spare(scene), special)


def test_pantarlih_of_another_village_or_election_is_refused(scene):
    tps = standing.make_tps(scene.election, number=2)
    refused("other_kelurahan", assigned, scene, spare(scene, standing.NEXT_KELURAHAN), tps)
    pilkada = standing.make_election("pilkada-2024")
    refused("other_kelurahan", assigned, scene, spare(scene, election=pilkada), tps)


def test_replacement_keeps_the_history(scene):
    new = replaced(scene, spare(scene))
    scene.assignment.refresh_from_db()
    assert (scene.assignment.to_day, scene.assignment.reason) == (standing.TODAY, "sakit")
    assert (new.tps_id, new.from_day, new.to_day) == (scene.tps.pk, standing.TODAY, None)
    assert places_left(scene.tps) == 0
    assert TrailEntry.objects.get(verb="end_assignment").reason == "sakit"


def test_refused_replacement_leaves_everything_as_it_was(scene):
    refused("reason_missing", replaced, scene, spare(scene), reason=" ")
    refused("day_before_start", replaced, scene, spare(scene), day=dt.date(2023, 1, 1))
    refused("already_assigned", replaced, scene, scene.pantarlih)
    assert Assignment.objects.get().to_day is None


def test_assignment_that_begins_after_today_is_refused(scene):
    tomorrow = standing.TODAY + dt.timedelta(days=1)
    refused("day_after_today", assigned, scene, spare(scene), standing.make_tps(scene.election, number=2), tomorrow)
    refused("day_after_today", replaced, scene, spare(scene), day=tomorrow)
    assert Assignment.objects.get().to_day is None


def test_today_is_the_regions_own_day(scene):
    tps, tomorrow = standing.make_tps(scene.election, number=2), standing.TODAY + dt.timedelta(days=1)
    late_evening = dt.datetime(2023, 3, 4, 15, 30, tzinfo=dt.UTC)  # 22.30 WIB, 0.30 WIT
    refused("day_after_today", assigned, scene, spare(scene), tps, tomorrow, late_evening)
    Region.objects.filter(pk=standing.KELURAHAN).update(zone="WIT")
    tps = Tps.objects.get(kabkota_id=tps.kabkota_id, pk=tps.pk)
    assert assigned(scene, spare(scene), tps, tomorrow, late_evening).from_day == tomorrow


def test_ended_assignment_is_not_replaced_again(scene):
    replaced(scene, spare(scene))
    refused("already_ended", replaced, scene, spare(scene))
