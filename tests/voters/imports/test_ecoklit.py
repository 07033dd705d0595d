"""Files of e-Coklit: an export adds only what is new, ranks like a phone, and makes nobody synced."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.scene import KELURAHAN, KOTA, NEXT_KELURAHAN, make_tps, make_voter, make_voters
from tests.voters.imports.results import (
    NEW,
    Results,
    events,
    ledger_agrees,
    open_conflicts,
    row,
    standing,
    text,
)
from tests.voters.imports.sheets import codes, numbers, refused
from tests.voters.sync.events import event, phone_of
from voters.access import territory
from voters.imports import ecoklit
from voters.intake.kind import UndoRefused
from voters.models import CoklitEvent, CoklitResult, Pantarlih, TrailEntry, Voter
from voters.sync.apply import apply_results
from voters.terms import CommitChoice, ImportKind

pytestmark = pytest.mark.integration

VALID = CommitChoice.VALID


@pytest.fixture
def files(scene, tmp_path):
    return Results(ecoklit, ImportKind.ECOKLIT, scene.election, tmp_path, scene.pps, KELURAHAN)


@pytest.fixture
def people(scene):
    """Twelve listed voters of the scene's TPS."""
    return [*scene.voters, *make_voters(scene.tps, 9)]


def phone(scene, code, voter, **more):
    said = event(code, voter.pk, **more)
    with territory(KOTA):
        (answer,) = apply_results(kabkota=KOTA, tps=scene.tps.pk, events=[said], source=phone_of(scene), now=said.at)
    return answer


# Two exports.


def test_second_export_resorted_and_renamed_adds_exactly_its_additions(files, people):
    first = [row(one, "4") for one in people[:4]] + [row(one, "U", JALAN="JALAN BARU") for one in people[4:7]] + [NEW]
    assert numbers(files.load(*first)) == (8, 0, 0, 0)
    added = [row(one, "1") for one in people[7:9]]
    second = [*first, *added]
    random.Random(1).shuffle(second)
    report = files.load(*second)
    assert (numbers(report), report.facts) == ((2, 0, 8, 0), {"known": 8})
    assert len(events()) == 10
    assert Voter.objects.filter(listed=False).count() == 1
    assert ledger_agrees()


def test_same_content_has_the_same_id_in_other_columns_order_case_and_delimiter(files, people):
    files.load(row(people[0], "U", NAMA="NAMA BARU"), NEW)
    only = ("KET", "NAMA", "DPID")
    report = files.commit(text(row(people[0], "Ubah", NAMA="Nama  Baru"), only=only).replace("#", ";"))[1]
    assert (numbers(report), len(events())) == ((0, 0, 1, 0), 2)
    assert numbers(files.load({**NEW, "NAMA": "Orang Baru", "DIS": ""})) == (0, 0, 1, 0)


def test_ubah_takes_what_differs_from_the_list_only(files, people):
    report = files.load(row(people[0], "U", JALAN="JALAN LAIN", RT="007", TGLLHR="02|03|1970"))
    result = CoklitResult.objects.get(voter=people[0].pk)
    assert result.corrected == {"address": "JALAN LAIN", "rt": 7, "birth_day": "1970-03-02"}
    assert report.changed_fields == {"address": 1, "rt": 1, "birth_day": 1}
    later = files.load(row(people[0], "U", JALAN="JALAN LAIN", RT="8"))
    assert numbers(later) == (0, 1, 0, 0)
    result.refresh_from_db()
    assert result.corrected == {"address": "JALAN LAIN", "rt": 8, "birth_day": people[0].birth_day.isoformat()}


def test_a_list_that_has_the_correction_by_now_makes_no_new_event(files, people):
    said = row(people[0], "U", JALAN="JALAN LAIN", RT="7")
    files.load(said)
    Voter.objects.filter(kabkota_id=KOTA, pk=people[0].pk).update(address="JALAN LAIN")
    assert numbers(files.load(said)) == (0, 0, 1, 0)


