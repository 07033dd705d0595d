"""Codes on paper for one pantarlih or a training day, a second phone confirmed, a lost one revoked."""

import datetime as dt
import re

import pytest
from django.test import Client

from tests import scene as standing
from voters import devices, enrolment
from voters.admin import code_cards
from voters.admin import enrolment as pages
from voters.models import Device, EnrolmentCode, Pantarlih, TrailEntry, User

pytestmark = pytest.mark.integration

LIST = "/admin/voters/pantarlih/"
CODE = re.compile(r'<p class="code">([^<]+)</p>')
TOMORROW = standing.TODAY + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    """The doors' clock stands at the scene's moment."""
    monkeypatch.setattr("coklit.clock.now", lambda: standing.NOW)


def page_of(pantarlih, *rest):
    return LIST + "/".join(map(str, [pantarlih.pk, *rest])) + "/"


def codes_in(answer):
    return CODE.findall(answer.content.decode())


def second_phone(scene):
    return devices.enrol(pantarlih=scene.pantarlih, now=standing.NOW)


def sheet(client, *people, **more):
    form = {"action": "print_codes", "_selected_action": [str(one.pk) for one in people], **more}
    return client.post(LIST, form)


def test_one_tap_shows_a_code_that_enrols_a_phone(scene, enter):
    answer = enter(scene.pps).post(page_of(scene.pantarlih, "kode"))
    (code,) = codes_in(answer)
    assert EnrolmentCode.objects.get().last_day == TOMORROW
    assert enrolment.exchange(code, now=standing.NOW).device.pantarlih == scene.pantarlih
    assert "no-store" in answer["Cache-Control"]


def test_card_names_whom_it_is_for_and_whom_to_ask(scene, enter):
    User.objects.filter(pk=scene.pps.pk).update(name="Ibu Contoh", phone="080012345678")
    text = enter(scene.pps).post(page_of(scene.pantarlih, "kode")).content.decode()
    for part in ("PANTARLIH CONTOH", "TPS 001", "Kelurahan Pahandut, Kecamatan Pahandut", "5 Maret 2023"):
        assert part in text
    assert "PPS: Ibu Contoh (080012345678)" in text


def test_qr_is_the_phones_page_with_the_code(settings):
    settings.BASE_URL = "https://coklit.example"
    address = code_cards.address_of("6271-7KQ2M-4XW9T")
    assert address == "https://coklit.example/hp/6271-7KQ2M-4XW9T"
    drawn = code_cards.qr_of(address)
    assert drawn.startswith("<svg ")
    assert drawn != code_cards.qr_of(address.replace("9T", "9V"))


def test_code_with_a_day_of_ones_own_and_a_day_that_passed(scene, enter):
    client = enter(scene.pps)
    address = page_of(scene.pantarlih, "kode")
    assert client.get(address).context["form"]["last_day"].value() == TOMORROW
    past = client.post(address, {"last_day": "2023-03-03"})
    assert past.context["form"].errors["last_day"]
    assert codes_in(client.post(address, {"last_day": "2023-03-10"}))
    assert EnrolmentCode.objects.get().last_day == dt.date(2023, 3, 10)


def test_second_tap_withdraws_the_first_code(scene, enter):
    client = enter(scene.pps)
    first, second = (codes_in(client.post(page_of(scene.pantarlih, "kode")))[0] for _ in range(2))
    with pytest.raises(enrolment.CodeRefused) as refused:
        enrolment.exchange(first, now=standing.NOW)
    assert refused.value.code == "code_withdrawn"
    assert enrolment.exchange(second, now=standing.NOW)


def test_code_is_never_shown_again(scene, enter):
    client = enter(scene.pps)
    (code,) = codes_in(client.post(page_of(scene.pantarlih, "kode")))
    for page in ("change", "kode"):
        assert code not in client.get(page_of(scene.pantarlih, page)).content.decode()
    assert code not in str(list(TrailEntry.objects.values()))


def test_open_code_is_withdrawn_by_hand(scene, enter):
    client = enter(scene.pps)
    assert client.get(page_of(scene.pantarlih, "kode", "tarik")).status_code == 404
    client.post(page_of(scene.pantarlih, "kode"))
    address = page_of(scene.pantarlih, "kode", "tarik")
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302
    assert EnrolmentCode.objects.get().withdrawn_at == standing.NOW


def test_second_phone_is_confirmed_knowing_what_the_first_holds(scene, enter):
    Device.objects.filter(pk=scene.device.pk).update(waiting=37, seen_at=standing.NOW)
    token, second = second_phone(scene)
    client = enter(scene.pps)
    address = page_of(scene.pantarlih, "ponsel", second.pk, "sahkan")
    assert address in client.get(page_of(scene.pantarlih, "change")).content.decode()
    facts = dict(client.get(address).context["facts"])
    assert sum("37" in str(text) for text in facts.values()) == 1
    assert client.post(address).status_code == 302
    assert devices.identify(token).confirmed_at == standing.NOW
    assert devices.identify(scene.token) is None
    assert TrailEntry.objects.get(verb="confirm_device").by_user == scene.pps.pk


