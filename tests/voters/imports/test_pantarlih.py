"""Files of pantarlih: found by NIK or by name and phone, made, changed, assigned, taken back; never guessed."""

import datetime as dt

import pytest

from tests import scene as standing
from tests.scene import FAR_KELURAHAN, KELURAHAN, KOTA, NEXT_KELURAHAN
from tests.voters.imports.sheets import Sheets, codes, numbers, refused
from voters import trail
from voters.access import territory
from voters.imports import pantarlih
from voters.imports.contacts import normal
from voters.intake.kind import Refused, RowsLeftOut, UndoRefused
from voters.intake.sniff import sniff
from voters.models import Assignment, Change, EnrolmentCode, ImportChange, Pantarlih, TrailEntry
from voters.terms import CommitChoice, ImportKind, TpsKind

pytestmark = pytest.mark.integration

ECOKLIT = "Email;NIK;Nama Lengkap;No. HP\n"
WIDE = "Email;NIK;Nama Lengkap;No. HP;Kelurahan;TPS;Nomor SK;Tanggal SK\n"
NIK, OTHER_NIK = "6271990101800001", "6271990101800002"


@pytest.fixture
def sheets(scene, tmp_path):
    return Sheets(pantarlih, ImportKind.PANTARLIH, scene.election, tmp_path, scene.pps, KELURAHAN)


@pytest.fixture
def kota(scene, tmp_path):
    return Sheets(pantarlih, ImportKind.PANTARLIH, scene.election, tmp_path, scene.kpu, KOTA)


def known(scene, kelurahan=KELURAHAN, **values):
    fields = {"name": "SITI CONTOH", "phone": "0812 3456 7890", **values}
    return Pantarlih.objects.create(kabkota_id=KOTA, election=scene.election, kelurahan_id=kelurahan, **fields)


def people(**where):
    rows = Pantarlih.objects.filter(kabkota_id=KOTA, **where).exclude(name="PANTARLIH CONTOH").order_by("pk")
    return list(rows.values_list("name", "nik", "phone", "email"))


def test_layout_of_ecoklit_makes_pantarlih(sheets, scene):
    text = f"{ECOKLIT}siti@example.com;{NIK};Siti  Contoh;0812-3456-7890\n;;Budi Contoh;+62 813 0000 0001\n"
    record, report = sheets.commit(text)
    assert (numbers(report), codes(report)) == ((2, 0, 0, 0), {})
    assert people() == [
        ("Siti Contoh", NIK, "+6281234567890", "siti@example.com"),
        ("Budi Contoh", "", "+6281300000001", ""),
    ]
    changeset = ImportChange.objects.filter(kabkota_id=KOTA, file_import=record.pk, before__isnull=True)
    assert changeset.count() == 2
    entries = TrailEntry.objects.filter(verb="add_pantarlih")
    assert {(one.by_user, one.region) for one in entries} == {(scene.pps.pk, KELURAHAN)}
    assert all(NIK not in str(one.after) for one in entries)


def test_check_writes_nothing(sheets):
    assert numbers(sheets.check(f"{ECOKLIT};{NIK};Siti;081234567890\n")) == (1, 0, 0, 0)
    assert people() == []
    assert not TrailEntry.objects.filter(verb="add_pantarlih").exists()


def test_same_file_again_changes_nothing(sheets, scene):
    standing.make_tps(scene.election, number=2)
    text = f"{WIDE};{NIK};Siti;0812-3456-7890;;2;1/2023;24-01-2023\n;;Budi;0813 0000 0001;;;;\n"
    sheets.commit(text)
    _record, report = sheets.commit(text)
    assert numbers(report) == (0, 0, 2, 0)
    assert Assignment.objects.filter(kabkota_id=KOTA).count() == 2


def test_nik_finds_who_has_another_name_and_phone_now(sheets, scene):
    one = known(scene, nik=NIK)
    record, report = sheets.commit(f"{ECOKLIT};{NIK};Siti Aminah Contoh;081399999999\n")
    assert (numbers(report), report.changed_fields) == ((0, 1, 0, 0), {"name": 1, "phone": 1})
    assert people() == [("Siti Aminah Contoh", NIK, "+6281399999999", "")]
    assert ImportChange.objects.get(kabkota_id=KOTA, file_import=record.pk).before == {
        "name": one.name,
        "phone": one.phone,
    }


