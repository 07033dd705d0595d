"""The phones' door: bytes are kept whatever happens, and applied once."""

import datetime as dt
import gzip
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection

from coklit import clock
from tests.scene import IN_OFFICE_SINCE, KOTA, NOW, make_tps
from tests.voters.sync.events import refusing, said, upload
from voters.models import (
    Assignment,
    Change,
    CoklitEvent,
    CoklitResult,
    Device,
    HeldEvent,
    Pantarlih,
    Stage,
    SyncBatch,
)
from voters.placement import new_id
from voters.sync.payload import MAX_BYTES, Unreadable
from voters.sync.receive import NotYourTps, apply_stored, receive_batch
from voters.sync.wire import BadEncoding, TooLarge
from voters.tasks import apply_stored_batches

pytestmark = pytest.mark.integration

LATER = NOW + dt.timedelta(minutes=3)


def receive(scene, *events, tps=None, **fields):
    body = upload(tps or scene.tps.pk, *events, **fields)
    return body, receive_batch(body, device=scene.device, now=NOW)


def test_bytes_are_stored_as_they_came(scene):
    body, receipt = receive(
        scene, said("0", scene.voters[0].pk), app_version="1.4", attempts=2, recorded=9, waiting=4, failed=1
    )
    assert receipt.applied
    batch = SyncBatch.objects.get()
    assert bytes(batch.body) == body
    assert bytes(batch.body_hash) == hashlib.sha256(body).digest()
    assert (batch.phone_batch, batch.device_id, batch.tps_id) == (receipt.batch, scene.device.pk, scene.tps.pk)
    assert (batch.app_version, batch.attempts, batch.recorded, batch.waiting, batch.failed) == ("1.4", 2, 9, 4, 1)
    assert (batch.state, batch.received_at, batch.applied_at) == ("applied", NOW, NOW)
    assert (batch.events, batch.accepted, batch.problems) == (1, 1, None)


def test_ledger_names_its_batch(scene):
    receive(scene, said("0", scene.voters[0].pk))
    assert CoklitEvent.objects.get().batch_id == SyncBatch.objects.get().pk


def test_bad_events_are_answered_and_kept_with_the_batch(scene):
    wrong, unknown = said("1", evidence="mungkin"), said("0", new_id())
    _, receipt = receive(scene, wrong, said("0", scene.voters[0].pk), unknown, None)
    assert [(bytes(held.raw), held.problem) for held in HeldEvent.objects.order_by("problem", "raw")] == [
        (b"null", "bad_value"),
        (json.dumps(wrong).encode(), "bad_value"),
        (json.dumps(unknown).encode(), "unknown_voter"),
    ]
    assert [(a.id, a.status, a.problem, a.field) for a in receipt.answers][1:] == [
        (unknown["id"], "quarantined", "unknown_voter", "voter"),
        (wrong["id"], "quarantined", "bad_value", "evidence"),
        ("", "quarantined", "bad_value", "events[3]"),
    ]
    batch = SyncBatch.objects.get()
    assert (batch.events, batch.accepted) == (4, 1)
    assert [problem["problem"] for problem in batch.problems] == ["unknown_voter", "bad_value", "bad_value"]


def test_repeated_upload_is_kept_and_counts_once(scene):
    body, _ = receive(scene, said("0", scene.voters[0].pk))
    again = receive_batch(body, device=scene.device, now=LATER)
    assert (again.applied, [answer.status for answer in again.answers]) == (True, ["duplicate"])
    assert (SyncBatch.objects.count(), CoklitEvent.objects.count(), Change.objects.count()) == (2, 1, 1)


def seen(scene):
    device = Device.objects.get(kabkota_id=KOTA, pk=scene.device.pk)
    return device.seen_at, device.app_version


def test_device_tells_when_it_last_came_and_with_which_app(scene):
    other = Device.objects.create(
        kabkota_id=KOTA, pantarlih=scene.device.pantarlih, token_hash=b"x" * 32, issued_at=NOW, revoked_at=NOW
    )
    assert seen(scene) == (None, "")
    receive_batch(upload(scene.tps.pk, app_version="1.4"), device=scene.device, now=NOW)
    receive_batch(upload(scene.tps.pk, app_version="1.5"), device=scene.device, now=LATER)
    assert seen(scene) == (LATER, "1.5")
    assert Device.objects.get(kabkota_id=KOTA, pk=other.pk).seen_at is None


def test_batch_applied_late_does_not_make_the_device_older(scene):
    receive(scene, app_version="1.4")
    receive_batch(upload(scene.tps.pk, app_version="1.5"), device=scene.device, now=LATER)
    SyncBatch.objects.filter(kabkota_id=KOTA, app_version="1.4").update(state="stored")
    waiting = SyncBatch.objects.get(kabkota_id=KOTA, state="stored")
    assert apply_stored(kabkota=KOTA, batch=waiting.pk, now=LATER + dt.timedelta(hours=1))
    assert seen(scene) == (LATER, "1.5")


