"""The dashboard's doors: who sees which region, one truth on page, table and CSV, few reads, honest emptiness."""

import csv
import datetime as dt
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from reports.models import RegionProgress, RollupRun
from tests import scene as standing
from tests.reports.counted import counted_region, counted_tps
from tests.scene import (
    FAR_KELURAHAN,
    FOREIGN_KOTA,
    KECAMATAN,
    KELURAHAN,
    KOTA,
    NEXT_KELURAHAN,
    PROVINCE,
    TODAY,
)
from voters.models import Election, Membership, Pantarlih, Region, User
from voters.terms import Role, TpsKind

pytestmark = pytest.mark.integration

SLUG = "pemilu-2024"
YESTERDAY = TODAY - dt.timedelta(days=1)
# Reads of the account and its session, and the statements of a transaction, are not data queries.
NOT_DATA = re.compile(r"django_session|voters_user|voters_membership|set_config|^(SAVEPOINT|RELEASE|BEGIN|COMMIT)")
ACCOUNTS = {
    "pps": KELURAHAN,
    "ppk": KECAMATAN,
    "kpu": KOTA,
    "kpu_province": PROVINCE,
    "kpu_ri": "ID",
    "bawaslu": KOTA,
    "foreign_kpu": FOREIGN_KOTA,
}


def address(code, query=""):
    return f"/dasbor/{SLUG}/{code}/{query}"


@pytest.fixture
def counted(scene):
    """Counts that add up: two kelurahan, their kecamatan and all above it."""
    one = {"listed": 300, "sesuai": 150, "ubah": 10, "tms": 5, "baru": 9, "synced": 120}
    two = {"listed": 200, "sesuai": 199, "ubah": 0, "tms": 1, "baru": 0, "synced": 150}
    both = {key: one[key] + two[key] for key in one}
    counted_region(scene.election, KELURAHAN, **one)
    counted_region(scene.election, NEXT_KELURAHAN, **two)
    for code in (KECAMATAN, KOTA, PROVINCE, "ID"):
        counted_region(scene.election, code, YESTERDAY, **one)
        counted_region(scene.election, code, **both)
    counted_tps(scene.tps)
    return scene


@pytest.fixture
def kpu(counted, client):
    client.force_login(counted.kpu)
    return client


def data_queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured if not NOT_DATA.search(query["sql"])]