def test_name_and_phone_find_who_has_no_nik_yet(sheets, scene):
    known(scene)
    _record, report = sheets.commit(f"{ECOKLIT};{NIK};siti contoh;+6281234567890\n")
    assert (numbers(report), report.changed_fields) == ((0, 1, 0, 0), {"name": 1, "nik": 1, "phone": 1})
    assert len(people()) == 1


def test_empty_cells_take_nothing_away(sheets, scene):
    known(scene, nik=NIK, phone="+6281234567890", email="siti@example.com")
    assert numbers(sheets.check(f"{ECOKLIT};{NIK};SITI CONTOH;\n")) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (";;SITI CONTOH;081300000000", "match_unclear"),
        (f";{NIK};SITI CONTOH;081300000000", "match_unclear"),
        (f";{NIK};SITI CONTOH;", "match_unclear"),
        (";;SITI CONTOH;", "no_key"),
        (f";{NIK};;081300000000", "name_missing"),
        (f";{NIK};{'A' * 101};081300000000", "name_too_long"),
        (f";{NIK[:15]};BUDI;081300000000", "nik_malformed"),
        (f";{NIK[:15]}X;BUDI;081300000000", "nik_malformed"),
    ],
)
def test_row_that_is_wrong_stays_out_with_its_reason(sheets, scene, row, code):
    known(scene)
    report = sheets.check(f"{ECOKLIT}{row}\n")
    assert (numbers(report), codes(report)) == ((0, 0, 0, 1), {code: [2]})
    assert NIK[:15] not in str(report)


def test_nik_that_excel_destroyed_refuses_the_file(sheets):
    text = f"{ECOKLIT};3,17305E+15;Siti;081234567890\n;{NIK};Budi;081300000001\n"
    report = sheets.check(text)
    assert report.refused
    assert codes(report)["nik_lost"] == [2]
    with pytest.raises(Refused):
        sheets.commit(text, choice=CommitChoice.VALID)
    assert people() == []


def test_rows_that_stay_out_are_kept_for_their_uploader(sheets, scene):
    job = sheets.job(f"{ECOKLIT};{NIK};Siti;081234567890\n;{OTHER_NIK[:15]};Budi;081300000001\n")
    with territory(KELURAHAN):
        pantarlih.check(job)
    again = job.errors.read_text(encoding="utf-8")
    assert ("Budi" in again, "Siti" in again, f"{job.record.pk}:3" in again) == (True, False, True)
    layout = sniff(job.errors, job.errors.name, pantarlih.columns)
    assert layout.mends == str(job.record.pk)
    mended = again.replace(OTHER_NIK[:15], OTHER_NIK)
    assert numbers(sheets.check(mended)) == (1, 0, 0, 0)


def test_same_nik_in_another_village_stays_out(sheets, scene):
    known(scene, NEXT_KELURAHAN, nik=NIK)
    report = sheets.check(f"{ECOKLIT};{NIK};Siti;081234567890\n")
    (found,) = report.findings
    assert (found.code, found.samples[0].hint) == ("pantarlih_elsewhere", NEXT_KELURAHAN)


def test_same_nik_in_another_election_is_somebody_to_appoint(sheets, scene):
    other = standing.make_election("pilkada-2024")
    known(scene, nik=NIK)
    Pantarlih.objects.filter(nik=NIK).update(election=other)
    assert numbers(sheets.check(f"{ECOKLIT};{NIK};Siti;081234567890\n")) == (1, 0, 0, 0)


def test_same_person_twice_in_the_file_stays_out(sheets):
    rows = f";{NIK};Siti;081234567890\n;{NIK};Budi;081300000001\n;;Ani;081300000002\n;;ANI;0813-0000-0002\n"
    report = sheets.check(ECOKLIT + rows)
    assert (numbers(report), codes(report)) == ((2, 0, 0, 2), {"person_twice": [3, 5]})


def test_one_person_may_serve_two_tps(sheets, scene):
    for number in (2, 3):
        standing.make_tps(scene.election, number=number)
    rows = "".join(f";{NIK};Siti;081234567890;;{number};;\n" for number in (2, 3, 3))
    _record, report = sheets.commit(WIDE + rows, choice=CommitChoice.VALID)
    assert (numbers(report), codes(report)) == ((1, 1, 0, 1), {"person_twice": [4]})
    assert len(people()) == 1
    assert report.facts == {"assigned": 2}