def test_lost_phone_is_revoked_after_a_question(scene, enter):
    client = enter(scene.pps)
    address = page_of(scene.pantarlih, "ponsel", scene.device.pk, "cabut")
    assert client.get(address).status_code == 200
    assert devices.identify(scene.token) is not None
    assert client.post(address).status_code == 302
    assert devices.identify(scene.token) is None
    assert client.post(address).status_code == 404


def test_phone_of_another_pantarlih_is_not_found(scene, enter):
    other = standing.make_pantarlih(scene.tps, name="REKAN")[0]
    client = enter(scene.pps)
    for act in ("sahkan", "cabut"):
        assert client.post(page_of(other, "ponsel", scene.device.pk, act)).status_code == 404


@pytest.mark.parametrize("who", ["ppk", "foreign", "neighbour"])
def test_other_offices_issue_confirm_and_revoke_nothing(scene, enter, who):
    _, second = second_phone(scene)
    enrolment.issue(pantarlih=scene.pantarlih, last_day=TOMORROW, now=standing.NOW, by=None)
    users = {
        "ppk": scene.ppk,
        "foreign": scene.foreign_kpu,
        "neighbour": standing.make_user("pps-lain", "pps", standing.NEXT_KELURAHAN),
    }
    client = enter(users[who])
    acts = ["kode", "kode/tarik", f"ponsel/{second.pk}/sahkan", f"ponsel/{scene.device.pk}/cabut"]
    expected = 403 if who == "ppk" else 404
    assert [client.post(page_of(scene.pantarlih, act)).status_code for act in acts] == [expected] * 4
    assert codes_in(sheet(client, scene.pantarlih, last_day="2023-03-10")) == []
    assert EnrolmentCode.objects.filter(withdrawn_at__isnull=True).count() == EnrolmentCode.objects.count() == 1
    assert Device.objects.filter(revoked_at__isnull=True).count() == 2


def test_nobody_who_is_not_signed_in_gets_a_code(scene):
    assert Client().post(page_of(scene.pantarlih, "kode")).status_code == 302
    assert not EnrolmentCode.objects.exists()


def test_sheet_asks_for_the_day_then_prints_a_card_each(scene, enter):
    far = standing.make_tps(scene.election, number=2)
    people = [
        scene.pantarlih,
        standing.make_pantarlih(far, name="BUDI")[0],
        standing.make_pantarlih(far, name="ANI")[0],
    ]
    client = enter(scene.kpu)
    asked = sheet(client, *people)
    assert not EnrolmentCode.objects.exists()
    assert asked.context["form"]["last_day"].value() == TOMORROW
    assert [value for _, value in asked.context["facts"]] == [3, 1]
    answer = sheet(client, *people, last_day="2023-03-06")
    assert [card.name for card in answer.context["cards"]] == ["PANTARLIH CONTOH", "ANI", "BUDI"]
    enrolled = [enrolment.exchange(code, now=standing.NOW).device.pantarlih.name for code in codes_in(answer)]
    assert enrolled == ["PANTARLIH CONTOH", "ANI", "BUDI"]


def test_question_of_the_sheet_holds_what_its_answer_needs(scene, enter):
    client = enter(scene.pps)
    text = sheet(client, scene.pantarlih, index="0").content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text))
    answer = client.post(LIST, {**hidden, "last_day": "2023-03-06"})
    assert len(codes_in(answer)) == 1


def test_sheet_with_a_day_that_passed_prints_nothing(scene, enter):
    answer = sheet(enter(scene.pps), scene.pantarlih, last_day="2023-03-03")
    assert answer.context["form"].errors["last_day"]
    assert not EnrolmentCode.objects.exists()


def test_sheet_is_bounded(scene, enter, monkeypatch):
    monkeypatch.setattr(pages, "MAX_CARDS", 2)
    people = [standing.make_pantarlih(scene.tps, name=f"ORANG {n}")[0] for n in range(3)]
    answer = sheet(enter(scene.kpu), *people, last_day="2023-03-06")
    assert answer.status_code == 302
    assert not EnrolmentCode.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_statements_of_a_sheet_do_not_grow_with_the_cards(scene, enter, number, django_assert_num_queries):
    people = [standing.make_pantarlih(scene.tps, name=f"ORANG {n}")[0] for n in range(number)]
    client = enter(scene.kpu)
    # Session; account; offices; scope in a savepoint (3); the list's filters twice (4) and its count; pantarlih with
    # assignments and phones (3); coklit of the election; lock; open codes; codes; trail; PPS.
    with django_assert_num_queries(20):
        assert len(codes_in(sheet(client, *people, last_day="2023-03-06"))) == number


def test_list_shows_whose_phone_waits(scene, enter):
    alone = standing.make_pantarlih(scene.tps, name="TANPA PONSEL")[0]
    second_phone(scene)
    client = enter(scene.pps)
    for value, expected in (("menunggu", {scene.pantarlih}), ("dipakai", {scene.pantarlih}), ("belum", {alone})):
        found = client.get(LIST, {"ponsel": value}).context["cl"].result_list
        assert set(found) == expected
    assert Pantarlih.objects.count() == 2
