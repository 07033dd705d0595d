"""Results made anew from the ledger are the results; a difference is found and named."""

import datetime as dt

import pytest
from django.core.management import call_command

from tests.scene import FOREIGN_KOTA, KOTA, NEXT_KELURAHAN, NOW, make_pantarlih, make_tps
from tests.voters.sync.events import PERSON, desk_of, event, phone_of
from voters.access import territory
from voters.models import CoklitEvent, CoklitResult, Conflict, OutcomeCode, Voter
from voters.sync.apply import apply_results
from voters.sync.replay import Check, check

pytestmark = pytest.mark.integration


def apply(scene, *events, source=None, tps=None, now=NOW):
    source = source or phone_of(scene)
    with territory(KOTA):
        return apply_results(kabkota=KOTA, tps=tps or scene.tps.pk, events=events, source=source, now=now)


def test_no_ledger_is_no_difference(scene):
    assert check(KOTA) == Check(events=0, voters=0, differing=0, first=[])


def test_every_kind_of_history_is_made_again(scene):
    first, second, third = (voter.pk for voter in scene.voters)
    colleague = make_pantarlih(scene.tps, name="REKAN")[0]
    new, gone = event("B"), event("B", new={**PERSON, "nik": "6271990101800009"})
    # Several events of one voter in one call, from several people, corrected, TMS, active again, taken back.
    apply(scene, event("U", first, corrected={"rt": 3}), event("U", first, corrected={"rw": 4}), event("1", second))
    apply(scene, event("U", first, corrected={"name": "SITI"}), source=phone_of(scene, colleague))
    apply(scene, event("0", second), event("0", third), source=desk_of(scene))
    apply(scene, event("3", third), event("1", second, evidence="ada"), source=desk_of(scene))
    apply(scene, new, gone, event("X", gone.voter), event("B", new.voter, new={**PERSON, "rt": 7}))
    assert check(KOTA) == Check(events=12, voters=5, differing=0, first=[])


def test_conflicts_confirmations_and_decisions_are_made_again(scene):
    first, second, third = (voter.pk for voter in scene.voters)
    colleague = phone_of(scene, make_pantarlih(scene.tps, name="REKAN")[0])
    new = event("B")
    apply(scene, event("U", first, corrected={"rt": 3}), event("1", second), event("0", third), new)
    # Another value and an equal one, proof and papers that are added, a conflict that stays and one that is settled.
    apply(scene, event("U", first, corrected={"rt": 4, "rw": 5}), source=colleague)
    apply(scene, event("1", second, evidence="ada", sticker=True), event("1", third), source=colleague)
    seen = {"base_revision": 99}
    apply(scene, event("0", third, **seen), event("B", new.voter, **seen), source=desk_of(scene))
    # What the PPS decided, and older phones: outranked, merged, confirmed.
    apply(scene, event("3", third), event("X", new.voter), source=colleague)
    apply(scene, event("U", second, corrected={"rt": 9}, **seen), source=desk_of(scene))
    apply(scene, event("U", second, corrected={"rt": 8, "rw": 7}, receipt=True), event("0", third), source=colleague)
    effects = list(CoklitEvent.objects.order_by("revision").values_list("effect", flat=True))
    assert [effects.count(effect) for effect in ("set", "same", "kept")] == [9, 2, 3]
    assert check(KOTA) == Check(events=14, voters=4, differing=0, first=[])
    assert Conflict.objects.filter(settled_at__isnull=True).count() == 4
    assert Voter.objects.get(kabkota_id=KOTA, pk=new.voter).deleted_at is None


def test_table_of_codes_changed_later_makes_no_difference(scene):
    apply(scene, event("1", scene.voters[0].pk))
    OutcomeCode.objects.filter(code="1").update(proof="", by_pantarlih=False)
    assert check(KOTA).differing == 0


def test_voter_who_was_moved_keeps_the_order_of_the_results(scene):
    voter, other = scene.voters[0], make_tps(scene.election, NEXT_KELURAHAN)
    for code in "0131":
        apply(scene, event(code, voter.pk))
    # As a list import moves a voter: the new TPS' revision is newer than that of the old one.
    type(other).objects.filter(kabkota_id=KOTA, pk=other.pk).update(revision=5)
    Voter.objects.filter(kabkota_id=KOTA, pk=voter.pk).update(tps_id=other.pk)
    apply(scene, event("0", voter.pk), tps=other.pk, now=NOW + dt.timedelta(days=1))
    assert CoklitResult.objects.get().code == "0"
    assert check(KOTA).differing == 0


@pytest.mark.parametrize(
    "change",
    [
        {"code": "3"},
        {"corrected": {"rt": 4}},
        {"evidence": "ada"},
        {"synced": False},
        {"revision": 3},
        {"by_pantarlih": None},
        {"event": "0188d0a0-0000-7000-8000-000000000000"},
        {"door": "pps"},
        {"sticker": True},
        {"receipt": None},
    ],
)
def test_result_that_was_changed_by_hand_is_found(scene, change):
    voter = scene.voters[1].pk
    apply(scene, event("0", scene.voters[0].pk), event("U", voter, corrected={"rt": 3}, sticker=False, receipt=True))
    CoklitResult.objects.filter(kabkota_id=KOTA, voter=voter).update(**change)
    assert check(KOTA) == Check(events=2, voters=2, differing=1, first=[voter])


def test_conflict_that_was_opened_or_settled_by_hand_is_found(scene):
    first, second, _ = (voter.pk for voter in scene.voters)
    apply(scene, event("0", first), event("0", second))
    apply(scene, event("1", first), source=phone_of(scene, make_pantarlih(scene.tps, name="REKAN")[0]))
    assert check(KOTA).differing == 0
    opened = Conflict.objects.filter(kabkota_id=KOTA, voter=first)
    opened.update(voter=second)
    assert (check(KOTA).differing, set(check(KOTA).first)) == (2, {first, second})
    opened.model.objects.update(voter=first, settled_at=NOW)
    assert check(KOTA).first == [first]


def test_result_that_is_missing_or_that_no_event_made_is_found(scene):
    first, second, _ = scene.voters
    apply(scene, event("0", first.pk))
    CoklitResult.objects.filter(kabkota_id=KOTA, voter=first.pk).update(voter=second.pk)
    found = check(KOTA)
    assert (found.differing, set(found.first)) == (2, {first.pk, second.pk})


def test_new_voter_taken_back_by_hand_is_found(scene):
    new = event("B")
    apply(scene, new)
    Voter.objects.filter(kabkota_id=KOTA, pk=new.voter).update(deleted_at=NOW)
    assert check(KOTA).first == [new.voter]


def test_command_says_that_nothing_differs(scene, capsys):
    apply(scene, event("0", scene.voters[0].pk))
    call_command("check_ledger")
    assert capsys.readouterr().out == "1 voters with 1 events: 0 differ from the ledger.\n"
    call_command("check_ledger", kabkota=FOREIGN_KOTA)
    assert capsys.readouterr().out == "0 voters with 0 events: 0 differ from the ledger.\n"


def test_command_names_the_voters_and_ends_with_1(scene, capsys):
    voter = scene.voters[0].pk
    apply(scene, event("0", voter))
    CoklitResult.objects.filter(kabkota_id=KOTA).update(code="1")
    with pytest.raises(SystemExit) as ended:
        call_command("check_ledger")
    assert ended.value.code == 1
    assert capsys.readouterr().out == (
        f"62.71: 1 differ, the first 10 at most: {voter}\n1 voters with 1 events: 1 differ from the ledger.\n"
    )
