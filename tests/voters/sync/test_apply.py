"""The verb: one commit of ledger, result, mark and revision, and an answer for each event."""

import datetime as dt
from dataclasses import replace

import msgspec
import pytest
from django.db import IntegrityError

from tests.scene import KOTA, NEXT_KELURAHAN, NOW, make_pantarlih, make_tps, make_voter
from tests.voters.sync.events import PERSON, desk_of, event, phone_of
from voters.access import territory
from voters.models import Change, CoklitEvent, CoklitResult, Conflict, OutcomeCode, Pantarlih, Stage, Tps, Voter
from voters.placement import new_id
from voters.sync.apply import Answer, UnknownTps, apply_results, problems_of
from voters.terms import Setter, StageKind

pytestmark = pytest.mark.integration

NIK = PERSON["nik"]


def apply(scene, *events, source=None, tps=None, now=NOW):
    source = source or phone_of(scene)
    with territory(KOTA):
        return apply_results(kabkota=KOTA, tps=tps or scene.tps.pk, events=events, source=source, now=now)


def told(answers):
    return [(answer.status, answer.problem, answer.field) for answer in answers]


def result_of(voter):
    return CoklitResult.objects.get(kabkota_id=voter.kabkota_id, voter=voter.pk)


def written():
    return CoklitEvent.objects.count(), CoklitResult.objects.count(), Change.objects.count()


def revision_of(tps):
    return Tps.objects.get(kabkota_id=tps.kabkota_id, pk=tps.pk).revision


def test_one_result_writes_ledger_result_mark_and_revision(scene):
    voter = scene.voters[0]
    said = event("1", voter.pk, evidence="ada")
    assert apply(scene, said) == [Answer(str(said.id), "accepted")]
    assert written() == (1, 1, 1)
    ledger, result, mark = CoklitEvent.objects.get(), result_of(voter), Change.objects.get()
    assert (ledger.pk, ledger.voter_id, ledger.tps_id, ledger.code) == (said.id, voter.pk, scene.tps.pk, "1")
    assert (ledger.by_pantarlih_id, ledger.by_user_id, ledger.door) == (scene.pantarlih.pk, None, "phone")
    assert (ledger.event_at, ledger.received_at, ledger.revision, ledger.contested) == (said.at, NOW, 1, False)
    assert (result.code, result.evidence, result.event, result.revision, result.synced) == (
        "1",
        "ada",
        said.id,
        1,
        True,
    )
    assert (mark.kabkota_id, mark.tps_id, mark.marked_at) == (KOTA, scene.tps.pk, NOW)
    assert revision_of(scene.tps) == 1


def test_three_results_of_one_call_are_one_mark_and_a_revision_each(scene):
    events = [event("0", voter.pk) for voter in scene.voters]
    apply(scene, *events)
    assert written() == (3, 3, 1)
    assert list(CoklitEvent.objects.order_by("revision").values_list("id", "revision")) == [
        (events[0].id, 1),
        (events[1].id, 2),
        (events[2].id, 3),
    ]
    assert revision_of(scene.tps) == 3


@pytest.mark.parametrize("number", [1, 3])
def test_number_of_statements_does_not_grow_with_the_events(scene, number, django_assert_num_queries):
    events = [event("0", voter.pk) for voter in scene.voters[:number]]
    # Scope with its savepoint, TPS with its rules, known, standings, ledger, results, sync times, mark.
    with django_assert_num_queries(10):
        apply(scene, *events)


def test_same_event_again_is_answered_duplicate_and_counted_once(scene):
    said = event("0", scene.voters[0].pk)
    apply(scene, said)
    assert told(apply(scene, said, said)) == [("duplicate", "", "")] * 2
    assert written() == (1, 1, 1)
    assert Pantarlih.objects.get().last_synced_at == NOW