# The same outcome after another one.


def test_outcome_that_comes_back_without_a_time_of_its_own_stays_out(files, people):
    for ket in ("4", "1"):
        files.load(row(people[0], ket))
    report = files.load(row(people[0], "4"), choice=VALID)
    assert (numbers(report), codes(report)) == ((0, 0, 0, 1), {"outcome_returned": [2]})
    assert standing(people[0])[0] == "1"


def test_outcome_that_comes_back_at_a_later_time_of_the_row_is_applied_once(files, people):
    times = ("2023-03-01 10:00:00", "2023-03-02 10:00:00", "2023-03-03 10:00:00")
    for ket, time in zip(("4", "1", "4"), times, strict=True):
        assert numbers(files.load(row(people[0], ket, UPDATED_AT=time)))[2:] == (0, 0)
    assert standing(people[0])[0] == "4"
    again = files.load(row(people[0], "4", UPDATED_AT=times[2]))
    old = files.load(row(people[0], "1", UPDATED_AT=times[1]), choice=VALID)
    assert (numbers(again), codes(old)) == ((0, 0, 1, 0), {"outcome_returned": [2]})
    assert len(events()) == 3


def test_known_row_does_not_undo_a_later_decision_of_another_door(files, scene, people):
    files.load(row(people[0], "4"))
    phone(scene, "0", people[0])
    report = files.load(row(people[0], "4"))
    assert (numbers(report), standing(people[0])[:2]) == ((0, 0, 1, 0), ("0", "phone"))


# Beside the phones.


@pytest.mark.parametrize("phone_first", [True, False])
def test_same_visit_by_phone_and_file_is_a_confirmation_and_counts_once(files, scene, people, phone_first):
    acts = [lambda: phone(scene, "1", people[0]), lambda: files.load(row(people[0], "1"))]
    for act in acts if phone_first else acts[::-1]:
        act()
    assert (len(events()), open_conflicts()) == (2, [])
    assert standing(people[0]) == ("1", "phone" if phone_first else "ecoklit", True)
    assert ledger_agrees()


@pytest.mark.parametrize(("phone_first", "code"), [(True, "1"), (False, "0")])
def test_another_outcome_is_a_conflict_and_the_later_one_stands(files, scene, people, phone_first, code):
    acts = [lambda: phone(scene, "0", people[0]), lambda: files.load(row(people[0], "1"))]
    for act in acts if phone_first else acts[::-1]:
        act()
    assert (open_conflicts(), standing(people[0])[0]) == (["outcome"], code)


def test_conflict_is_told_in_the_report(files, scene, people):
    phone(scene, "0", people[0])
    report = files.load(row(people[0], "1"))
    assert (codes(report), report.facts, numbers(report)) == ({"newer_result": [2]}, {"conflicts": 1}, (0, 1, 0, 0))


def test_file_makes_nobody_synced(files, scene, people):
    files.load(*[row(one, "1") for one in people], NEW)
    assert not CoklitResult.objects.filter(synced=True).exists()
    assert Pantarlih.objects.get(pk=scene.pantarlih.pk).first_synced_at is None
    assert {one.by_user_id for one in CoklitEvent.objects.all()} == {scene.pps.pk}


def test_new_voter_whom_a_phone_had_recorded_is_confirmed_and_another_value_a_conflict(files, scene):
    said = event("B")
    with territory(KOTA):
        apply_results(kabkota=KOTA, tps=scene.tps.pk, events=[said], source=phone_of(scene), now=said.at)
    report = files.load(NEW)
    assert (numbers(report), report.facts, len(events())) == ((0, 0, 1, 0), {"confirmed": 1}, 1)
    other = files.load({**NEW, "RT": "9"})
    assert (numbers(other), open_conflicts()) == ((0, 1, 0, 0), ["outcome"])
    assert Voter.objects.filter(listed=False).values_list("rt", flat=True).get() == 9


