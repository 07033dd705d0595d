"""e-Coklit's recap beside our counts: its own figures with their day, sums with the same TPS on both sides."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from reports.ecoklit import Counts, recap_of, reconciled
from reports.figures import NO_FIGURE, ecoklit_coverage, ecoklit_pantarlih_sync, ecoklit_record_sync
from tests.reports.counted import counted_region, counted_tps
from tests.scene import KECAMATAN, KELURAHAN, KOTA, NEXT_KELURAHAN, NOW, PROVINCE, TODAY, make_tps
from voters.models import Recap, Region
from voters.placement import new_id
from voters.terms import DeclaredBy

pytestmark = pytest.mark.integration

SLUG = "pemilu-2024"
DAY = dt.date(2023, 3, 3)


def told(tps, day=DAY, last_sync_at=NOW, **counts):
    values = {"listed": 300, "sesuai": 100, "ubah": 20, "tms": 10, "baru": 4, **counts}
    return Recap.objects.create(
        kabkota_id=tps.kabkota_id,
        tps=tps,
        source=DeclaredBy.ECOKLIT,
        day=day,
        last_sync_at=last_sync_at,
        file_import=new_id(),
        recorded_at=NOW,
        **values,
    )


@pytest.fixture
def region(scene):
    return lambda code: Region.objects.get(pk=code)


@pytest.fixture
def kpu(scene, client):
    client.force_login(scene.kpu)
    return client


def address(code, page=""):
    return f"/dasbor/{SLUG}/{code}/{page}"


def test_newest_recap_of_each_tps_up_to_the_day_is_summed(scene, region):
    other = make_tps(scene.election, NEXT_KELURAHAN)
    make_tps(scene.election, number=2)
    told(scene.tps, DAY - dt.timedelta(days=1), sesuai=5)
    told(scene.tps)
    told(scene.tps, TODAY, sesuai=200)
    told(other, sesuai=50, last_sync_at=None)
    found = recap_of(scene.election, region(KOTA), DAY)
    assert (found.stations, found.told, found.synced_stations) == (3, 2, 1)
    assert (found.theirs, found.synced) == (Counts(600, 150, 40, 20, 8), 130)
    assert (found.first_day, found.last_day) == (DAY, DAY)
    assert recap_of(scene.election, region(KOTA), TODAY).last_day == TODAY


def test_figures_are_sums_over_the_tps_of_the_recap(scene, region):
    told(scene.tps)
    told(make_tps(scene.election, number=2), listed=100, sesuai=0, ubah=0, tms=0, last_sync_at=None)
    found = recap_of(scene.election, region(KELURAHAN), DAY)
    rates = [rate(found) for rate in (ecoklit_coverage, ecoklit_record_sync, ecoklit_pantarlih_sync)]
    assert [(rate.numerator, rate.denominator) for rate in rates] == [(130, 400), (130, 400), (1, 2)]


def test_recap_without_any_time_of_sync_tells_no_sync(scene, region):
    told(scene.tps, last_sync_at=None)
    found = recap_of(scene.election, region(KELURAHAN), DAY)
    assert (str(ecoklit_record_sync(found)), str(ecoklit_pantarlih_sync(found))) == (NO_FIGURE, NO_FIGURE)
    assert ecoklit_coverage(found).numerator == 130


@pytest.mark.parametrize("code", ["ID", PROVINCE])
def test_nothing_is_read_above_the_kabkota(scene, region, code, django_assert_num_queries):
    told(scene.tps)
    place = region(code)
    with django_assert_num_queries(0):
        assert recap_of(scene.election, place, DAY) is None


@pytest.mark.parametrize("number", [1, 3])
def test_both_reads_take_one_query(scene, region, number, django_assert_num_queries):
    told(scene.tps)
    for more in range(2, number + 1):
        told(make_tps(scene.election, number=more))
    place = region(KELURAHAN)
    with django_assert_num_queries(1):
        recap_of(scene.election, place, DAY)
    with django_assert_num_queries(1):
        assert len(reconciled(scene.election, place, DAY)) == number


def test_both_sides_count_the_same_tps(scene, region):
    unnamed = make_tps(scene.election, number=2)
    counted_tps(scene.tps, baru=1)
    counted_tps(unnamed)
    told(scene.tps)
    (row,) = reconciled(scene.election, region(KECAMATAN), DAY)
    assert (row.kelurahan, row.name, row.told, row.stations) == (KELURAHAN, "Pahandut", 1, 2)
    assert row.ours == Counts(300, 150, 10, 5, 1)
    assert (row.difference, row.differs) == (Counts(0, -50, 10, 5, 3), True)


def test_tps_without_counts_of_ours_is_shown_with_nothing(scene, region):
    told(scene.tps)
    (row,) = reconciled(scene.election, region(KELURAHAN), DAY)
    assert (row.tps, row.number, row.ours) == (scene.tps.pk, 1, Counts())


def test_region_page_shows_ecoklits_figures_apart_with_their_day(kpu, scene):
    counted_region(scene.election, KOTA)
    told(scene.tps)
    page = kpu.get(address(KOTA)).text
    shown = dict(re.findall(r'data-figure="(\w+)">([^<]+)<', page))
    assert shown["coverage"] == "70,99\xa0%"
    assert shown["ecoklit_coverage"] == shown["ecoklit_record_sync"] == "43,33\xa0%"
    assert shown["ecoklit_pantarlih_sync"] == "100,00\xa0%"
    assert "3 Maret 2023" in page
    assert address(KOTA, "ecoklit/") in page


def test_region_page_without_a_recap_says_nothing_of_ecoklit(kpu, scene):
    counted_region(scene.election, KOTA)
    assert "ecoklit" not in kpu.get(address(KOTA)).text


def test_reconciliation_shows_rows_total_and_the_difference(kpu, scene):
    counted_tps(scene.tps)
    other = make_tps(scene.election, number=2)
    counted_tps(other, sesuai=90)
    told(scene.tps)
    told(other, TODAY)
    page = kpu.get(address(KELURAHAN, "ecoklit/")).text
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page[page.index("<tbody>") :], re.DOTALL)
    cells = [[strip_tags(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows]
    assert [row[0] for row in cells[:2]] == ["TPS 001", "TPS 002"]
    assert [row[-3:] for row in cells] == [["130", "165", "-35"], ["130", "105", "+25"], ["260", "270", "-10"]]
    assert "3 Maret 2023" in page
    assert "4 Maret 2023" in page


def test_reconciliation_is_for_a_kabkota_and_below_and_for_its_own_offices(scene, client):
    client.force_login(scene.kpu_ri)
    assert [client.get(address(code, "ecoklit/")).status_code for code in ("ID", PROVINCE, KOTA)] == [404, 404, 200]
    client.force_login(scene.foreign_kpu)
    assert client.get(address(KOTA, "ecoklit/")).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_reconciliation_reads_the_same_however_many_tps(kpu, scene, number):
    told(scene.tps)
    for more in range(2, number + 1):
        told(make_tps(scene.election, number=more))
    with CaptureQueriesContext(connection) as captured:
        assert kpu.get(address(KELURAHAN, "ecoklit/")).status_code == 200
    assert sum("voters_recap" in one["sql"] for one in captured) == 1
    # regions, stages, counts, both counts side by side; no recount has been
    assert sum(bool(re.search("voters_re|reports_|voters_stage", one["sql"])) for one in captured) == 5


def test_figures_page_explains_them(kpu):
    page = kpu.get("/angka/").text
    for key in ("ecoklit_coverage", "ecoklit_record_sync", "ecoklit_pantarlih_sync"):
        assert f'<dt id="{key}">' in page
