"""A file comes in: kept and read, or refused and not kept; what a person settles is kept for the office."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.db import connection
from openpyxl import Workbook

from tests.scene import FOREIGN_KOTA, NOW
from voters.imports import asking, receiving
from voters.imports.asking import NotNow
from voters.imports.receiving import AreaRefused
from voters.intake import layout as layouts
from voters.intake import vault
from voters.intake.badfile import BadFile
from voters.models import FileImport, SavedLayout
from voters.terms import CommitChoice, ImportKind, ImportState

pytestmark = pytest.mark.integration


def kept():
    folder = Path(storages["uploads"].path(""))
    return list(folder.iterdir()) if folder.is_dir() else []


def test_file_is_kept_and_its_columns_are_guessed(brought):
    record = brought("satu")
    assert record.state == ImportState.UPLOADED
    assert vault.path(record.stored).read_bytes().startswith(b"CATATAN")
    assert layouts.from_json(record.layout).columns == {"note": 0, "hint": 1}
    assert (record.size, len(record.file_hash)) == (vault.path(record.stored).stat().st_size, 64)
    assert record.keep_until == vault.until(NOW)


@pytest.mark.parametrize(
    ("change", "raised"),
    [
        ({"area": FOREIGN_KOTA}, PermissionDenied),
        ({"text": "<html>"}, BadFile),
        ({"area": "62", "by": None}, AreaRefused),
    ],
)
def test_refused_file_is_not_kept(brought, change, raised):
    with pytest.raises(raised):
        brought("satu", **change)
    assert kept() == []
    assert not FileImport.objects.exists()


def test_fault_behind_the_upload_leaves_no_file(brought, monkeypatch):
    monkeypatch.setattr(receiving, "_record", lambda *_: connection.cursor().execute("SELECT 1/0"))
    with pytest.raises(Exception, match="division"):
        brought("satu")
    assert kept() == []


def test_long_names_keep_their_ending(brought):
    assert brought("satu", name="a" * 300 + ".csv").file_name.endswith("a.csv")


def test_lists_take_what_they_can_and_the_others_all_or_nothing():
    assert receiving.usual_choice(ImportKind.VOTERS) == CommitChoice.VALID
    assert receiving.usual_choice(ImportKind.PANTARLIH) == CommitChoice.ALL


def test_settled_columns_free_and_use_headings(scene, brought):
    record = brought("satu")
    receiving.settle_layout(record, {"note": 1}, by=scene.kpu, now=NOW)
    layout = layouts.from_json(record.layout)
    assert (layout.columns, layout.ignored) == ({"note": 1}, ["CATATAN"])
    assert SavedLayout.objects.get().columns == {"note": 1}
    assert layouts.from_json(brought("dua").layout).columns == {"note": 1}
    assert layouts.from_json(brought("dua", area="62.71.01").layout).columns == {"note": 0, "hint": 1}


@pytest.mark.parametrize("columns", [{"apa": 0}, {"note": 2}, {"note": -1}, {"note": 0, "hint": 0}])
def test_columns_that_are_not_there_are_refused(scene, brought, columns):
    record = brought("satu")
    with pytest.raises(NotNow):
        receiving.settle_layout(record, columns, by=scene.kpu, now=NOW)
    assert not SavedLayout.objects.exists()


def test_columns_stay_while_a_run_reads_by_them(scene, brought):
    record = brought("satu")
    asking.start_check(record, by=scene.kpu, now=NOW)
    with pytest.raises(NotNow):
        receiving.settle_layout(record, {"note": 0}, by=scene.kpu, now=NOW)


def test_missing_columns_keep_a_check_from_starting(scene, brought):
    record = brought(text="APA;LAIN\nsatu;x\n")
    with pytest.raises(NotNow, match="catatan"):
        asking.start_check(record, by=scene.kpu, now=NOW)


def workbook(**sheets):
    """A workbook of these sheets, each with these rows."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def test_another_sheet_is_read_instead(brought):
    content = workbook(Satu=[["CATATAN", "KETERANGAN"], ["a", "x"]], Dua=[["ISI", "LAIN"], ["b", "y"]])
    record = brought(name="buku.xlsx", content=content)
    assert layouts.from_json(record.layout).sheet == "Satu"
    receiving.choose_sheet(record, "Dua")
    layout = layouts.from_json(record.layout)
    assert (layout.sheet, layout.headings, record.state) == ("Dua", ["ISI", "LAIN"], ImportState.UPLOADED)
    with pytest.raises(BadFile):
        receiving.choose_sheet(record, "Tiga")
