"""e-Coklit's recap per TPS: kept by day beside our counts, impossible counts named, replaced and taken back."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.scene import KELURAHAN, KOTA, NEXT_KELURAHAN, TODAY, make_tps
from tests.voters.imports.sheets import Sheets, codes, numbers, refused
from voters.imports import recap
from voters.imports.recap_rules import day_of
from voters.intake.kind import UndoRefused
from voters.models import CoklitResult, ImportChange, Recap
from voters.terms import CommitChoice, DeclaredBy, ImportKind

pytestmark = pytest.mark.integration

HEAD = "Kelurahan;TPS;Nama Pantarlih;Jumlah Pemilih;Sesuai;Ubah;Tersaring;Baru;Terakhir Sinkron;Per Tanggal\n"
FIRST = HEAD + "Pahandut;1;SITI CONTOH;300;150;10;5;3;03-03-2023 19:42;03-03-2023\n"
VALID = CommitChoice.VALID


@pytest.fixture
def sheets(scene, tmp_path):
    return Sheets(recap, ImportKind.RECAP, scene.election, tmp_path, scene.pps, KELURAHAN)


def kept():
    rows = Recap.objects.filter(kabkota_id=KOTA).order_by("day", "tps__number")
    return list(rows.values_list("day", "listed", "sesuai", "ubah", "tms", "baru"))


def test_counts_are_kept_as_told_with_their_day_and_source(sheets, scene):
    record, report = sheets.commit(FIRST)
    assert (numbers(report), report.facts) == ((1, 0, 0, 0), {"days": 1})
    row = Recap.objects.get()
    assert (row.tps_id, row.source, row.day) == (scene.tps.pk, DeclaredBy.ECOKLIT, dt.date(2023, 3, 3))
    assert (row.listed, row.sesuai, row.ubah, row.tms, row.baru) == (300, 150, 10, 5, 3)
    assert row.last_sync_at == dt.datetime(2023, 3, 3, 12, 42, tzinfo=dt.UTC)
    assert (row.pantarlih, row.file_import) == ("SITI CONTOH", record.pk)
    assert not CoklitResult.objects.exists()


def test_later_day_adds_and_the_same_day_replaces(sheets):
    sheets.commit(FIRST)
    sheets.commit(FIRST.replace("03-03-2023\n", "04-03-2023\n").replace(";150;", ";200;"))
    report = sheets.commit(FIRST.replace(";150;", ";151;"))[1]
    assert (numbers(report), report.changed_fields) == ((0, 1, 0, 0), {"sesuai": 1})
    assert kept() == [(dt.date(2023, 3, 3), 300, 151, 10, 5, 3), (dt.date(2023, 3, 4), 300, 200, 10, 5, 3)]


def test_same_recap_again_changes_nothing(sheets):
    sheets.commit(FIRST)
    assert numbers(sheets.commit(FIRST)[1]) == (0, 0, 1, 0)
    assert ImportChange.objects.count() == 1


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (";150;", ";300;", "more_than_listed"),
        (";10;", ";-1;", "count_negative"),
        (";10;", ";sepuluh;", "count_unreadable"),
        (";10;", ";6271994101800001;", "count_unreadable"),
        (";1;SITI", ";9;SITI", "tps_unknown"),
        (";1;SITI", ";satu dua;SITI", "tps_not_a_number"),
        ("Pahandut;", "Panarung;", "region_unknown"),
        ("03-03-2023\n", "05-03-2023\n", "day_impossible"),
        ("03-03-2023\n", "kemarin\n", "day_impossible"),
        (";03-03-2023\n", ";\n", "day_missing"),
        ("03-03-2023 19:42", "malam", "last_sync_unreadable"),
    ],
)
def test_impossible_row_stays_out_with_its_code(sheets, before, after, code):
    report = sheets.check(FIRST.replace(before, after, 1))
    assert (numbers(report), codes(report)) == ((0, 0, 0, 1), {code: [2]})


def test_dash_is_zero_and_thousands_have_dots(sheets):
    sheets.commit(FIRST.replace(";300;150;10;5;3;", ";1.300;1.150;-;5;;"))
    assert kept() == [(dt.date(2023, 3, 3), 1300, 1150, 0, 5, 0)]


def test_tps_that_never_synced_and_one_that_synced_after_the_day(sheets, scene):
    make_tps(scene.election, number=2)
    rows = "Pahandut;1;;300;0;0;0;0;-;01-03-2023\nPahandut;2;;300;9;0;0;0;02-03-2023 08:00;01-03-2023\n"
    report = sheets.commit(HEAD + rows)[1]
    assert codes(report) == {"sync_after_day": [3]}
    assert Recap.objects.filter(last_sync_at=None).count() == 1


def test_day_stands_in_the_title_above_the_table(sheets):
    headings, row = FIRST.splitlines()
    table = [line.rpartition(";")[0] + ";" for line in (headings, row)]
    blank = ";" * 9
    sheets.commit(
        "\n".join([f"REKAP COKLIT{blank}", f"Data per;4 Maret 2023 pukul 09.38 WIB{blank[1:]}", *table]) + "\n"
    )
    assert [one[0] for one in kept()] == [dt.date(2023, 3, 4)]


def test_tps_twice_for_one_day_and_tps_without_a_row_are_told(sheets, scene):
    make_tps(scene.election, number=2)
    report = sheets.check(FIRST + FIRST.splitlines()[1] + "\n")
    assert (codes(report), report.missing, report.left_out) == ({"tps_twice": [3]}, 1, 1)


def test_undo_removes_what_was_added_and_gives_replaced_counts_back(sheets):
    first, _ = sheets.commit(FIRST)
    later = FIRST + FIRST.splitlines()[1].replace("03-03-2023", "04-03-2023") + "\n"
    second, _ = sheets.commit(later.replace(";150;", ";160;"))
    with pytest.raises(UndoRefused) as caught:
        sheets.undo(first)
    assert refused(caught.value.report) == {"changed_since": ["TPS 001, 03-03-2023"]}
    assert sheets.undo(second).facts == {"removed": 1, "restored": 1}
    row = Recap.objects.get()
    assert (row.sesuai, row.file_import) == (150, first.pk)
    assert row.last_sync_at == dt.datetime(2023, 3, 3, 12, 42, tzinfo=dt.UTC)
    sheets.undo(first)
    assert kept() == []


def test_kpu_loads_all_villages_at_once(sheets, scene):
    make_tps(scene.election, NEXT_KELURAHAN)
    rows = FIRST + FIRST.splitlines()[1].replace("Pahandut", "Panarung") + "\n"
    assert numbers(sheets.commit(rows, area=KOTA, by=scene.kpu)[1]) == (2, 0, 0, 0)


def test_statements_do_not_grow_with_new_rows(sheets, scene):
    for number in (2, 3):
        make_tps(scene.election, number=number)
    row = FIRST.splitlines()[1]

    def statements(number):
        lines = [row.replace(";1;SITI", f";{n};SITI") for n in range(1, number + 1)]
        with CaptureQueriesContext(connection) as captured:
            sheets.check(HEAD + "\n".join(lines) + "\n")
        return len(captured)

    assert statements(1) == statements(3)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("4 Maret 2023", TODAY),
        ("Per 4 Mar 2023 pukul 16.38 WIB", TODAY),
        ("04/03/2023 16:38", TODAY),
        ("2023-03-04", TODAY),
        ("4 Ma 2023", None),
        ("Februari 2023", None),
        ("31 Februari 2023", None),
    ],
)
def test_day_is_read_from_words_and_numbers(text, day):
    assert day_of(text) == day