def test_same_event_twice_in_one_call_is_counted_once(scene):
    said = event("0", scene.voters[0].pk)
    assert [answer.status for answer in apply(scene, said, said)] == ["accepted", "duplicate"]
    assert written() == (1, 1, 1)


def test_same_id_with_another_content_is_not_applied(scene):
    said = event("0", scene.voters[0].pk)
    apply(scene, said)
    other = msgspec.structs.replace(said, code="1")
    assert told(apply(scene, other)) == [("conflict", "id_reused", "id")]
    assert result_of(scene.voters[0]).code == "0"
    assert written() == (1, 1, 1)


def test_bad_event_does_not_hold_up_the_others(scene):
    first, _, last = scene.voters
    answers = apply(scene, event("0", first.pk), event("4", first.pk), event("1", new_id()), event("1", last.pk))
    assert told(answers) == [
        ("accepted", "", ""),
        ("quarantined", "code_not_allowed", "code"),
        ("quarantined", "unknown_voter", "voter"),
        ("accepted", "", ""),
    ]
    assert (result_of(first).code, result_of(last).code) == ("0", "1")


def test_later_event_of_one_voter_in_a_call_stands(scene):
    voter = scene.voters[0]
    events = [event("U", voter.pk, corrected={"rt": 3}), event("U", voter.pk, corrected={"rw": 4})]
    apply(scene, *events)
    result = result_of(voter)
    assert (result.corrected, result.event, result.revision) == ({"rt": 3, "rw": 4}, events[1].id, 2)
    assert list(CoklitEvent.objects.order_by("revision").values_list("corrected", flat=True)) == [{"rt": 3}, {"rw": 4}]


def test_correction_never_touches_the_list(scene):
    voter = scene.voters[0]
    apply(scene, event("U", voter.pk, corrected={"name": "NAMA LAIN", "rt": 9}))
    again = Voter.objects.get(kabkota_id=KOTA, pk=voter.pk)
    assert (again.name, again.rt) == (voter.name, 1)


def test_tms_without_the_proof_its_code_asks_for_is_kept_as_such(scene):
    first, second, third = scene.voters
    apply(scene, event("1", first.pk), event("1", second.pk, evidence="menyusul"), event("3", third.pk))
    assert [result_of(voter).evidence for voter in scene.voters] == ["belum_ada", "menyusul", ""]


def test_new_voter_is_a_row_of_its_own_and_is_mended_and_taken_back(scene):
    said = event("B")
    apply(scene, said)
    row = Voter.objects.get(kabkota_id=KOTA, pk=said.voter)
    assert (row.listed, row.dpid, row.name, row.tps_id) == (False, None, "ORANG BARU", scene.tps.pk)
    assert (row.nik, row.birth_day, row.source) == (NIK, dt.date(1980, 1, 1), "coklit")
    apply(scene, event("B", said.voter, new={**PERSON, "name": "NAMA BENAR"}))
    row.refresh_from_db()
    assert (row.name, row.deleted_at) == ("NAMA BENAR", None)
    apply(scene, event("X", said.voter), now=NOW + dt.timedelta(hours=1))
    row.refresh_from_db()
    assert row.deleted_at == NOW + dt.timedelta(hours=1)
    assert told(apply(scene, event("B", said.voter))) == [("quarantined", "taken_back", "voter")]
    assert written() == (3, 1, 3)


def test_voter_of_another_tps_is_unknown_here(scene):
    other = make_tps(scene.election, number=2)
    listed, new = make_voter(other), make_voter(other, listed=False, nik="6271990101800009")
    answers = apply(scene, event("0", listed.pk), event("B", listed.pk), event("B", new.pk), event("X", new.pk))
    assert told(answers) == [("quarantined", "unknown_voter", "voter")] * 4
    assert written() == (0, 0, 0)


def test_tps_that_the_kabkota_does_not_have_is_an_error(scene):
    with pytest.raises(UnknownTps):
        apply(scene, event("0", scene.voters[0].pk), tps=new_id())