def test_phone_of_two_people_is_noted(sheets, scene):
    known(scene)
    rows = f";{NIK};Budi;081234567890\n;{OTHER_NIK};Ani;081300000002\n;;Eko;081300000002\n"
    _record, report = sheets.commit(ECOKLIT + rows)
    assert (numbers(report), codes(report)) == ((3, 0, 0, 0), {"phone_shared": [2, 4]})


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("081234567890 / 081300000001", "+6281234567890"),
        ("12", "12"),
        ("menyusul", "menyusul"),
        ("x" * 30, "x" * 20),
    ],
)
def test_phone_that_is_none_is_noted_and_kept(sheets, written, kept):
    _record, report = sheets.commit(f"{ECOKLIT};{NIK};Siti;{written}\n")
    assert codes(report) == {"phone_unreadable": [2]}
    assert people() == [("Siti", NIK, kept, "")]


@pytest.mark.unit
@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("0812-3456-7890", "+6281234567890"),
        ("62 812 3456 7890", "+6281234567890"),
        ("81234567890", "+6281234567890"),
        ("(0536) 322 1234", "+625363221234"),
        ("+60 12 345 6789", "+60123456789"),
        ("0812", ""),
        ("08123456789012345", ""),
        ("", ""),
    ],
)
def test_phone_numbers_are_written_in_one_way(written, phone):
    assert normal(written) == phone


def test_email_that_is_none_is_noted_and_left_empty(sheets):
    _record, report = sheets.commit(f"{ECOKLIT}siti@;{NIK};Siti;081234567890\n")
    assert codes(report) == {"email_unreadable": [2]}
    assert people() == [("Siti", NIK, "+6281234567890", "")]


def test_tps_of_the_row_is_assigned_with_its_decree(sheets, scene):
    tps = standing.make_tps(scene.election, number=2)
    _record, report = sheets.commit(f"{WIDE};{NIK};Siti;081234567890;;002;1/PP.05/2023;24/01/2023\n")
    assert numbers(report) == (1, 0, 0, 0)
    one = Assignment.objects.get(kabkota_id=KOTA, tps=tps)
    decree = (one.sk_number, one.sk_day, one.from_day)
    assert decree == ("1/PP.05/2023", dt.date(2023, 1, 24), standing.TODAY)
    assert Change.objects.get().tps_id == tps.pk


def test_decree_that_cannot_be_read_is_noted(sheets, scene):
    standing.make_tps(scene.election, number=2)
    _record, report = sheets.commit(f"{WIDE};{NIK};Siti;081234567890;;2;1/2023;akhir Januari\n")
    assert codes(report) == {"sk_unreadable": [2]}


@pytest.mark.parametrize(
    ("number", "code"), [("1", "tps_is_full"), ("901", "special_tps"), ("7", "tps_unknown"), ("satu", "tps_unknown")]
)
def test_tps_that_cannot_be_given_leaves_the_whole_row_out(sheets, scene, number, code):
    standing.make_tps(scene.election, number=901, kind=TpsKind.SPECIAL)
    text = f"{WIDE};{NIK};Siti;081234567890;;{number};;\n"
    assert codes(sheets.check(text)) == {code: [2]}
    with pytest.raises(RowsLeftOut):
        sheets.commit(text)
    _record, report = sheets.commit(text, choice=CommitChoice.VALID)
    assert (numbers(report), people()) == ((0, 0, 0, 1), [])


def test_row_left_out_changes_nobody_even_where_others_are_loaded(sheets, scene):
    known(scene, nik=NIK, phone="+6281234567890")
    text = f"{WIDE};{NIK};Lain;081399999999;;1;;\n;{OTHER_NIK};Budi;081399999999;;;;\n"
    _record, report = sheets.commit(text, choice=CommitChoice.VALID)
    assert (numbers(report), codes(report), report.changed_fields) == ((1, 0, 0, 1), {"tps_is_full": [2]}, {})
    assert people()[0] == ("SITI CONTOH", NIK, "+6281234567890", "")


def test_places_of_a_tps_are_counted_within_the_file(sheets, scene):
    standing.make_tps(scene.election, number=2)
    rows = f";{NIK};Siti;081234567890;;2;;\n;{OTHER_NIK};Budi;081300000001;;2;;\n"
    assert codes(sheets.check(WIDE + rows)) == {"tps_is_full": [3]}


