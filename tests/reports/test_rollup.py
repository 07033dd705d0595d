"""The recount: every row of the tables that pages read, after every kind of change."""

import datetime as dt

import pytest
from django.core.management import call_command

from reports.models import VOTER_COUNTS, RegionProgress, RollupRun, TpsProgress
from reports.rollup import rebuild, roll_up
from tests.scene import (
    FAR_KELURAHAN,
    FOREIGN_KELURAHAN,
    KELURAHAN,
    KOTA,
    NEXT_KELURAHAN,
    NOW,
    TODAY,
    make_pantarlih,
    make_tps,
    make_voter,
    make_voters,
)
from tests.voters.sync.events import desk_of, event, phone_of
from voters import changes
from voters.access import territory
from voters.models import Assignment, Change, Pantarlih, Region, Tps
from voters.sync.apply import apply_results
from voters.terms import TpsKind

pytestmark = pytest.mark.integration

REGION_COUNTS = (
    f"tps tps_special tps_complete tps_untouched tps_without_pantarlih pantarlih pantarlih_synced {VOTER_COUNTS}"
)
ABOVE = ["62.71.01", "62.71", "62", "ID"]


def mark(*stations):
    for tps in stations or Tps.objects.all():
        changes.mark(kabkota=tps.kabkota_id, tps=[tps.pk], now=NOW)


def apply(scene, *events, source=None, tps=None, now=NOW):
    with territory(KOTA):
        apply_results(kabkota=KOTA, tps=(tps or scene.tps).pk, events=events, source=source or phone_of(scene), now=now)


def counts(row, names):
    """The counts that are not 0."""
    return {name: getattr(row, name) for name in names.split() if getattr(row, name)}


def regions():
    """The whole table: counts other than 0 by region, and by day where a region has several."""
    rows = list(RegionProgress.objects.order_by("day", "region_id"))
    many = len({row.day for row in rows}) > 1
    return {(row.region_id, row.day.day) if many else row.region_id: counts(row, REGION_COUNTS) for row in rows}


def stations():
    """The whole table: counts other than 0 by kelurahan and number."""
    names = f"pantarlih {VOTER_COUNTS}"
    return {(row.kelurahan_id, row.number): counts(row, names) for row in TpsProgress.objects.order_by("pk")}


def test_nothing_marked_is_nothing_done(scene):
    assert roll_up(now=NOW) == 0
    assert (regions(), stations(), RollupRun.objects.count()) == ({}, {}, 0)


def test_one_tps_without_results_is_counted_up_to_the_nation(scene):
    mark()
    assert roll_up(now=NOW) == 1
    sexes = [voter.sex for voter in scene.voters]
    voters = {"listed": 3, "listed_l": sexes.count("L"), "listed_p": sexes.count("P")}
    assert stations() == {(KELURAHAN, 1): {"pantarlih": 1, **voters}}
    whole = {"tps": 1, "tps_untouched": 1, "pantarlih": 1, **voters}
    assert regions() == dict.fromkeys([KELURAHAN, *ABOVE], whole)
    assert set(RegionProgress.objects.values_list("day", "as_of")) == {(TODAY, NOW)}
    assert Change.objects.count() == 0


def test_every_outcome_has_its_count(scene):
    tps = make_tps(scene.election, FAR_KELURAHAN)
    voters = make_voters(tps, 9, sex="P")
    codes = ["0", "0", "U", "1", "2", "3", "4", "7"]
    said = [
        event(code, v.pk, corrected={"rt": 3} if code == "U" else None) for code, v in zip(codes, voters, strict=False)
    ]
    apply(scene, *said[:2], tps=tps)
    apply(scene, *said[2:], event("B"), tps=tps, source=desk_of(scene))
    roll_up(now=NOW)
    expected = {
        **{"listed": 9, "listed_p": 9, "sesuai": 2, "ubah": 1, "tms": 5, "tms_no_proof": 2, "baru": 1, "synced": 2},
        **{"tms_1": 1, "tms_2": 1, "tms_3": 1, "tms_4": 1, "tms_7": 1},
    }
    assert stations() == {(FAR_KELURAHAN, 1): expected}
    assert regions()["ID"] == {"tps": 1, "tps_without_pantarlih": 1, **expected}