@pytest.mark.parametrize("owner", ["listed", "corrected", "new"])
def test_nik_of_an_active_voter_is_taken(scene, owner):
    far = make_tps(scene.election, NEXT_KELURAHAN)
    if owner == "corrected":
        apply(scene, event("U", make_voter(far).pk, corrected={"nik": NIK}), tps=far.pk)
    else:
        make_voter(far, nik=NIK, listed=owner == "listed")
    answers = apply(scene, event("B"), event("U", scene.voters[0].pk, corrected={"nik": NIK}))
    assert told(answers) == [("quarantined", "nik_taken", "new.nik"), ("quarantined", "nik_taken", "corrected.nik")]
    assert NIK not in str(answers)


def test_nik_is_free_once_its_voter_is_tms_or_taken_back(scene):
    dead = make_voter(scene.tps, nik=NIK)
    apply(scene, event("1", dead.pk))
    new = event("B")
    assert told(apply(scene, new)) == [("accepted", "", "")]
    apply(scene, event("X", new.voter))
    assert told(apply(scene, event("B"))) == [("accepted", "", "")]


def test_nik_is_free_for_a_later_event_of_the_same_call(scene):
    new, holder = event("B"), make_voter(scene.tps, nik="6271990101800009")
    given_up = event("U", holder.pk, corrected={"nik": "6271990101800010"})
    answers = apply(
        scene, new, event("X", new.voter), event("B"), given_up, event("B", new={**PERSON, "nik": "6271990101800009"})
    )
    assert told(answers) == [("accepted", "", "")] * 5


def test_nik_is_taken_by_an_earlier_event_of_the_same_call(scene):
    assert told(apply(scene, event("B"), event("B"))) == [
        ("accepted", "", ""),
        ("quarantined", "nik_taken", "new.nik"),
    ]


def test_new_voter_keeps_its_own_nik_when_mended(scene):
    said = event("B")
    assert told(apply(scene, said, event("B", said.voter))) == [("accepted", "", "")] * 2
    assert told(apply(scene, event("B", said.voter))) == [("accepted", "", "")]


def test_code_is_allowed_by_the_table_for_each_setter(scene):
    first, second, _ = scene.voters
    # In Pemilu 2024 a pantarlih sets neither "ganda" (2) nor "pindah domisili" (4); PPS sets both.
    assert (
        told(apply(scene, event("2", first.pk), event("4", second.pk)))
        == [("quarantined", "code_not_allowed", "code")] * 2
    )
    answers = apply(scene, event("2", first.pk), event("4", second.pk), source=desk_of(scene))
    assert told(answers) == [("accepted", "", "")] * 2


def test_switch_changed_in_the_table_is_obeyed_at_once(scene):
    rule = OutcomeCode.objects.filter(election=scene.election, stage=StageKind.COKLIT, code="4")
    rule.update(by_pantarlih=True, by_pps=False)
    assert told(apply(scene, event("4", scene.voters[0].pk))) == [("accepted", "", "")]
    answers = apply(scene, event("4", scene.voters[1].pk), source=desk_of(scene))
    assert told(answers) == [("quarantined", "code_not_allowed", "code")]
    assert told(apply(scene, event("4", scene.voters[2].pk), source=desk_of(scene, Setter.KPU)))[0][0] == "accepted"


def test_form_writes_the_same_rows_but_is_no_sync(scene):
    voter = scene.voters[0]
    apply(scene, event("0", voter.pk), source=desk_of(scene))
    ledger, result = CoklitEvent.objects.get(), result_of(voter)
    assert (ledger.door, ledger.by_user_id, ledger.by_pantarlih_id) == ("pps", scene.pps.pk, None)
    assert (result.code, result.door, result.by_pantarlih_id, result.synced) == ("0", "pps", None, False)
    assert Pantarlih.objects.get().first_synced_at is None
    apply(scene, event("0", voter.pk))
    apply(scene, event("1", voter.pk), source=desk_of(scene))
    assert (result_of(voter).code, result_of(voter).synced) == ("1", True)


