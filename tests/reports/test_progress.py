"""Reads of counts: the newest row up to a day holds, children appear once counted, the points have no holes."""

import datetime as dt

import pytest

from reports import progress
from reports.figures import Rate
from reports.models import RegionProgress
from tests import scene as standing
from tests.reports.counted import counted_region, counted_tps
from tests.scene import KECAMATAN, KELURAHAN, KOTA, NEXT_KELURAHAN, PROVINCE, TODAY
from voters.models import Region
from voters.terms import TpsKind

pytestmark = pytest.mark.integration

YESTERDAY = TODAY - dt.timedelta(days=1)


def region(code):
    return Region.objects.get(pk=code)


def test_progress_of_a_day_is_the_newest_row_up_to_it(scene):
    counted_region(scene.election, KOTA, TODAY - dt.timedelta(days=3), synced=1)
    counted_region(scene.election, KOTA, TODAY, synced=2)
    kota = region(KOTA)
    assert progress.progress_of(scene.election, kota, TODAY - dt.timedelta(days=4)) is None
    assert progress.progress_of(scene.election, kota, YESTERDAY).synced == 1
    assert progress.progress_of(scene.election, kota, TODAY).synced == 2


def test_progress_of_another_election_is_not_mixed_in(scene):
    other = standing.make_election("pilkada-2024")
    counted_region(other, KOTA)
    assert progress.progress_of(scene.election, region(KOTA), TODAY) is None


def test_children_are_those_counted_each_with_its_newest_row(scene):
    counted_region(scene.election, KELURAHAN, YESTERDAY, synced=1)
    counted_region(scene.election, KELURAHAN, TODAY, synced=2)
    counted_region(scene.election, NEXT_KELURAHAN, YESTERDAY, synced=3)
    children = progress.children_of(scene.election, region(KECAMATAN), TODAY)
    assert [(child.region_id, child.synced) for child in children] == [(KELURAHAN, 2), (NEXT_KELURAHAN, 3)]
    earlier = progress.children_of(scene.election, region(KECAMATAN), YESTERDAY)
    assert [(child.region_id, child.synced) for child in earlier] == [(KELURAHAN, 1), (NEXT_KELURAHAN, 3)]
    assert progress.children_of(scene.election, region(PROVINCE), TODAY) == []


def test_children_take_one_query_however_many(scene, django_assert_num_queries):
    kecamatan = region(KECAMATAN)
    for code in (KELURAHAN, NEXT_KELURAHAN):
        counted_region(scene.election, code)
        with django_assert_num_queries(1):
            names = [child.region.name for child in progress.children_of(scene.election, kecamatan, TODAY)]
    assert names == ["Pahandut", "Panarung"]


def test_tps_come_by_number_for_their_kelurahan_only(scene):
    special = standing.make_tps(scene.election, number=901, kind=TpsKind.SPECIAL)
    elsewhere = standing.make_tps(scene.election, NEXT_KELURAHAN)
    for tps in (special, scene.tps, elsewhere):
        counted_tps(tps)
    assert [row.tps_id for row in progress.tps_of(scene.election, region(KELURAHAN))] == [scene.tps.pk, special.pk]


def points_of(election):
    return progress.points(progress.history_of(election, region(KOTA), TODAY), TODAY)


def test_points_repeat_the_last_report_on_days_without_one(scene):
    first = TODAY - dt.timedelta(days=3)
    counted_region(scene.election, KOTA, first, sesuai=0, ubah=0, tms=0, synced=0, pantarlih_synced=0)
    counted_region(scene.election, KOTA, YESTERDAY, listed=100, sesuai=40, ubah=5, tms=5, synced=30)
    points = points_of(scene.election)
    assert [point.day for point in points] == [first + dt.timedelta(days=n) for n in range(4)]
    assert [point.coverage for point in points] == [Rate(0, 1234)] * 2 + [Rate(50, 100)] * 2
    assert [point.record_sync for point in points] == [Rate(0, 1234)] * 2 + [Rate(30, 100)] * 2
    assert [point.pantarlih_sync for point in points] == [Rate(0, 4)] * 2 + [Rate(3, 4)] * 2


def test_points_of_the_uncounted_are_none(scene):
    assert points_of(scene.election) == []


def test_current_stage_is_the_open_one(scene):
    assert progress.current_stage(TODAY).election == scene.election


def test_current_stage_between_elections_is_the_newest_counted(scene):
    after_all = dt.date(2025, 1, 1)
    assert progress.current_stage(after_all) is None
    counted_region(scene.election, "ID")
    assert progress.current_stage(after_all).election == scene.election
    RegionProgress.objects.update(election=standing.make_election("pilkada-2024"))
    assert progress.current_stage(after_all).election.slug == "pilkada-2024"