# Rows that stay out.


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"KET": "8"}, "code_not_allowed"),
        ({"KET": "9"}, "code_not_allowed"),
        ({"KET": "AKTIF"}, "code_unknown"),
        ({"KET": "U"}, "correction_missing"),
        ({"KET": "U", "NIK": "62719941018"}, "bad_value"),
        ({"KET": "U", "TGLLHR": "31|02|1980"}, "bad_value"),
        ({"KET": "U", "TGLLHR": "01|01|2090"}, "birth_day_impossible"),
        ({"KET": "B"}, "listed_is_not_new"),
        ({"DPID": "999"}, "unknown_voter"),
        ({"DPID": "", "NIK": ""}, "no_key"),
        ({"DPID": "", "NIK": "6271990101800009"}, "unknown_voter"),
        ({"NIK": "6271990101800009", "NAMA": "ORANG LAIN"}, "another_person"),
        ({"DPID": "", "NAMA": "ORANG LAIN", "TGLLHR": ""}, "another_person"),
        ({"TPS": "2"}, "tps_differs"),
        ({"UPDATED_AT": "2023-03-05"}, "visit_day_impossible"),
        ({"UPDATED_AT": "besok"}, "visit_day_impossible"),
        ({"UPDATED_AT": "2023-02-11 20:00"}, "visit_outside_days"),
    ],
)
def test_wrong_row_stays_out_with_its_code_and_the_others_are_loaded(files, people, cells, code):
    report = files.load(row(people[1], "1"), row(people[0], "4", **cells), choice=VALID)
    assert (numbers(report), codes(report)) == ((1, 0, 0, 1), {code: [3]})
    assert standing(people[0]) is None


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"NKK": ""}, "new_fields_missing"),
        ({"NKK": "627199"}, "bad_value"),
        ({"TPS": "7"}, "tps_unknown"),
        ({"TPS": ""}, "tps_not_a_number"),
        ({"DESA": "Panarung"}, "region_unknown"),
        ({"DPID": "4711"}, "listed_is_not_new"),
        ({"EKTP": "?"}, "bad_value"),
    ],
)
def test_wrong_new_voter_stays_out(files, scene, cells, code):
    report = files.load({**NEW, **cells}, choice=VALID)
    assert (numbers(report), list(codes(report))) == ((0, 0, 0, 1), [code])
    assert not Voter.objects.filter(listed=False).exists()


def test_new_voter_with_the_nik_of_an_active_voter_stays_out_and_comes_in_beside_its_tms(files, scene, people):
    taken = {**NEW, "NIK": people[0].nik}
    assert codes(files.load(taken, choice=VALID)) == {"nik_taken": [2]}
    assert numbers(files.load(taken, row(people[0], "4"))) == (2, 0, 0, 0)


def test_voter_of_another_village_is_outside_the_area(files, scene):
    far = make_voter(make_tps(scene.election, NEXT_KELURAHAN))
    report = files.load(row(far, "1"), choice=VALID)
    assert codes(report) == {"outside_area": [2]}


def test_rows_of_one_voter_that_disagree_all_stay_out_and_equal_ones_count_once(files, people):
    rows = [row(people[0], "1"), row(people[0], "4"), row(people[1], "1"), row(people[1], "1")]
    report = files.load(*rows, choice=VALID)
    assert (numbers(report), codes(report)) == ((1, 0, 1, 2), {"rows_disagree": [2, 3], "row_twice": [5]})


def test_several_listed_voters_with_one_nik_are_never_guessed(files, scene, people):
    twin = make_voter(scene.tps, nik=people[0].nik, name=people[0].name)
    report = files.load(row(twin, "1", DPID=""), choice=VALID)
    assert codes(report) == {"match_unclear": [2]}


def test_destroyed_nik_refuses_the_whole_file(files, people):
    report = files.check(text(row(people[0], "1"), row(people[1], "1", NIK="6,27199E+15")))
    assert (codes(report), report.refused, report.left_out) == ({"nik_lost": [3]}, True, 2)


