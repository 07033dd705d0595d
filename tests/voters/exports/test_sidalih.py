"""The CSV: the columns of the layout, values as they are now, order of the forms, nothing a spreadsheet would run."""

import csv
import io

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from coklit.sqlfiles import sql
from tests import scene as standing
from tests.scene import KECAMATAN, KELURAHAN, KOTA, NEXT_KELURAHAN
from tests.sqlguard import breaches
from tests.voters.exports.results import give
from voters.exports import columns
from voters.exports.layouts import LAYOUTS, SIDALIH
from voters.intake import cells, marks
from voters.models import Voter

pytestmark = pytest.mark.integration


def rows_of(file):
    """The rows below watermark and header, by heading."""
    lines = io.StringIO(file.decode())
    lines.readline()
    return list(csv.DictReader(lines, delimiter="#"))


def test_row_has_every_column_of_the_layout_as_sidalih_writes_it(place, order, export):
    Voter.objects.exclude(pk=place.voters[0].pk).filter(kabkota_id=KOTA).delete()
    voter = place.voters[0]
    (row,) = rows_of(export(order()))
    assert row == {
        "KECAMATAN": "Pahandut",
        "KELURAHAN": "Pahandut",
        "DPID": voter.dpid,
        "NKK": voter.nkk,
        "NIK": voter.nik,
        "NAMA": voter.name,
        "KELAMIN": voter.sex,
        "TEMPAT LAHIR": "PALANGKA RAYA",
        "TANGGAL LAHIR": f"{voter.birth_day:%d|%m|%Y}",
        "STS KAWIN": "S",
        "ALAMAT": "JALAN CONTOH",
        "RT": "1",
        "RW": "1",
        "DISABILITAS": "0",
        "EKTP": "S",
        "SUMBER": "test",
        "KETERANGAN": "0",
        "TPS": "1",
        "UPDATED_AT": "",
        "STATUS": "AKTIF",
    }


@pytest.mark.parametrize(("code", "status"), [("0", "AKTIF"), ("U", "UBAH"), ("B", "BARU"), ("1", "TMS"), ("8", "TMS")])
def test_status_and_moment_follow_the_result(place, order, export, code, status):
    give(place.voters[0], code)
    row = next(row for row in rows_of(export(order())) if row["DPID"] == place.voters[0].dpid)
    assert (row["KETERANGAN"], row["STATUS"], row["UPDATED_AT"]) == (code, status, "2023-03-04 12:00:00")


def test_corrections_are_laid_over_the_list(place, order, export):
    given = {
        "name": "NAMA BARU",
        "birth_day": "1971-02-03",
        "rt": 12,
        "sex": "P",
        "address": "",
        "nkk": "6271990101100099",
    }
    give(place.voters[0], "U", **given)
    row = next(row for row in rows_of(export(order())) if row["DPID"] == place.voters[0].dpid)
    told = [row[heading] for heading in ("NAMA", "TANGGAL LAHIR", "RT", "KELAMIN", "ALAMAT", "NKK")]
    assert told == ["NAMA BARU", "03|02|1971", "12", "P", "", "6271990101100099"]
    assert row["NIK"] == place.voters[0].nik


def test_new_voters_are_in_and_those_taken_back_are_not(place, order, export):
    new = standing.make_voter(place.tps, listed=False, name="BARU SEKALI")
    give(new, "B")
    standing.make_voter(place.tps, listed=False, name="DIAMBIL KEMBALI", deleted_at=standing.NOW)
    rows = {row["NAMA"]: row for row in rows_of(export(order()))}
    assert len(rows) == 4
    assert (rows["BARU SEKALI"]["DPID"], rows["BARU SEKALI"]["STATUS"]) == ("", "BARU")


def test_rows_come_in_the_order_of_the_forms(place, order, export):
    Voter.objects.filter(kabkota_id=KOTA).delete()
    second, far = standing.make_tps(place.election, number=2), standing.make_tps(place.election, NEXT_KELURAHAN)
    nkk = [f"62719901011000{number:02d}" for number in range(3)]
    wanted = [
        (place.tps, {"rw": 1, "rt": 2, "nkk": nkk[1], "name": "A"}),
        (place.tps, {"rw": 1, "rt": 10, "nkk": nkk[0], "name": "C"}),
        (place.tps, {"rw": 1, "rt": 10, "nkk": nkk[2], "name": "A"}),
        (place.tps, {"rw": 1, "rt": 10, "nkk": nkk[2], "name": "B"}),
        (place.tps, {"rw": 11, "rt": 1, "nkk": nkk[0], "name": "A"}),
        (second, {"rw": 1, "rt": 1, "nkk": nkk[0], "name": "A"}),
        (far, {"rw": 1, "rt": 1, "nkk": nkk[0], "name": "A"}),
    ]
    made = [standing.make_voter(tps, **fields) for tps, fields in reversed(wanted)]
    found = [row["DPID"] for row in rows_of(export(order(KECAMATAN)))]
    assert found == [voter.dpid for voter in reversed(made)]


