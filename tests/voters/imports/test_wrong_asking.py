"""On the command line: what was asked wrongly is said with what is right, and nothing of it is kept."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import translation

from tests import scene as standing
from tests.scene import FOREIGN_KOTA, KOTA
from tests.voters.imports.bad_reports import FOLDER
from tests.voters.imports.voter_lists import BUDI, SARI, SITI, sidalih
from voters.models import FileImport, LeftOut, Voter

pytestmark = pytest.mark.integration

LIST = FOLDER / "voters" / "tps_unknown.csv"


@pytest.fixture
def place(transactional_db):
    """Real commits: a run asks over a second connection whether it was cancelled."""
    with transaction.atomic():
        scene = standing.build()
        Voter.objects.all().delete()
    return scene


def ask(path, *more, area=KOTA):
    """How the process ends, and what it says."""
    said = StringIO()
    with translation.override("en"):
        try:
            call_command("import_file", "voters", str(path), "--area", area, *more, stdout=said)
        except SystemExit as ended:
            return ended.code, said.getvalue()
    return 0, said.getvalue()


@pytest.mark.parametrize(
    ("path", "more", "message"),
    [
        ("tidak/ada.csv", (), "No file tidak/ada.csv."),
        (LIST.parent, (), f"No file {LIST.parent}."),
        (LIST, ("--election", "pilpres"), "No election pilpres. Known: pemilu-2024, pilkada-2024."),
        (LIST, ("--area", "62.99"), "No region 62.99. Codes look like 62.71; run import_regions first."),
        (LIST, ("--by", "siapa"), "No account siapa."),
    ],
)
def test_wrong_path_election_region_or_account_is_named(scene, path, more, message):
    with pytest.raises(CommandError) as refused:
        ask(path, *more)
    assert str(refused.value) == message
    assert not FileImport.objects.exists()


@pytest.mark.parametrize(("name", "area"), [("kpu-lain", KOTA), ("kpu", FOREIGN_KOTA), ("pps", KOTA), ("kpu", "62")])
def test_area_of_others_is_refused_to_an_account(scene, name, area):
    with pytest.raises(CommandError, match=f"^{name} may not: .*Nothing was loaded.$"):
        ask(LIST, "--by", name, area=area)
    assert not FileImport.objects.exists()


def test_list_of_another_kabkota_is_one_cause(place, tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(sidalih([{**one, "kecamatan": "GAMBIR", "kelurahan": "GAMBIR"} for one in (SITI, BUDI, SARI)]))
    code, said = ask(path, "--commit", "valid")
    assert code == 3
    assert "3 rows in the file = 0 created + 0 changed + 0 unchanged + 3 left out" in said
    assert said.count("region_unknown") == 1
    assert list(LeftOut.objects.values_list("code", flat=True).distinct()) == ["region_unknown"]
    assert not Voter.objects.exists()


def test_two_causes_are_told_once_each_with_their_rows(place, tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(sidalih([SITI, {**BUDI, "tps": "7"}, {**SARI, "tps": "SATU"}]))
    code, said = ask(path)
    assert code == 3
    assert "3 rows in the file = 1 created + 0 changed + 0 unchanged + 2 left out" in said
    assert [said.count(code) for code in ("tps_unknown", "tps_not_a_number", SITI["nik"], BUDI["nik"])] == [1, 1, 0, 0]
    assert not Voter.objects.exists()


def test_all_or_none_loads_none(place, tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(sidalih([SITI, {**BUDI, "tps": "7"}]))
    with pytest.raises(CommandError):
        ask(path, "--commit", "all")
    assert not Voter.objects.exists()
    assert not LeftOut.objects.exists()
