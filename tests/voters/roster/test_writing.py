"""What a load leaves beside the voters: rows left out until they come, shifts, duplicates, and the changeset."""

import pytest

from tests.scene import (
    FOREIGN_KELURAHAN,
    FOREIGN_KOTA,
    KECAMATAN,
    KELURAHAN,
    KOTA,
    NEXT_KELURAHAN,
    make_tps,
    make_voter,
)
from tests.voters.roster.lists import COLUMNS, row, write
from tests.voters.roster.loads import codes, load, proof
from voters.models import Duplicate, ImportChange, LeftOut, ListShift, Voter

pytestmark = pytest.mark.integration


def open_rows():
    return list(LeftOut.objects.filter(settled_at=None).order_by("row").values_list("row", "code", "region"))


def test_created_voters_are_told_by_their_import(bare, tmp_path):
    record = load(bare, write(tmp_path / "a.csv", row(1), row(2)))
    assert set(Voter.objects.values_list("loaded_by", flat=True)) == {record.pk}
    assert not ImportChange.objects.exists()
    ids = list(Voter.objects.values_list("pk", flat=True))
    assert (len(set(ids)), {one.version for one in ids}) == (2, {7})


def test_changed_voters_leave_their_values(bare, tmp_path):
    load(bare, write(tmp_path / "a.csv", row(1), row(2)))
    record = load(bare, write(tmp_path / "b.csv", row(1, NAMA="LAIN", RT="9"), row(2)))
    kept = ImportChange.objects.get()
    assert (kept.file_import, kept.subject) == (record.pk, f"voter:{Voter.objects.get(dpid='90000001').pk}")
    assert (kept.before["name"], kept.before["rt"], kept.before["birth_day"]) == ("SITI", 1, "1980-02-12")


def test_row_left_out_stands_at_the_lowest_region_known(bare, tmp_path):
    rows = [row(1, TPS="9"), row(2, KODE_WILAYAH="", KELURAHAN="ENTAH"), row(3, KODE_WILAYAH="entah", KECAMATAN="?")]
    load(bare, write(tmp_path / "a.csv", *rows))
    assert open_rows() == [
        (2, "tps_unknown", KELURAHAN),
        (3, "region_unknown", KECAMATAN),
        (4, "region_unknown", KOTA),
    ]


@pytest.mark.parametrize("mended", [row(2), row(2, DPID="")])
def test_row_left_out_is_settled_when_it_comes(bare, tmp_path, mended):
    load(bare, write(tmp_path / "a.csv", row(1), {**mended, "TPS": "9"}))
    record = load(bare, write(tmp_path / "b.csv", mended))
    assert (open_rows(), record.created) == ([], 1)
    assert LeftOut.objects.get().settled_by == record


def test_row_that_stays_out_again_is_open_once(bare, tmp_path):
    path = write(tmp_path / "a.csv", row(1), row(2, DPID="", NIK=""), row(3, TPS="9"))
    load(bare, path)
    again = load(bare, path)
    assert [left[:2] for left in open_rows()] == [(3, "no_key"), (4, "tps_unknown")]
    assert LeftOut.objects.filter(file_import=again, settled_at=None).count() == 2


def test_row_of_an_error_file_settles_the_one_it_comes_from(bare, tmp_path):
    first = load(bare, write(tmp_path / "a.csv", row(1), row(2, DPID="", NIK=""), row(3, DPID="", NIK="")))
    mended = {**row(7), "BARIS ASAL": f"{first.pk}:3"}
    record = load(bare, write(tmp_path / "b.csv", mended, columns=[*COLUMNS, "BARIS ASAL"]))
    assert proof(record)[:2] == (1, 1)
    assert open_rows() == [(4, "no_key", KELURAHAN)]


