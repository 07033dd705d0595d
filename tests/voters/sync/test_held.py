"""Events beside the ledger: held once, decided once, and told the same to a phone that sends them again."""

import datetime as dt
import json
from uuid import UUID

import pytest

from tests.scene import KELURAHAN, KOTA, NOW, make_device, make_pantarlih
from tests.voters.sync.events import PERSON, desk_of, event, said, upload
from tests.voters.sync.threads import at_once
from voters.access import territory
from voters.models import (
    Change,
    CoklitEvent,
    CoklitResult,
    HeldEvent,
    OutcomeCode,
    Pantarlih,
    Stage,
    TrailEntry,
    Voter,
)
from voters.placement import new_id
from voters.sync import held
from voters.sync.apply import apply_results
from voters.sync.held import DecisionRefused
from voters.sync.receive import receive_batch
from voters.sync.replay import check

pytestmark = pytest.mark.integration

LATER = NOW + dt.timedelta(minutes=3)
TOMORROW = NOW + dt.timedelta(days=1)
# Before the first day of coklit.
TOO_EARLY = "2023-02-11T12:00:00+07:00"


def send(scene, *events, device=None, now=NOW, **fields):
    """The answers to an upload, as (status, problem, late)."""
    body = upload(scene.tps.pk, *events, **fields)
    receipt = receive_batch(body, device=device or scene.device, now=now)
    return [(answer.status, answer.problem, answer.late) for answer in receipt.answers]


def quarantined(scene):
    """A held result whose code a pantarlih may not set, and the event."""
    sent = said("4", scene.voters[0].pk)
    assert send(scene, sent) == [("quarantined", "code_not_allowed", False)]
    return HeldEvent.objects.get(), sent


def late(scene):
    """A held result from before the first day, and the event."""
    sent = said("0", scene.voters[0].pk, at=TOO_EARLY)
    assert send(scene, sent) == [("accepted", "", True)]
    return HeldEvent.objects.get(), sent


def decide(verb, row, scene, **more):
    with territory(KOTA):
        return verb(held=row, by=scene.kpu, now=TOMORROW, **more)


def allow(code):
    OutcomeCode.objects.filter(stage="coklit", code=code).update(by_pantarlih=True)


def refused(verb, row, scene, **more):
    with pytest.raises(DecisionRefused) as found:
        decide(verb, row, scene, **more)
    assert str(found.value)
    return found.value.code


# Holding.


def test_held_event_keeps_what_came_and_who_sent_it(scene):
    row, sent = quarantined(scene)
    assert (row.pk, bytes(row.raw), row.voter, row.code) == (
        *(UUID(sent["id"]), json.dumps(sent).encode(), scene.voters[0].pk, "4"),
    )
    assert (row.kind, row.problem, row.field, row.state) == ("quarantine", "code_not_allowed", "code", "waiting")
    assert (row.tps_id, row.pantarlih_id, row.device_id) == (scene.tps.pk, scene.pantarlih.pk, scene.device.pk)
    assert (row.event_at, row.received_at, row.ahead) == (NOW, NOW, False)
    assert (CoklitEvent.objects.count(), Change.objects.count()) == (0, 0)


BROKEN = {
    "NUL": b"\\u0000",
    "lone surrogate": b"\\ud800",
    "invalid UTF-8": b"\xff",
    "NaN": b'", "rt": NaN, "address": "',
}


@pytest.mark.parametrize("damage", BROKEN.values(), ids=BROKEN)
def test_damaged_event_is_held_once_however_it_is_sent_again(scene, damage):
    wrong, good = said("U", scene.voters[0].pk, corrected={"name": "SI?TI"}), said("0", scene.voters[1].pk)
    # With others, alone, beside one that makes the upload be read in another way, and from the next phone.
    uploads = [[good, wrong], [wrong], [wrong, {"a": float("nan")}], [good, wrong]]
    for number, events in enumerate(uploads):
        device = make_device(scene.pantarlih)[0] if number == 3 else scene.device
        body = upload(scene.tps.pk, *events).replace(b"?", damage)
        answers = receive_batch(body, device=device, now=NOW).answers
        told = next(answer for answer in answers if answer.id == wrong["id"])
        assert (told.status, told.problem) == ("quarantined", "bad_value")
    assert HeldEvent.objects.exclude(raw=b'{"a": NaN}').count() == 1
    assert CoklitEvent.objects.get().id == UUID(good["id"])