def cells(page):
    """The table's rows as texts, the total last."""
    rows = re.findall(r"<tr>(.*?)</tr>", page[page.index('<table class="main">') :], re.DOTALL)[1:]
    return [
        [strip_tags(cell).split("\n")[0].strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in rows
    ]


# --- who sees what ----------------------------------------------------------------------------------


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("code", ["ID", PROVINCE, KOTA, KECAMATAN, KELURAHAN, FOREIGN_KOTA])
@pytest.mark.parametrize("page", ["", "pantarlih/"])
def test_account_sees_its_own_region_and_below(counted, client, account, code, page):
    client.force_login(getattr(counted, account))
    own = ACCOUNTS[account]
    sees = own == "ID" or code == own or code.startswith(f"{own}.")
    response = client.get(address(code) + page)
    assert response.status_code == (200 if sees else 403)
    name = Region.objects.get(pk=code).name
    assert (f"<h1>{name}</h1>" in response.text) == (sees and page == "")


def test_refusal_leads_to_the_accounts_own_start(counted, client):
    client.force_login(counted.pps)
    assert 'href="/"' in client.get(address(KOTA)).text
    assert client.get("/").headers["Location"] == address(KELURAHAN)


def test_nobody_sees_anything_without_signing_in(counted, client):
    for url in ("/", "/angka/", "/pantarlih/", address(KOTA), address(KOTA, "pantarlih/")):
        assert client.get(url).headers["Location"] == f"/masuk/?next={url}"


def test_live_page_whose_session_ended_reloads(counted, client):
    response = client.get(address(KOTA), headers={"HX-Request": "true"})
    assert response.headers["HX-Refresh"] == "true"


def test_past_office_sees_nothing(counted, client):
    Membership.objects.filter(user=counted.kpu).update(to_day=TODAY)
    client.force_login(counted.kpu)
    assert client.get(address(KOTA)).status_code == 403


def test_start_is_the_widest_region(counted, client):
    Membership.objects.create(
        user=counted.kpu, role=Role.KPU_PROVINCE, region_id=PROVINCE, from_day=standing.IN_OFFICE_SINCE
    )
    client.force_login(counted.kpu)
    assert client.get("/").headers["Location"] == address(PROVINCE)
    assert client.get("/pantarlih/").headers["Location"] == address(PROVINCE, "pantarlih/")


def test_regions_above_the_own_are_named_but_not_linked(kpu):
    page = kpu.get(address(KELURAHAN)).text
    assert "<span>Kalimantan Tengah</span>" in page
    assert f'<a href="{address(KOTA)}">Kota Palangkaraya</a>' in page


@pytest.mark.parametrize(("account", "sees"), [("kpu", True), ("pps", True), ("bawaslu", False)])
def test_names_and_phones_are_for_committees(counted, client, account, sees):
    Pantarlih.objects.filter(kabkota_id=KOTA).update(phone="+62 812 0000 0000")
    client.force_login(getattr(counted, account))
    for url in (address(KELURAHAN, "pantarlih/"), f"/dasbor/{SLUG}/tps/{KOTA}/{counted.tps.pk}/"):
        page = client.get(url).text
        assert ("PANTARLIH CONTOH" in page) == sees
        assert ("+62 812 0000 0000" in page) == sees


# --- figures ----------------------------------------------------------------------------------------


def test_figures_are_those_of_the_counts(kpu):
    page = kpu.get(address(KOTA)).text
    shown = dict(re.findall(r'data-figure="(\w+)">([^<]+)<', page))
    assert shown == {"coverage": "73,00\xa0%", "record_sync": "54,00\xa0%", "pantarlih_sync": "75,00\xa0%"}
    assert re.search(r"365\D+500\D", strip_tags(page))


def test_previous_report_is_named_beside_the_present_figure(kpu):
    page = kpu.get(address(KOTA, f"?hari={TODAY}")).text
    assert "55,00\xa0%" in page


def test_table_says_what_its_children_count_and_the_total_is_their_sum(kpu):
    rows = cells(kpu.get(address(KECAMATAN)).text)
    counts = [[int(text.replace(".", "")) for text in row[2:9]] for row in rows]
    assert [row[0] for row in rows[:2]] == ["Pahandut", "Panarung"]
    assert [a + b for a, b in zip(counts[0], counts[1], strict=True)] == counts[2]
    assert [row[9] for row in rows] == ["55,00\xa0%", "100,00\xa0%", "73,00\xa0%"]


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("", ["Pahandut", "Panarung"]),
        ("-coverage", ["Panarung", "Pahandut"]),
        ("listed", ["Panarung", "Pahandut"]),
        ("-name", ["Panarung", "Pahandut"]),
        ("no-such-column", ["Pahandut", "Panarung"]),
    ],
)
def test_table_sorts_by_address(kpu, order, names):
    page = kpu.get(address(KECAMATAN, f"?urut={order}")).text
    assert [row[0] for row in cells(page)[:2]] == names
    assert page.count("aria-sort=") == 1


def test_special_tps_stand_apart(kpu, counted):
    special = standing.make_tps(counted.election, number=901, kind=TpsKind.SPECIAL)
    counted_tps(special, pantarlih=0)
    page = kpu.get(address(KELURAHAN)).text
    regular, apart = page[page.index("<tbody>") :].split('<tr class="group">')
    assert ("TPS 001" in regular, "TPS 901" in regular) == (True, False)
    assert "TPS 901" in apart


def test_tps_page_tells_its_counts_and_no_voter(kpu, counted):
    page = kpu.get(f"/dasbor/{SLUG}/tps/{KOTA}/{counted.tps.pk}/").text
    assert "55,00\xa0%" in page
    assert "PEMILIH CONTOH" not in page
    assert counted.voters[0].nik not in page


def test_past_day_shows_what_was_known_then(kpu):
    page = kpu.get(address(KOTA, f"?hari={YESTERDAY}")).text
    assert dict(re.findall(r'data-figure="(\w+)">([^<]+)<', page))["coverage"] == "55,00\xa0%"
    assert "hx-get" not in page


