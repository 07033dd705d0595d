"""The phone's half: lists, enrolment and its state, against a server that plays the protocol's answers."""

import gzip
import json

import pytest

from tests.voters.sync.phone_server import LIST, TPS, DropAfter, Said, applied, refused, visit
from voters.sync.client_http import HttpTransport, NoAnswer, Refused
from voters.sync.client_queue import Event

pytestmark = pytest.mark.integration


def test_conflict_brings_the_list_up_to_date(phone, server):
    server.play(Said(200, LIST, {"ETag": '"a"'}))
    phone.download(TPS)
    visit(phone)
    server.play(lambda asked: applied(asked, "conflict", problem="newer_result"), Said(200, {**LIST, "revision": 413}))
    phone.sync_once()
    assert [one.path for one in server.asked] == [
        f"/api/v1/tps/{TPS}/voters", "/api/v1/batches", f"/api/v1/tps/{TPS}/voters?after=1-412"
    ]  # fmt: skip
    assert phone.list_of(TPS)["revision"] == 413


def test_download_asks_by_etag_and_cursor_and_merges_what_changed(phone, server):
    server.play(Said(200, LIST, {"ETag": '"a"'}))
    assert phone.download(TPS)
    changed = {"id": "v2", "rw": 1, "rt": 2, "nkk": "2", "name": "B", "code": "0"}
    fresh = {"id": "v0", "rw": 0, "rt": 2, "nkk": "2", "name": "C", "code": "B"}
    delta = {**LIST, "revision": 415, "cursor": "1-415", "whole": False, "voters": [changed, fresh], "gone": ["v1"]}
    packed = Said(200, gzip.compress(json.dumps(delta).encode()), {"Content-Encoding": "gzip"})
    server.play(Said(304), packed)
    assert not phone.download(TPS)
    assert phone.download(TPS)
    assert server.asked[1].headers["if-none-match"] == '"a"'
    assert [one["id"] for one in phone.list_of(TPS)["voters"]] == ["v0", "v2"]
    assert phone.queue.fact("next_sync_at") == LIST["next_sync_at"]


def test_download_leaves_what_waits_alone(phone, server):
    server.play(Said(200, LIST), Said(200, {**LIST, "revision": 500}))
    phone.download(TPS)
    (own,) = phone.record(TPS, {"voter": "v1", "code": "U", "corrected": {"rt": 3}})
    phone.download(TPS)
    first, second = phone.list_of(TPS)["voters"]
    assert (first["waiting"]["id"], first["waiting"]["base_revision"], second["waiting"]) == (own, 412, None)
    assert phone.queue.counts().waiting == 1


def test_result_damaged_on_the_disk_does_not_hide_the_list(phone, server):
    server.play(Said(200, LIST))
    phone.download(TPS)
    phone.queue.record([Event("e1", TPS, "v1", b'{"id":"e1","voter":"v1"')])
    assert phone.list_of(TPS)["voters"][0]["waiting"] == {"id": "e1"}


def test_enrolment_brings_the_token_and_ends_the_waiting(phone, server):
    visit(phone)
    server.play(refused(401, "unknown_device"), Said(200, {"token": "ck1_6271_neu", "status": "active", "tps": []}))
    phone.sync_once()
    phone.enrol("6271-7KQ2M-4XW9T")
    assert "authorization" not in server.asked[1].headers
    assert phone.sync_once().answers == {"accepted": 1}
    assert server.uploads[1].headers["authorization"] == "Bearer ck1_6271_neu"


def test_refused_enrolment_tells_the_code(phone, server):
    server.play(refused(410, "code_used"))
    with pytest.raises(Refused) as refusal:
        phone.enrol("6271-7KQ2M-4XW9T")
    assert (refusal.value.status, refusal.value.error) == (410, "code_used")


def test_state_is_reported_without_shortening_the_wait(phone, server):
    visit(phone)
    server.play(DropAfter, Said(200, {"status": "noted", "next_sync_at": "2024-07-03T19:42:10+07:00"}))
    wait = phone.sync_once().wait
    phone.report_state()
    assert server.asked[1].body == {
        "sent_at": "2024-07-03T12:00:00+00:00", "app_version": "uji 1", "recorded": 1, "waiting": 1, "failed": 0,
        "no_answer": 1,
    }  # fmt: skip
    assert phone.sync_once().wait == wait


def test_transport_without_a_server_gives_no_answer():
    with pytest.raises(NoAnswer):
        HttpTransport("http://127.0.0.1:9", timeout=1)("GET", "/", {}, None)