@pytest.mark.parametrize("make", [quarantined, late])
def test_event_is_held_once_and_answered_the_same_again(scene, make):
    row, sent = make(scene)
    first = [("accepted", "", True)] if make is late else [("quarantined", row.problem, False)]
    assert send(scene, sent, now=LATER) == first
    assert send(scene, sent, sent, now=LATER) == first * 2
    assert HeldEvent.objects.get().received_at == NOW


@pytest.mark.parametrize(("code", "at", "problem"), [("4", NOW.isoformat(), "code_not_allowed"), ("0", TOO_EARLY, "")])
def test_other_content_under_the_id_of_a_held_event_is_held_as_well(scene, code, at, problem):
    one = said(code, scene.voters[0].pk, at=at)
    other = {**one, "voter": str(scene.voters[1].pk)}
    # In one upload, and again.
    assert send(scene, one, other)[1] == ("conflict", "id_reused", False)
    assert send(scene, other) == [("conflict", "id_reused", False)]
    assert sorted(HeldEvent.objects.values_list("problem", flat=True)) == sorted([problem, "id_reused"])


def test_other_content_under_the_id_of_a_ledger_event_is_held(scene):
    one = said("0", scene.voters[0].pk)
    send(scene, one)
    other = {**one, "code": "1"}
    for _ in range(2):
        assert send(scene, other) == [("conflict", "id_reused", False)]
    row = HeldEvent.objects.get()
    assert (row.pk != UUID(one["id"]), row.code, row.kind) == (True, "1", "quarantine")
    # It cannot take the place of the first: the office enters it itself, or sets it aside.
    assert refused(held.release, row, scene) == "id_reused"


# Release.


def test_quarantined_event_is_released_once_its_code_is_allowed(scene):
    row, sent = quarantined(scene)
    assert refused(held.release, row, scene) == "code_not_allowed"
    row.refresh_from_db()
    assert (row.state, CoklitEvent.objects.count()) == ("waiting", 0)
    allow("4")
    answer = decide(held.release, row, scene, note=" dicek ")
    assert (answer.status, answer.problem) == ("accepted", "")
    ledger, result = CoklitEvent.objects.get(), CoklitResult.objects.get()
    assert (str(ledger.pk), ledger.by_pantarlih_id, ledger.door, ledger.batch_id, ledger.timing) == (
        *(sent["id"], scene.pantarlih.pk, "phone", row.batch_id, ""),
    )
    assert (result.code, result.synced, Pantarlih.objects.get().first_synced_at) == ("4", True, NOW)
    row.refresh_from_db()
    assert (row.state, row.settled_by, row.settled_at, row.note, row.event) == (
        *("applied", scene.kpu, TOMORROW, "dicek", ledger.pk),
    )
    assert (Change.objects.count(), check(KOTA).differing) == (1, 0)


def test_late_event_that_is_accepted_is_marked_late_in_the_ledger(scene):
    row, sent = late(scene)
    decide(held.release, row, scene)
    ledger = CoklitEvent.objects.get()
    assert (str(ledger.pk), ledger.timing, ledger.received_at) == (sent["id"], "late", NOW)
    assert CoklitResult.objects.get().code == "0"


def test_late_event_after_the_seal_can_still_be_accepted(scene):
    Stage.objects.filter(election=scene.election, kind="coklit").update(sealed_at=NOW)
    send(scene, said("0", scene.voters[0].pk))
    decide(held.release, HeldEvent.objects.get(), scene)
    assert CoklitEvent.objects.get().timing == "late"


def test_late_event_that_breaks_a_rule_is_not_let_in(scene):
    send(scene, said("4", scene.voters[0].pk, at=TOO_EARLY))
    assert refused(held.release, HeldEvent.objects.get(), scene) == "code_not_allowed"
    assert CoklitEvent.objects.count() == 0


