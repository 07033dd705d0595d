"""A list comes in through a real browser, server, broker and worker: mapped, checked, mended, loaded, taken back."""

import re
import sys

import pytest
from playwright.sync_api import expect

from coklit.localservices.stack import Stack
from tests.scene import KOTA, PASSWORD
from tests.voters.roster.lists import COLUMNS, row, text_of
from voters.models import FileImport, Voter

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

DESK, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}
LIST = "/admin/voters/fileimport/"
PATIENCE = 60_000
DOWNLOAD = "Unduh baris yang tidak termuat"


@pytest.fixture
def worker(scene, settings, tmp_path):
    """The worker of the files' own queue, on the uploads of this test."""
    uploads = settings.STORAGES["uploads"]["OPTIONS"]["location"]
    command = [sys.executable, "-m", "celery", "--app", "coklit", "worker", "--queues", "imports"]
    with Stack(tmp_path / "logs") as stack:
        options = ["--concurrency", "1", "--loglevel", "WARNING", "--without-mingle"]
        yield stack.start("importer", [*command, *options], environment={"COKLIT_UPLOADS_DIR": str(uploads)})


@pytest.fixture
def opened(scene, server, chromium):
    """A signed-in window of a size; afterwards no page may have complained on its console."""
    complaints = []

    def window(size, user="kpu", **options):
        context = chromium.new_context(viewport=size, locale="id-ID", base_url=server, **options)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.goto("/masuk/")
        page.fill("[name=username]", user)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda address: "masuk" not in address)
        return page

    yield window
    assert complaints == []


def fits(page, size):
    """No page scrolls sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url


def upload(page, path, kind="voters"):
    page.goto(f"{LIST}add/{kind}/")
    page.select_option("[name=election]", label="Pemilu 2024")
    page.set_input_files("[name=file]", path)
    page.get_by_role("button", name="Unggah", exact=True).press("Enter")
    page.wait_for_url("**/kolom/")


def press_and_wait(page, button, heading):
    """Press; the page of the run shows itself until the next one comes by itself."""
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=PATIENCE)


def broken_list(tmp_path):
    """A list of three: one names no TPS, and the column of NIK has a heading that nobody knows."""
    path = tmp_path / "daftar-rusak.csv"
    text = text_of(row(1), row(2, TPS="X"), row(3))
    path.write_text(text.replace("#NIK#", "#PENDUDUK#"), encoding="utf-8")
    return path


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_list_is_mapped_checked_mended_loaded_and_taken_back(opened, worker, scene, tmp_path, size):
    listed = Voter.objects.count()
    page = opened(size)
    upload(page, broken_list(tmp_path))
    fits(page, size)
    expect(page.get_by_role("alert")).to_contain_text("NIK")
    page.get_by_label("NIK", exact=True).select_option(label="PENDUDUK")
    press_and_wait(page, "Simpan dan periksa", re.compile("^Diperiksa"))
    fits(page, size)
    assert Voter.objects.count() == listed
    expect(page.locator(".im-proof")).to_have_text(re.compile(r"3\s+baris.*2.*1"))
    with page.expect_download() as download:
        page.get_by_role("link", name=DOWNLOAD).click()
    errors = download.value.path().read_text(encoding="utf-8-sig")
    assert errors.count("\n") == 2
    press_and_wait(page, "Muat", re.compile("^Dimuat"))
    assert Voter.objects.count() == listed + 2

    mended = tmp_path / "perbaikan.csv"
    mended.write_text(errors.replace("#X#", "#1#"), encoding="utf-8")
    upload(page, mended)
    press_and_wait(page, "Simpan dan periksa", re.compile("^Diperiksa"))
    press_and_wait(page, "Muat", re.compile("^Dimuat"))
    assert Voter.objects.count() == listed + 3
    fits(page, size)

    page.get_by_text("Urungkan impor ini").click()
    page.fill("[name=reason]", "salah berkas")
    page.get_by_role("button", name="Urungkan").click()
    expect(page.get_by_text(re.compile("salah berkas"))).to_be_visible(timeout=PATIENCE)
    assert Voter.objects.count() == listed + 2
    page.goto(LIST)
    fits(page, size)
    expect(page.get_by_role("link", name="perbaikan.csv")).to_be_visible()


def test_upload_is_refused_before_it_is_sent_where_it_is_too_large(opened, tmp_path):
    page = opened(DESK)
    page.goto(f"{LIST}add/tps/")
    page.evaluate("document.querySelector('form[data-largest]').dataset.largest = '10'")
    path = tmp_path / "besar.csv"
    path.write_text("KODE;TPS\n1;1\n", encoding="utf-8")
    page.set_input_files("[name=file]", path)
    expect(page.locator(".im-error")).to_be_visible()
    page.get_by_role("button", name="Unggah", exact=True).click()
    assert page.url.endswith(f"{LIST}add/tps/")
    assert not FileImport.objects.exists()


def test_whole_way_without_a_script_and_a_mouse(opened, worker, scene, tmp_path):
    page = opened(DESK, java_script_enabled=False)
    path = tmp_path / "daftar.csv"
    path.write_text(text_of(row(1), row(2), columns=COLUMNS), encoding="utf-8")
    upload(page, path)
    page.get_by_role("button", name="Simpan dan periksa").press("Enter")
    expect(page.get_by_role("heading", name=re.compile("^Diperiksa"))).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Muat").press("Enter")
    expect(page.get_by_role("heading", name=re.compile("^Dimuat"))).to_be_visible(timeout=PATIENCE)
    assert Voter.objects.filter(kabkota_id=KOTA, loaded_by__isnull=False).count() == 2