def test_file_above_a_village_names_the_village(kota, scene):
    standing.make_tps(scene.election, FAR_KELURAHAN, 1)
    rows = f";{NIK};Siti;081234567890;Marang;1;;\n;{OTHER_NIK};Budi;081300000001;;;;\n"
    _record, report = kota.commit(WIDE + rows, choice=CommitChoice.VALID)
    assert (numbers(report), codes(report)) == ((1, 0, 0, 1), {"region_missing": [3]})
    assert Pantarlih.objects.get(nik=NIK).kelurahan_id == FAR_KELURAHAN


def test_pps_cannot_reach_another_village(sheets):
    report = sheets.check(f"{WIDE};{NIK};Siti;081234567890;Panarung;;;\n")
    assert codes(report) == {"region_unknown": [2]}


def loaded(sheets, scene):
    """Siti is new with TPS 2, Budi was there and got another phone and TPS 3."""
    for number in (2, 3):
        standing.make_tps(scene.election, number=number)
    budi = known(scene, name="BUDI", nik=OTHER_NIK)
    rows = f";{NIK};Siti;081234567890;;2;;\n;{OTHER_NIK};BUDI;081300000001;;3;;\n"
    record, report = sheets.commit(WIDE + rows)
    assert numbers(report) == (1, 1, 0, 0)
    return record, Pantarlih.objects.get(nik=NIK), budi


def test_undo_removes_and_restores(sheets, scene):
    record, siti, _budi = loaded(sheets, scene)
    EnrolmentCode.objects.create(
        kabkota_id=KOTA,
        pantarlih=siti,
        code_hash=b"x" * 32,
        last_day=standing.TODAY,
        expires_at=standing.NOW,
        issued_at=standing.NOW,
    )
    Change.objects.all().delete()
    sheets.undo(record)
    assert people() == [("BUDI", OTHER_NIK, "0812 3456 7890", "")]
    assert list(Assignment.objects.filter(kabkota_id=KOTA)) == [scene.assignment]
    assert Change.objects.count() == 2


def phone(scene, siti, budi):
    standing.make_device(siti)


def results(scene, siti, budi):
    Pantarlih.objects.filter(pk=budi.pk).update(last_synced_at=standing.NOW + dt.timedelta(days=1))


def ended(scene, siti, budi):
    Assignment.objects.filter(kabkota_id=KOTA, pantarlih=budi).update(to_day=standing.TODAY)


def edited(scene, siti, budi):
    at = standing.NOW + dt.timedelta(days=1)
    subject = f"pantarlih:{budi.pk}"
    trail.record(verb="change_pantarlih", by=scene.pps, region=KELURAHAN, subject=subject, now=at)


def more(scene, siti, budi):
    tps = standing.make_tps(scene.election, number=4)
    Assignment.objects.create(kabkota_id=KOTA, pantarlih=siti, tps=tps, from_day=standing.TODAY)


@pytest.mark.parametrize(
    ("happen", "told"),
    [
        (phone, {"pantarlih_has_phone": ["Siti"]}),
        (results, {"pantarlih_has_results": ["BUDI, TPS 003"]}),
        (ended, {"changed_since": ["BUDI, TPS 003"]}),
        (edited, {"changed_since": ["BUDI"]}),
        (more, {"changed_since": ["Siti"]}),
    ],
)
def test_undo_is_refused_where_something_came_of_it(sheets, scene, happen, told):
    record, siti, budi = loaded(sheets, scene)
    happen(scene, siti, budi)
    before = people()
    with pytest.raises(UndoRefused) as caught:
        sheets.undo(record)
    assert refused(caught.value.report) == told
    assert people() == before


def test_undo_is_refused_where_a_later_file_changed_somebody(sheets, scene):
    record, siti, _budi = loaded(sheets, scene)
    later, _report = sheets.commit(f"{ECOKLIT};{NIK};Siti Aminah;\n")
    with pytest.raises(UndoRefused) as caught:
        sheets.undo(record)
    assert refused(caught.value.report)["changed_since"][0] == "Siti Aminah"
    sheets.undo(later)
    assert Pantarlih.objects.get(pk=siti.pk).name == "Siti"
    sheets.undo(record)
    assert not Pantarlih.objects.filter(pk=siti.pk).exists()
