"""The door of enrolment: what a phone is answered, and who is told to wait."""

import datetime as dt
import json

import pytest

from tests.scene import NOW, TODAY, make_pantarlih
from voters import devices, enrolment
from voters.api import guesses
from voters.models import Device, EnrolmentCode
from voters.placement import new_id

pytestmark = pytest.mark.integration

UNKNOWN = "6271-00000-00000"


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    """The doors' clock stands at the scene's moment; a minute of guesses neither begins nor ends."""
    monkeypatch.setattr("coklit.clock.now", lambda: NOW)


@pytest.fixture
def client(client):
    """A caller of its own for each test: guesses are counted in Valkey, which outlives a test."""
    client.defaults["REMOTE_ADDR"] = str(new_id())
    return client


def enrol(client, body, **headers):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/api/v1/enrol", body, content_type="application/json", headers=headers)


def code_for(pantarlih):
    return enrolment.issue(pantarlih=pantarlih, last_day=TODAY, now=NOW, by=None)


def test_code_becomes_a_token(client, scene):
    newcomer = make_pantarlih(scene.tps, name="ORANG BARU")[0]
    response = enrol(client, {"code": code_for(newcomer), "app_version": "1.0"})
    answer = response.json()
    device = devices.identify(answer.pop("token"))
    assert (response.status_code, device.pantarlih, device.app_version) == (200, newcomer, "1.0")
    tps = {"id": str(scene.tps.pk), "number": 1, "kelurahan": "62.71.01.1001", "kelurahan_name": "Pahandut"}
    assert answer == {"status": "active", "pantarlih": "ORANG BARU", "tps": [{**tps, "revision": 0}]}


def test_second_phone_is_unconfirmed_and_may_do_nothing_yet(client, scene):
    answer = enrol(client, {"code": code_for(scene.pantarlih)}).json()
    assert answer["status"] == "unconfirmed"
    phone = {"Authorization": f"Bearer {answer['token']}"}
    refused = client.get("/api/v1/tps", headers=phone)
    assert (refused.status_code, refused.json()["error"]) == (403, "device_unconfirmed")
    devices.confirm(device=devices.identify(answer["token"]), now=NOW)
    assert client.get("/api/v1/tps", headers=phone).status_code == 200
    assert client.get("/api/v1/tps", headers={"Authorization": f"Bearer {scene.token}"}).status_code == 401


def test_used_code_is_answered_410(client, scene):
    code = code_for(scene.pantarlih)
    enrol(client, {"code": code})
    response = enrol(client, {"code": code})
    assert (response.status_code, response.json()["error"]) == (410, "code_used")
    assert Device.objects.count() == 2


def test_expired_and_withdrawn_codes_are_answered_410(client, scene):
    first, second = code_for(scene.pantarlih), code_for(scene.pantarlih)
    EnrolmentCode.objects.filter(withdrawn_at__isnull=True).update(expires_at=NOW)
    for code, error in ((first, "code_withdrawn"), (second, "code_expired")):
        response = enrol(client, {"code": code})
        assert (response.status_code, response.json()["error"]) == (410, error)


def test_unknown_code_is_answered_404(client, scene):
    response = enrol(client, {"code": UNKNOWN})
    assert (response.status_code, response.json()["error"]) == (404, "code_unknown")


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{}", b"[]", b'{"code": 6271}', b'{"code": "\xff"}', b'{"code": "\\ud800"}'),
        *({"code": "halo"}, {"code": "6" * 3000}, {"code": UNKNOWN, "app_version": "\0"}),
        {"code": UNKNOWN, "app_version": "1" * 41},
        b'{"x":' + b"[" * 1000 + b"]" * 1000 + b"}",
    ],
)
def test_what_is_no_code_is_answered_400(client, scene, body):
    response = enrol(client, body)
    assert (response.status_code, response.json()["error"]) == (400, "unreadable")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "Ini bukan JSON."),
        (b"{}", "Isian code tidak ada."),
        (b'{"x":' + b"[" * 1000 + b"]" * 1000 + b"}", "Susunannya terlalu dalam."),
    ],
)
def test_what_is_wrong_is_told_in_words(client, scene, body, reason):
    assert enrol(client, body).json()["message"].endswith(reason)


def test_large_body_is_answered_413_with_the_limit(client, scene):
    response = enrol(client, b" " * 4097)
    assert (response.status_code, response.json()["error"], response.json()["limit"]) == (413, "too_large", 4096)


def test_who_guesses_waits_and_somebody_else_does_not(client, scene):
    code = code_for(scene.pantarlih)
    for _ in range(guesses.LIMIT):
        assert enrol(client, {"code": UNKNOWN}).status_code == 404
    response = enrol(client, {"code": code})
    assert (response.status_code, response.json()["error"], response["Retry-After"]) == (429, "too_often", "60")
    assert enrol(client, {"code": UNKNOWN.replace("6271", "3171")}).status_code == 404
    assert client.post("/api/v1/enrol", {"code": code}, "application/json", REMOTE_ADDR="10.0.0.9").status_code == 200


def test_guesses_are_forgotten_after_their_minute(client, scene, monkeypatch):
    for _ in range(guesses.LIMIT):
        enrol(client, {"code": UNKNOWN})
    monkeypatch.setattr("coklit.clock.now", lambda: NOW + dt.timedelta(seconds=60))
    assert enrol(client, {"code": UNKNOWN}).status_code == 404


def test_address_is_the_proxys_word_where_there_is_one(client, scene, settings):
    settings.BEHIND_PROXY = True
    proxied, other = str(new_id()), str(new_id())
    for invented in range(guesses.LIMIT):
        enrol(client, {"code": UNKNOWN}, **{"X-Forwarded-For": f"10.1.1.{invented}, {proxied}"})
    assert enrol(client, {"code": UNKNOWN}, **{"X-Forwarded-For": proxied}).status_code == 429
    assert enrol(client, {"code": UNKNOWN}, **{"X-Forwarded-For": other}).status_code == 404


def test_without_valkey_phones_are_enrolled(client, scene, settings):
    nowhere = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": nowhere}
    assert enrol(client, {"code": UNKNOWN}).status_code == 404
    assert enrol(client, {"code": code_for(scene.pantarlih)}).status_code == 200


def test_every_refusal_of_the_framework_has_the_same_form(client, scene):
    phone = {"Authorization": f"Bearer {scene.token}"}
    refused = {
        "method_not_allowed": client.get("/api/v1/enrol"),
        "unknown_device": client.get("/api/v1/tps"),
        "not_acceptable": client.get("/api/v1/tps", headers={**phone, "Accept": "text/html"}),
    }
    for error, response in refused.items():
        assert (response.json()["error"], sorted(response.json())) == (error, ["error", "message"])
        assert response.json()["message"]
