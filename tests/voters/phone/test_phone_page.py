"""The pantarlih's page: own TPS and nobody else's, the same reads for one TPS and three, private, light, and honest."""

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from tests import scene as standing
from tests.scene import FAR_KELURAHAN, KELURAHAN, KOTA, NEXT_KELURAHAN, NOW, TODAY
from tests.voters.sync.events import PERSON, upload
from voters import declarations, notices
from voters.declarations import DeclaredCounts
from voters.models import Assignment, Device, HeldEvent, Membership, Region, Stage, SyncBatch, User
from voters.phone.page import CameIn, Contact, page_of
from voters.placement import new_id
from voters.sync.receive import receive_batch
from voters.terms import BatchState, HeldKind, Role, StageKind

pytestmark = pytest.mark.integration

BEGINS_WITHOUT_DATA = ("SELECT set_config", "SAVEPOINT", "RELEASE")


def words(answer):
    return re.sub(r"\s+", " ", strip_tags(answer.text))


def make_batch(device, tps, state):
    return SyncBatch.objects.create(
        kabkota_id=device.kabkota_id,
        device=device,
        tps=tps,
        state=state,
        body=b"",
        body_hash=b"0" * 32,
        received_at=NOW,
    )


def make_held(device, tps):
    return HeldEvent.objects.create(
        kabkota_id=device.kabkota_id,
        kind=HeldKind.QUARANTINED,
        tps=tps,
        raw=b"{}",
        content_hash=b"0" * 16,
        pantarlih=device.pantarlih,
        device=device,
        batch=make_batch(device, tps, BatchState.APPLIED),
        received_at=NOW,
    )


def result(code, voter, **more):
    event = {"id": str(uuid4()), "voter": str(voter), "code": code, "at": NOW.isoformat()}
    return {**event, "base_revision": 0, **more}


def test_page_counts_what_came_in_of_own_tps(scene):
    standing.make_voters(standing.make_tps(scene.election, number=2), 2)
    known = [voter.pk for voter in scene.voters]
    events = [result("0", known[0]), result("1", known[1]), result("B", uuid4(), new=PERSON)]
    receive_batch(upload(scene.tps.pk, *events), device=scene.device, now=NOW)
    own = page_of(scene.device, NOW).own
    assert [(one.tps, one.came_in) for one in own] == [(scene.tps, CameIn(listed=3, done=2, baru=1))]


def test_page_shows_own_tps_with_counts_and_declared_total(scene, browser):
    declarations.declare(
        device=scene.device, tps=scene.tps, day=TODAY, counts=DeclaredCounts(sesuai=2, baru=4, stickers=5), now=NOW
    )
    answer = browser(scene.token).get("/hp/")
    figures = re.findall(r"<dd>(\S+)</dd>", answer.text)
    assert (answer.status_code, figures) == (200, ["3", "0", "2", "0", "4", "5"])
    assert "TPS 001" in words(answer)
    assert "4 Maret 2023, 12.00 WIB" in words(answer)


def test_page_warns_of_more_declared_than_listed(scene, browser):
    counts = DeclaredCounts(sesuai=4)
    declarations.declare(device=scene.device, tps=scene.tps, day=TODAY, counts=counts, now=NOW)
    assert page_of(scene.device, NOW).own[0].declared_too_much
    declarations.declare(device=scene.device, tps=scene.tps, day=TODAY, counts=DeclaredCounts(sesuai=3), now=NOW)
    assert not page_of(scene.device, NOW).own[0].declared_too_much


def test_page_tells_of_uploads_and_results_that_wait(scene):
    make_batch(scene.device, scene.tps, BatchState.STORED)
    make_held(scene.device, scene.tps)
    colleague, _ = standing.make_pantarlih(scene.tps, name="REKAN")
    device, _ = standing.make_device(colleague)
    make_batch(device, scene.tps, BatchState.STORED)
    page = page_of(scene.device, NOW)
    assert (page.stored, page.held) == (1, 1)


def test_page_shows_notes_to_own_tps_and_village(scene, browser):
    for kelurahan, tps, text in (
        (KELURAHAN, None, "Untuk semua <b>"),
        (KELURAHAN, scene.tps, "Untuk TPS ini"),
        (FAR_KELURAHAN, None, "Untuk yang lain"),
    ):
        region = Region.objects.get(pk=kelurahan)
        notices.give(kelurahan=region, tps=tps, text=text, by=scene.pps, now=NOW)
    answer = browser(scene.token).get("/hp/")
    assert [note.text for note in answer.context["page"].notices] == ["Untuk TPS ini", "Untuk semua <b>"]
    assert "Untuk semua &lt;b&gt;" in answer.text
    assert "Untuk yang lain" not in answer.text


def test_page_shows_the_pps_in_office_today_with_phones(scene, browser):
    User.objects.filter(pk=scene.pps.pk).update(name="Ketua PPS", phone="0812-3456-7890")
    standing.make_user("pps-lain", Role.PPS, NEXT_KELURAHAN, name="PPS Panarung")
    former = standing.make_user("pps-lama", Role.PPS, KELURAHAN, name="PPS Lama")
    Membership.objects.filter(user=former).update(to_day=TODAY - dt.timedelta(days=1))
    answer = browser(scene.token).get("/hp/")
    assert answer.context["page"].contacts == [Contact("Ketua PPS", "0812-3456-7890")]
    assert 'href="tel:081234567890"' in answer.text
    assert 'href="https://wa.me/6281234567890"' in answer.text


