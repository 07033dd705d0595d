"""The region tree as shipped, loaded into the database, and what stops a load."""

import pytest
from django.core.management import CommandError, call_command

from tests.scene import NOW
from voters import regions, shipped
from voters.models import Region, TrailEntry
from voters.shipped import TotalsDiffer
from voters.terms import Level

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A data directory with a tree of four regions; a test changes its texts before it loads."""

    def write(*, rows="62,Kalteng,provinsi\n62.71,Palangka,kota\n", zones='WIB = ["ID", "62"]', kpu="", totals=(1, 1)):
        with regions_file(tmp_path / "wilayah_kemendagri_2025.csv.gz") as file:
            file.write("kode,nama,jenis\n" + rows)
        (tmp_path / "zona_waktu.toml").write_text(zones)
        (tmp_path / "wilayah_kpu_2024.toml").write_text(f"regions = [{kpu}]")
        (tmp_path / "jumlah_resmi.toml").write_text(
            f"[wilayah]\nprovinsi = {totals[0]}\nkabkota = {totals[1]}\n[wilayah_kpu_2024]\n"
        )

    monkeypatch.setattr(shipped, "DATA", tmp_path)
    write()
    return write


def regions_file(path):
    return shipped.gzip.open(path, "wt", encoding="utf-8")


def test_load_regions_makes_the_whole_official_tree(db):
    loaded = regions.load_regions(now=NOW)
    assert loaded.written == 91_609
    assert loaded.totals == {
        "Kepmendagri 2025": {"provinsi": 38, "kabkota": 514, "kecamatan": 7_285, "kelurahan": 83_762},
        "KPU 2024": {"kecamatan": 1, "kelurahan": 8},
    }
    _expect_every_parent_to_begin_the_code()
    _expect_places_as_known()
    _expect_villages_of_kpu_to_keep_their_code()
    assert regions.load_regions(now=NOW).written == 0
    assert TrailEntry.objects.filter(verb="import_regions").count() == 1


def _expect_every_parent_to_begin_the_code():
    children = Region.objects.filter(level__gt=Level.PROVINCE).values_list("code", "parent_id", "level")
    assert [row for row in children if row[1] != row[0].rpartition(".")[0] or row[2] != row[0].count(".") + 1] == []
    assert set(Region.objects.filter(level=Level.PROVINCE).values_list("parent_id", flat=True)) == {"ID"}


def _expect_places_as_known():
    known = {"ID": "WIB", "31": "WIB", "51": "WITA", "62.71": "WIB", "63": "WITA", "73.71": "WITA", "94": "WIT"}
    assert dict(Region.objects.filter(pk__in=known).values_list("code", "zone")) == known
    kinds = Region.objects.filter(code__in=["ID", "62.71", "62.71.01", "93.02.03"]).order_by("code")
    assert list(kinds.values_list("kind", flat=True)) == ["kota", "kecamatan", "distrik", "negara"]
    assert Region.objects.filter(parent="62.71").count() == 5
    assert Region.objects.filter(parent__parent="62.71").count() == 30


def _expect_villages_of_kpu_to_keep_their_code():
    without_code = {row["kode_kpu"] for row in shipped.csv_rows("tps_pemilu_2024.csv.gz") if not row["kode_kemendagri"]}
    kept = Region.objects.filter(source="KPU 2024", level=Level.KELURAHAN)
    assert set(kept.values_list("code", flat=True)) == without_code
    assert len(without_code) == 8


def test_load_regions_mends_what_differs_and_nothing_else(tiny):
    regions.load_regions(now=NOW)
    Region.objects.filter(pk="62.71").update(name="?", zone="WIT")
    assert regions.load_regions(now=NOW).written == 1
    assert Region.objects.values_list("name", "zone").get(pk="62.71") == ("Palangka", "WIB")


def test_load_regions_keeps_regions_that_no_file_names(tiny):
    regions.load_regions(now=NOW)
    Region.objects.create(code="62.99", parent_id="62", name="Baru", level=2, kind="kota", zone="WIB", source="KPU")
    regions.load_regions(now=NOW)
    assert Region.objects.filter(pk="62.99").exists()


def test_load_regions_rolls_back_when_totals_differ(tiny):
    tiny(totals=(1, 2))
    with pytest.raises(TotalsDiffer, match=r"kabkota: 1 instead of 2.*Nothing was kept.*Restore the shipped files"):
        regions.load_regions(now=NOW)
    assert not Region.objects.exists()


def test_load_regions_refuses_a_region_without_parent(tiny):
    tiny(rows="62,Kalteng,provinsi\n62.71.01,Pahandut,kecamatan\n")
    with pytest.raises(TotalsDiffer, match=r"62\.71\.01 Pahandut"):
        regions.load_regions(now=NOW)
    assert not Region.objects.exists()


def test_load_regions_refuses_a_province_without_zone(tiny):
    tiny(zones='WIB = ["ID"]')
    with pytest.raises(TotalsDiffer, match=r"zona_waktu\.toml gives province 62 no time zone"):
        regions.load_regions(now=NOW)
    assert not Region.objects.exists()


def test_load_regions_takes_kpu_regions_with_their_source(tiny):
    tiny(kpu='{ kode = "62.72", nama = "Lama", jenis = "kota" }')
    with pytest.raises(TotalsDiffer, match="KPU 2024 do not add up"):
        regions.load_regions(now=NOW)


def test_command_tells_counts_per_source(tiny, capsys):
    call_command("import_regions")
    assert capsys.readouterr().out.splitlines()[0] == "Kepmendagri 2025: 1 provinsi, 1 kabkota"


def test_command_fails_with_the_reason(tiny):
    tiny(totals=(2, 1))
    with pytest.raises(CommandError, match="provinsi: 1 instead of 2"):
        call_command("import_regions")
