"""The operator's door to exports: a whole file or none, for its owner alone."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from tests import scene as standing
from tests.scene import KECAMATAN, KELURAHAN, KOTA
from voters.exports import exporting
from voters.models import TrailEntry

pytestmark = pytest.mark.integration


@pytest.fixture
def place(transactional_db):
    with transaction.atomic():
        return standing.build()


def export(out, area=KOTA, layout="sidalih", purpose="serah terima", *more):
    said = StringIO()
    call_command(
        "export_voters", "--area", area, "--layout", layout, "--purpose", purpose, "--out", str(out), *more, stdout=said
    )
    return said.getvalue()


def test_file_is_masked_and_for_its_owner_alone(place, tmp_path):
    said = export(tmp_path)
    (file,) = tmp_path.iterdir()
    assert str(file) in said
    assert file.stat().st_mode & 0o777 == 0o600
    assert "_disamarkan" in file.name
    assert place.voters[0].nik not in file.read_text()
    assert place.voters[0].name in file.read_text()


def test_whole_numbers_are_asked_for_by_name(place, tmp_path):
    export(tmp_path, KELURAHAN, "a-daftar", "cetak", "--unmasked")
    export(tmp_path, KOTA, "sidalih", "cetak", "--unmasked")
    assert all(place.voters[0].nik in file.read_text() for file in tmp_path.glob("*.csv"))
    assert [entry.after["masked"] for entry in TrailEntry.objects.filter(verb="export_list")] == [False, False]
    assert {entry.by_name for entry in TrailEntry.objects.filter(verb="export_list")} == {"operator"}


def test_missing_rows_leave_no_file(place, tmp_path, monkeypatch):
    monkeypatch.setitem(exporting.WRITERS, "sidalih", _loses_all)
    with pytest.raises(CommandError, match="0 rows in place of 3"):
        export(tmp_path)
    assert list(tmp_path.iterdir()) == []


def _loses_all(order):
    yield b"KECAMATAN"
    return 0


@pytest.mark.parametrize(
    ("area", "layout", "purpose", "reason"),
    [
        ("99.99", "sidalih", "cetak", "No region 99.99"),
        ("62", "sidalih", "cetak", "62 is a"),
        (KECAMATAN, "a-daftar", "cetak", "62.71.01 is a"),
        (KOTA, "sidalih", "untuk 6271990101100001", "Leave NIK and NKK out"),
    ],
)
def test_order_that_cannot_be_met_says_why(place, tmp_path, area, layout, purpose, reason):
    with pytest.raises(CommandError, match=reason):
        export(tmp_path, area, layout, purpose)
    with pytest.raises(CommandError, match="No election pilkada"):
        export(tmp_path, KOTA, "sidalih", "cetak", "--election", "pilkada")
    assert list(tmp_path.iterdir()) == []