@pytest.mark.parametrize(
    ("phone", "dialled", "whatsapp"),
    [
        ("0812 3456 789", "08123456789", "628123456789"),
        ("+62 812-3456-789", "+628123456789", "628123456789"),
        ("628123456789", "628123456789", "628123456789"),
        ("(0536) 322 1234", "05363221234", ""),
        ("", "", ""),
    ],
)
@pytest.mark.unit
def test_contact_gives_numbers_to_dial(phone, dialled, whatsapp):
    contact = Contact("PPS", phone)
    assert (contact.dialled, contact.whatsapp) == (dialled, whatsapp)


def test_page_tells_what_the_phone_last_said(scene, browser):
    assert "Ponsel ini belum pernah mengirim hasil" in words(browser(scene.token).get("/hp/"))
    Device.objects.filter(pk=scene.device.pk).update(seen_at=NOW, recorded=1300, waiting=12)
    figures = re.findall(r"<dd>(\S+)</dd>", browser(scene.token).get("/hp/").text)
    assert figures[6:] == ["1.300", "12", "–"]  # noqa: RUF001  # the dash is what stands for "not said"


def test_pantarlih_without_a_tps_still_has_the_page(scene, browser):
    Assignment.objects.update(to_day=TODAY)
    answer = browser(scene.token).get("/hp/")
    assert (answer.status_code, answer.context["page"].own) == (200, [])
    assert 'id="angka"' not in answer.text


@pytest.mark.parametrize("number", [1, 3])
def test_page_reads_as_much_for_one_tps_as_for_three(scene, browser, number):
    tps = [standing.make_tps(scene.election, number=2 + more) for more in range(number)]
    for one in tps:
        standing.make_voters(one, 2)
    pantarlih, _ = standing.make_pantarlih(*tps, name="PANTARLIH LAIN")
    device, token = standing.make_device(pantarlih)
    for one in tps:
        notices.give(kelurahan=one.kelurahan, tps=one, text="Catatan", by=scene.pps, now=NOW)
        declarations.declare(device=device, tps=one, day=TODAY, counts=DeclaredCounts(sesuai=1), now=NOW)
    client = browser(token)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/hp/")
    data = [query["sql"] for query in queries if not query["sql"].startswith(BEGINS_WITHOUT_DATA)]
    # Device; assignments, counts, declared, days of coklit, notes, PPS, stored uploads, held results.
    assert len(data) == 9
    assert len(answer.context["page"].own) == number


def test_page_reads_and_renders_inside_the_territory(scene, browser):
    with CaptureQueriesContext(connection) as queries:
        browser(scene.token).get("/hp/")
    statements = [query["sql"] for query in queries]
    assert statements[0].startswith("SAVEPOINT")
    assert f"set_config('app.territory', '{KOTA}', true)" in statements[1]
    assert statements[-1].startswith("RELEASE")


def test_page_is_kept_by_nobody_on_the_way(scene, browser):
    answer = browser(scene.token).get("/hp/")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Coklit-Page"] == "keep"
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "worker-src 'self'" in policy


def test_page_asks_nothing_of_third_parties(scene, browser):
    answer = browser(scene.token).get("/hp/")
    assert re.findall(r'(?:src|action)="(?!/)[^"]*"|<link[^>]*href="(?!/)[^"]*"', answer.text) == []


def test_other_days_page_is_not_kept(scene, browser):
    answer = browser(scene.token).get("/hp/?hari=2023-03-03")
    assert answer.context["forms"].day == dt.date(2023, 3, 3)
    assert "X-Coklit-Page" not in answer


@pytest.mark.parametrize("asked", ["2023-02-11", "2023-03-05", "kemarin", "2023-02-30", ""])
def test_day_that_is_not_open_is_answered_with_today(scene, browser, asked):
    assert browser(scene.token).get(f"/hp/?hari={asked}").context["forms"].day == TODAY


def test_page_offers_no_numbers_after_the_seal(scene, browser):
    Stage.objects.filter(election=scene.election, kind=StageKind.COKLIT).update(sealed_at=NOW)
    answer = browser(scene.token).get("/hp/")
    assert (answer.status_code, 'id="angka"' in answer.text) == (200, False)


def test_page_offers_no_numbers_before_coklit(scene, browser, monkeypatch):
    early = dt.datetime(2023, 2, 10, 5, tzinfo=dt.UTC)
    monkeypatch.setattr("coklit.clock.now", lambda: early)
    answer = browser(scene.token).get("/hp/")
    assert "Coklit dimulai 12 Februari 2023" in words(answer)
    assert 'id="angka"' not in answer.text


def test_page_offers_no_entry_of_results(scene, browser):
    text = browser(scene.token).get("/hp/").text
    assert not any(voter.name in text or voter.nik in text for voter in scene.voters)
    assert set(re.findall(r'<form[^>]*action="([^"]*)"', text)) == {"/hp/#lapor"}


def test_service_worker_keeps_to_its_own_pages(browser):
    answer = browser().get("/hp/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert '"/hp/"' in answer.text
    assert re.findall(r'FILES = \["([^"]+)"', answer.text) == ["/static/hp.css"]


def test_batch_of_somebody_else_is_not_told_of(scene):
    colleague, _ = standing.make_pantarlih(scene.tps, name="REKAN")
    device, _ = standing.make_device(colleague)
    make_held(device, scene.tps)
    assert page_of(scene.device, NOW).held == 0
    assert new_id() not in [one.tps.pk for one in page_of(scene.device, NOW).own]
