"""Imports of the tiny kind, in the place of TPS, and what it takes to ask for them."""

import pytest
from django.core.files.base import ContentFile

from tests.scene import KOTA, NOW
from tests.voters.imports.tiny_kind import TinyKind
from voters.imports import receiving
from voters.imports.registry import KINDS
from voters.models import FileImport, ImportChange, Region, Voter
from voters.terms import ImportKind


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    kind = TinyKind(tmp_path)
    monkeypatch.setitem(KINDS, ImportKind.TPS, kind)
    return kind


@pytest.fixture
def brought(scene, tiny):
    """Uploads a file with these notes as rows."""

    def bring(*notes, by=scene.kpu, area=KOTA, name="catatan.csv", text=None, content=None):
        lines = ["CATATAN;KETERANGAN", *(f"{one};x" for one in notes)]
        file = ContentFile(content or (text or "\n".join([*lines, ""])).encode(), name)
        return receiving.receive(
            file,
            kind=ImportKind.TPS,
            election=scene.election,
            area=Region.objects.get(pk=area),
            by=by,
            now=NOW,
        )

    return bring


@pytest.fixture
def notes():
    """The notes that stand, of one import or of all."""

    def standing(record: FileImport | None = None):
        rows = ImportChange.objects.filter(kabkota_id=KOTA)
        own = rows.filter(file_import=record.pk) if record else rows
        return sorted(subject.removeprefix("note:") for subject in own.values_list("subject", flat=True))

    return standing


@pytest.fixture
def bare(scene):
    """The scene, its TPS without voters."""
    Voter.objects.all().delete()
    return scene