def test_tms_10_is_among_the_tms(scene):
    scene.election.codes.filter(code="1", stage="coklit").update(code="10")
    apply(scene, event("10", scene.voters[0].pk))
    roll_up(now=NOW)
    row = TpsProgress.objects.get()
    assert (row.tms, row.tms_1, row.tms_10) == (1, 0, 1)


def test_complete_and_untouched_tps_are_told_apart(scene):
    half = make_tps(scene.election, number=2)
    first, _ = make_voters(half, 2)
    make_voters(make_tps(scene.election, number=3), 1)
    make_tps(scene.election, number=4)
    apply(scene, *[event("0", voter.pk) for voter in scene.voters])
    apply(scene, event("1", first.pk), tps=half)
    mark()
    roll_up(now=NOW)
    row = RegionProgress.objects.get(region=KELURAHAN)
    # TPS 4 has no voters: neither complete nor untouched.
    assert (row.tps, row.tps_complete, row.tps_untouched, row.tps_without_pantarlih) == (4, 1, 1, 3)


def test_new_voter_counts_until_taken_back_and_never_as_visited(scene):
    new = event("B")
    apply(scene, new)
    roll_up(now=NOW)
    assert counts(TpsProgress.objects.get(), "baru sesuai ubah tms synced") == {"baru": 1}
    apply(scene, event("X", new.voter))
    roll_up(now=NOW)
    assert counts(TpsProgress.objects.get(), "baru sesuai ubah tms synced") == {}
    assert TpsProgress.objects.get().listed == 3


def test_pantarlih_of_two_tps_is_one_person(scene):
    other = make_tps(scene.election, number=2)
    make_pantarlih(scene.tps, other, name="DUA TPS")
    mark()
    roll_up(now=NOW)
    assert {place: row["pantarlih"] for place, row in stations().items()} == {(KELURAHAN, 1): 2, (KELURAHAN, 2): 1}
    assert regions()["ID"]["pantarlih"] == 2


def test_pantarlih_who_left_or_never_served_is_not_counted(scene):
    Pantarlih.objects.create(kabkota_id=KOTA, election=scene.election, kelurahan_id=KELURAHAN, name="BELUM BERTUGAS")
    Assignment.objects.filter(kabkota_id=KOTA).update(to_day=TODAY)
    mark()
    roll_up(now=NOW)
    row = RegionProgress.objects.get(region="ID")
    assert (row.pantarlih, row.tps_without_pantarlih) == (0, 1)


def test_pantarlih_is_synced_by_the_own_phone_only(scene):
    apply(scene, event("0", scene.voters[0].pk), source=desk_of(scene))
    roll_up(now=NOW)
    assert counts(RegionProgress.objects.get(region="ID"), "pantarlih pantarlih_synced sesuai synced") == {
        "pantarlih": 1,
        "sesuai": 1,
    }
    apply(scene, event("0", scene.voters[1].pk))
    roll_up(now=NOW)
    assert counts(RegionProgress.objects.get(region="ID"), "pantarlih pantarlih_synced sesuai synced") == {
        **{"pantarlih": 1, "pantarlih_synced": 1, "sesuai": 2, "synced": 1},
    }


def test_special_tps_expects_no_pantarlih(scene):
    make_voter(make_tps(scene.election, number=901, kind=TpsKind.SPECIAL))
    mark()
    roll_up(now=NOW)
    row = RegionProgress.objects.get(region=KOTA)
    assert (row.tps, row.tps_special, row.tps_without_pantarlih, row.listed) == (2, 1, 0, 4)
    # Untouched is the regular one alone: nobody is expected to begin in the other.
    assert (row.tps_untouched, row.tps_complete) == (1, 0)


