"""Claims: one for each mail, committed, and never taken back by anybody but a person."""

import datetime as dt

import pytest
from django.db import transaction

from reports import deliveries
from reports.deliveries import UNCERTAIN_AFTER, Repeat
from reports.models import Delivery
from tests.scene import KELURAHAN, NOW, TODAY

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

FAILED = Repeat((Delivery.State.FAILED,), before=NOW)
LATER = NOW + dt.timedelta(minutes=1)


def claim(scene, *, repeat=FAILED, now=NOW):
    return deliveries.claim(
        election=scene.election.pk, region=KELURAHAN, day=TODAY, user=scene.pps.pk, repeat=repeat, now=now
    )


def test_only_the_first_claim_is_given(scene):
    assert claim(scene)
    assert claim(scene, now=LATER) is None
    assert Delivery.objects.count() == 1


def test_a_failed_mail_is_claimed_anew_under_the_same_id(scene):
    first = claim(scene)
    deliveries.mark_failed(first, "550 no")
    assert claim(scene, now=LATER) == first
    assert Delivery.objects.values_list("state", "claimed_at", "error").get() == ("claimed", LATER, "")


def test_a_failed_mail_rests_until_its_time(scene):
    deliveries.mark_failed(claim(scene), "550 no")
    rested = Repeat((Delivery.State.FAILED,), before=NOW - dt.timedelta(seconds=1))
    assert claim(scene, repeat=rested, now=LATER) is None


def test_a_sent_mail_is_claimed_only_when_asked_for(scene):
    deliveries.mark_sent(claim(scene), NOW)
    assert claim(scene, now=LATER) is None
    assert claim(scene, repeat=Repeat((Delivery.State.SENT,), before=NOW), now=LATER)


def test_a_claim_inside_a_transaction_is_refused(scene):
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        claim(scene)


def test_marking_what_is_not_claimed_is_an_error(scene):
    delivery = claim(scene)
    deliveries.mark_sent(delivery, NOW)
    with pytest.raises(RuntimeError, match=str(delivery)):
        deliveries.mark_failed(delivery, "late")


def test_a_long_reason_is_cut_to_its_column(scene):
    deliveries.mark_failed(claim(scene), "x" * 1000)
    assert Delivery.objects.get().error == "x" * 300


def test_a_claim_is_uncertain_once_no_run_can_hold_it(scene):
    delivery = claim(scene)
    assert deliveries.uncertain(NOW + UNCERTAIN_AFTER - dt.timedelta(seconds=1)) == []
    assert [row.pk for row in deliveries.uncertain(NOW + UNCERTAIN_AFTER)] == [delivery]


def test_an_uncertain_mail_is_reclaimed_once(scene):
    claim(scene)
    later = NOW + UNCERTAIN_AFTER
    (row,) = deliveries.uncertain(later)
    assert deliveries.reclaim(row, later)
    assert not deliveries.reclaim(row, later)
