"""Several writers at once, each on a connection of its own: every event once, whoever was first."""

import pytest

from tests.scene import KOTA, NOW, make_pantarlih, make_tps, make_voters
from tests.voters.sync.events import PERSON, desk_of, event, phone_of, said, upload
from tests.voters.sync.threads import at_once
from voters.access import territory
from voters.models import Change, CoklitEvent, CoklitResult, Conflict, HeldEvent, Pantarlih, SyncBatch, Tps, Voter
from voters.sync.apply import apply_results
from voters.sync.receive import receive_batch
from voters.sync.replay import check

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def applied(scene, events, source):
    with territory(KOTA):
        return apply_results(kabkota=KOTA, tps=scene.tps.pk, events=events, source=source, now=NOW)


def revision_of(scene):
    return Tps.objects.get(kabkota_id=KOTA, pk=scene.tps.pk).revision


def test_same_upload_eight_times_at_once_is_counted_once(scene):
    held = said("4", scene.voters[0].pk)
    body = upload(scene.tps.pk, *[said("0", voter.pk) for voter in scene.voters], held)
    receipts = at_once(*[lambda: receive_batch(body, device=scene.device, now=NOW)] * 8)
    assert [receipt.applied for receipt in receipts] == [True] * 8
    statuses = sorted(answer.status for receipt in receipts for answer in receipt.answers)
    assert statuses == ["accepted"] * 3 + ["duplicate"] * 21 + ["quarantined"] * 8
    assert str(HeldEvent.objects.get().pk) == held["id"]
    assert (CoklitEvent.objects.count(), CoklitResult.objects.count(), Change.objects.count()) == (3, 3, 1)
    assert SyncBatch.objects.filter(state="applied").count() == 8


def test_overlapping_calls_leave_each_event_once(scene):
    voters = [*scene.voters, *make_voters(scene.tps, 27)]
    events = [event("0", voter.pk) for voter in voters]
    calls = [events[start : start + 15] for start in (0, 5, 10, 15)]
    answers = at_once(*[lambda part=part: applied(scene, part, phone_of(scene)) for part in calls])
    assert sum(answer.status == "accepted" for part in answers for answer in part) == 30
    assert CoklitEvent.objects.count() == 30
    assert CoklitEvent.objects.values("revision").distinct().count() == 30


def test_three_at_one_voter_leave_one_result_and_a_conflict_for_each_who_came_later(scene):
    voter = scene.voters[0].pk
    colleague = make_pantarlih(scene.tps, name="REKAN")[0]
    at_once(
        lambda: applied(scene, [event("0", voter)], phone_of(scene)),
        lambda: applied(scene, [event("1", voter)], phone_of(scene, colleague)),
        lambda: applied(scene, [event("3", voter)], desk_of(scene)),
    )
    ledger = list(CoklitEvent.objects.order_by("revision"))
    result = CoklitResult.objects.get()
    assert [one.contested for one in ledger] == [False, True, True]
    # The last one stands, unless it was a phone and the PPS had decided before it.
    last = [one for one in ledger if one.effect == "set"][-1]
    assert last is ledger[-1] or last.door == "pps"
    assert (result.code, result.event, result.revision) == (last.code, last.pk, 3)
    conflicts = Conflict.objects.filter(kabkota_id=KOTA, voter=voter)
    assert set(conflicts.values_list("event", flat=True)) == {one.pk for one in ledger[1:]}
    assert revision_of(scene) == 3
    assert check(KOTA).differing == 0


def test_corrections_of_different_fields_at_once_all_stand(scene):
    voter = scene.voters[0].pk
    fields = [{"rt": 3}, {"rw": 4}, {"name": "SITI"}, {"address": "JALAN"}]
    people = [make_pantarlih(scene.tps, name=f"REKAN {number}")[0] for number in range(4)]
    at_once(
        *[
            lambda said=said, who=who: applied(scene, [event("U", voter, corrected=said)], phone_of(scene, who))
            for said, who in zip(fields, people, strict=True)
        ]
    )
    assert CoklitResult.objects.get().corrected == {"rt": 3, "rw": 4, "name": "SITI", "address": "JALAN"}
    assert not CoklitEvent.objects.filter(contested=True).exists()


def test_equal_outcomes_of_many_at_once_are_one_result_and_no_conflict(scene):
    voter = scene.voters[0].pk
    people = [make_pantarlih(scene.tps, name=f"REKAN {number}")[0] for number in range(4)]
    sources = [desk_of(scene), *(phone_of(scene, who) for who in people)]
    answers = at_once(*[lambda by=by: applied(scene, [event("0", voter)], by) for by in sources])
    assert [answer.status for (answer,) in answers] == ["accepted"] * 5
    assert sorted(CoklitEvent.objects.values_list("effect", flat=True)) == ["same"] * 4 + ["set"]
    assert (CoklitResult.objects.get().synced, Conflict.objects.count()) == (True, 0)
    assert check(KOTA).differing == 0


def test_new_voter_of_one_nik_from_two_phones_at_once_is_one(scene):
    answers = at_once(*[lambda: applied(scene, [event("B", new=PERSON)], phone_of(scene))] * 4)
    assert sorted(part[0].status for part in answers) == ["accepted", "quarantined", "quarantined", "quarantined"]
    assert Voter.objects.filter(kabkota_id=KOTA, listed=False).count() == 1


def test_one_pantarlih_at_two_tps_at_once_keeps_the_sync_times(scene):
    other = make_tps(scene.election, number=2)
    voters = {scene.tps.pk: scene.voters[0], other.pk: make_voters(other, 1)[0]}

    def visit(tps):
        with territory(KOTA):
            said_there = [event("0", voters[tps].pk)]
            return apply_results(kabkota=KOTA, tps=tps, events=said_there, source=phone_of(scene), now=NOW)

    at_once(*[lambda tps=tps: visit(tps) for tps in voters])
    assert Pantarlih.objects.get().first_synced_at == NOW
    assert set(Change.objects.values_list("tps_id", flat=True)) == set(voters)
