"""The export page: for whom, of which area, masked, on the trail; the file comes outside of the page's transaction."""

import pytest
from django.db import connection, transaction
from django.test import Client

from tests import scene as standing
from tests.scene import FAR_KELURAHAN, KECAMATAN, KELURAHAN, KOTA, NEXT_KELURAHAN
from voters.models import TrailEntry

pytestmark = pytest.mark.integration

PAGE, LIST = "/admin/voters/voter/ekspor/", "/admin/voters/voter/"


@pytest.fixture
def place(transactional_db):
    with transaction.atomic():
        return standing.build()


def enter(user):
    client = Client()
    client.force_login(user)
    return client


def ask(client, place, **fields):
    said = {"election": place.election.pk, "area": KELURAHAN, "layout": "sidalih", "purpose": "rapat pleno", **fields}
    return client.post(PAGE, said)


@pytest.mark.parametrize(("layout", "ending"), [("sidalih", "csv"), ("bulk", "xlsx"), ("a-daftar", "xlsx")])
def test_pps_gets_the_masked_file_of_its_village(place, layout, ending):
    answer = ask(enter(place.pps), place, layout=layout)
    file = b"".join(answer.streaming_content)
    assert answer.status_code == 200
    name = answer.headers["Content-Disposition"]
    assert name.startswith(f'attachment; filename="{layout}_pemilu-2024_{KELURAHAN}_')
    assert name.endswith(f'_disamarkan.{ending}"')
    assert "no-store" in answer.headers["Cache-Control"]
    assert len(file) > 100
    assert not any(voter.nik.encode() in file or voter.nkk.encode() in file for voter in place.voters)


def test_file_names_who_took_it_and_what_for(place):
    file = b"".join(ask(enter(place.pps), place).streaming_content).decode()
    assert "· oleh PPS (pps) · untuk rapat pleno" in file.splitlines()[0]
    assert place.voters[0].name in file


def test_trail_has_the_export_before_the_file_is_read(place):
    ask(enter(place.kpu), place, area=KOTA)
    entry = TrailEntry.objects.get(verb="export_list")
    assert (entry.by_name, entry.region, entry.reason) == ("kpu", KOTA, "rapat pleno")
    assert entry.after == {"layout": "sidalih", "rows": 3, "masked": True}


@pytest.mark.parametrize(
    ("name", "areas"),
    [
        ("pps", {KELURAHAN}),
        ("kpu", {KOTA, KECAMATAN, "62.71.02", KELURAHAN, NEXT_KELURAHAN, FAR_KELURAHAN}),
        ("foreign_kpu", {standing.FOREIGN_KOTA, "31.71.01", standing.FOREIGN_KELURAHAN}),
    ],
)
def test_office_is_offered_its_own_areas_and_gets_no_other(place, name, areas):
    client = enter(getattr(place, name))
    offered = client.get(PAGE).context["form"].fields["area"].queryset
    assert {region.pk for region in offered} == areas
    for area in {*standing.REGIONS} - areas:
        assert list(ask(client, place, area=area).context["form"].errors)[-1:] == ["area"]
    assert not TrailEntry.objects.filter(verb="export_list").exists()


@pytest.mark.parametrize("name", ["ppk", "kpu_province", "kpu_ri", "bawaslu"])
def test_page_is_closed_to_those_who_may_not_export(place, name):
    client = enter(getattr(place, name))
    assert client.get(PAGE).status_code == 403
    assert ask(client, place).status_code == 403
    assert PAGE not in client.get(LIST).text


def test_list_has_the_way_to_the_page(place):
    assert PAGE in enter(place.pps).get(LIST).text


@pytest.mark.parametrize("purpose", ["", "abcd", "untuk 6271990101100001", "x" * 121])
def test_purpose_is_asked_for_and_names_nobody(place, purpose):
    assert list(ask(enter(place.pps), place, purpose=purpose).context["form"].errors) == ["purpose"]


def test_form_with_a_sheet_per_tps_is_for_one_village(place):
    answer = ask(enter(place.kpu), place, area=KECAMATAN, layout="a-daftar")
    assert list(answer.context["form"].errors) == ["area"]


def test_second_export_of_an_account_is_told_to_wait(place):
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"export:{place.pps.pk}"])
    answer = ask(enter(place.pps), place)
    other.rollback()
    other.close()
    assert answer.context["form"].non_field_errors()
    assert not TrailEntry.objects.filter(verb="export_list").exists()
    assert ask(enter(place.pps), place).streaming


def test_workbook_is_not_compressed_twice(place):
    client = enter(place.pps)
    client.defaults["HTTP_ACCEPT_ENCODING"] = "gzip"
    assert ask(client, place, layout="bulk").headers["Content-Encoding"] == "identity"
    assert ask(client, place).headers["Content-Encoding"] == "gzip"
