"""The operator's door to imports: the same pipeline as the pages, to its end."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from tests import scene as standing
from tests.scene import KELURAHAN, KOTA
from voters.models import FileImport, Tps, TrailEntry
from voters.terms import ImportState

pytestmark = pytest.mark.integration

STATIONS = f"KODE;NOMOR TPS\n{KELURAHAN};7\n{KELURAHAN};8\n"
BROKEN = f"{STATIONS}{KELURAHAN};enam\n"


@pytest.fixture
def place(transactional_db):
    with transaction.atomic():
        return standing.build()


@pytest.fixture
def load(place, tmp_path):
    def run(text, *more, area=KOTA, kind="tps"):
        path = tmp_path / "tps.csv"
        path.write_text(text, encoding="utf-8")
        said = StringIO()
        try:
            call_command("import_file", kind, str(path), "--area", area, *more, stdout=said)
        except SystemExit as ended:
            return ended.code, said.getvalue()
        return 0, said.getvalue()

    return run


def stations():
    return sorted(Tps.objects.filter(kabkota_id=KOTA).values_list("number", flat=True))


def test_check_alone_loads_nothing(load):
    code, said = load(STATIONS)
    assert code == 0
    assert "2 rows in the file = 2 created + 0 changed + 0 unchanged + 0 left out" in said
    assert stations() == [1]
    assert FileImport.objects.get().state == ImportState.CHECKED


def test_commit_loads_and_stands_on_the_trail_as_the_operators(load):
    code, said = load(STATIONS, "--commit", "all")
    assert (code, stations()) == (0, [1, 7, 8])
    record = FileImport.objects.get()
    assert (record.state, record.by, record.rows) == (ImportState.COMMITTED, None, 2)
    entry = TrailEntry.objects.get(verb="import_file")
    assert (entry.by_name, entry.subject) == ("operator", f"import:{record.pk}")
    assert str(record.pk) in said


def test_valid_rows_alone_end_with_a_code_of_their_own(load):
    code, said = load(BROKEN, "--commit", "valid")
    assert (code, stations()) == (3, [1, 7, 8])
    assert "left_out tps_not_a_number: 1 row(s), first in line 4" in said


def test_all_or_none_is_none_where_a_row_stays_out(load):
    with pytest.raises(CommandError) as refused:
        load(BROKEN, "--commit", "all")
    assert refused.value.returncode == 1
    assert stations() == [1]


def test_report_as_json(load):
    _, said = load(BROKEN, "--json")
    told = json.loads(said)
    assert (told["state"], told["rows"], told["left_out"]) == ("checked", 3, 1)
    assert told["report"]["findings"][0]["code"] == "tps_not_a_number"


def test_heading_is_mapped_by_hand(load):
    text = STATIONS.replace("NOMOR TPS", "ANGKA")
    with pytest.raises(CommandError):
        load(text, "--check")
    assert load(text, "--map", "tps=Angka", "--commit", "all")[0] == 0
    assert stations() == [1, 7, 8]


@pytest.mark.parametrize("given", ["tps=TIDAK ADA", "apa=KODE", "tps"])
def test_mapping_of_what_is_not_there_names_what_is(load, given):
    with pytest.raises(CommandError, match="NOMOR TPS"):
        load(STATIONS, "--map", given)


def test_account_loads_with_its_own_rights(load):
    assert load(STATIONS, "--by", "kpu", "--commit", "all")[0] == 0
    assert FileImport.objects.get().by.username == "kpu"
    for name in ("pps", "kpu-lain", "tidak-ada"):
        with pytest.raises(CommandError, match=name):
            load(STATIONS, "--by", name)
    assert FileImport.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "more"),
    [("", ()), ("hello", ()), (STATIONS, ("--area", "99.99")), (STATIONS, ("--election", "pemilu-1955"))],
)
def test_what_cannot_be_loaded_leaves_nothing(load, text, more):
    with pytest.raises(CommandError):
        load(text, *more)
    assert not FileImport.objects.exists()


def test_file_for_too_large_a_region_is_refused(load):
    with pytest.raises(CommandError):
        load("NIK;NAMA\n1;A\n", area="ID", kind="pantarlih")
    assert not FileImport.objects.exists()
