"""Phones: the stuck ones first, whom to call, and nothing of it for oversight or strangers."""

import datetime as dt

import pytest

from coklit import clock
from tests import scene as standing
from tests.voters.admin.waiting import held_for_code, send
from tests.voters.sync.events import said
from voters import devices
from voters.admin.spoken import ago, clock_off
from voters.admin.stuck import what_to_do
from voters.models import Device, Pantarlih
from voters.sync import attempts
from voters.terms import AttemptOutcome

LIST = "/admin/voters/device/"
NOW, HOUR = standing.NOW, dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    """The doors' clock stands at the scene's moment."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


def page_of(device):
    return f"{LIST}{device.pk}/change/"


def noted(scene, **fields):
    Device.objects.filter(kabkota_id=standing.KOTA, pk=scene.device.pk).update(**fields)


STUCK = {
    "waits": {"waiting": 12, "seen_at": NOW - 25 * HOUR},
    "trouble": {"seen_at": NOW, "trouble": AttemptOutcome.NO_ANSWER, "trouble_at": NOW},
    "never": {"issued_at": NOW - 25 * HOUR},
    "unconfirmed": {"confirmed_at": None},
}
CALM = {
    "fresh": {"waiting": 12, "seen_at": NOW - 23 * HOUR},
    "done": {"waiting": 0, "seen_at": NOW - 99 * HOUR},
    "new": {"issued_at": NOW - HOUR},
    "revoked": {"revoked_at": NOW, "waiting": 12, "seen_at": NOW - 99 * HOUR},
}


@pytest.mark.integration
@pytest.mark.parametrize("fields", STUCK.values(), ids=STUCK)
def test_list_opens_on_a_phone_that_needs_somebody(scene, enter, fields):
    noted(scene, **fields)
    assert enter(scene.pps).get(LIST).context["cl"].result_count == 1


@pytest.mark.integration
@pytest.mark.parametrize("fields", CALM.values(), ids=CALM)
def test_list_leaves_out_a_phone_that_needs_nobody(scene, enter, fields):
    noted(scene, **fields)
    client = enter(scene.pps)
    assert client.get(LIST).context["cl"].result_count == 0
    assert client.get(LIST, {"keadaan": "semua"}).context["cl"].result_count == 1


@pytest.mark.integration
def test_phone_with_held_results_needs_somebody_until_they_are_decided(scene, enter):
    client, held = enter(scene.pps), held_for_code(scene)
    assert client.get(LIST).context["cl"].result_count == 1
    client.post(f"/admin/voters/heldevent/{held.pk}/sisihkan/", {"note": "salah orang"})
    assert client.get(LIST).context["cl"].result_count == 0


@pytest.mark.integration
def test_longest_without_contact_comes_first(scene, enter):
    noted(scene, waiting=1, seen_at=NOW - 30 * HOUR)
    pantarlih, _assignment = standing.make_pantarlih(standing.make_tps(scene.election, number=2), name="LEBIH LAMA")
    device, _token = standing.make_device(pantarlih)
    Device.objects.filter(kabkota_id=standing.KOTA, pk=device.pk).update(waiting=1, seen_at=NOW - 40 * HOUR)
    assert [row.pk for row in enter(scene.pps).get(LIST).context["cl"].result_list] == [device.pk, scene.device.pk]


@pytest.mark.integration
def test_states_are_told_apart(scene, enter):
    client = enter(scene.pps)
    _token, second = devices.enrol(pantarlih=scene.pantarlih, now=NOW)
    found = {
        name: client.get(LIST, {"keadaan": name}).context["cl"].result_list for name in ("aktif", "menunggu", "dicabut")
    }
    assert {name: [row.pk for row in rows] for name, rows in found.items()} == {
        "aktif": [scene.device.pk],
        "menunggu": [second.pk],
        "dicabut": [],
    }


@pytest.mark.integration
def test_page_of_a_phone_says_whom_to_call_and_what_it_holds(scene, enter):
    Pantarlih.objects.filter(kabkota_id=standing.KOTA).update(phone="0812-3456-7890")
    send(scene, said("0", scene.voters[0].pk), said("5", scene.voters[1].pk), recorded=130, waiting=12)
    attempts.note(device=scene.device, outcome=AttemptOutcome.TOO_LARGE, status=413, took_ms=3, size=9_999_999, now=NOW)
    page = enter(scene.pps).get(page_of(scene.device))
    for text in ("tel:081234567890", "https://wa.me/6281234567890", "9.999.999", "413"):
        assert text in page.text
    assert [len(page.context[name]["rows"]) for name in ("uploads", "failures", "held")] == [1, 1, 1]
    assert page.context["held_link"].endswith(f"?device={scene.device.pk}")


@pytest.mark.integration
@pytest.mark.parametrize(("name", "status"), [("bawaslu", 403), ("ppk", 200), ("kpu", 200), ("kpu_province", 200)])
def test_phones_are_for_committees(scene, enter, name, status):
    assert enter(getattr(scene, name)).get(LIST).status_code == status


@pytest.mark.integration
def test_foreign_office_sees_no_phone(scene, enter):
    client = enter(scene.foreign_kpu)
    assert scene.pantarlih.name not in client.get(LIST, {"keadaan": "semua"}).text
    assert client.get(page_of(scene.device)).status_code == 302


@pytest.mark.integration
def test_no_token_is_shown_in_any_form(scene, enter):
    client = enter(scene.pps)
    for page in (client.get(LIST, {"keadaan": "semua"}), client.get(page_of(scene.device))):
        assert scene.pantarlih.name in page.text
        assert "ck1_" not in page.text
        assert devices.hash_of(scene.token).hex() not in page.text


@pytest.mark.integration
def test_only_those_who_decide_get_the_way_to_held_results(scene, enter):
    held_for_code(scene)
    assert enter(scene.ppk).get(page_of(scene.device)).context["held_link"] == ""


@pytest.mark.unit
@pytest.mark.parametrize(
    ("fields", "held", "words"),
    [
        ({"waiting": 12, "seen_at": NOW - 50 * HOUR}, 0, ("12", "2 hari")),
        ({"issued_at": NOW - 30 * HOUR}, 0, ("1 hari",)),
        ({"seen_at": NOW}, 3, ("3",)),
        ({"seen_at": NOW, "clock_offset": 7200}, 0, ("2",)),
    ],
)
def test_advice_names_the_numbers(fields, held, words):
    device = Device(**{"issued_at": NOW, "confirmed_at": NOW, **fields})
    advice = what_to_do(device, held, NOW)
    assert all(word in advice for word in words)


@pytest.mark.unit
def test_every_trouble_has_its_own_way_out():
    calm = what_to_do(Device(issued_at=NOW, confirmed_at=NOW, seen_at=NOW), 0, NOW)
    for outcome in AttemptOutcome:
        device = Device(issued_at=NOW, confirmed_at=NOW, seen_at=NOW, trouble=outcome)
        assert what_to_do(device, 0, NOW) not in ("", calm)


@pytest.mark.unit
def test_clock_is_told_of_beyond_five_minutes_only():
    assert [clock_off(seconds) for seconds in (None, 0, 300, -300)] == [""] * 4
    assert all(n in clock_off(seconds) for n, seconds in (("6", 360), ("2", -7300), ("3", 260_000)))
    assert clock_off(600) != clock_off(-600)


@pytest.mark.unit
def test_moment_ago_is_never_in_the_future():
    assert ago(NOW + HOUR, NOW) == ago(NOW, NOW)
    assert "5" in ago(NOW - 5 * HOUR, NOW)
