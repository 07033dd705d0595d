"""Rows of the list that are not loaded, and why the number of voters changed: on the pages of their regions."""

import datetime as dt

import pytest
from django.utils.html import strip_tags

from reports.listnews import ListNews, list_news
from tests.reports.counted import counted_region
from tests.scene import FAR_KELURAHAN, KECAMATAN, KELURAHAN, KOTA, NEXT_KELURAHAN, NOW, PROVINCE, TODAY
from voters.models import FileImport, LeftOut, ListShift, Region
from voters.terms import ImportKind, ImportState

pytestmark = pytest.mark.integration

FIRST_DAY = dt.date(2023, 2, 12)


def loaded(scene, at=NOW, state=ImportState.COMMITTED, **values):
    counts = dict.fromkeys(("rows", "created", "changed", "unchanged", "left_out"), 0)
    return FileImport.objects.create(
        kind=ImportKind.VOTERS,
        election=scene.election,
        area_id=KOTA,
        by=scene.kpu,
        file_name="daftar.csv",
        file_hash="0" * 64,
        state=state,
        uploaded_at=at,
        committed_at=at,
        **counts,
        **values,
    )


def left_out(file, *regions, **values):
    LeftOut.objects.bulk_create(
        LeftOut(file_import=file, row=row, code="tps_unknown", region=region, **values)
        for row, region in enumerate(regions, LeftOut.objects.count() + 2)
    )


def shifted(file, kelurahan, before, after, at=NOW):
    ListShift.objects.create(file_import=file, kelurahan=kelurahan, at=at, before=before, after=after)


def news(scene, code, day=TODAY):
    return list_news(scene.election, Region.objects.get(pk=code), FIRST_DAY, day)


def page(client, code, query=""):
    return " ".join(strip_tags(client.get(f"/dasbor/pemilu-2024/{code}/{query}").text).split())


def test_open_rows_count_in_their_region_and_all_above(scene):
    file = loaded(scene)
    left_out(file, KELURAHAN, KELURAHAN, NEXT_KELURAHAN, KECAMATAN, FAR_KELURAHAN)
    found = [news(scene, code).left_out for code in (KELURAHAN, NEXT_KELURAHAN, KECAMATAN, KOTA, PROVINCE, "ID")]
    assert found == [2, 1, 4, 5, 5, 5]
    assert news(scene, "31.71").left_out == 0


def test_settled_rows_and_those_of_undone_imports_do_not_count(scene):
    left_out(loaded(scene), KELURAHAN, settled_at=NOW)
    left_out(loaded(scene, state=ImportState.UNDONE), KELURAHAN)
    left_out(loaded(scene), KELURAHAN)
    assert news(scene, KOTA).left_out == 1


def test_changes_are_summed_by_import_the_newest_first(scene):
    day = dt.timedelta(days=1)
    older, newer = loaded(scene, NOW - 3 * day), loaded(scene, NOW - day)
    shifted(older, KELURAHAN, 1000, 1010, NOW - 3 * day)
    shifted(newer, KELURAHAN, 1010, 1000, NOW - day)
    shifted(newer, NEXT_KELURAHAN, 500, 587, NOW - day)
    assert news(scene, KOTA).changes == ((TODAY - day, 77), (TODAY - 3 * day, 10))
    assert news(scene, KELURAHAN).changes == ((TODAY - day, -10), (TODAY - 3 * day, 10))
    assert news(scene, KOTA, TODAY - 2 * day).changes == ((TODAY - 3 * day, 10),)


def test_imports_that_changed_nothing_were_undone_or_came_before_coklit_are_no_change(scene):
    shifted(loaded(scene), KELURAHAN, 1000, 1000)
    shifted(loaded(scene, state=ImportState.UNDONE), KELURAHAN, 1000, 1010)
    early = NOW - dt.timedelta(days=30)
    shifted(loaded(scene, early), KELURAHAN, 0, 1000, early)
    assert news(scene, KOTA) == ListNews()


def test_totals_lead_back_from_the_present_number_and_a_first_list_is_no_change():
    days = [dt.date(2023, 3, day) for day in (3, 2, 1)]
    found = ListNews(0, ((days[0], 77), (days[1], -10), (days[2], 211_433))).shifts(211_500)
    assert [(shift.day, shift.before, shift.after, shift.change) for shift in found] == [
        (days[0], 211_423, 211_500, 77),
        (days[1], 211_433, 211_423, -10),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_one_query_for_rows_and_changes(scene, number, django_assert_num_queries):
    for _ in range(number):
        file = loaded(scene)
        left_out(file, KELURAHAN)
        shifted(file, KELURAHAN, 1, 2)
    place = Region.objects.get(pk=KOTA)
    with django_assert_num_queries(1):
        found = list_news(scene.election, place, FIRST_DAY, TODAY)
    assert (found.left_out, len(found.changes)) == (number, number)


@pytest.mark.parametrize(("number", "text"), [(1, "1 baris daftar belum termuat"), (3, "3 baris daftar belum termuat")])
def test_page_says_what_is_not_loaded_while_it_is_not(scene, client, number, text):
    client.force_login(scene.kpu)
    counted_region(scene.election, KOTA)
    assert "belum termuat" not in page(client, KOTA)
    left_out(loaded(scene), *[KELURAHAN] * number)
    assert text in page(client, KOTA)
    assert "belum termuat" not in page(client, KOTA, f"?hari={TODAY - dt.timedelta(days=1)}")


def test_page_without_a_list_says_it_too(scene, client):
    client.force_login(scene.kpu)
    counted_region(scene.election, KOTA, listed=0, sesuai=0, ubah=0, tms=0, synced=0)
    left_out(loaded(scene), KELURAHAN)
    assert "1 baris daftar belum termuat" in page(client, KOTA)


def test_page_explains_a_changed_number_of_voters(scene, client):
    client.force_login(scene.kpu)
    counted_region(scene.election, KOTA, listed=211_500)
    at = NOW - dt.timedelta(days=1)
    shifted(loaded(scene, at), KELURAHAN, 1000, 1077, at)
    assert "Daftar berubah 3 Maret 2023: 211.423 → 211.500 pemilih (+77)" in page(client, KOTA)