def test_pantarlih_first_and_last_sync_are_kept(scene):
    later = NOW + dt.timedelta(hours=5)
    apply(scene, event("0", scene.voters[0].pk), now=later)
    apply(scene, event("0", scene.voters[1].pk), now=NOW)
    pantarlih = Pantarlih.objects.get()
    assert (pantarlih.first_synced_at, pantarlih.last_synced_at) == (NOW, later)


def test_nothing_accepted_is_no_sync_and_no_mark(scene):
    assert apply(scene) == []
    apply(scene, event("1", new_id()))
    assert Pantarlih.objects.get().first_synced_at is None
    assert written() == (0, 0, 0)


def test_contested_result_is_applied_and_told(scene):
    voter = scene.voters[0]
    colleague = make_pantarlih(scene.tps, name="REKAN")[0]
    apply(scene, event("0", voter.pk), source=phone_of(scene, colleague))
    answers = apply(scene, event("1", voter.pk, base_revision=0))
    assert told(answers) == [("conflict", "newer_result", "")]
    assert result_of(voter).code == "1"
    assert list(CoklitEvent.objects.order_by("revision").values_list("contested", flat=True)) == [False, True]
    assert told(apply(scene, event("0", voter.pk, base_revision=2), source=phone_of(scene, colleague)))[0][1] == ""


def conflicts():
    rows = Conflict.objects.order_by("opened_at", "id")
    return list(rows.values_list("voter", "event", "earlier", "kind", "fields", "settled_by"))


def test_conflict_is_kept_with_both_events_until_an_event_settles_it(scene):
    voter, hour = scene.voters[0].pk, dt.timedelta(hours=1)
    colleague = phone_of(scene, make_pantarlih(scene.tps, name="REKAN")[0])
    one, other = event("U", voter, corrected={"rt": 3, "rw": 1}), event("U", voter, corrected={"rt": 4, "rw": 1})
    apply(scene, one)
    apply(scene, other, source=colleague)
    assert conflicts() == [(voter, other.id, one.id, "fields", ["rt"], None)]
    assert result_of(scene.voters[0]).corrected == {"rt": 4, "rw": 1}
    settling = event("0", voter, base_revision=2)
    assert told(apply(scene, settling, source=desk_of(scene), now=NOW + hour)) == [("accepted", "", "")]
    conflict = Conflict.objects.get()
    assert (conflict.opened_at, conflict.settled_at, conflict.settled_by) == (NOW, NOW + hour, settling.id)
    assert (conflict.tps_id, conflict.kabkota_id) == (scene.tps.pk, KOTA)


def test_conflicts_of_one_call_are_opened_and_settled_in_its_order(scene):
    voter = scene.voters[0].pk
    colleague = phone_of(scene, make_pantarlih(scene.tps, name="REKAN")[0])
    first, second, third = event("0", voter), event("1", voter), event("3", voter, base_revision=2)
    apply(scene, first)
    apply(scene, second, third, event("3", voter), source=colleague)
    assert conflicts() == [(voter, second.id, first.id, "outcome", [], third.id)]
    effects = CoklitEvent.objects.order_by("revision").values_list("effect", "contested")
    assert list(effects) == [("set", False), ("set", True), ("set", False), ("same", False)]


def test_confirmation_of_paper_by_a_phone_counts_once_and_makes_it_synced(scene):
    voter = scene.voters[0]
    paper, phone = event("1", voter.pk), event("1", voter.pk, evidence="ada", sticker=True)
    apply(scene, paper, source=desk_of(scene))
    assert told(apply(scene, phone)) == [("accepted", "", "")]
    result = result_of(voter)
    assert (result.event, result.door, result.by_pantarlih_id, result.synced) == (paper.id, "pps", None, True)
    assert (result.evidence, result.sticker, result.revision) == ("ada", True, 2)
    assert written()[:2] == (2, 1)
    assert list(CoklitEvent.objects.order_by("revision").values_list("evidence", flat=True)) == ["belum_ada", "ada"]


