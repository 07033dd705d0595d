"""One event that cannot be applied holds up no other; a fault of the server is no fault of the events."""

import datetime as dt

import pytest
from django.db import OperationalError

from tests.scene import KOTA, NOW, make_voters
from tests.voters.sync.events import event, refusing, said, upload
from voters.models import CoklitEvent, CoklitResult, HeldEvent, SyncBatch
from voters.sync.apply import Answer
from voters.sync.receive import apply_stored, receive_batch
from voters.sync.salvage import NothingApplies, piecewise
from voters.tasks import apply_stored_batches

pytestmark = pytest.mark.integration

EVENTS = [event("0") for _ in range(40)]
LATER = NOW + dt.timedelta(minutes=3)


def salvaged(poison, *, events=EVENTS, failed_before=(), give_up=False):
    """Statuses by piecewise, where any piece that holds an event of `poison` fails as a whole; and what went in."""
    taken = []

    def apply(piece):
        if any(one.id in poison for one in piece):
            raise ValueError("poison")
        taken.extend(piece)
        return [Answer(str(one.id), "accepted") for one in piece]

    answers = piecewise(apply, events, failed_before={str(own) for own in failed_before}, give_up=give_up)
    assert [answer.id for answer in answers] == [str(one.id) for one in events]
    return [answer.status for answer in answers], taken


@pytest.mark.parametrize("place", [0, 1, 17, 39])
def test_poisoned_event_alone_is_to_be_sent_again(db, place):
    statuses, taken = salvaged({EVENTS[place].id})
    assert statuses == ["accepted"] * place + ["retry"] + ["accepted"] * (39 - place)
    assert taken == [one for one in EVENTS if one is not EVENTS[place]]


def test_event_that_failed_before_is_quarantined_though_it_comes_alone(db):
    own = EVENTS[3].id
    assert salvaged({own}, failed_before={own})[0].count("quarantined") == 1
    assert salvaged({own}, failed_before={own}, events=EVENTS[3:4])[0] == ["quarantined"]


@pytest.mark.parametrize("number", [1, 9, 40])
def test_where_nothing_applies_the_fault_is_not_in_the_events(db, number):
    everything = {one.id for one in EVENTS}
    with pytest.raises(NothingApplies):
        salvaged(everything, events=EVENTS[:number])
    assert salvaged(everything, events=EVENTS[:number], give_up=True)[0] == ["quarantined"] * number
    # Events that failed before prove nothing of the server; the first one that did not does.
    with pytest.raises(NothingApplies):
        salvaged(everything, events=EVENTS[:number], failed_before={one.id for one in EVENTS[: number - 1]})


def test_nine_bad_ones_at_the_beginning_do_not_stop_the_good_ones(db):
    statuses, _ = salvaged({one.id for one in EVENTS[:9]})
    assert statuses == ["retry"] * 9 + ["accepted"] * 31


def test_fault_that_passes_is_not_taken_for_a_bad_event(db):
    def away(_):
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        piecewise(away, EVENTS, failed_before=(), give_up=True)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_one_of_250_is_told_to_come_again_and_held_the_second_time(scene):
    voters = [*scene.voters, *make_voters(scene.tps, 247)]
    events = [said("0", voter.pk) for voter in voters]
    poison = events[70]

    def send(*some, now=NOW):
        return receive_batch(upload(scene.tps.pk, *some), device=scene.device, now=now)

    with refusing(f"voter_id <> '{poison['voter']}'", "voters_coklitevent"):
        first = send(*events)
        statuses = [answer.status for answer in first.answers]
        assert (first.applied, statuses.count("accepted"), statuses[70]) == (True, 249, "retry")
        assert (CoklitEvent.objects.count(), CoklitResult.objects.count(), HeldEvent.objects.count()) == (249, 249, 0)
        for number in range(2):
            (answer,) = send(poison, now=LATER + number * dt.timedelta(hours=1)).answers
            assert (answer.status, answer.problem) == ("quarantined", "cannot_be_applied")
    held = HeldEvent.objects.get()
    assert (str(held.pk), held.problem, held.received_at) == (poison["id"], "cannot_be_applied", LATER)
    assert not SyncBatch.objects.exclude(state="applied").exists()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_upload_of_which_nothing_applies_waits_and_is_given_up_in_the_end(scene):
    with refusing():
        receipt = receive_batch(upload(scene.tps.pk, said("0", scene.voters[0].pk)), device=scene.device, now=NOW)
        assert (receipt.applied, receipt.answers) == (False, [])
        batch = SyncBatch.objects.get()
        with pytest.raises(NothingApplies):
            apply_stored(kabkota=KOTA, batch=batch.pk, now=LATER)
        # The workers come more than an hour later: this fault stays.
        assert apply_stored_batches() == 1
    batch.refresh_from_db()
    assert (batch.state, batch.accepted, HeldEvent.objects.get().problem) == ("applied", 0, "cannot_be_applied")
    assert CoklitEvent.objects.count() == 0
