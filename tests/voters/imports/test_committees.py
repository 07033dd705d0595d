"""Files of accounts: made without a password, given only offices below, changed, taken back; nobody's is taken over."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from tests import scene as standing
from tests.scene import FOREIGN_KELURAHAN, KECAMATAN, KELURAHAN, KOTA, NEXT_KELURAHAN
from tests.voters.imports.sheets import Sheets, codes, numbers, refused
from voters import trail
from voters.imports import committees
from voters.imports.invitations import invitations
from voters.imports.roles import role_of
from voters.intake.kind import RowsLeftOut, UndoRefused
from voters.models import FileImport, ImportChange, Membership, TrailEntry, User
from voters.terms import CommitChoice, ImportKind, Role

pytestmark = pytest.mark.integration

HEADER = "Username;Nama Lengkap;Jabatan;Kode Wilayah;Kecamatan;Kelurahan;No HP;Email;Mulai;Sampai\n"


@pytest.fixture
def sheets(scene, tmp_path):
    return Sheets(committees, ImportKind.COMMITTEES, scene.election, tmp_path, scene.kpu, KOTA)


def row(username="", name="Siti Contoh", role="Anggota PPS", code=KELURAHAN, **more):
    cells = (username, name, role, code, *(more.get(key, "") for key in ("kec", "kel", "hp", "email", "since", "till")))
    return ";".join(cells) + "\n"


def made(**where):
    rows = Membership.objects.filter(**where).exclude(from_day=standing.IN_OFFICE_SINCE).order_by("user__username")
    return list(rows.values_list("user__username", "role", "region_id"))


def test_accounts_are_made_with_their_office_and_no_password(sheets, scene):
    text = (
        HEADER
        + row("siti.pps", hp="0812-3456-7890", email="siti@example.com")
        + row(name="Budi", role="Ketua PPK", code="", kec="Pahandut")
        + row(name="Ani", role="Panwaslu Kelurahan", code="", kec="Pahandut", kel="Panarung")
    )
    record, report = sheets.commit(text)
    assert (numbers(report), codes(report), report.facts) == ((3, 0, 0, 0), {}, {"offices": 3})
    assert made() == [
        (f"pkd-{NEXT_KELURAHAN.replace('.', '')}-1", "pkd", NEXT_KELURAHAN),
        (f"ppk-{KECAMATAN.replace('.', '')}-1", "ppk", KECAMATAN),
        ("siti.pps", "pps", KELURAHAN),
    ]
    siti = User.objects.get(username="siti.pps")
    assert (siti.name, siti.phone, siti.email) == ("Siti Contoh", "+6281234567890", "siti@example.com")
    assert (siti.is_active, siti.is_staff, siti.has_usable_password()) == (True, True, False)
    entry = TrailEntry.objects.get(verb="create_office", subject=f"user:{siti.pk}")
    assert (entry.by_user, entry.region) == (scene.kpu.pk, KELURAHAN)
    assert ImportChange.objects.filter(kabkota_id=KOTA, file_import=record.pk, before__isnull=True).count() == 6


def test_check_writes_nothing(sheets):
    assert numbers(sheets.check(HEADER + row())) == (1, 0, 0, 0)
    assert made() == []


def test_same_file_again_changes_nothing(sheets):
    text = HEADER + row("siti.pps", till="31-12-2024") + row(name="Budi") + row(name="Ani")
    sheets.commit(text)
    _record, report = sheets.commit(text)
    assert numbers(report) == (0, 0, 3, 0)
    assert len(made()) == 3


def test_two_people_of_one_office_get_two_user_names(sheets):
    sheets.commit(HEADER + row(name="Siti") + row(name="Budi"))
    assert [username for username, _, _ in made()] == ["pps-6271011001-1", "pps-6271011001-2"]


def test_account_that_stands_gets_its_new_values_and_office(sheets):
    sheets.commit(HEADER + row("siti"))
    text = HEADER + row("siti", hp="081234567890", till="31-12-2024") + row("siti", role="PKD", code=NEXT_KELURAHAN)
    later, report = sheets.commit(text)
    assert numbers(report) == (0, 2, 0, 0)
    assert report.changed_fields == {"phone": 1, "to_day": 1, "role": 1}
    assert len(made(user__username="siti")) == 2
    before = ImportChange.objects.filter(kabkota_id=KOTA, file_import=later.pk, before__isnull=False)
    assert sorted(map(str, before.values_list("before", flat=True))) == ["{'phone': ''}", "{'to_day': None}"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"role": "Bendahara"}, "role_unknown"),
        ({"role": "KPU Provinsi", "code": "62"}, "role_unknown"),
        ({"role": ""}, "role_unknown"),
        ({"role": "PPK"}, "region_unknown"),
        ({"role": "Admin KPU Kota", "code": KOTA}, "office_not_below"),
        ({"role": "Bawaslu Kota", "code": KOTA}, "office_not_below"),
        ({"code": FOREIGN_KELURAHAN}, "region_outside"),
        ({"name": " ", "hp": "081234567890", "email": "siti@example.com"}, "name_missing"),
        ({"since": "kemarin"}, "day_unreadable"),
        ({"till": "31-02-2024"}, "day_unreadable"),
        ({"since": "01-03-2023", "till": "01-02-2023"}, "days_reversed"),
        ({"since": "01-01-2023", "till": "01-03-2023"}, "days_reversed"),
        ({"username": "siti contoh"}, "username_invalid"),
        ({"username": "x" * 151}, "username_invalid"),
        ({"username": "kpu-ri"}, "account_not_yours"),
        ({"username": "kpu"}, "account_not_yours"),
        ({"username": "kpu-lain"}, "account_not_yours"),
        ({"username": "pps", "name": "Orang Lain"}, "account_of_another"),
    ],
)
def test_row_that_is_wrong_stays_out_with_its_reason(sheets, given, code):
    text = HEADER + row(**given) + row(name="Budi")
    report = sheets.check(text)
    assert (numbers(report), codes(report)) == ((1, 0, 0, 1), {code: [2]})
    with pytest.raises(RowsLeftOut):
        sheets.commit(text)
    assert made() == []


def test_superuser_and_closed_account_are_never_touched(sheets, scene):
    User.objects.filter(pk=scene.pps.pk).update(is_superuser=True)
    User.objects.filter(pk=scene.ppk.pk).update(is_active=False)
    text = HEADER + row("pps", "PPS", hp="081234567890") + row("ppk", "PPK", role="PPK", code=KECAMATAN)
    assert codes(sheets.check(text)) == {"account_not_yours": [2, 3]}


def test_kpu_province_gives_the_offices_of_a_regency(sheets, scene):
    _record, report = sheets.commit(HEADER + row(role="Operator", code=KOTA), by=scene.kpu_province)
    assert numbers(report) == (1, 0, 0, 0)
    assert made() == [("kpu-kab-6271-1", "kpu_kab", KOTA)]


def test_who_has_it_loaded_is_judged_not_who_brought_it(sheets, scene):
    job = sheets.job(HEADER + row(role="Operator", code=KOTA), by=scene.kpu_province)
    job.record.committed_by = scene.kpu
    with pytest.raises(RowsLeftOut):
        committees.commit(job)


def test_same_person_twice_and_people_of_one_name_stay_out(sheets):
    sheets.commit(HEADER + row("a", "Ani") + row("b", "Ani"))
    report = sheets.check(HEADER + row("s") + row("s") + row("", "Ani"))
    assert (numbers(report), codes(report)) == ((1, 0, 0, 2), {"match_unclear": [4], "office_twice": [3]})


def test_office_that_was_held_and_ended_is_history(sheets):
    sheets.commit(HEADER + row("siti", since="01-02-2023"))
    Membership.objects.filter(user__username="siti").update(to_day=dt.date(2023, 3, 1))
    assert codes(sheets.check(HEADER + row("siti", since="01-02-2023"))) == {"office_was_held": [2]}
    _record, report = sheets.commit(HEADER + row("siti", since="02-03-2023"))
    assert numbers(report) == (0, 1, 0, 0)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("written", "role"),
    [
        ("Ketua PPK", Role.PPK),
        ("anggota pps", Role.PPS),
        ("Admin KPU Kab/Kota", Role.KPU_KABKOTA),
        ("Operator", Role.KPU_KABKOTA),
        ("Operator PPK Pahandut", Role.PPK),
        ("KPU Kabupaten Kapuas", Role.KPU_KABKOTA),
        ("Panitia Pemungutan Suara", Role.PPS),
        ("Bawaslu Kota Palangka Raya", Role.BAWASLU_KABKOTA),
        ("Panwaslih Kabupaten Pidie", Role.BAWASLU_KABKOTA),
        ("Panwaslu Kecamatan", Role.PANWASCAM),
        ("PKD", Role.PKD),
        ("Pengawas Desa", Role.PKD),
        ("kpu_kab", Role.KPU_KABKOTA),
        ("KPU", None),
        ("KPU RI", None),
        ("Bawaslu", None),
        ("Ketua", None),
        ("PPKS", None),
        ("", None),
    ],
)
def test_words_of_an_office(written, role):
    assert role_of(written) == role


def test_undo_closes_and_restores(sheets, scene):
    scene.pps.phone = "1"
    scene.pps.save()
    record, report = sheets.commit(HEADER + row("siti") + row("pps", "PPS", hp="081234567890", till="31-12-2024"))
    assert numbers(report) == (1, 1, 0, 0)
    sheets.undo(record)
    siti, pps = User.objects.get(username="siti"), User.objects.get(username="pps")
    assert (siti.is_active, siti.name, siti.memberships.count()) == (False, "", 0)
    assert (pps.phone, pps.memberships.get().to_day) == ("1", None)


def test_user_name_that_an_undo_freed_may_be_given_again(sheets):
    record, _report = sheets.commit(HEADER + row("siti"))
    sheets.undo(record)
    _record, report = sheets.commit(HEADER + row("siti", "Siti Lain", hp="081234567890") + row(name="Budi"))
    assert numbers(report) == (2, 0, 0, 0)
    siti = User.objects.get(username="siti")
    assert (siti.is_active, siti.name, siti.phone) == (True, "Siti Lain", "+6281234567890")


def signed_in(scene, siti):
    User.objects.filter(pk=siti.pk).update(last_login=standing.NOW)


def acted(scene, siti):
    at = standing.NOW + dt.timedelta(days=1)
    trail.record(verb="add_pantarlih", by=siti, region=KELURAHAN, subject="pantarlih:1", now=at)


def edited(scene, siti):
    at = standing.NOW + dt.timedelta(days=1)
    trail.record(verb="change_user", by=scene.kpu, region=KELURAHAN, subject=f"user:{siti.pk}", now=at)


def another_office(scene, siti):
    Membership.objects.create(user=siti, role=Role.PKD, region_id=KELURAHAN, from_day=standing.TODAY)


@pytest.mark.parametrize(
    ("happen", "code"),
    [
        (signed_in, "account_used"),
        (acted, "account_used"),
        (edited, "changed_since"),
        (another_office, "changed_since"),
    ],
)
def test_undo_is_refused_where_the_account_is_in_use(sheets, scene, happen, code):
    record, _report = sheets.commit(HEADER + row("siti"))
    happen(scene, User.objects.get(username="siti"))
    with pytest.raises(UndoRefused) as caught:
        sheets.undo(record)
    assert refused(caught.value.report) == {code: ["siti"]}
    assert User.objects.get(username="siti").is_active


def test_undo_waits_for_the_later_file(sheets):
    record, _report = sheets.commit(HEADER + row("siti", hp="081234567890"))
    later, _report = sheets.commit(HEADER + row("siti", hp="081300000001"))
    with pytest.raises(UndoRefused):
        sheets.undo(record)
    sheets.undo(later)
    assert User.objects.get(username="siti").phone == "+6281234567890"
    sheets.undo(record)
    assert not User.objects.get(username="siti").is_active


def address(card):
    return f"/sandi/{card.uid}/{card.token}/"


def test_card_sets_a_password_once(sheets, scene, client):
    record, _report = sheets.commit(HEADER + row("siti") + row("budi", "Budi"))
    cards = invitations(record, by=scene.kpu, now=standing.NOW)
    assert [card.user.username for card in cards] == ["budi", "siti"]
    page = client.get(address(cards[1]), follow=True)
    assert "siti" in page.content.decode()
    new = {"new_password1": standing.PASSWORD, "new_password2": standing.PASSWORD}
    assert client.post(page.request["PATH_INFO"], new).status_code == 302
    assert client.login(username="siti", password=standing.PASSWORD)
    again = client.get(address(cards[1]), follow=True)
    assert again.context["validlink"] is False
    assert [card.user.username for card in invitations(record, by=scene.kpu, now=standing.NOW)] == ["budi"]


def test_newer_card_makes_the_older_one_worthless(sheets, scene, client):
    record, _report = sheets.commit(HEADER + row("siti"))
    (older,), (newer,) = (invitations(record, by=scene.kpu, now=standing.NOW) for _ in range(2))
    assert client.get(address(older), follow=True).context["validlink"] is False
    assert client.get(address(newer), follow=True).context["validlink"] is True


def test_card_of_an_account_that_was_taken_back_is_worthless(sheets, scene, client):
    record, _report = sheets.commit(HEADER + row("siti"))
    (card,) = invitations(record, by=scene.kpu, now=standing.NOW)
    sheets.undo(record)
    sheets.commit(HEADER + row("siti", "Siti Lain"))
    assert client.get(address(card), follow=True).context["validlink"] is False


def test_cards_are_for_the_uploader_alone_and_on_the_trail(sheets, scene):
    record, _report = sheets.commit(HEADER + row("siti"))
    (card,) = invitations(record, by=scene.kpu, now=standing.NOW)
    entry = TrailEntry.objects.get(verb="print_invitations")
    assert (entry.by_user, entry.after) == (scene.kpu.pk, {"cards": 1})
    assert card.token not in str(list(TrailEntry.objects.values()) + list(FileImport.objects.values()))
    with pytest.raises(PermissionDenied):
        invitations(record, by=scene.kpu_province, now=standing.NOW)
    job = sheets.job(HEADER + row("budi"))
    with pytest.raises(PermissionDenied):
        invitations(job.record, by=scene.kpu, now=standing.NOW)


def test_valid_rows_alone_may_be_loaded(sheets):
    _record, report = sheets.commit(HEADER + row("siti") + row(role="Bendahara"), choice=CommitChoice.VALID)
    assert numbers(report) == (1, 0, 0, 1)
