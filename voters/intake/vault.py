"""Where uploads are kept: private files under random names, measured while they come in, deleted after a set time.

In come bytes of whatever source; afterwards they lie in the storage "uploads", outside of all that is served, with
their SHA-256 known. Nothing is parsed here. The folder holds personal data and no backup of it is meant to exist.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db.models import Q

from voters.access import territory
from voters.intake.badfile import BadFile
from voters.models import NATION, FileImport

# Bytes. Which of the two counts is told by how a file begins, never by its name.
LARGEST_CSV = settings.UPLOAD_MAX_MB << 20
LARGEST_WORKBOOK = settings.WORKBOOK_MAX_MB << 20
LARGEST = max(LARGEST_CSV, LARGEST_WORKBOOK)
_ZIP = b"PK"
# A file that no import names is one whose upload was broken off, or is just coming in.
_COMES_IN = dt.timedelta(days=1)


@dataclass(frozen=True)
class Kept:
    """A file in the vault: its name there, the SHA-256 of its bytes in hex, how many they are."""

    name: str
    sha256: str
    size: int


def keep(source: Path | File, *, name: str = "") -> Kept:  # type: ignore[type-arg]  # bytes of any source
    """Keep a file. `name` is what its owner calls it, of which nothing but the ending is used.

    Raises BadFile for an empty file and for one that is too large, of which no more is read than is allowed.
    """
    store = _store()
    kept_as = f"{secrets.token_hex(16)}{_ending(name or str(source))}"
    if isinstance(source, Path):
        with source.open("rb") as stream:
            content = _Measured(File(stream, name=kept_as))
            kept_as = _saved(store, kept_as, content)
    else:
        content = _Measured(source)
        kept_as = _saved(store, kept_as, content)
    if not content.size_read:
        store.delete(kept_as)
        raise BadFile("empty")
    return Kept(kept_as, content.digest.hexdigest(), content.size_read)


def path(name: str) -> Path:
    """Where the file is. Raises BadFile for one that has been deleted after its time."""
    store = _store()
    if not name or not store.exists(name):
        raise BadFile("file_gone", days=settings.UPLOADS_KEEP_DAYS)
    return Path(store.path(name))


def remove(name: str) -> None:
    """Delete a file; nothing happens where there is none."""
    if name:
        _store().delete(name)


def until(now: dt.datetime) -> dt.datetime:
    """Until when a file that comes in now is kept."""
    return now + dt.timedelta(days=settings.UPLOADS_KEEP_DAYS)


def expire(now: dt.datetime) -> int:
    """Delete the files of imports whose time has come, and those that no import names; says how many."""
    with territory(NATION):
        over = FileImport.objects.filter(keep_until__lte=now).exclude(stored="", errors="")
        gone = [name for names in over.values_list("stored", "errors") for name in names if name]
        # The names first: a file that cannot be deleted is one that nothing names, and goes with the next run.
        over.update(stored="", errors="")
        named = {
            name
            for names in FileImport.objects.filter(~Q(stored="") | ~Q(errors="")).values_list("stored", "errors")
            for name in names
        }
    store = _store()
    gone += [name for name in _files(store) if name not in named and _changed_at(store, name) < now - _COMES_IN]
    gone = list(dict.fromkeys(gone))
    for name in gone:
        store.delete(name)
    return len(gone)


class _Measured(File):  # type: ignore[type-arg]  # bytes of any source
    """A file that is hashed and counted while the storage takes it, and refused as soon as it is too large."""

    def __init__(self, source: File) -> None:  # type: ignore[type-arg]
        super().__init__(source.file, name=source.name)
        self._source = source
        self.digest, self.size_read = hashlib.sha256(), 0

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """What the storage writes."""
        limit = 0
        for chunk in self._source.chunks(chunk_size or 1 << 20):
            limit = limit or (LARGEST_WORKBOOK if chunk.startswith(_ZIP) else LARGEST_CSV)
            self.size_read += len(chunk)
            if self.size_read > limit:
                raise BadFile("too_large", limit=limit >> 20)
            self.digest.update(chunk)
            yield chunk


def _saved(store: Storage, name: str, content: _Measured) -> str:
    try:
        return str(store.save(name, content))
    except BaseException:
        store.delete(name)
        raise


def _store() -> Any:
    return storages["uploads"]


def _ending(name: str) -> str:
    ending = Path(name).suffix.lower()
    return ending if ending in (".csv", ".xlsx") else ".bin"


def _files(store: Any) -> list[str]:
    return list(store.listdir("")[1]) if Path(store.path("")).is_dir() else []


def _changed_at(store: Any, name: str) -> dt.datetime:
    changed: dt.datetime = store.get_modified_time(name)
    return changed