@pytest.mark.parametrize("day", ["2999-01-01", "kemarin", "2023-02-30", "0001-01-01", "2023-02-11"])
def test_day_that_is_none_is_not_found(kpu, day):
    assert kpu.get(address(KOTA, f"?hari={day}")).status_code == 404


def test_days_go_back_to_the_first_of_coklit(kpu, counted):
    first = dt.date(2023, 2, 12)
    counted_region(counted.election, KOTA, first - dt.timedelta(days=1))
    assert f"?hari={first}" in kpu.get(address(KOTA, f"?hari={first + dt.timedelta(days=1)}")).text
    response = kpu.get(address(KOTA, f"?hari={first}"))
    assert (response.status_code, 'id="hari-lalu"' in response.text) == (200, False)


@pytest.mark.parametrize(
    "url", [f"/dasbor/tidak-ada/{KOTA}/", "/dasbor/pemilu-2024/62.71.99/", "/dasbor/pemilu-2024/x/"]
)
def test_unknown_places_are_not_found(kpu, url):
    assert kpu.get(url).status_code == 404


def test_lists_tell_their_own_times(kpu, counted):
    until = standing.NOW + dt.timedelta(minutes=7)
    RollupRun.objects.create(kind="marks", started_at=standing.NOW, finished_at=until)
    page = " ".join(strip_tags(kpu.get(address(KOTA, "pantarlih/")).text).split())
    assert "TPS: data s.d. 4 Maret 2023, 12.07 WIB" in page
    assert re.search(r"Pantarlih: per \d+ \w+ 20\d\d, \d\d\.\d\d WIB", page)


def test_notice_of_tps_at_zero_leads_to_as_many(kpu, counted):
    for number in (2, 3):
        counted_tps(standing.make_tps(counted.election, number=number), sesuai=0, ubah=0, tms=0)
    RegionProgress.objects.update(tps_untouched=2)
    link = re.search(r'href="([^"]+)#tps-nol">(\d) TPS', kpu.get(address(KOTA)).text)
    page = kpu.get(address(KOTA, "pantarlih/")).text
    section = page[page.index('id="tps-nol"') :]
    assert '<span class="count">2</span>' in section[: section.index("</h2>")]
    assert link.groups() == (address(KOTA, "pantarlih/"), "2")


# --- CSV --------------------------------------------------------------------------------------------


def rows_of_csv(response):
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_csv_holds_what_the_table_shows(kpu):
    for query in ("", "urut=-coverage", "urut=name"):
        rows = rows_of_csv(kpu.get(address(KECAMATAN, f"?format=csv&{query}")))
        shown = cells(kpu.get(address(KECAMATAN, f"?{query}")).text)[:-1]
        assert rows[1:] == [[text.replace(".", "").replace("\xa0%", "") for text in row] for row in shown]
        assert len(rows[0]) == len(rows[1])


def test_csv_defuses_formulas(kpu):
    Region.objects.filter(pk=KELURAHAN).update(name='=HYPERLINK("http://x")')
    assert rows_of_csv(kpu.get(address(KECAMATAN, "?format=csv")))[1][0] == '\'=HYPERLINK("http://x")'


# --- reads ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("children", [1, 3])
def test_region_page_reads_the_same_however_many_children(scene, client, children):
    client.force_login(scene.kpu_ri)
    counted_region(scene.election, KECAMATAN)
    Region.objects.filter(pk=FAR_KELURAHAN).update(parent_id=KECAMATAN)
    for code in (KELURAHAN, NEXT_KELURAHAN, FAR_KELURAHAN)[:children]:
        counted_region(scene.election, code)
    # regions, coklit stages with elections, newest recount, version, history, children, outcome codes, news of the
    # list, recap of e-Coklit
    assert len(data_queries(client, address(KECAMATAN))) == 9


