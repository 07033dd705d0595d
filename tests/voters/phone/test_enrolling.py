"""From the code to the page: looking uses no code, the button does; who waits, is revoked or leaves is told."""

import pytest

from tests import scene as standing
from tests.scene import NOW, TODAY
from voters import devices, enrolment
from voters.models import Device, EnrolmentCode
from voters.phone import cookies

pytestmark = pytest.mark.integration

UNKNOWN = "6271-00000-00000"


@pytest.fixture
def newcomer(scene):
    """A pantarlih without a phone."""
    return standing.make_pantarlih(standing.make_tps(scene.election, number=2), name="PANTARLIH BARU")[0]


@pytest.fixture
def code(newcomer):
    return enrolment.issue(pantarlih=newcomer, last_day=TODAY, now=NOW, by=None)


def test_opening_the_address_uses_no_code_and_names_nobody(browser, code, newcomer):
    client = browser()
    for method in (client.get, client.head, client.get):
        assert method(f"/hp/{code}").status_code == 200
    answer = client.get(f"/hp/{code}")
    assert code in answer.text
    assert newcomer.name not in answer.text
    assert cookies.NAME not in client.cookies
    assert EnrolmentCode.objects.get().used_at is None


def test_button_enrols_this_browser(browser, code, newcomer):
    client = browser()
    answer = client.post("/hp/daftar", {"kode": code})
    assert (answer.status_code, answer["Location"]) == (302, "/hp/")
    device = devices.identify(client.cookies[cookies.NAME].value)
    assert (device.pantarlih_id, device.app_version) == (newcomer.pk, "web")
    assert newcomer.name in client.get("/hp/").text


def test_address_itself_can_be_posted_to(browser, code):
    assert browser().post(f"/hp/{code.lower().replace('-', ' ')}").status_code == 302
    assert EnrolmentCode.objects.get().used_at == NOW


@pytest.mark.parametrize("https", [True, False])
def test_cookie_is_for_these_pages_and_no_script(browser, code, settings, https):
    settings.SESSION_COOKIE_SECURE = https
    client = browser()
    client.post("/hp/daftar", {"kode": code})
    cookie = client.cookies[cookies.NAME]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/hp/", True, "Lax")
    assert (bool(cookie["secure"]), cookie["max-age"]) == (https, 120 * 24 * 3600)


@pytest.mark.parametrize(
    ("spoil", "status"),
    [
        (lambda code: "bukan kode", 400),
        (lambda code: UNKNOWN, 404),
        (lambda code: enrolment.exchange(code, now=NOW) and code, 410),
        (lambda code: EnrolmentCode.objects.update(withdrawn_at=NOW) and code, 410),
        (lambda code: EnrolmentCode.objects.update(expires_at=NOW) and code, 410),
    ],
    ids=["unreadable", "unknown", "used", "withdrawn", "expired"],
)
def test_code_that_is_not_good_is_told_why_and_asks_for_another(browser, code, spoil, status):
    client = browser()
    typed = spoil(code)
    answer = client.post("/hp/daftar", {"kode": typed})
    assert (answer.status_code, bool(answer.context["error"])) == (status, True)
    assert f'value="{typed}"' in answer.text
    assert cookies.NAME not in client.cookies


def test_guesser_is_told_to_wait(browser, scene):
    client = browser()
    answers = {client.post("/hp/daftar", {"kode": UNKNOWN}).status_code for _ in range(31)}
    assert answers == {404, 429}
    assert int(client.post("/hp/daftar", {"kode": UNKNOWN})["Retry-After"]) > 0


def test_address_without_a_code_in_it_offers_the_form(browser, scene):
    answer = browser().get("/hp/apa-ini")
    assert (answer.status_code, 'name="kode"' in answer.text) == (404, True)
    assert browser().get("/hp/daftar")["Location"] == "/hp/"


def test_browser_without_a_phone_is_asked_for_a_code(browser, scene):
    answer = browser().get("/hp/")
    assert (answer.status_code, answer["X-Coklit-Page"]) == (200, "forget")
    assert 'name="kode"' in answer.text


def test_second_phone_waits_for_the_pps_and_says_so(scene, browser):
    code = enrolment.issue(pantarlih=scene.pantarlih, last_day=TODAY, now=NOW, by=None)
    client = browser()
    client.post("/hp/daftar", {"kode": code})
    answer = client.get("/hp/")
    assert (answer.status_code, "menunggu.html" in answer.templates[0].name) == (200, True)
    assert 'http-equiv="refresh"' in answer.text
    assert 'id="angka"' not in answer.text
    assert client.post("/hp/", {"hari": "2023-03-04"}).status_code == 403
    waiting = Device.objects.get(confirmed_at__isnull=True)
    devices.confirm(device=waiting, now=NOW, by=scene.pps)
    assert client.get("/hp/").context["device"] == waiting


@pytest.mark.parametrize("post", [False, True])
def test_revoked_phone_is_told_and_forgets(scene, browser, post):
    devices.revoke(device=scene.device, now=NOW, by=scene.pps)
    client = browser(scene.token)
    answer = client.post("/hp/", {"hari": "2023-03-04"}) if post else client.get("/hp/")
    assert (answer.status_code, answer["X-Coklit-Page"]) == (403, "forget")
    assert 'name="kode"' in answer.text
    assert scene.pantarlih.name not in answer.text


@pytest.mark.parametrize("token", ["ck1_6271_" + "A" * 43, "ck1_9999_" + "A" * 43, "lain", '"'])
def test_unknown_token_is_answered_like_a_revoked_one(scene, browser, token):
    assert browser(token).get("/hp/").status_code == 403


def test_leaving_asks_first_and_revokes_nothing(scene, browser):
    client = browser(scene.token)
    assert client.get("/hp/keluar").status_code == 200
    assert client.get("/hp/").status_code == 200
    assert client.post("/hp/keluar")["Location"] == "/hp/"
    assert client.cookies[cookies.NAME].value == ""
    assert client.cookies[cookies.NAME]["path"] == "/hp/"
    assert devices.identify(scene.token) is not None


def test_every_answer_is_private(scene, browser, code):
    for token, address in ((None, "/hp/"), (None, f"/hp/{code}"), (scene.token, "/hp/"), (scene.token, "/hp/keluar")):
        assert browser(token).get(address)["Cache-Control"] == "private, no-store", address
