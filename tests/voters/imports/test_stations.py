"""Files of TPS: made, changed, told as missing, taken back; a row that is wrong stays out with its reason."""

import pytest

from tests import scene as standing
from tests.scene import FAR_KELURAHAN, FOREIGN_KELURAHAN, KELURAHAN, KOTA, NEXT_KELURAHAN
from tests.voters.imports.sheets import Sheets, codes, numbers, refused
from voters.imports import stations
from voters.intake.kind import Refused, RowsLeftOut, UndoRefused
from voters.models import Change, ImportChange, Tps
from voters.terms import CommitChoice, ImportKind, TpsKind

pytestmark = pytest.mark.integration

HEADER = "Kode Kelurahan;Kecamatan;Kelurahan;Nomor TPS;Jenis\n"


@pytest.fixture
def sheets(scene, tmp_path):
    return Sheets(stations, ImportKind.TPS, scene.election, tmp_path, scene.kpu, KOTA)


def standing_tps(**where):
    rows = Tps.objects.filter(kabkota_id=KOTA, **where).order_by("kelurahan_id", "number")
    return list(rows.values_list("kelurahan_id", "number", "kind"))


def test_file_makes_the_new_ones_and_leaves_the_others(sheets):
    text = f"{HEADER}{KELURAHAN};;;1;\n6271011001;;;TPS 002;reguler\n{KELURAHAN};;;901;\n;Pahandut;Kel. Panarung;1;\n"
    record, report = sheets.commit(text)
    assert numbers(report) == (3, 0, 1, 0)
    assert (report.rows, report.missing, report.tps_created) == (4, 0, 3)
    assert standing_tps() == [
        (KELURAHAN, 1, "reguler"),
        (KELURAHAN, 2, "reguler"),
        (KELURAHAN, 901, "khusus"),
        (NEXT_KELURAHAN, 1, "reguler"),
    ]
    made = set(Tps.objects.filter(kabkota_id=KOTA).exclude(number=1, kelurahan=KELURAHAN).values_list("pk", flat=True))
    assert set(Change.objects.values_list("tps_id", flat=True)) == made
    changeset = ImportChange.objects.filter(kabkota_id=KOTA, file_import=record.pk)
    assert set(changeset.values_list("subject", "before")) == {(f"tps:{key}", None) for key in made}


def test_check_says_the_same_and_writes_nothing(sheets):
    text = f"{HEADER}{KELURAHAN};;;1;khusus\n{KELURAHAN};;;2;\n"
    assert numbers(sheets.check(text)) == (1, 1, 0, 0)
    assert standing_tps() == [(KELURAHAN, 1, "reguler")]
    assert not Change.objects.exists()
    assert not ImportChange.objects.exists()


def test_same_file_again_changes_nothing(sheets):
    text = f"{HEADER}{KELURAHAN};;;1;khusus\n{KELURAHAN};;;2;\n"
    sheets.commit(text)
    _record, report = sheets.commit(text)
    assert numbers(report) == (0, 0, 2, 0)


def test_empty_kind_keeps_the_one_that_stands(sheets, scene):
    Tps.objects.filter(kabkota_id=KOTA, pk=scene.tps.pk).update(kind=TpsKind.SPECIAL)
    _record, report = sheets.commit(f"{HEADER}{KELURAHAN};;;1;\n")
    assert numbers(report) == (0, 0, 1, 0)
    assert standing_tps() == [(KELURAHAN, 1, "khusus")]


def test_another_kind_is_a_change_with_its_mark(sheets, scene):
    record, report = sheets.commit(f"{HEADER}{KELURAHAN};;;1;Khusus\n")
    assert (numbers(report), report.changed_fields) == ((0, 1, 0, 0), {"kind": 1})
    assert codes(report) == {"special_with_pantarlih": [2]}
    assert Change.objects.get().tps_id == scene.tps.pk
    assert ImportChange.objects.get(kabkota_id=KOTA, file_import=record.pk).before == {"kind": "reguler"}


def test_what_the_file_has_not_is_told_and_stays(sheets, scene):
    for number in range(2, 9):
        standing.make_tps(scene.election, NEXT_KELURAHAN, number)
    _record, report = sheets.commit(f"{HEADER}{KELURAHAN};;;1;\n")
    (missing,) = report.findings
    assert (report.missing, missing.code, missing.rows, len(missing.samples)) == (7, "tps_missing", 7, 5)
    assert missing.samples[0].value == f"{NEXT_KELURAHAN} TPS 002"
    assert len(standing_tps()) == 8


def test_missing_are_told_for_the_area_only(sheets, scene):
    standing.make_tps(scene.election, FAR_KELURAHAN, 1)
    report = sheets.check(f"{HEADER}{KELURAHAN};;;1;\n", area="62.71.01")
    assert report.missing == 0


