"""The pantarlih's page in a real browser: from code to numbers, light, narrow, and readable without a signal."""

import datetime as dt
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from playwright.sync_api import expect

from tests import scene as standing
from tests.scene import NOW, TODAY
from voters import declarations, devices, enrolment, notices
from voters.declarations import DeclaredCounts
from voters.models import Declaration, Pantarlih, User
from voters.phone import cookies
from voters.terms import Role

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

DESK, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}
LIMIT = 60_000


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    """The server's clock stands at the scene's moment."""
    monkeypatch.setattr("coklit.clock.now", lambda: NOW)


@pytest.fixture
def opened(scene, server, chromium):
    """Opens a window, of a browser that holds this token or none; no page may have complained on its console."""
    complaints = []

    def window(token=None, size=PHONE, **options):
        context = chromium.new_context(viewport=size, locale="id-ID", base_url=server, **options)
        if token:
            context.add_cookies([{"name": cookies.NAME, "value": token, "url": f"{server}/hp/"}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield window
    assert complaints == []


def kept(page):
    """Waits until the service worker has kept the page."""
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.wait_for_function("caches.open('hp').then(store => store.match('/hp/')).then(one => !!one)")


def number(page, scene, name):
    return page.locator(f'input[name="{scene.tps.pk}-{name}"]')


@transaction.atomic
def busy(scene):
    """A pantarlih of three TPS with a month of declarations, ten long notes and a PPS of three."""
    tps = [standing.make_tps(scene.election, number=number) for number in (2, 3, 4)]
    pantarlih, _ = standing.make_pantarlih(*tps, name="PANTARLIH YANG SANGAT SIBUK SEKALI")
    device, token = standing.make_device(pantarlih)
    for one in tps:
        for back in range(20):
            day = TODAY - dt.timedelta(days=back)
            declarations.declare(device=device, tps=one, day=day, counts=DeclaredCounts(sesuai=9, stickers=4), now=NOW)
    for serial in range(10):
        notices.give(kelurahan=scene.tps.kelurahan, text=f"Catatan {serial} " + "panjang " * 60, by=scene.pps, now=NOW)
    for serial in range(3):
        standing.make_user(f"pps-{serial}", Role.PPS, standing.KELURAHAN, phone=f"0812345678{serial}0")
    return token


def test_code_of_a_qr_leads_to_the_page(scene, opened):
    pantarlih, _ = standing.make_pantarlih(standing.make_tps(scene.election, number=2), name="PANTARLIH BARU")
    with transaction.atomic():
        code = enrolment.issue(pantarlih=pantarlih, last_day=TODAY, now=NOW, by=None)
    page = opened()
    page.goto(f"/hp/{code}")
    page.locator("button[type=submit]").click()
    page.wait_for_url("**/hp/")
    expect(page.locator("h1")).to_have_text("PANTARLIH BARU")


def test_page_is_light_with_everything_it_loads(scene, opened):
    page = opened(busy(scene))
    answers = []
    page.context.on("response", lambda answer: answers.append(answer))
    page.goto("/hp/")
    kept(page)
    # As read by the browser, uncompressed; the worker's second look at a file may come from the browser's own cache.
    weights = [(urlsplit(answer.url).path, len(answer.body())) for answer in answers]
    heavy = {path for path, weight in weights if weight}
    assert heavy == {"/hp/", "/hp/sw.js", "/static/coklit.svg", "/static/hp.css", "/static/hp.js"}
    assert sum(weight for _path, weight in weights) < LIMIT


@pytest.mark.parametrize("size", [DESK, PHONE, {"width": 320, "height": 640}], ids=["desk", "phone", "narrow"])
def test_no_page_is_wider_than_its_window(scene, opened, size):
    busy_page = opened(busy(scene), size)
    other = opened(None, size)
    for page, address in (
        (busy_page, "/hp/"),
        (busy_page, "/hp/keluar"),
        (other, "/hp/"),
        (other, "/hp/6271-00000-00000"),
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"], address


def test_everything_to_touch_is_large(scene, opened):
    page = opened(busy(scene))
    page.goto("/hp/")
    all_of_them = "[...document.querySelectorAll('button, input:not([type=hidden]), select, a')]"
    low = "filter(one => one.offsetHeight > 0 && one.offsetHeight < 44).map(one => one.outerHTML)"
    assert page.evaluate(f"{all_of_them}.{low}") == []


def test_page_stays_readable_without_a_signal(scene, opened):
    page = opened(scene.token)
    page.goto("/hp/")
    kept(page)
    line = page.locator(".state.kept")
    expect(line).to_be_hidden()
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_have_text(scene.pantarlih.name)
    expect(line).to_be_visible()
    expect(line).to_contain_text("4 Maret 2023, 12.00 WIB")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(244, 245, 247)"
    page.context.set_offline(False)
    page.reload()
    expect(line).to_be_hidden()


def test_numbers_typed_without_a_signal_stay_until_they_are_sent(scene, opened):
    page = opened(scene.token)
    page.goto("/hp/")
    kept(page)
    page.context.set_offline(True)
    number(page, scene, "sesuai").fill("21")
    page.locator("#angka button").click()
    expect(page.locator("#belum")).to_be_visible()
    page.reload()
    expect(number(page, scene, "sesuai")).to_have_value("21")
    expect(page.locator(".draft")).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(number(page, scene, "sesuai")).to_have_value("21")
    assert not Declaration.objects.exists()
    page.locator("#angka button").click()
    expect(page.locator(".draft")).to_be_hidden()
    assert Declaration.objects.get().sesuai == 21
    assert page.evaluate("Object.keys(localStorage)") == []


def test_numbers_of_a_lost_post_come_back_with_a_word(scene, opened, monkeypatch):
    page = opened(scene.token)
    page.goto("/hp/")
    kept(page)
    page.reload()
    # The phone believes that it has a signal.
    page.evaluate("Object.defineProperty(navigator, 'onLine', { value: true })")
    number(page, scene, "tms").fill("2")
    page.context.set_offline(True)
    page.locator("#angka button").click()
    expect(page.locator("#belum")).to_be_visible()
    expect(number(page, scene, "tms")).to_have_value("2")


def test_page_works_without_scripts(scene, opened):
    page = opened(scene.token, java_script_enabled=False)
    page.goto("/hp/")
    page.locator("#hari").select_option("2023-03-02")
    page.locator("#pilih-hari button").click()
    page.wait_for_url("**/hp/?hari=2023-03-02#lapor")
    number(page, scene, "ubah").fill("4")
    page.locator("#angka button").click()
    expect(number(page, scene, "ubah")).to_have_value("4")
    assert Declaration.objects.get().day == dt.date(2023, 3, 2)


def test_revoked_phone_forgets_what_it_kept(scene, opened):
    User.objects.filter(pk=scene.pps.pk).update(phone="081234567890")
    page = opened(scene.token)
    page.goto("/hp/")
    kept(page)
    page.reload()
    number(page, scene, "sesuai").fill("21")
    devices.revoke(device=scene.device, now=NOW, by=scene.pps)
    page.reload()
    expect(page.locator('input[name="kode"]')).to_be_visible()
    page.wait_for_function("caches.open('hp').then(store => store.match('/hp/')).then(one => !one)")
    assert page.evaluate("Object.keys(localStorage)") == []
    assert Pantarlih.objects.get().name not in page.content()


def test_server_in_trouble_is_answered_with_the_kept_page(scene, opened, monkeypatch):
    page = opened(scene.token)
    page.goto("/hp/")
    kept(page)
    page.reload()
    monkeypatch.setattr("voters.phone.views.page_of", None)
    page.reload()
    expect(page.locator(".state.kept")).to_be_visible()
