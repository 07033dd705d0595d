"""The phones' uploads: what is answered to whom, in which form."""

import gzip
import json

import pytest

from tests.scene import NOW, make_device, make_pantarlih, make_tps
from tests.voters.api.calls import get, said, send, upload
from tests.voters.sync.events import refusing
from voters import devices
from voters.models import CoklitEvent, Device, HeldEvent, SyncAttempt, SyncBatch
from voters.placement import new_id
from voters.sync.payload import MAX_BYTES
from voters.tasks import apply_stored_batches

pytestmark = pytest.mark.integration


def refused(response):
    return response.status_code, response.json()["error"]


def test_upload_is_applied_and_answered(client, scene):
    said_here, unknown = said("0", scene.voters[0].pk), said("0", new_id())
    body = upload(scene.tps.pk, said_here, unknown)
    response = send(client, body, scene.token)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    answer = response.json()
    assert answer.keys() == {"batch", "status", "results", "next_sync_at"}
    assert (answer["batch"], answer["status"]) == (json.loads(body)["batch"], "applied")
    accepted, refused = answer["results"]
    assert accepted == {"id": said_here["id"], "status": "accepted"}
    assert refused.pop("message")
    assert refused == {
        **{"id": unknown["id"], "status": "quarantined", "problem": "unknown_voter", "field": "voter"},
    }


def test_upload_sent_again_is_answered_duplicate(client, scene):
    body = upload(scene.tps.pk, said("0", scene.voters[0].pk))
    send(client, body, scene.token)
    response = send(client, body, scene.token)
    assert [one["status"] for one in response.json()["results"]] == ["duplicate"]
    assert CoklitEvent.objects.count() == 1


def test_compressed_upload_is_applied(client, scene):
    body = gzip.compress(upload(scene.tps.pk, said("0", scene.voters[0].pk)))
    response = send(client, body, scene.token, **{"Content-Encoding": "gzip"})
    assert [one["status"] for one in response.json()["results"]] == ["accepted"]


def test_late_result_is_accepted_and_waits(client, scene):
    response = send(client, upload(scene.tps.pk, said("0", scene.voters[0].pk, at=NOW.isoformat())), scene.token)
    (answer,) = response.json()["results"]
    assert (answer["status"], answer["late"]) == ("accepted", True)
    assert (HeldEvent.objects.get().kind, CoklitEvent.objects.count()) == ("late", 0)


@pytest.mark.parametrize("number", [1, 3])
def test_number_of_queries_does_not_grow_with_the_results(client, scene, number, django_assert_num_queries):
    body = upload(scene.tps.pk, *[said("0", voter.pk) for voter in scene.voters[:number]])
    # Token; scope in a savepoint (3), assignment, the batch; TPS with its rules, held, standings; ledger with
    # results, sync times, mark; batch and phone.
    with django_assert_num_queries(14):
        send(client, body, scene.token)


# Stored, and applied later.


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_upload_that_cannot_be_applied_is_answered_202_with_a_receipt(client, scene):
    sent = said("0", scene.voters[0].pk)
    with refusing():
        response = send(client, upload(scene.tps.pk, sent), scene.token)
    answer = response.json()
    assert (response.status_code, answer["status"], answer["results"]) == (202, "stored", [])
    assert answer["receipt"] == f"/api/v1/batches/{answer['batch']}"
    assert int(response["Retry-After"]) >= 1
    waiting = client.get(answer["receipt"], headers={"Authorization": f"Bearer {scene.token}"})
    assert (waiting.status_code, waiting.json(), int(waiting["Retry-After"]) >= 1) == (202, answer, True)
    assert apply_stored_batches() == 1
    applied = client.get(answer["receipt"], headers={"Authorization": f"Bearer {scene.token}"})
    assert (applied.status_code, applied.json()["status"], "Retry-After" in applied) == (200, "applied", False)
    assert applied.json()["results"] == [{"id": sent["id"], "status": "accepted"}]


def test_receipt_of_nobodys_or_another_phones_upload_is_answered_404(client, scene):
    body = upload(scene.tps.pk, said("0", scene.voters[0].pk))
    send(client, body, scene.token)
    _, token = make_device(make_pantarlih(scene.tps, name="REKAN")[0])
    for batch, who in ((json.loads(body)["batch"], token), (new_id(), scene.token)):
        assert refused(get(client, f"batches/{batch}", who)) == (404, "unknown_batch")


# Refusals.


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"\0", {"position": 0}),
        (b"{}", {"field": ""}),
        (b'{"x": 1,}', {"position": 8}),
        (upload(new_id(), sent_at="kemarin"), {"field": "sent_at"}),
    ],
)
def test_unreadable_upload_is_kept_and_answered_400_with_the_place(client, scene, body, place):
    for _ in range(2):
        response = send(client, body, scene.token)
        assert refused(response) == (400, "unreadable")
        assert place.items() <= response.json().items()
    assert (SyncBatch.objects.get().state, bytes(SyncBatch.objects.get().body)) == ("unreadable", body)
    assert list(SyncAttempt.objects.values_list("outcome", "status")) == [("unreadable", 400)] * 2


@pytest.mark.parametrize("make", [lambda body: body, lambda body: gzip.compress(body)[:-1]], ids=["plain", "cut off"])
def test_what_is_no_whole_gzip_is_answered_400(client, scene, make):
    response = send(client, make(upload(scene.tps.pk)), scene.token, **{"Content-Encoding": "gzip"})
    assert refused(response) == (400, "bad_encoding")
    assert SyncBatch.objects.count() == 0