@pytest.mark.parametrize(
    ("row", "code", "hint"),
    [
        (";;;1;", "region_missing", ""),
        ("62.71.99.1001;;;1;", "region_unknown", ""),
        ("kode;;;1;", "region_unknown", ""),
        ("62.71.01;;;1;", "region_unknown", "Pahandut (62.71.01)"),
        (f"{FOREIGN_KELURAHAN};;;1;", "region_outside", ""),
        (";Pahandut;Panarong;1;", "region_unknown", f"Panarung ({NEXT_KELURAHAN})"),
        (";Bukit Batu;Panarung;1;", "region_unknown", f"Panarung ({NEXT_KELURAHAN})"),
        (f"{KELURAHAN};;;;", "tps_not_a_number", ""),
        (f"{KELURAHAN};;;0;", "tps_not_a_number", ""),
        (f"{KELURAHAN};;;1000;", "tps_not_a_number", ""),
        (f"{KELURAHAN};;;1,5;", "tps_not_a_number", ""),
        (f"{KELURAHAN};;;2;apung", "tps_kind_unknown", ""),
        (f"{KELURAHAN};;;001;", "tps_twice", "2"),
    ],
)
def test_row_that_is_wrong_stays_out_with_its_reason(sheets, row, code, hint):
    report = sheets.check(f"{HEADER}{KELURAHAN};;;1;\n{row}\n")
    (found,) = report.findings
    assert (found.code, [(one.row, one.hint) for one in found.samples]) == (code, [(3, hint)])
    assert (numbers(report), report.rows) == ((0, 0, 1, 1), 2)


def test_name_of_two_villages_is_never_guessed(sheets):
    standing.Region.objects.create(
        code="62.71.02.1002", parent_id="62.71.02", name="Panarung", level=4, kind="kelurahan", zone="WIB", source="x"
    )
    report = sheets.check(f"{HEADER};;Panarung;1;\n")
    assert [one.code for one in report.findings if one.rows and one.code != "tps_missing"] == ["region_ambiguous"]
    assert numbers(sheets.check(f"{HEADER};Bukit Batu;Panarung;1;\n")) == (1, 0, 0, 0)


def test_code_and_name_of_different_villages_are_noted(sheets):
    report = sheets.check(f"{HEADER}{KELURAHAN};Pahandut;Panarung;1;\n")
    assert (numbers(report), codes(report)) == ((0, 0, 1, 0), {"region_names_differ": [2]})


def test_all_or_none_loads_nothing_while_a_row_would_stay_out(sheets):
    text = f"{HEADER}{KELURAHAN};;;2;\n{KELURAHAN};;;x;\n"
    with pytest.raises(RowsLeftOut) as caught:
        sheets.commit(text)
    assert numbers(caught.value.report) == (1, 0, 0, 1)
    assert standing_tps() == [(KELURAHAN, 1, "reguler")]
    _record, report = sheets.commit(text, choice=CommitChoice.VALID)
    assert numbers(report) == (1, 0, 0, 1)


def test_more_rows_than_such_files_have_are_refused(sheets, monkeypatch):
    monkeypatch.setattr("voters.imports.sheet.LARGEST", 2)
    text = f"{HEADER}" + "".join(f"{KELURAHAN};;;{number};\n" for number in range(1, 4))
    assert codes(sheets.check(text))["too_many_rows"] == [4]
    with pytest.raises(Refused):
        sheets.commit(text)


def test_a_file_for_a_province_reaches_its_regencies(sheets, scene):
    _record, report = sheets.commit(f"{HEADER}{KELURAHAN};;;2;\n", area="62", by=scene.kpu_province)
    assert numbers(report) == (1, 0, 0, 0)


def test_undo_removes_and_restores(sheets, scene):
    record, _report = sheets.commit(f"{HEADER}{KELURAHAN};;;1;khusus\n{KELURAHAN};;;2;\n{KELURAHAN};;;3;\n")
    Change.objects.all().delete()
    assert sheets.undo(record).facts == {"removed": 2, "restored": 1}
    assert standing_tps() == [(KELURAHAN, 1, "reguler")]
    assert Change.objects.count() == 3


@pytest.mark.parametrize("hang", ["voter", "pantarlih"])
def test_undo_is_refused_where_something_hangs_on_a_station(sheets, scene, hang):
    record, _report = sheets.commit(f"{HEADER}{KELURAHAN};;;1;khusus\n{KELURAHAN};;;2;\n")
    tps = Tps.objects.get(kabkota_id=KOTA, kelurahan=KELURAHAN, number=2)
    standing.make_voter(tps) if hang == "voter" else standing.make_pantarlih(tps)
    with pytest.raises(UndoRefused) as caught:
        sheets.undo(record)
    assert refused(caught.value.report) == {"tps_in_use": [f"{KELURAHAN} TPS 002"]}
    assert standing_tps() == [(KELURAHAN, 1, "khusus"), (KELURAHAN, 2, "reguler")]


def test_undo_is_refused_where_a_later_file_changed_the_station(sheets):
    record, _report = sheets.commit(f"{HEADER}{KELURAHAN};;;1;khusus\n")
    later, _report = sheets.commit(f"{HEADER}{KELURAHAN};;;1;reguler\n")
    with pytest.raises(UndoRefused) as caught:
        sheets.undo(record)
    assert refused(caught.value.report) == {"changed_since": [f"{KELURAHAN} TPS 001"]}
    sheets.undo(later)
    sheets.undo(record)
    assert standing_tps() == [(KELURAHAN, 1, "reguler")]