def test_file_without_outcomes_is_refused(files, people):
    report = files.check(text(row(people[0], "1"), only=("DPID", "NIK", "NAMA")))
    assert codes(report) == {"ket_missing": [2]}


def test_check_says_what_the_load_does_and_writes_nothing(files, people):
    rows = [row(people[0], "1"), row(people[1], "8"), NEW]
    checked = files.check(text(*rows))
    assert (numbers(checked), events(), Voter.objects.filter(listed=False).count()) == ((2, 0, 0, 1), [], 0)
    assert files.load(*rows, choice=VALID) == checked


def test_no_number_of_a_person_stands_in_the_report(files, people):
    report = files.check(text(row(people[0], "U", NIK="627199"), row(people[1], "4", DPID="", NIK="6271990101800009")))
    assert "6271990101800009" not in str(report)
    assert people[0].nik not in str(report)
    assert not TrailEntry.objects.filter(after__icontains="6271990101800009").exists()


# Undo.


def test_undo_withdraws_and_the_voter_is_to_be_visited_again(files, scene, people):
    record, _ = files.commit(text(row(people[0], "4"), row(people[1], "U", RT="5"), NEW))
    assert files.undo(record).facts == {"removed": 3, "restored": 0}
    assert [standing(one)[0] for one in people[:2]] == ["Z", "Z"]
    assert Voter.objects.get(listed=False).deleted_at is not None
    assert ledger_agrees()
    assert phone(scene, "0", people[0]).status == "accepted"
    assert (standing(people[0])[:2], open_conflicts()) == (("0", "phone"), [])


def test_undo_brings_back_what_stood_before_and_settles_the_conflict(files, scene, people):
    phone(scene, "U", people[0], corrected={"name": "NAMA LAIN"})
    files.load({**NEW})
    record, _ = files.commit(text(row(people[0], "4"), {**NEW, "RT": "9"}))
    files.undo(record)
    result = CoklitResult.objects.get(voter=people[0].pk)
    assert (result.code, result.corrected, result.synced) == ("U", {"name": "NAMA LAIN"}, True)
    assert (Voter.objects.get(listed=False).rt, open_conflicts()) == (1, [])
    assert ledger_agrees()


def test_undone_file_can_be_loaded_again_and_again_undone(files, people):
    rows = [row(people[0], "4"), NEW]
    for _ in range(3):
        record, report = files.commit(text(*rows))
        assert numbers(report) == (2, 0, 0, 0)
        assert numbers(files.load(*rows)) == (0, 0, 2, 0)
        files.undo(record)
    assert Voter.objects.filter(listed=False, deleted_at__isnull=True).count() == 0
    assert ledger_agrees()


def test_undo_is_refused_where_the_voter_was_visited_since(files, scene, people):
    record, _ = files.commit(text(row(people[0], "1"), row(people[1], "1")))
    phone(scene, "1", people[0])
    before = len(events())
    with pytest.raises(UndoRefused) as caught:
        files.undo(record)
    assert refused(caught.value.report) == {"changed_since": [f"DPID {people[0].dpid}"]}
    assert len(events()) == before


def test_undo_is_refused_for_somebody_without_an_office_there(files, scene, people):
    record, _ = files.commit(text(row(people[0], "4")))
    record.by = None
    with pytest.raises(UndoRefused) as caught:
        files.undo(record)
    assert list(refused(caught.value.report)) == ["no_author"]


# Rows and statements.


def _statements(files, rows, captured):
    with captured as queries:
        files.check(text(*rows))
    return len(queries)


def test_statements_do_not_grow_with_the_rows_of_a_tps(
    files,
    people,
):
    counts = [
        _statements(files, [row(one, "4") for one in people[:number]], CaptureQueriesContext(connection))
        for number in (1, 3)
    ]
    assert counts[0] == counts[1]
