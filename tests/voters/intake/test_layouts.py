"""What an office settled about its columns is found again by the headings, for it alone."""

import msgspec
import pytest

from tests import scene as standing
from voters.intake import layouts
from voters.intake.errorfile import REASONS
from voters.intake.layout import Format, Layout
from voters.models import Region, SavedLayout
from voters.terms import ImportKind

NOW = standing.NOW
pytestmark = pytest.mark.integration

LAYOUT = Layout(
    Format.CSV,
    ["Nomor", "Nama Lengkap", "Lokasi"],
    2,
    columns={"nama": 1},
    constants={"tps": "1"},
    ignored=["Nomor", "Lokasi"],
)


@pytest.fixture
def office(scene):
    return Region.objects.get(pk="62.71")


def remember(office, columns):
    mapped = msgspec.structs.replace(LAYOUT, columns=columns)
    layouts.remember(region=office, kind=ImportKind.VOTERS, layout=mapped, by=None, now=NOW)


def find(office, layout=LAYOUT, kind=ImportKind.VOTERS):
    return layouts.find(region=office, kind=kind, layout=layout)


def test_settled_columns_are_found_for_the_same_headings(office):
    remember(office, {"nama": 2, "tps": 0})
    found = find(office, msgspec.structs.replace(LAYOUT, headings=["NOMOR", "nama_lengkap", "Lokasi."]))
    assert (found.columns, found.ignored, found.constants) == ({"nama": 2, "tps": 0}, ["nama_lengkap"], {})


def test_settled_columns_are_found_for_the_error_file(office):
    remember(office, {"nama": 2, "tps": 0})
    found = find(office, msgspec.structs.replace(LAYOUT, headings=[*LAYOUT.headings, *REASONS]))
    assert (found.columns, found.ignored) == ({"nama": 2, "tps": 0}, ["Nama Lengkap"])


def test_later_mapping_takes_the_place_of_the_earlier(office):
    remember(office, {"nama": 2})
    remember(office, {"nama": 1})
    assert SavedLayout.objects.count() == 1
    assert find(office).columns == {"nama": 1}


def test_other_offices_kinds_and_headings_find_nothing(office):
    remember(office, {"nama": 2})
    assert find(Region.objects.get(pk="62")) is None
    assert find(office, kind=ImportKind.TPS) is None
    assert find(office, msgspec.structs.replace(LAYOUT, headings=["Nama Lengkap", "Nomor", "Lokasi"])) is None
