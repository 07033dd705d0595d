"""`POST /api/v1/state`: a phone in trouble is heard."""

import json
from uuid import uuid4

import pytest

from coklit import clock
from tests.scene import KOTA, make_device, make_pantarlih
from voters import devices
from voters.models import Device, SyncAttempt, SyncBatch
from voters.sync.pressure import ask

pytestmark = pytest.mark.integration


def told(**fields):
    """A state as a phone writes it, its clock right."""
    state = {"sent_at": clock.now().isoformat(), "app_version": "1.2", "recorded": 130, "waiting": 12, "failed": 1}
    return json.dumps({**state, **fields}).encode()


def tell(client, token, body=None, **more):
    return client.post(
        "/api/v1/state",
        told() if body is None else body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", **more.pop("headers", {})},
        **more,
    )


def refused(response):
    return response.status_code, response.json()["error"]


def test_state_is_noted_on_the_device(client, scene, valkey):
    before = clock.now()
    response = tell(client, scene.token)
    assert (response.status_code, response.json()["status"]) == (200, "noted")
    device = Device.objects.get(kabkota_id=KOTA, pk=scene.device.pk)
    assert (device.recorded, device.waiting, device.failed, device.app_version) == (130, 12, 1, "1.2")
    assert (device.trouble, before <= device.seen_at <= clock.now()) == ("", True)
    assert abs(device.clock_offset) <= 1
    assert (SyncAttempt.objects.count(), SyncBatch.objects.count()) == (0, 0)


def test_answer_tells_the_phones_next_moment_in_its_own_zone(client, scene, valkey):
    told_at = tell(client, scene.token).json()["next_sync_at"]
    assert told_at.endswith("+07:00")
    again = client.get("/api/v1/tps", headers={"Authorization": f"Bearer {scene.token}"}).json()
    assert again["next_sync_at"] == told_at


def test_what_a_phone_leaves_out_stays_as_it_was(client, scene, valkey):
    tell(client, scene.token)
    tell(client, scene.token, json.dumps({"sent_at": clock.now().isoformat(), "waiting": 15, "failed": None}).encode())
    device = Device.objects.get(kabkota_id=KOTA, pk=scene.device.pk)
    assert (device.recorded, device.waiting, device.failed, device.app_version) == (130, 15, 1, "1.2")


def test_attempts_without_an_answer_are_on_record_once_and_mark_the_phone(client, scene, valkey):
    for number in (3, 3, 4):
        assert tell(client, scene.token, told(no_answer=number)).status_code == 200
    assert list(SyncAttempt.objects.values_list("outcome", "status", "size")) == [("no_answer", 0, None)] * 4
    device = Device.objects.get(kabkota_id=KOTA, pk=scene.device.pk)
    assert (device.trouble, device.trouble_at) == ("no_answer", SyncAttempt.objects.earliest("at").at)


def test_state_does_not_end_trouble(client, scene, valkey):
    tell(client, scene.token, told(no_answer=1))
    tell(client, scene.token, told(no_answer=0))
    assert Device.objects.get(kabkota_id=KOTA, pk=scene.device.pk).trouble == "no_answer"


def test_clock_that_is_wrong_by_centuries_is_noted(client, scene, valkey):
    for sent_at, offset in (("0001-01-01T00:00:00+14:00", -(2**31)), ("9999-12-31T23:59:59-12:00", 2**31 - 1)):
        assert tell(client, scene.token, told(sent_at=sent_at)).status_code == 200
        assert Device.objects.get(kabkota_id=KOTA, pk=scene.device.pk).clock_offset == offset


def test_state_is_taken_while_uploads_are_refused(client, scene, valkey, settings):
    settings.SYNC_SYSTEM_PER_SECOND = 0.001
    assert [ask(kabkota=KOTA, device=uuid4(), size=1).kind for _ in range(2)] == ["apply", "refuse"]
    assert tell(client, scene.token).status_code == 200


def test_phone_that_tells_too_often_is_answered_429_and_not_written(client, scene, valkey, settings):
    settings.SYNC_DEVICE_PER_MINUTE = 2
    assert [tell(client, scene.token).status_code for _ in range(2)] == [200, 200]
    response = tell(client, scene.token, told(recorded=999))
    assert refused(response) == (429, "too_often")
    assert 1 <= int(response["Retry-After"]) <= 900
    assert Device.objects.get(kabkota_id=KOTA, pk=scene.device.pk).recorded == 130


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"[]", ""),
        (b"{", ""),
        (b'{"app_version": "\xff"}', ""),
        (b"{}", ""),
        (told(sent_at="2024-07-03T19:42:10"), "sent_at"),
        (told(recorded=-1), "recorded"),
        (told(waiting=1_000_001), "waiting"),
        (told(failed="3"), "failed"),
        (told(no_answer=None), "no_answer"),
        (told(app_version="x" * 41), "app_version"),
        (told(app_version="a\0b"), "app_version"),
    ],
)
def test_state_in_another_form_is_answered_400_with_the_place(client, scene, valkey, body, field):
    response = tell(client, scene.token, body)
    assert refused(response) == (400, "unreadable")
    assert (response.json()["field"], bool(response.json()["message"])) == (field, True)
    assert Device.objects.get(kabkota_id=KOTA, pk=scene.device.pk).seen_at is None


def test_deeply_nested_body_and_lone_surrogate_are_answered_400(client, scene, valkey):
    for body in (b'{"x":' + b"[" * 2_000 + b"]" * 2_000 + b"}", told(app_version="\ud800")):
        assert refused(tell(client, scene.token, body)) == (400, "unreadable")


def test_unknown_fields_are_ignored(client, scene, valkey):
    assert tell(client, scene.token, told(battery=15)).status_code == 200


def test_state_over_four_kilobytes_is_answered_413_with_the_limit(client, scene, valkey):
    response = tell(client, scene.token, told(note="x" * 4_096))
    assert (refused(response), response.json()["limit"]) == ((413, "too_large"), 4096)
    assert tell(client, scene.token, told(note="x" * 3_900)).status_code == 200


@pytest.mark.parametrize("length", ["", "-1", "abc", "²", "9" * 5_000])
def test_state_without_a_length_is_answered_411(client, scene, valkey, length):
    response = tell(client, scene.token, CONTENT_LENGTH=length)
    assert refused(response) == (411, "length_required")


def test_compressed_state_is_answered_415(client, scene, valkey):
    response = tell(client, scene.token, headers={"Content-Encoding": "gzip"})
    assert refused(response) == (415, "unknown_encoding")


def test_unknown_and_unconfirmed_phones_are_told_so(client, scene, valkey):
    assert refused(tell(client, "ck1_6271_" + "A" * 43)) == (401, "unknown_device")
    waiting, token = make_device(make_pantarlih(scene.tps, name="REKAN")[0])
    Device.objects.filter(kabkota_id=KOTA, pk=waiting.pk).update(confirmed_at=None)
    assert refused(tell(client, token)) == (403, "device_unconfirmed")
    devices.revoke(device=scene.device, now=clock.now())
    assert refused(tell(client, scene.token)) == (401, "unknown_device")


def test_state_has_no_other_method(client, scene, valkey):
    assert client.get("/api/v1/state", headers={"Authorization": f"Bearer {scene.token}"}).status_code == 405