def test_decision_of_the_pps_stays_and_the_phone_is_told(scene):
    voter = scene.voters[0]
    decided, older = event("0", voter.pk), event("1", voter.pk)
    apply(scene, decided, source=desk_of(scene))
    assert told(apply(scene, older)) == [("conflict", "pps_decided", "")]
    result = result_of(voter)
    assert (result.code, result.event, result.door, result.revision, result.synced) == (
        *("0", decided.id, "pps", 2, True),
    )
    assert conflicts() == [(voter.pk, older.id, decided.id, "decided", [], None)]
    assert told(apply(scene, event("1", voter.pk, base_revision=2))) == [("accepted", "", "")]


def test_new_voter_that_the_pps_mended_keeps_its_values_against_an_older_phone(scene):
    new = event("B")
    apply(scene, new)
    mended = event("B", new.voter, base_revision=1, new={**PERSON, "name": "NAMA BENAR"})
    apply(scene, mended, source=desk_of(scene))
    answers = apply(scene, event("B", new.voter, new={**PERSON, "name": "NAMA LAMA"}), event("X", new.voter))
    assert told(answers) == [("conflict", "pps_decided", "")] * 2
    row = Voter.objects.get(kabkota_id=KOTA, pk=new.voter)
    assert (row.name, row.deleted_at, result_of(row).event) == ("NAMA BENAR", None, mended.id)


def test_nik_that_an_outranked_result_would_free_or_claim_stays_as_it_was(scene):
    holder, free = make_voter(scene.tps, nik=NIK), "6271990101800009"
    apply(scene, event("0", holder.pk), source=desk_of(scene))
    dead, renamed = event("1", holder.pk), event("U", holder.pk, corrected={"nik": free})
    answers = apply(scene, dead, renamed, event("B"), event("B", new={**PERSON, "nik": free}))
    assert told(answers)[2:] == [("quarantined", "nik_taken", "new.nik"), ("accepted", "", "")]


def test_results_of_an_office_are_not_taken_after_the_seal(scene):
    Stage.objects.filter(election=scene.election, kind=StageKind.COKLIT).update(sealed_at=NOW)
    before = NOW - dt.timedelta(seconds=1)
    assert told(apply(scene, event("0", scene.voters[0].pk), source=desk_of(scene), now=before))[0][0] == "accepted"
    answers = apply(scene, event("0", scene.voters[1].pk), source=desk_of(scene))
    assert told(answers) == [("quarantined", "stage_sealed", "")]


def test_position_and_papers_are_kept_in_the_ledger(scene):
    place = {"latitude": -2.2096, "longitude": 113.9213, "accuracy": 12}
    apply(scene, event("0", scene.voters[0].pk, position=place, sticker=True, receipt=False))
    one = CoklitEvent.objects.get()
    assert (one.latitude, one.longitude, one.accuracy, one.sticker, one.receipt) == (*place.values(), True, False)


def test_error_undoes_everything_of_the_call(scene):
    said = event("0", scene.voters[0].pk)
    # There is no such batch: the ledger row breaks a foreign key.
    with pytest.raises(IntegrityError):
        apply(scene, said, source=replace(phone_of(scene), batch=new_id()))
    assert (*written(), revision_of(scene.tps)) == (0, 0, 0, 0)


def test_problems_are_all_but_accepted_and_duplicate():
    answers = [Answer("1", "accepted"), Answer("2", "duplicate"), Answer("3", "quarantined", "bad_value", "at", "No.")]
    assert problems_of(answers[:2]) is None
    assert problems_of(answers) == [
        {"id": "3", "status": "quarantined", "problem": "bad_value", "field": "at", "message": "No."}
    ]