def test_released_event_is_judged_by_what_stands_now(scene):
    row, _ = quarantined(scene)
    allow("4")
    with territory(KOTA):
        apply_results(
            kabkota=KOTA, tps=scene.tps.pk, events=[event("0", scene.voters[0].pk)], source=desk_of(scene), now=LATER
        )
    answer = decide(held.release, row, scene)
    assert (answer.status, answer.problem, CoklitResult.objects.get().code) == ("conflict", "pps_decided", "0")
    row.refresh_from_db()
    assert (row.state, check(KOTA).differing) == ("applied", 0)


def test_damaged_event_cannot_be_released(scene):
    send(scene, said("0", scene.voters[0].pk, evidence="mungkin"))
    assert refused(held.release, HeldEvent.objects.get(), scene) == "unreadable"


def test_clock_of_the_phone_is_taken_off_a_released_event(scene):
    allow_later = said("4", scene.voters[0].pk, at="2023-03-04T14:00:00+07:00")
    send(scene, allow_later, sent_at="2023-03-04T14:00:00+07:00")
    allow("4")
    decide(held.release, HeldEvent.objects.get(), scene)
    assert CoklitEvent.objects.get().event_at == NOW


# The other decisions.


def test_late_event_is_carried_to_the_next_stage_and_a_quarantined_one_is_not(scene):
    row, _ = late(scene)
    decide(held.carry, row, scene)
    row.refresh_from_db()
    assert (row.state, row.event, CoklitEvent.objects.count()) == ("carried", None, 0)
    send(scene, said("4", scene.voters[1].pk))
    assert refused(held.carry, HeldEvent.objects.get(kind="quarantine"), scene) == "not_late"


@pytest.mark.parametrize("note", ["", "  "])
def test_setting_aside_needs_a_reason(scene, note):
    row, _ = quarantined(scene)
    assert refused(held.discard, row, scene, note=note) == "note_missing"
    decide(held.discard, row, scene, note="Pemilih sudah didata ulang.")
    row.refresh_from_db()
    assert (row.state, row.note) == ("discarded", "Pemilih sudah didata ulang.")


def test_office_that_entered_the_result_itself_notes_its_event(scene):
    row, _ = quarantined(scene)
    own = new_id()
    decide(held.settle_corrected, row, scene, event=own, note="dari kertas")
    row.refresh_from_db()
    assert (row.state, row.event, row.note) == ("corrected", own, "dari kertas")


DECISIONS = {
    "applied": (held.release, {}),
    "corrected": (held.settle_corrected, {"event": UUID(int=7)}),
    "carried": (held.carry, {}),
    "discarded": (held.discard, {"note": "ganda"}),
}


@pytest.mark.parametrize("state", DECISIONS)
def test_decision_is_on_the_trail_and_is_not_taken_twice(scene, state):
    row, _ = late(scene)
    verb, more = DECISIONS[state]
    decide(verb, row, scene, **more)
    for again, details in DECISIONS.values():
        assert refused(again, row, scene, **details) == "decided"
    entry = TrailEntry.objects.get(verb=f"held_{state}")
    assert (entry.by_user, entry.region, entry.subject, entry.at) == (
        *(scene.kpu.pk, KELURAHAN, f"held:{row.pk}", TOMORROW),
    )
    assert (entry.before, entry.reason) == ({"kind": "late", "problem": ""}, more.get("note", ""))


@pytest.mark.parametrize(
    ("make", "state", "expected"),
    [
        (late, "applied", ("duplicate", "", False)),
        (late, "corrected", ("accepted", "", True)),
        (late, "carried", ("accepted", "", True)),
        (late, "discarded", ("accepted", "", True)),
        (quarantined, "applied", ("duplicate", "", False)),
        (quarantined, "corrected", ("quarantined", "code_not_allowed", False)),
        (quarantined, "discarded", ("quarantined", "set_aside", False)),
    ],
)
def test_event_sent_again_after_the_decision_is_answered_for_good(scene, make, state, expected):
    row, sent = make(scene)
    allow("4")
    verb, more = DECISIONS[state]
    decide(verb, row, scene, **more)
    number = CoklitEvent.objects.count()
    assert send(scene, sent, now=LATER) == [expected]
    assert (HeldEvent.objects.get().state, CoklitEvent.objects.count()) == (state, number)