def test_three_kelurahan_of_two_kabkota_are_summed(scene):
    for kelurahan, voters in ((NEXT_KELURAHAN, 2), (FAR_KELURAHAN, 4), (FOREIGN_KELURAHAN, 5)):
        make_voters(make_tps(scene.election, kelurahan), voters)
    mark()
    assert roll_up(now=NOW) == 4
    listed = {code: row["listed"] for code, row in regions().items()}
    assert listed == {
        **{KELURAHAN: 3, NEXT_KELURAHAN: 2, FAR_KELURAHAN: 4, FOREIGN_KELURAHAN: 5},
        **{"62.71.01": 5, "62.71.02": 4, "31.71.01": 5, "62.71": 9, "31.71": 5, "62": 9, "31": 5, "ID": 14},
    }


def test_only_the_marked_tps_is_counted_and_the_others_keep_their_counts(scene):
    other = make_tps(scene.election, number=2)
    make_voters(other, 2)
    mark()
    roll_up(now=NOW)
    make_voters(other, 5)
    mark(scene.tps)
    roll_up(now=NOW)
    assert regions()["ID"]["listed"] == 5
    mark(other)
    roll_up(now=NOW)
    assert regions()["ID"]["listed"] == 10


def test_elections_are_counted_apart(scene):
    other = type(scene.election).objects.get(slug="pilkada-2024")
    make_voters(make_tps(other), 2)
    mark()
    roll_up(now=NOW)
    assert list(RegionProgress.objects.filter(region="ID").order_by("election").values_list("listed", flat=True)) == [
        3,
        2,
    ]


def test_second_run_changes_nothing(scene):
    apply(scene, event("0", scene.voters[0].pk))
    roll_up(now=NOW)
    before = regions(), stations()
    mark()
    assert roll_up(now=NOW) == 1
    assert (regions(), stations()) == before


def test_several_marks_of_one_tps_are_one_recount(scene):
    mark(scene.tps, scene.tps, scene.tps)
    assert roll_up(now=NOW) == 3
    run = RollupRun.objects.get()
    assert (run.kind, run.marks, run.tps, run.finished_at) == ("marks", 3, 1, NOW)


def test_more_marks_than_one_pass_takes_are_all_worked_off(scene, monkeypatch):
    for number in range(2, 6):
        make_voters(make_tps(scene.election, number=number), 1)
    mark()
    monkeypatch.setattr("reports.rollup.MARKS_A_PASS", 2)
    assert roll_up(now=NOW) == 5
    assert (Change.objects.count(), regions()["ID"]["tps"]) == (0, 5)


def test_later_day_makes_new_rows_and_leaves_the_earlier_day_as_known(scene):
    first, second, _ = scene.voters
    apply(scene, event("0", first.pk))
    roll_up(now=NOW)
    tomorrow = NOW + dt.timedelta(days=1)
    apply(scene, event("0", second.pk), now=tomorrow)
    roll_up(now=tomorrow)
    for code in [KELURAHAN, *ABOVE]:
        assert {day: row["sesuai"] for (region, day), row in regions().items() if region == code} == {4: 1, 5: 2}


def test_sum_takes_the_newest_day_of_each_child(scene):
    make_voters(make_tps(scene.election, NEXT_KELURAHAN), 2)
    mark()
    roll_up(now=NOW)
    apply(scene, event("0", scene.voters[0].pk))
    roll_up(now=NOW + dt.timedelta(days=1))
    newest = RegionProgress.objects.filter(region="62.71.01").latest("day")
    assert (newest.listed, newest.sesuai, newest.tps) == (5, 1, 2)


