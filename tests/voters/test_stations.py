"""Polling stations of the shipped data: what is added, what is refused, and nothing half-done."""

import gzip

import pytest
from django.core.management import CommandError, call_command

from tests import scene as standing
from tests.scene import FAR_KELURAHAN, FOREIGN_KELURAHAN, KELURAHAN, KOTA, NEXT_KELURAHAN, NOW
from voters import shipped, stations
from voters.models import Change, Tps, TrailEntry
from voters.shipped import TotalsDiffer

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

HEADER = "kode_kpu,kode_kemendagri,nama_kpu,tps_reguler,tps_khusus\n"
# The second village's old code is the third's new one: joining by KPU's code would mix them up.
VILLAGES = [
    f"{KELURAHAN},{KELURAHAN},,3,1",
    f"{FAR_KELURAHAN},{NEXT_KELURAHAN},,2,0",
    f"62.71.03.1001,{FAR_KELURAHAN},,1,0",
    f"{FOREIGN_KELURAHAN},,GAMBIR,2,0",
]


@pytest.fixture
def election(db):
    standing.make_regions()
    return standing.make_election()


@pytest.fixture
def few(tmp_path, monkeypatch):
    """Shipped data of eight regular stations and a special one."""
    data = tmp_path / "data"
    data.mkdir()
    with gzip.open(data / "tps_pemilu_2024.csv.gz", "wt") as file:
        file.write(HEADER + "\n".join(VILLAGES) + "\n")
    (data / "jumlah_resmi.toml").write_text("[tps_pemilu_2024]\nreguler = 8\nkhusus = 1\n")
    (data / "elections.toml").symlink_to(shipped.DATA / "elections.toml")
    monkeypatch.setattr(shipped, "DATA", data)
    return data


def _load(election, area="ID", told=None):
    progress = told.append if told is not None else lambda one: None
    return stations.load_shipped(election=election, area=area, now=NOW, progress=progress)


def _numbers(election, **where):
    return list(
        Tps.objects.filter(election=election, **where)
        .order_by("kelurahan_id", "number")
        .values_list("kelurahan_id", "number", "kind")
    )


def test_load_shipped_joins_by_the_code_of_2025(election, few):
    _load(election)
    assert _numbers(election) == [
        (FOREIGN_KELURAHAN, 1, "reguler"),
        (FOREIGN_KELURAHAN, 2, "reguler"),
        (KELURAHAN, 1, "reguler"),
        (KELURAHAN, 2, "reguler"),
        (KELURAHAN, 3, "reguler"),
        (KELURAHAN, 901, "khusus"),
        (NEXT_KELURAHAN, 1, "reguler"),
        (NEXT_KELURAHAN, 2, "reguler"),
        (FAR_KELURAHAN, 1, "reguler"),
    ]


def test_load_shipped_marks_each_new_station_once(election, few):
    _load(election)
    marked = Change.objects.values_list("kabkota_id", "tps_id")
    assert sorted(marked) == sorted(Tps.objects.values_list("kabkota_id", "id"))


@pytest.mark.parametrize(("area", "number"), [("ID", 9), ("62", 7), (KOTA, 7), ("62.71.01", 6), (KELURAHAN, 4)])
def test_load_shipped_loads_the_area_only(election, few, area, number):
    loaded = _load(election, area)
    assert sum(one.added for one in loaded) == Tps.objects.count() == number


def test_load_shipped_again_adds_and_marks_nothing(election, few):
    _load(election, KOTA)
    told = []
    _load(election, told=told)
    assert [(one.kabkota, one.added, one.regular, one.special) for one in told] == [("31.71", 2, 2, 0), (KOTA, 0, 6, 1)]
    assert Change.objects.count() == Tps.objects.count() == 9


def test_load_shipped_leaves_a_trail_where_something_was_added(election, few):
    _load(election, KOTA)
    _load(election, KOTA)
    entry = TrailEntry.objects.get(verb="import_tps")
    assert [entry.region, entry.after] == [KOTA, {"added": 7}]


def test_load_shipped_serves_another_election_too(election, few):
    other = standing.make_election("pilkada-2024")
    _load(election, KOTA)
    _load(other, KOTA)
    assert _numbers(other) == _numbers(election)


def test_load_shipped_keeps_a_station_that_stands(election, few):
    tps = standing.make_tps(election, KELURAHAN, 2)
    _load(election, KOTA)
    assert Tps.objects.get(kabkota_id=KOTA, kelurahan=KELURAHAN, number=2).pk == tps.pk


def test_load_shipped_refuses_a_station_of_another_kind(election, few):
    standing.make_tps(election, KELURAHAN, 901)
    with pytest.raises(TotalsDiffer, match=r"khusus: 0 instead of 1.*Nothing was kept"):
        _load(election, KOTA)
    assert Tps.objects.count() == 1


def test_load_shipped_refuses_a_file_that_does_not_add_up(election, few):
    (few / "jumlah_resmi.toml").write_text("[tps_pemilu_2024]\nreguler = 9\nkhusus = 1\n")
    with pytest.raises(TotalsDiffer, match="reguler: 8 instead of 9"):
        _load(election)
    assert not Tps.objects.exists()


def test_load_shipped_refuses_an_area_without_stations(election, few):
    with pytest.raises(stations.UnknownArea, match="99"):
        _load(election, "99")


def test_load_shipped_refuses_villages_that_are_no_regions(db, few):
    with pytest.raises(stations.UnknownArea, match="Run import_regions first"):
        _load(standing.make_election(), KOTA)
    assert not Tps.objects.exists()


def test_shipped_stations_come_to_the_official_total():
    villages = stations._shipped_villages("ID")
    assert len(villages) == 514
    counts = [village for one in villages.values() for village in one]
    assert [sum(v[1] for v in counts), sum(v[2] for v in counts)] == [818_339, 1_822]
    palangka = villages["62.71"]
    assert [len(palangka), sum(v[1] for v in palangka), sum(v[2] for v in palangka)] == [30, 823, 4]


def test_command_loads_an_area_and_tells_its_progress(election, few, capsys):
    call_command("import_tps", area=KOTA)
    told = capsys.readouterr()
    assert told.out.startswith("7 TPS (6 regular, 1 special) stand in pemilu-2024; 7 of them are new")
    assert told.err == "62.71: 7 TPS, 7 new\n"


@pytest.mark.parametrize(
    ("options", "told"),
    [({"election": "pemilu-2029"}, "pemilu-2029"), ({"area": "99"}, "99")],
)
def test_command_fails_with_the_reason(election, few, options, told):
    with pytest.raises(CommandError, match=told):
        call_command("import_tps", **options)