def test_empty_upload_is_stored_and_is_no_sync(scene):
    _, receipt = receive(scene)
    assert (receipt.applied, receipt.answers) == (True, [])
    assert Device.objects.get(pk=scene.device.pk).seen_at == NOW
    assert SyncBatch.objects.get().state == "applied"
    assert Pantarlih.objects.get().first_synced_at is None
    assert Change.objects.count() == 0


@pytest.mark.parametrize("body", [b"", b"{", upload(new_id(), sent_at="kemarin"), b"\x00" * 20])
def test_unreadable_upload_is_kept_once_and_applied_never(scene, body):
    for now in (NOW, LATER):
        with pytest.raises(Unreadable):
            receive_batch(body, device=scene.device, now=now)
    kept = SyncBatch.objects.get()
    assert (bytes(kept.body), bytes(kept.body_hash)) == (body, hashlib.sha256(body).digest())
    assert (kept.state, kept.phone_batch, kept.tps_id, kept.received_at) == ("unreadable", None, None, NOW)
    assert apply_stored(kabkota=KOTA, batch=kept.pk, now=LATER) is None


def test_compressed_upload_is_kept_as_it_came(scene):
    body = gzip.compress(upload(scene.tps.pk, said("0", scene.voters[0].pk)))
    receipt = receive_batch(body, device=scene.device, now=NOW, encoding="gzip")
    batch = SyncBatch.objects.get()
    assert (receipt.applied, batch.encoding, bytes(batch.body)) == (True, "gzip", body)


def test_upload_that_is_too_large_or_cut_off_writes_nothing(scene):
    body = gzip.compress(upload(scene.tps.pk))
    for wrong, sent in ((BadEncoding, body[:-1]), (TooLarge, gzip.compress(b" " * (MAX_BYTES + 1)))):
        with pytest.raises(wrong):
            receive_batch(sent, device=scene.device, now=NOW, encoding="gzip")
    assert SyncBatch.objects.count() == 0


def test_tps_never_served_is_refused_and_writes_nothing(scene):
    other = make_tps(scene.election, number=2)
    for tps in (other.pk, new_id()):
        with pytest.raises(NotYourTps):
            receive(scene, tps=tps)
    assert SyncBatch.objects.count() == 0


def test_results_of_a_closed_assignment_are_still_taken(scene):
    Assignment.objects.filter(kabkota_id=KOTA).update(to_day=IN_OFFICE_SINCE + dt.timedelta(days=30))
    _, receipt = receive(scene, said("0", scene.voters[0].pk))
    assert [answer.status for answer in receipt.answers] == ["accepted"]


@pytest.mark.parametrize(
    ("phone_clock", "offset"),
    [
        ("2023-03-04T12:00:00+07:00", 0),
        ("2023-03-04T14:00:00+07:00", 7200),
        ("1970-01-01T07:00:00+07:00", -1_677_906_000),
    ],
)
def test_wrong_clock_is_kept_as_its_offset_and_taken_off_the_events(scene, phone_clock, offset):
    _, receipt = receive(scene, said("0", scene.voters[0].pk, at=phone_clock), sent_at=phone_clock)
    assert [answer.status for answer in receipt.answers] == ["accepted"]
    batch, event = SyncBatch.objects.get(), CoklitEvent.objects.get()
    assert (batch.clock_offset, batch.phone_at) == (offset, dt.datetime.fromisoformat(phone_clock))
    assert (batch.received_at, event.event_at, event.ahead) == (NOW, NOW, False)
    assert CoklitResult.objects.get().event_at == NOW


def test_time_that_lies_in_the_future_after_the_correction_is_flagged(scene):
    # The clock was put back by two hours between saving and sending.
    receive(scene, said("0", scene.voters[0].pk, at="2023-03-04T14:00:00+07:00"))
    assert CoklitEvent.objects.get().ahead is True


def test_clock_that_cannot_be_corrected_makes_its_events_late(scene):
    far = "2999-12-31T23:59:59+07:00"
    _, receipt = receive(scene, said("0", scene.voters[0].pk, at=far), sent_at=far)
    assert [(answer.status, answer.late) for answer in receipt.answers] == [("accepted", True)]
    assert (SyncBatch.objects.get().clock_offset, HeldEvent.objects.get().ahead) == (2**31 - 1, True)