def test_held_new_voter_is_released_once_the_nik_is_free(scene):
    other = event("B")
    with territory(KOTA):
        apply_results(kabkota=KOTA, tps=scene.tps.pk, events=[other], source=desk_of(scene), now=NOW)
    send(scene, said("B", new={**PERSON, "name": "YANG BENAR"}))
    row = HeldEvent.objects.get()
    assert refused(held.release, row, scene) == "nik_taken"
    with territory(KOTA):
        apply_results(
            kabkota=KOTA, tps=scene.tps.pk, events=[event("X", other.voter)], source=desk_of(scene), now=LATER
        )
    decide(held.release, row, scene)
    assert Voter.objects.get(kabkota_id=KOTA, pk=row.voter).name == "YANG BENAR"


def test_event_of_a_closed_assignment_is_released_as_its_pantarlihs(scene):
    row, _ = quarantined(scene)
    make_pantarlih(scene.tps, name="PENGGANTI")
    allow("4")
    decide(held.release, row, scene)
    assert CoklitEvent.objects.get().by_pantarlih_id == scene.pantarlih.pk


# At once.


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_are_one_decision(scene):
    row, _ = late(scene)

    def act(verb, **more):
        try:
            decide(verb, row, scene, **more)
        except DecisionRefused as refused:
            return refused.code
        return "done"

    answers = at_once(*[lambda: act(held.release), lambda: act(held.discard, note="ganda")] * 3)
    assert sorted(answers) == ["decided"] * 5 + ["done"]
    state = HeldEvent.objects.get().state
    assert CoklitEvent.objects.count() == (state == "applied")
    assert TrailEntry.objects.filter(verb__startswith="held_").count() == 1


@pytest.mark.django_db(transaction=True)
def test_release_and_a_phone_that_sends_it_again_at_once_are_one_event(scene):
    row, sent = late(scene)
    acts = [lambda: decide(held.release, row, scene), *[lambda: send(scene, sent, now=LATER)] * 5]
    answers = at_once(*acts)[1:]
    assert {answer for (answer,) in answers} <= {("accepted", "", True), ("duplicate", "", False)}
    assert (CoklitEvent.objects.count(), HeldEvent.objects.get().state) == (1, "applied")


def test_release_does_not_undo_what_the_same_pantarlih_said_later(scene):
    row, _sent = quarantined(scene)
    send(scene, said("0", scene.voters[0].pk), now=LATER)
    allow("4")
    assert refused(held.release, row, scene) == "newer_result"
    assert CoklitResult.objects.get().code == "0"


def test_after_the_seal_only_kpu_releases(scene):
    row, _sent = quarantined(scene)
    allow("4")
    Stage.objects.filter(election=scene.election, kind="coklit").update(sealed_at=LATER)
    with territory(KOTA), pytest.raises(DecisionRefused) as by_pps:
        held.release(held=row, by=scene.pps, now=TOMORROW)
    assert by_pps.value.code == "stage_sealed"
    with territory(KOTA):
        assert held.release(held=row, by=scene.kpu, now=TOMORROW).status == "accepted"


def test_first_attempt_with_results_that_are_known_is_answered_duplicate_and_holds_nothing(scene):
    sent, new = said("4", scene.voters[0].pk), said("0", scene.voters[1].pk)
    allow("4")
    assert send(scene, sent) == [("accepted", "", False)]
    OutcomeCode.objects.filter(code="4").update(by_pantarlih=False)
    # Refused by today's rules, but taken before: the look-up that a first attempt saves is made up for.
    assert send(scene, sent, new, attempts=1) == [("duplicate", "", False), ("accepted", "", False)]
    assert send(scene, new, attempts=1) == [("duplicate", "", False)]
    assert (HeldEvent.objects.count(), CoklitEvent.objects.count()) == (0, 2)


def test_note_that_names_a_person_by_number_is_refused_and_changes_nothing(scene):
    row, _sent = quarantined(scene)
    allow("4")
    for verb in (held.release, held.discard):
        assert refused(verb, row, scene, note="NIK 6271 9901 0180 0001 salah") == "looks_like_nik"
    row.refresh_from_db()
    assert (row.state, CoklitEvent.objects.count()) == ("waiting", 0)