@pytest.mark.parametrize(("zone", "day"), [("WIB", 4), ("WITA", 4), ("WIT", 5)])
def test_day_is_that_of_the_regions_own_zone(scene, zone, day):
    Region.objects.filter(pk__in=[KELURAHAN, "62.71.01", KOTA]).update(zone=zone)
    mark()
    # 22.30 WIB, 23.30 WITA, 00.30 WIT.
    roll_up(now=dt.datetime(2023, 3, 4, 15, 30, tzinfo=dt.UTC))
    days = dict(RegionProgress.objects.values_list("region_id", "day"))
    assert days == {
        **dict.fromkeys([KELURAHAN, "62.71.01", KOTA], dt.date(2023, 3, day)),
        **dict.fromkeys(["62", "ID"], TODAY),
    }


def test_run_that_comes_after_one_of_the_next_day_adds_to_the_newer_row(scene):
    before_midnight = dt.datetime(2023, 3, 4, 16, 59, 59, tzinfo=dt.UTC)
    after_midnight = before_midnight + dt.timedelta(seconds=2)
    mark()
    roll_up(now=after_midnight)
    apply(scene, event("0", scene.voters[0].pk))
    roll_up(now=before_midnight)
    assert {code: row.get("sesuai") for code, row in regions().items()} == dict.fromkeys([KELURAHAN, *ABOVE], 1)
    assert set(RegionProgress.objects.values_list("day", "as_of")) == {(dt.date(2023, 3, 5), after_midnight)}


def test_rebuild_makes_the_same_rows_as_the_recount(scene):
    apply(scene, event("0", scene.voters[0].pk), event("1", scene.voters[1].pk), event("B"))
    make_voters(make_tps(scene.election, FOREIGN_KELURAHAN), 2)
    mark()
    roll_up(now=NOW)
    before = regions(), stations()
    RegionProgress.objects.all().delete()
    TpsProgress.objects.all().delete()
    mark()
    assert rebuild(now=NOW) == 2
    assert (regions(), stations()) == before
    assert Change.objects.count() == 0
    assert RollupRun.objects.get(kind="rebuild").tps == 2


def test_rebuild_of_one_kabkota_leaves_the_others(scene):
    make_voters(make_tps(scene.election, FOREIGN_KELURAHAN), 2)
    mark()
    assert rebuild(now=NOW, kabkota="31.71") == 1
    assert set(regions()) == {FOREIGN_KELURAHAN, "31.71.01", "31.71", "31", "ID"}
    assert list(Change.objects.values_list("kabkota_id", flat=True)) == [KOTA]
    assert rebuild(now=NOW, kabkota="31") == 0


def test_command_recounts_and_says_how_many(scene, capsys):
    make_tps(scene.election, FOREIGN_KELURAHAN)
    call_command("rebuild_progress")
    assert capsys.readouterr().out == "2 TPS recounted.\n"
    call_command("rebuild_progress", kabkota=KOTA)
    assert capsys.readouterr().out == "1 TPS recounted.\n"


def test_rebuild_heals_counts_changed_by_hand(scene):
    mark()
    roll_up(now=NOW)
    TpsProgress.objects.filter(kabkota_id=KOTA).update(listed=99, sesuai=7)
    RegionProgress.objects.update(listed=98)
    rebuild(now=NOW)
    assert {row["listed"] for row in regions().values()} == {3}
    assert stations()[KELURAHAN, 1]["listed"] == 3


@pytest.mark.parametrize("recount", [roll_up, rebuild])
def test_tps_that_is_gone_leaves_the_sums(scene, recount):
    made = [make_tps(scene.election, KELURAHAN, 2), make_tps(scene.election, NEXT_KELURAHAN, 1)]
    mark()
    roll_up(now=NOW)
    assert regions()[KOTA]["tps"] == 3
    mark(*made)
    for tps in made:
        tps.delete()
    recount(now=NOW)
    assert list(stations()) == [(KELURAHAN, 1)]
    assert regions()[NEXT_KELURAHAN] == {}
    assert regions()[KELURAHAN]["tps"] == regions()[KOTA]["tps"] == regions()["ID"]["tps"] == 1