def test_other_encoding_is_answered_415(client, scene):
    response = send(client, upload(scene.tps.pk), scene.token, **{"Content-Encoding": "br"})
    assert refused(response) == (415, "unknown_encoding")


@pytest.mark.parametrize("length", ["", "-1", "banyak", "٣"])
def test_upload_without_its_length_is_answered_411(client, scene, length):
    response = client.post(
        "/api/v1/batches",
        upload(scene.tps.pk),
        content_type="application/json",
        headers={"Authorization": f"Bearer {scene.token}"},
        CONTENT_LENGTH=length,
    )
    assert refused(response) == (411, "length_required")


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b" " * (MAX_BYTES + 1), ""),
        (gzip.compress(b" " * (MAX_BYTES + 1)), "gzip"),
        (upload(new_id(), *[{}] * 1001), ""),
    ],
    ids=["bytes", "decompressed", "events"],
)
def test_upload_that_is_too_large_is_answered_413_with_the_limits(client, scene, body, encoding):
    response = send(client, body, scene.token, **{"Content-Encoding": encoding})
    assert refused(response) == (413, "too_large")
    assert response.json()["limit"] == MAX_BYTES
    assert response.json()["limits"] == {"events": 1000, "bytes": MAX_BYTES}
    assert (SyncBatch.objects.count(), SyncAttempt.objects.get().outcome) == (0, "too_large")


def test_limit_itself_is_read(client, scene):
    assert refused(send(client, b" " * MAX_BYTES, scene.token)) == (400, "unreadable")


def test_tps_of_somebody_else_is_answered_403(client, scene):
    other = make_tps(scene.election, number=2)
    assert refused(send(client, upload(other.pk), scene.token)) == (403, "not_your_tps")
    assert SyncAttempt.objects.get().outcome == "not_your_tps"


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_upload_that_the_server_cannot_keep_is_noted_as_its_own_fault(client, scene):
    client.raise_request_exception = False
    body = upload(scene.tps.pk, said("0", scene.voters[0].pk))
    with refusing("false", "voters_syncbatch"):
        assert send(client, body, scene.token).status_code == 500
    assert list(SyncAttempt.objects.values_list("outcome", "status", "size")) == [("error", 500, len(body))]
    assert send(client, body, scene.token).status_code == 200


# Who may call.


def test_upload_of_an_unconfirmed_phone_is_noted_and_its_other_calls_are_not(client, scene):
    Device.objects.filter(pk=scene.device.pk).update(confirmed_at=None)
    body = upload(scene.tps.pk)
    assert refused(send(client, body, scene.token)) == (403, "device_unconfirmed")
    assert refused(get(client, "tps", scene.token)) == (403, "device_unconfirmed")
    assert refused(get(client, "batches", scene.token)) == (403, "device_unconfirmed")
    assert list(SyncAttempt.objects.values_list("outcome", "status", "size")) == [("unconfirmed", 403, len(body))]
    assert (Device.objects.get().trouble, SyncBatch.objects.count()) == ("unconfirmed", 0)


def test_unconfirmed_phone_that_does_not_wait_fills_nothing(client, scene, settings):
    settings.SYNC_DEVICE_PER_MINUTE = 2
    Device.objects.filter(pk=scene.device.pk).update(confirmed_at=None)
    for _ in range(6):
        assert send(client, upload(scene.tps.pk), scene.token).status_code == 403
    assert 1 <= SyncAttempt.objects.count() < 6


@pytest.mark.parametrize(
    "token", ["", "ck1_6271_" + "A" * 43, "ck1_3171_" + "A" * 43, "bukan-token", "ck1_6271_\xff", "x" * 5000]
)
def test_unknown_token_is_answered_401(client, scene, token):
    for response in (
        send(client, upload(scene.tps.pk), token),
        get(client, "tps", token),
        get(client, f"tps/{scene.tps.pk}/voters", token),
    ):
        assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
        assert response.json()["error"] == "unknown_device"
    assert SyncBatch.objects.count() == 0


def test_account_of_an_office_is_no_phone(client, scene):
    client.force_login(scene.kpu)
    assert get(client, "tps", "").status_code == 401


def test_revoked_token_is_answered_401(client, scene):
    devices.revoke(device=scene.device, now=NOW)
    assert send(client, upload(scene.tps.pk), scene.token).status_code == 401
    assert get(client, "tps", scene.token).status_code == 401


def test_401_speaks_indonesian(client, scene):
    said = "Perangkat ini tidak dikenal atau sudah dicabut. Minta kode baru kepada PPS."
    answer = {"error": "unknown_device", "message": said}
    assert get(client, "tps", "ck1_6271_" + "A" * 43).json() == answer
    assert get(client, "tps", "").json() == answer


def test_get_of_uploads_is_no_method(client, scene):
    assert get(client, "batches", scene.token).status_code == 405


def test_two_phones_of_one_tps_see_each_others_results(client, scene):
    colleague = make_pantarlih(scene.tps, name="REKAN")[0]
    _, token = make_device(colleague)
    send(client, upload(scene.tps.pk, said("1", scene.voters[0].pk)), scene.token)
    response = send(client, upload(scene.tps.pk, said("0", scene.voters[0].pk)), token)
    assert [(one["status"], one["problem"]) for one in response.json()["results"]] == [("conflict", "newer_result")]
