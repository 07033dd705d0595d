"""Uploads are private files of a bounded size, with their hash, and go when their time is over."""

import datetime as dt
import hashlib
import os
import stat

import pytest
from django.conf import settings as configured
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import Resolver404, resolve

from tests import scene as standing
from voters.intake import vault
from voters.intake.badfile import BadFile
from voters.models import Election, FileImport, Region
from voters.tasks import expire_uploads
from voters.terms import ImportKind

NOW = standing.NOW
pytestmark = pytest.mark.integration


def loaded(now, stored="", errors=""):
    return FileImport.objects.create(
        kind=ImportKind.VOTERS,
        election=Election.objects.first(),
        area=Region.objects.get(pk="62.71"),
        file_name="a.csv",
        file_hash="0" * 64,
        stored=stored,
        errors=errors,
        keep_until=vault.until(now),
        uploaded_at=now,
    )


def test_kept_file_is_private_and_known_by_its_bytes():
    kept = vault.keep(SimpleUploadedFile("../../Daftar Pemilih.CSV", b"NIK#NAMA\n"), name="../../Daftar Pemilih.CSV")
    path = vault.path(kept.name)
    assert (kept.size, kept.sha256) == (9, hashlib.sha256(b"NIK#NAMA\n").hexdigest())
    assert path.read_bytes() == b"NIK#NAMA\n"
    assert path.parent.samefile(storages["uploads"].path(""))
    assert path.suffix == ".csv"
    assert "daftar" not in path.name.lower()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_files_lie_outside_of_what_is_served():
    kept = vault.keep(ContentFile(b"NIK", name="a.csv"))
    with pytest.raises(Resolver404):
        resolve(f"/{kept.name}")
    for served in (configured.STATIC_ROOT, *configured.STATICFILES_DIRS):
        assert not configured.UPLOADS_DIR.is_relative_to(served)


def test_same_file_twice_is_two_files_with_one_hash(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04")
    first, second = vault.keep(path), vault.keep(path)
    assert first.name != second.name
    assert first.sha256 == second.sha256


@pytest.mark.parametrize(("begin", "limit"), [(b"PK\x03\x04", "LARGEST_WORKBOOK"), (b"NIK#", "LARGEST_CSV")])
def test_file_that_is_too_large_is_refused_and_not_kept(monkeypatch, begin, limit):
    monkeypatch.setattr(vault, limit, 1 << 20)
    with pytest.raises(BadFile) as refused:
        vault.keep(ContentFile(begin + bytes(1 << 20), name="a.csv"))
    assert (refused.value.code, refused.value.facts) == ("too_large", {"limit": 1})
    assert storages["uploads"].listdir("") == ([], [])


def test_empty_file_is_refused_and_not_kept():
    with pytest.raises(BadFile) as refused:
        vault.keep(ContentFile(b"", name="a.csv"))
    assert refused.value.code == "empty"
    assert storages["uploads"].listdir("") == ([], [])


def test_removed_file_is_told_as_gone():
    kept = vault.keep(ContentFile(b"NIK", name="a.csv"))
    vault.remove(kept.name)
    vault.remove(kept.name)
    vault.remove("")
    for name in (kept.name, ""):
        with pytest.raises(BadFile) as refused:
            vault.path(name)
        assert refused.value.code == "file_gone"
        assert str(configured.UPLOADS_KEEP_DAYS) in str(refused.value)


def test_expire_deletes_what_is_over_and_nothing_else(scene):
    old, errors, fresh = (vault.keep(ContentFile(b"NIK", name="a.csv")).name for _ in range(3))
    over = loaded(NOW - dt.timedelta(days=configured.UPLOADS_KEEP_DAYS), old, errors)
    kept = loaded(NOW, fresh)
    assert vault.expire(NOW) == 2
    over.refresh_from_db()
    kept.refresh_from_db()
    assert (over.stored, over.errors, kept.stored) == ("", "", fresh)
    assert storages["uploads"].listdir("") == ([], [fresh])
    assert vault.expire(NOW) == 0


def test_expire_deletes_what_a_broken_upload_left(scene):
    left, coming = (vault.keep(ContentFile(b"NIK", name="a.csv")).name for _ in range(2))
    now = dt.datetime.now(dt.UTC)
    long_ago = (now - dt.timedelta(days=2)).timestamp()
    os.utime(vault.path(left), (long_ago, long_ago))
    assert expire_uploads() == 1
    assert storages["uploads"].listdir("") == ([], [coming])
