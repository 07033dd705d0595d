"""The pages of an import: a file is brought in, its columns settled, checked, loaded, and taken back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import scene as standing
from tests.scene import FOREIGN_KOTA, KELURAHAN, KOTA
from tests.voters.imports.tiny_kind import TinyKind
from voters.admin import imports_templates
from voters.imports import running
from voters.imports.registry import KINDS
from voters.intake import vault
from voters.intake.layout import Format
from voters.intake.sniff import sniff
from voters.models import FileImport, SavedLayout, TrailEntry
from voters.terms import ImportKind, ImportState, Role

pytestmark = pytest.mark.integration

LIST = "/admin/voters/fileimport/"
NEW = f"{LIST}add/tps/"


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    """The doors' clock stands at the scene's moment."""
    monkeypatch.setattr("coklit.clock.now", lambda: standing.NOW)


@pytest.fixture(autouse=True)
def tiny(monkeypatch, tmp_path):
    kind = TinyKind(tmp_path)
    monkeypatch.setitem(KINDS, ImportKind.TPS, kind)
    return kind


@pytest.fixture(autouse=True)
def ordered(monkeypatch):
    """The imports that a worker was told of."""
    told = []
    monkeypatch.setattr("voters.admin.imports_acts.run_import.delay", told.append)
    return told


def page_of(record, *rest):
    return LIST + "/".join(map(str, [record.pk, *rest])) + "/"


def lines(*notes, heading="CATATAN;KETERANGAN"):
    return "\n".join([heading, *(f"{one};x" for one in notes), ""]).encode()


def bring(client, *notes, name="catatan.csv", area=KOTA, content=None):
    form = {"election": standing.Election.objects.get(slug="pemilu-2024").pk, "area": area}
    file = SimpleUploadedFile(name, lines(*notes) if content is None else content)
    return client.post(NEW, {**form, "file": file})


def brought(client, *notes, **options):
    answer = bring(client, *notes, **options)
    assert answer.status_code == 302, answer.context["form"].errors
    return FileImport.objects.latest("pk")


def settle(client, record, **columns):
    given = {"note": "0", "hint": "1", **columns}
    return client.post(page_of(record, "kolom"), {f"kolom-{key}": place for key, place in given.items()})


def done(record):
    running.run(record.pk)
    record.refresh_from_db()
    return record


def checked(client, *notes, **options):
    record = brought(client, *notes, **options)
    assert settle(client, record).status_code == 302
    return done(record)


def loaded(client, *notes, choice="valid"):
    record = checked(client, *notes)
    assert client.post(page_of(record, "muat"), {"choice": choice}).status_code == 302
    return done(record)


def text_of(client, record, *rest):
    return client.get(page_of(record, *(rest or ("change",)))).content.decode()


def test_whole_way_of_a_file(scene, enter, ordered, django_capture_on_commit_callbacks):
    client = enter(scene.kpu)
    record = brought(client, "satu", "keluar")
    assert "CATATAN" in text_of(client, record, "kolom")
    with django_capture_on_commit_callbacks(execute=True):
        settle(client, record)
    assert ordered == [str(record.pk)]
    done(record)
    assert "Catatan tidak dapat dimuat" in text_of(client, record)
    client.post(page_of(record, "muat"), {"choice": "valid"})
    assert done(record).state == ImportState.COMMITTED
    text = text_of(client, record)
    assert "<strong>2</strong>" in text
    assert "KPU" in text
    client.post(page_of(record, "urungkan"), {"reason": "salah berkas"})
    assert done(record).state == ImportState.UNDONE
    assert "salah berkas" in text_of(client, record)


@pytest.mark.parametrize("page", ["add/", "add/voters/", ""])
def test_pages_that_begin_open(scene, enter, page):
    assert enter(scene.kpu).get(LIST + page).status_code == 200


def test_accounts_are_offered_the_kinds_they_may_bring(scene, enter):
    def offered(user):
        return {kind for kind, _, _ in enter(user).get(f"{LIST}add/").context["kinds"]}

    assert offered(scene.pps) == {"pantarlih", "paper", "recap", "ecoklit"}
    assert offered(scene.kpu) == set(ImportKind.values)
    assert enter(scene.ppk).get(f"{LIST}add/").status_code == 403
    assert enter(scene.pps).get(NEW).status_code == 404


def test_regions_to_choose_are_the_accounts_own(scene, enter):
    def regions(user, kind):
        form = enter(user).get(f"{LIST}add/{kind}/").context["form"]
        return [region.pk for region in form.fields["area"].queryset]

    assert regions(scene.pps, "pantarlih") == [KELURAHAN]
    assert KOTA in regions(scene.kpu, "voters")
    assert FOREIGN_KOTA not in regions(scene.kpu, "voters")
    assert regions(scene.kpu_province, "voters") == ["62", KOTA]


def test_file_for_a_region_of_somebody_else_is_refused(scene, enter):
    answer = bring(enter(scene.kpu), "satu", area=FOREIGN_KOTA)
    assert answer.context["form"].errors["area"]
    assert not FileImport.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"<html><table><tr><td>1</td></tr></table></html>"])
def test_file_that_cannot_be_read_is_refused_with_the_reason(scene, enter, content):
    answer = bring(enter(scene.kpu), content=content)
    assert answer.status_code == 200
    assert len(str(answer.context["form"].errors["file"])) > 40
    assert not FileImport.objects.exists()


def test_too_large_a_file_is_refused_before_it_is_read(scene, enter, monkeypatch):
    monkeypatch.setattr(vault, "LARGEST", 0)
    monkeypatch.setattr("voters.admin.imports_new.FORM_BYTES", 10)
    answer = bring(enter(scene.kpu), "satu")
    assert answer.status_code == 413
    assert not FileImport.objects.exists()


def test_upload_needs_the_forms_token_and_an_office(scene):
    client = Client(enforce_csrf_checks=True)
    assert bring(client, "satu").status_code == 302
    client.force_login(scene.kpu)
    assert bring(client, "satu").status_code == 403
    assert not FileImport.objects.exists()


def test_columns_that_are_missing_are_named_at_once(scene, enter):
    client = enter(scene.kpu)
    record = brought(client, content=lines("satu", heading="APA;LAIN"))
    context = client.get(page_of(record, "kolom")).context
    assert context["missing"] == ["catatan"]
    answer = settle(client, record, note="", hint="")
    assert "catatan" in answer.context["problem"]
    assert FileImport.objects.get().state == ImportState.UPLOADED


def test_heading_cannot_mean_two_things(scene, enter):
    client = enter(scene.kpu)
    record = brought(client, "satu")
    assert "CATATAN" in settle(client, record, hint="0").context["problem"]


def test_settled_columns_are_kept_for_the_office(scene, enter):
    client = enter(scene.kpu)
    first = brought(client, content=lines("satu", heading="APA;LAIN"))
    settle(client, first)
    assert SavedLayout.objects.get().region_id == KOTA
    second = brought(client, content=lines("dua", heading="APA;LAIN"))
    assert client.get(page_of(second, "kolom")).context["missing"] == []


def test_same_bytes_are_said_before_the_check(scene, enter):
    client = enter(scene.kpu)
    first = loaded(client, "satu")
    second = brought(client, "satu", name="lain.csv")
    answer = client.get(page_of(second, "kolom"))
    assert answer.context["twin"] == first
    assert page_of(first, "change") in answer.content.decode()


def test_running_import_shows_its_progress_without_a_script_too(scene, enter):
    client = enter(scene.kpu)
    record = brought(client, "satu")
    settle(client, record)
    text = text_of(client, record)
    assert 'http-equiv="refresh"' in text
    assert page_of(record, "kemajuan") in text
    part = client.get(page_of(record, "kemajuan"))
    assert "HX-Refresh" not in part.headers
    done(record)
    assert client.get(page_of(record, "kemajuan")).headers["HX-Refresh"] == "true"


def test_run_is_cancelled_from_its_page(scene, enter):
    client = enter(scene.kpu)
    record = brought(client, "satu")
    settle(client, record)
    client.post(page_of(record, "batal"))
    assert done(record).state == ImportState.CANCELLED
    client.post(page_of(record, "periksa"))
    assert done(record).state == ImportState.CHECKED


def test_error_file_is_for_its_uploader_and_on_the_trail(scene, enter, tiny):
    client = enter(scene.kpu)
    record = checked(client, "satu", "keluar")
    answer = client.get(page_of(record, "kesalahan"))
    assert b"keluar;x;" in b"".join(answer.streaming_content)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert TrailEntry.objects.filter(verb="download_import_errors", by_user=scene.kpu.pk).count() == 1
    other = enter(standing.make_user("kpu-dua", Role.KPU_KABKOTA, KOTA))
    assert other.get(page_of(record, "change")).status_code == 200
    assert other.get(page_of(record, "kesalahan")).status_code == 403


def test_import_without_an_error_file_has_none_to_download(scene, enter):
    client = enter(scene.kpu)
    assert client.get(page_of(checked(client, "satu"), "kesalahan")).status_code == 404


@pytest.mark.parametrize("page", ["change", "kolom", "kemajuan", "kesalahan"])
def test_import_of_another_office_is_not_found(scene, enter, page):
    record = checked(enter(scene.kpu), "satu")
    assert enter(scene.foreign_kpu).get(page_of(record, page)).status_code == 404
    assert enter(scene.pps).get(page_of(record, page)).status_code == 404


@pytest.mark.parametrize("act", ["periksa", "muat", "batal", "urungkan", "urungkan-setuju", "urungkan-batal"])
def test_acts_need_the_right_and_a_form(scene, enter, act):
    client = enter(scene.kpu)
    record = checked(client, "satu")
    assert client.get(page_of(record, act)).status_code == 405
    assert enter(scene.foreign_kpu).post(page_of(record, act)).status_code == 404
    assert FileImport.objects.get().state == ImportState.CHECKED


def test_act_that_comes_too_late_says_so(scene, enter):
    client = enter(scene.kpu)
    record = loaded(client, "satu")
    answer = client.post(page_of(record, "muat"), follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert FileImport.objects.get().state == ImportState.COMMITTED


def test_large_undo_is_confirmed_by_another_account(scene, enter):
    client = enter(scene.kpu)
    record = loaded(client, "satu")
    FileImport.objects.update(rows=10_001, created=10_001)
    assert client.get(page_of(record, "change")).context["undo_needs_two"]
    client.post(page_of(record, "urungkan"), {"reason": "salah"})
    assert page_of(record, "urungkan-setuju") not in text_of(client, record)
    client.post(page_of(record, "urungkan-setuju"))
    assert FileImport.objects.get().state == ImportState.COMMITTED
    other = enter(standing.make_user("kpu-dua", Role.KPU_KABKOTA, KOTA))
    assert page_of(record, "urungkan-setuju") in text_of(other, record)
    other.post(page_of(record, "urungkan-setuju"))
    assert done(record).state == ImportState.UNDONE


@pytest.mark.parametrize("kind", ImportKind.values)
@pytest.mark.parametrize("ending", list(Format))
def test_template_is_read_back_with_every_column(scene, enter, kind, ending, tmp_path, monkeypatch):
    monkeypatch.undo()
    answer = enter(scene.kpu).get(f"{LIST}contoh/{kind}.{ending}")
    path = tmp_path / f"contoh.{ending}"
    path.write_bytes(answer.content)
    columns = KINDS[ImportKind(kind)].columns
    layout = sniff(path, path.name, columns)
    assert layout.columns == {one.key: place for place, one in enumerate(columns)}
    assert imports_templates.rows_of(ImportKind(kind))[0] == layout.headings
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("number", [1, 3])
def test_list_takes_as_many_queries_for_three_imports_as_for_one(scene, enter, django_assert_num_queries, number):
    client = enter(scene.kpu)
    for n in range(number):
        brought(client, f"satu{n}")
    with django_assert_num_queries(LIST_QUERIES):
        answer = client.get(LIST)
    assert len(answer.context["cl"].result_list) == number


LIST_QUERIES = 12


def test_list_shows_own_imports_newest_first(scene, enter):
    client = enter(scene.kpu)
    for name in ("satu", "dua"):
        brought(client, name, name=f"{name}.csv")
    rows = client.get(LIST).context["cl"].result_list
    assert [row.file_name for row in rows] == ["dua.csv", "satu.csv"]
    assert len(enter(scene.foreign_kpu).get(LIST).context["cl"].result_list) == 0
    assert len(enter(scene.kpu_province).get(LIST).context["cl"].result_list) == 2


def test_empty_list_says_how_to_begin(scene, enter):
    assert f"{LIST}add/" in enter(scene.pps).get(LIST).content.decode()