@pytest.mark.parametrize("tps", [1, 3])
def test_kelurahan_page_reads_the_same_however_many_tps(scene, client, tps):
    client.force_login(scene.pps)
    counted_region(scene.election, KELURAHAN)
    counted_tps(scene.tps)
    for number in range(2, tps + 1):
        counted_tps(standing.make_tps(scene.election, number=number))
    # regions, coklit stages with elections, newest recount, version, longer window, history, TPS, outcome codes, news
    # of the list, recap of e-Coklit
    assert len(data_queries(client, address(KELURAHAN))) == 10


def test_live_page_that_is_up_to_date_gets_nothing_and_reads_little(kpu):
    page = kpu.get(address(KOTA)).text
    live = re.search(r'hx-get="([^"]+)"', page)[1].replace("&amp;", "&")
    with CaptureQueriesContext(connection) as captured:
        response = kpu.get(live, headers={"HX-Request": "true"})
    assert (response.status_code, response.content) == (204, b"")
    # regions, coklit stages with elections, newest recount, version
    assert len([query for query in captured if not NOT_DATA.search(query["sql"])]) == 4


def test_figures_hold_until_the_newest_recount(kpu):
    until = standing.NOW + dt.timedelta(minutes=7)
    RollupRun.objects.create(kind="marks", started_at=standing.NOW, finished_at=until)
    assert "data s.d. 4 Maret 2023, 12.07 WIB" in " ".join(kpu.get(address(KOTA)).text.split())


def test_live_page_gets_the_new_figures_alone(kpu):
    page = kpu.get(address(KOTA)).text
    live = re.search(r'hx-get="([^"]+)"', page)[1].replace("&amp;", "&")
    RegionProgress.objects.filter(region_id=KOTA, day=TODAY).update(
        synced=500, as_of=standing.NOW + dt.timedelta(seconds=2)
    )
    fragment = kpu.get(live, headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith('<div id="angka"')
    assert "<html" not in fragment
    assert 'data-figure="record_sync">100,00\xa0%' in fragment


# --- what is missing is said ------------------------------------------------------------------------


def test_account_without_a_territory_is_told_so(counted, client):
    client.force_login(User.objects.create(username="baru"))
    response = client.get("/")
    assert response.status_code == 200
    assert 'class="card empty"' in response.text


def test_no_election_is_told(scene, client):
    client.force_login(scene.kpu)
    response = client.get("/")
    assert response.status_code == 200
    assert 'class="card empty"' in response.text


@pytest.mark.parametrize("counts", [None, {"listed": 0, "sesuai": 0, "ubah": 0, "tms": 0, "synced": 0}])
def test_region_without_a_list_is_told_so(scene, client, counts):
    if counts:
        counted_region(scene.election, KOTA, **counts)
    client.force_login(scene.kpu)
    page = client.get(address(KOTA)).text
    assert 'class="card empty"' in page
    assert "data-figure" not in page


def test_region_without_a_result_shows_zero_of_its_list(scene, client):
    counted_region(scene.election, KOTA, sesuai=0, ubah=0, tms=0, synced=0, pantarlih_synced=0)
    client.force_login(scene.kpu)
    page = client.get(address(KOTA)).text
    assert dict(re.findall(r'data-figure="(\w+)">([^<]+)<', page)) == {
        "coverage": "0,00\xa0%",
        "record_sync": "0,00\xa0%",
        "pantarlih_sync": "0,00\xa0%",
    }


def test_note_of_the_election_stands_on_its_pages(kpu, counted):
    Election.objects.filter(pk=counted.election.pk).update(note="DPT menggantikan daftar coklit.")
    assert "DPT menggantikan daftar coklit." in kpu.get(address(KOTA)).text


@pytest.mark.parametrize("is_demo", [True, False])
def test_example_data_are_called_so_on_every_page(kpu, settings, is_demo):
    settings.DEMO = is_demo
    for url in (address(KOTA), address(KOTA, "pantarlih/"), "/angka/", "/dasbor/x/y/"):
        assert ('class="demo"' in kpu.get(url).text) == is_demo


def test_no_page_has_inline_style_or_script(kpu, counted):
    tps = f"/dasbor/{SLUG}/tps/{KOTA}/{counted.tps.pk}/"
    for url in (address(KOTA), address(KELURAHAN), address(KOTA, "pantarlih/"), tps, "/angka/"):
        page = kpu.get(url).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|https?://", page)
