"""The dashboard in a real browser, on a desk and on a phone: fits, sorts, moves by itself, needs no mouse."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from reports.models import RegionProgress
from tests import scene as standing
from tests.reports.counted import counted_region, counted_tps
from tests.scene import KECAMATAN, KELURAHAN, KOTA, NEXT_KELURAHAN, NOW, PASSWORD, PROVINCE
from voters.models import Region
from voters.terms import TpsKind

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SLUG = "pemilu-2024"
DESK, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}
LONG_NAME = "Kabupaten Administrasi Kepulauan Seribu"


@pytest.fixture
def counted(scene):
    """Millions of voters, a long name, a region at zero and one that is complete."""
    Region.objects.filter(pk=NEXT_KELURAHAN).update(name=LONG_NAME)
    counted_region(scene.election, KELURAHAN, listed=8_300_305, sesuai=8_230_382, ubah=0, tms=0, synced=5_331_000)
    counted_region(scene.election, NEXT_KELURAHAN, listed=300, sesuai=0, ubah=0, tms=0, synced=0)
    for code in (KECAMATAN, KOTA, PROVINCE, "ID"):
        counted_region(scene.election, code, listed=8_300_605, sesuai=8_230_382, ubah=0, tms=0, synced=5_331_000)
    counted_tps(scene.tps)
    counted_tps(standing.make_tps(scene.election, number=901, kind=TpsKind.SPECIAL), pantarlih=0)
    return scene


@pytest.fixture
def opened(counted, server, chromium):
    """Opens a signed-in window of a size; afterwards no page may have complained on its console."""
    complaints = []

    def window(size):
        context = chromium.new_context(viewport=size, locale="id-ID", base_url=server)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/masuk/")
        # Without a mouse: the first field has the focus by itself.
        page.wait_for_function("document.activeElement.name === 'username'")
        page.keyboard.type("kpu")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/dasbor/{SLUG}/{KOTA}/")
        return page

    yield window
    assert complaints == []


def addresses(scene):
    region, tps = f"/dasbor/{SLUG}", f"/dasbor/{SLUG}/tps/{KOTA}/{scene.tps.pk}/"
    lists = f"{region}/{KOTA}/pantarlih/"
    return [f"{region}/{KOTA}/", f"{region}/{KECAMATAN}/", f"{region}/{KELURAHAN}/", lists, tps, "/angka/"]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_is_wider_than_its_window(counted, opened, size):
    page = opened(size)
    for address in addresses(counted):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"], address
        wide = "[...document.querySelectorAll('.scroll')].filter(box => box.scrollWidth > box.clientWidth).length"
        assert page.evaluate(wide) == 0, address


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_table_sorts_by_its_headers(opened, size):
    page = opened(size)
    page.goto(f"/dasbor/{SLUG}/{KECAMATAN}/")
    names = page.locator("table.main tbody th")
    assert names.all_inner_texts() == [LONG_NAME, "Pahandut"]
    page.locator("#urut-coverage").click()
    page.wait_for_url(re.compile(r"urut=-coverage"))
    assert names.all_inner_texts() == ["Pahandut", LONG_NAME]
    assert page.locator("[aria-sort=descending]").count() == 1


@pytest.mark.parametrize(("size", "drawn"), [(DESK, "wide"), (PHONE, "narrow")], ids=["desk", "phone"])
def test_curve_is_drawn_for_the_window(opened, size, drawn):
    page = opened(size)
    visible = page.locator("svg.chart:visible")
    assert visible.count() == 1
    assert drawn in visible.get_attribute("class")
    text = visible.locator("text").first
    assert text.evaluate("node => node.getBoundingClientRect().height") >= 12


def test_every_region_is_reached_by_keyboard(opened):
    page = opened(DESK)
    page.goto(f"/dasbor/{SLUG}/{KECAMATAN}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.id"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none" or page.evaluate("document.activeElement === document.body")
    assert {f"baris-{KELURAHAN}", f"baris-{NEXT_KELURAHAN}", "urut-coverage", "unduh"} <= seen


def test_drill_down_ends_at_the_tps(opened):
    page = opened(PHONE)
    page.goto(f"/dasbor/{SLUG}/{KECAMATAN}/")
    page.get_by_role("link", name="Pahandut").last.click()
    page.get_by_role("link", name="TPS 001").click()
    expect(page.locator("h1")).to_have_text("TPS 001")


def test_figures_move_by_themselves_and_opened_tables_stay_open(opened):
    page = opened(DESK)
    page.locator("#kurva-tabel summary").click()
    later = NOW + dt.timedelta(seconds=2)
    RegionProgress.objects.filter(region_id=KOTA).update(pantarlih_synced=4, as_of=later)
    expect(page.locator("[data-figure=pantarlih_sync]")).to_have_text(re.compile("^100"), timeout=10_000)
    assert page.locator("#kurva-tabel[open]").count() == 1


def test_page_works_without_scripts(counted, server, chromium):
    page = chromium.new_context(java_script_enabled=False, base_url=server).new_page()
    page.goto("/masuk/")
    page.fill("#id_username", "kpu")
    page.fill("#id_password", PASSWORD)
    page.click("button.main")
    page.goto(f"/dasbor/{SLUG}/{KECAMATAN}/")
    page.locator("#urut-name").click()
    assert page.locator("table.main tbody th").all_inner_texts() == [LONG_NAME, "Pahandut"]