def test_late_events_wait_and_the_others_are_applied(scene):
    # The day before coklit began, and an hour ago.
    early = said("1", scene.voters[0].pk, at="2023-02-11T23:59:59+07:00")
    _, receipt = receive(scene, early, said("0", scene.voters[1].pk))
    assert [(answer.status, answer.late) for answer in receipt.answers] == [("accepted", True), ("accepted", False)]
    held, batch = HeldEvent.objects.get(), SyncBatch.objects.get()
    assert (held.pk, held.kind, held.problem, held.voter) == (UUID(early["id"]), "late", "", scene.voters[0].pk)
    assert (batch.events, batch.accepted) == (2, 1)
    assert batch.problems == [{"id": early["id"], "status": "accepted", "late": True}]
    assert CoklitEvent.objects.get().code == "0"


def test_result_that_was_made_in_time_is_applied_after_the_last_day(scene):
    receive_batch(upload(scene.tps.pk, said("0", scene.voters[0].pk)), device=scene.device, now=NOW)
    after = dt.datetime(2023, 3, 20, tzinfo=dt.UTC)
    body = upload(scene.tps.pk, said("0", scene.voters[1].pk), sent_at=after.isoformat())
    receive_batch(body, device=scene.device, now=after)
    assert list(CoklitEvent.objects.order_by("revision").values_list("timing", flat=True)) == ["", "after"]


def test_what_comes_after_the_seal_is_late(scene):
    Stage.objects.filter(election=scene.election, kind="coklit").update(sealed_at=NOW)
    _, receipt = receive(scene, said("0", scene.voters[0].pk))
    assert [(answer.status, answer.late) for answer in receipt.answers] == [("accepted", True)]
    assert CoklitEvent.objects.count() == 0


def test_values_at_the_limits_of_the_protocol_are_applied(scene):
    person = json.loads(upload(scene.tps.pk, said("B")))["events"][0]["new"]
    person |= {"name": "Ñ" * 100, "birth_place": "é" * 60, "address": "\n" * 150, "rt": 999, "rw": 999}
    events = [said("B", new=person), said("0", scene.voters[0].pk, base_revision=2**62)]
    _, receipt = receive(scene, *events, app_version="v" * 40, attempts=10**6)
    assert (receipt.applied, [answer.status for answer in receipt.answers]) == (True, ["accepted", "accepted"])


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_upload_that_cannot_be_applied_is_stored_and_applied_later_once(scene):
    with refusing():
        body, receipt = receive(scene, said("0", scene.voters[0].pk))
        assert (receipt.applied, receipt.answers) == (False, [])
        SyncBatch.objects.filter(kabkota_id=KOTA).update(received_at=clock.now())
        assert apply_stored_batches() == 0
    batch = SyncBatch.objects.get()
    assert (bytes(batch.body), batch.state, CoklitEvent.objects.count()) == (body, "stored", 0)
    assert apply_stored_batches() == 1
    assert apply_stored_batches() == 0
    batch.refresh_from_db()
    assert (batch.state, batch.accepted, CoklitEvent.objects.count()) == ("applied", 1, 1)
    assert CoklitResult.objects.get().code == "0"


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_later_upload_waits_behind_an_earlier_one_of_the_same_phone(scene):
    voter = scene.voters[0].pk
    with refusing():
        receive(scene, said("0", voter))
    later = receive_batch(upload(scene.tps.pk, said("1", voter)), device=scene.device, now=LATER)
    assert (later.applied, CoklitEvent.objects.count()) == (False, 0)
    assert apply_stored_batches() == 2
    result = CoklitResult.objects.get()
    assert (result.code, result.received_at) == ("1", LATER)
    assert list(CoklitEvent.objects.order_by("revision").values_list("received_at", flat=True)) == [NOW, LATER]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_stored_upload_is_applied_by_one_of_two_workers(scene):
    with refusing():
        receive(scene, said("0", scene.voters[0].pk))
    batch = SyncBatch.objects.get().pk
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(apply_in_thread, batch) for _ in range(2)]
    assert {one.result() for one in done} == {None, "applied"}
    assert CoklitEvent.objects.count() == 1


def test_batch_that_is_applied_is_not_applied_again(scene):
    receive(scene, said("0", scene.voters[0].pk))
    batch = SyncBatch.objects.get()
    assert apply_stored(kabkota=KOTA, batch=batch.pk, now=LATER) is None
    assert apply_stored(kabkota=KOTA, batch=new_id(), now=LATER) is None


def apply_in_thread(batch):
    """On a connection of its own."""
    try:
        return apply_stored(kabkota=KOTA, batch=batch, now=LATER)
    finally:
        connection.close()


@pytest.mark.parametrize("hours", [-23, 23])
def test_moments_in_a_zone_that_postgresql_does_not_know_are_kept_in_utc(scene, hours):
    there = NOW.astimezone(dt.timezone(dt.timedelta(hours=hours))).isoformat()
    _, receipt = receive(scene, said("0", scene.voters[0].pk, at=there), sent_at=there)
    assert [answer.status for answer in receipt.answers] == ["accepted"]
    assert (SyncBatch.objects.get().phone_at, CoklitEvent.objects.get().event_at) == (NOW, NOW)