def test_shift_names_villages_whose_number_changed(bare, tmp_path):
    make_tps(bare.election, NEXT_KELURAHAN)
    load(bare, write(tmp_path / "a.csv", row(1), row(2), row(3, KODE_WILAYAH=NEXT_KELURAHAN)))
    ListShift.objects.all().delete()
    load(bare, write(tmp_path / "b.csv", row(1), row(2, KODE_WILAYAH=NEXT_KELURAHAN), row(3, RT="8")))
    # Two voters changed places.
    assert not ListShift.objects.exists()


def test_voter_who_moves_shifts_two_villages(bare, tmp_path):
    make_tps(bare.election, NEXT_KELURAHAN)
    load(bare, write(tmp_path / "a.csv", row(1), row(2)))
    ListShift.objects.all().delete()
    load(bare, write(tmp_path / "b.csv", row(1), row(2, KODE_WILAYAH=NEXT_KELURAHAN)))
    told = ListShift.objects.order_by("kelurahan").values_list("kelurahan", "before", "after")
    assert list(told) == [(KELURAHAN, 2, 1), (NEXT_KELURAHAN, 0, 1)]


def test_duplicates_go_to_the_offices_of_both_sides(bare, tmp_path):
    foreign = make_tps(bare.election, FOREIGN_KELURAHAN)
    there = make_voter(foreign, nik=row(1)["NIK"])
    load(bare, write(tmp_path / "a.csv", row(1), row(2)))
    here = Voter.objects.get(dpid="90000001")
    told = Duplicate.objects.order_by("kabkota_id").values_list(
        "kabkota_id", "voter_id", "other_kabkota", "other_region", "other_voter", "holders"
    )
    assert list(told) == [
        (FOREIGN_KOTA, there.pk, KOTA, KELURAHAN, here.pk, 2),
        (KOTA, here.pk, FOREIGN_KOTA, FOREIGN_KELURAHAN, there.pk, 2),
    ]
    load(bare, tmp_path / "a.csv")
    assert Duplicate.objects.count() == 2


def test_three_of_one_nik_are_one_row_each(bare, tmp_path):
    load(bare, write(tmp_path / "a.csv", *(row(n, NIK=row(1)["NIK"]) for n in (1, 2, 3))))
    assert list(Duplicate.objects.values_list("holders", flat=True)) == [3, 3, 3]
    assert Duplicate.objects.values("voter").distinct().count() == 3


def test_area_of_one_village_needs_no_column_for_it(bare, tmp_path):
    columns = [name for name in COLUMNS if name not in ("KODE WILAYAH", "KECAMATAN", "KELURAHAN")]
    record = load(bare, write(tmp_path / "a.csv", row(1), row(2), columns=columns), area=KELURAHAN)
    assert proof(record) == (2, 2, 0, 0, 0, 0)


def test_region_that_is_not_found_comes_with_the_nearest_names(bare, tmp_path):
    columns = COLUMNS[1:]
    record = load(bare, write(tmp_path / "a.csv", row(1, KELURAHAN="PAHANDUD"), columns=columns))
    assert codes(record) == {"region_unknown": 1}
    sample = record.report["findings"][0]["samples"][0]
    assert sample["value"] == "PAHANDUT, PAHANDUD"
    assert sample["hint"].startswith("Pahandut (Pahandut, 62.71.01.1001)")


def test_tps_that_the_list_names_are_offered_and_made(bare, tmp_path):
    rows = [row(1), row(2, TPS="7"), row(3, TPS="007"), row(4, TPS="8")]
    path = write(tmp_path / "a.csv", *({**one, "NKK": f"62719901011000{n:02d}"} for n, one in enumerate(rows)))
    record = load(bare, path, dry_run=True)
    assert (record.left_out, record.report["tps_created"], codes(record)) == (3, 2, {"tps_unknown": 3})
    record = load(bare, path, dry_run=True, create_tps=True)
    assert (record.created, record.report["tps_created"], codes(record)) == (4, 2, {})
    record = load(bare, path, create_tps=True)
    assert (record.created, record.report["tps_created"]) == (4, 2)