def test_corrected_place_decides_the_order(place, order, export):
    give(place.voters[0], "U", rw=9)
    assert rows_of(export(order()))[-1]["DPID"] == place.voters[0].dpid


def test_area_limits_the_rows(place, order, export):
    standing.make_voter(standing.make_tps(place.election, NEXT_KELURAHAN), name="TETANGGA")
    standing.make_voter(standing.make_tps(place.election, standing.FOREIGN_KELURAHAN), name="ORANG JAUH")
    names = {area: {row["NAMA"] for row in rows_of(export(order(area)))} for area in (KELURAHAN, KECAMATAN, KOTA)}
    assert "TETANGGA" not in names[KELURAHAN]
    assert "TETANGGA" in names[KECAMATAN] == names[KOTA]
    assert "ORANG JAUH" not in names[KOTA]


def test_other_elections_stay_out(place, order, export):
    other = type(place.election).objects.exclude(pk=place.election.pk).first()
    standing.make_voter(standing.make_tps(other), name="PEMILIHAN LAIN")
    assert "PEMILIHAN LAIN" not in export(order(KOTA)).decode()


def test_masked_file_shows_four_digits_and_says_so(place, order, export):
    voter = place.voters[0]
    file = export(order(masked=True)).decode()
    assert marks.MASKED in file.splitlines()[0]
    for number in (voter.nik, voter.nkk):
        assert number not in file
        assert number[:4] + "•" * 12 in file


def test_number_that_is_none_is_masked_whole(place, order, export):
    Voter.objects.filter(kabkota_id=KOTA, pk=place.voters[0].pk).update(nik="=1+2", nkk="")
    row = next(row for row in rows_of(export(order(masked=True))) if row["DPID"] == place.voters[0].dpid)
    assert (row["NIK"], row["NKK"]) == ("•" * 12, "")


def test_first_line_tells_who_when_and_what_for(place, order, export):
    first = export(order(purpose="rapat # pleno\n kelurahan")).decode().splitlines()[0]
    assert first == (
        "Ekspor Coklit dari Pahandut (62.71.01.1001) · NIK DAN NKK LENGKAP: RAHASIA · 04-03-2023 12.00 WIB"
        " · oleh KPU (kpu) · untuk rapat pleno kelurahan"
    )


@pytest.mark.parametrize("start", list(cells.FORMULA_STARTS))
def test_text_that_is_a_formula_is_made_harmless_and_can_be_read_again(place, order, export, start):
    meant = f'{start}HYPERLINK("x")'
    texts = {"name": meant, "birth_place": meant, "address": meant, "source": meant, "nik": meant, "nkk": meant}
    Voter.objects.filter(kabkota_id=KOTA, pk=place.voters[0].pk).update(dpid=meant, **texts)
    row = next(row for row in rows_of(export(order())) if row["DPID"].startswith(cells.NEUTRAL))
    for heading in ("DPID", "NKK", "NIK", "NAMA", "TEMPAT LAHIR", "ALAMAT", "SUMBER"):
        assert row[heading] == cells.neutral(meant)
        assert cells.restored(row[heading]) == meant


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=4))
@pytest.mark.django_db
def test_server_and_reader_agree_on_what_is_harmless(text):
    with connection.cursor() as cursor:
        for written in (columns.text("given.it"), columns.number("given.it")):
            statement = f"SELECT {written} FROM (SELECT %s::text) AS given(it)"  # noqa: S608  # our own columns
            cursor.execute(statement, [text])
            assert cursor.fetchone() == (cells.neutral(text),)


@pytest.mark.parametrize("fields", [{"name": 'A "B" # C'}, {"address": "JALAN\nDUA BARIS"}, {"address": "-"}])
def test_delimiter_quote_and_line_end_survive(place, order, export, fields):
    Voter.objects.filter(kabkota_id=KOTA, pk=place.voters[0].pk).update(**fields)
    row = next(row for row in rows_of(export(order())) if row["DPID"] == place.voters[0].dpid)
    ((name, value),) = fields.items()
    assert cells.restored(row[{"name": "NAMA", "address": "ALAMAT"}[name]]) == value


def test_area_without_tps_gives_a_file_without_rows(place, order, export):
    assert rows_of(export(order(standing.FAR_KELURAHAN))) == []


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_statements_name_the_kabkota(layout):
    assert breaches(sql("voters", "export_rows").replace("/*columns*/", "tps")) == []
    assert breaches(sql("voters", "export_count")) == []


def test_layout_is_that_of_sidalih():
    assert SIDALIH.headings[:3] == ("KECAMATAN", "KELURAHAN", "DPID")
    assert len(SIDALIH.headings) == 20
