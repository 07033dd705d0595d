"""What leaves comes in again: nothing changes for whole files, and masked ones are refused."""

from dataclasses import replace

import pytest
from django.db import transaction

from tests import scene as standing
from tests.scene import KOTA
from tests.voters.exports.results import give
from tests.voters.roster.loads import load, proof
from voters.exports import watermark
from voters.exports.layouts import BULK, SIDALIH
from voters.intake import marks
from voters.intake.badfile import BadFile
from voters.models import Voter

pytestmark = pytest.mark.integration

# The bulk file's columns with everybody's row.
LAYOUTS = [SIDALIH, replace(BULK, changed=False)]
ODD = [
    {"name": "=HYPERLINK(1)", "address": "-"},
    {"name": "+SITI", "address": "@RUMAH NO. 1"},
    {"name": "O'NEIL", "address": "'SUDUT"},
    {"name": 'ABDUL "DUL" R.', "address": "GG. 3 # 4"},
    {"name": "ÉLOÏSE \U0001f600", "address": "BLOK <A> & B"},
    {"name": "TANPA ALAMAT", "address": "", "birth_place": "", "rt": 0, "rw": 0},
    {"name": "DAFTAR", "address": "JL. A; B, C"},
    # What a load of these marks as doubtful, so that nothing is left to mark.
    {"name": "TANPA KK", "nkk": "", "doubts": ["nkk_missing"]},
    {"name": "NIK PENDEK", "nik": "627199", "doubts": ["nik_not_16_digits"]},
]


@pytest.fixture
def people(place):
    """Voters of three TPS in two kelurahan, some with texts that files stumble over."""
    with transaction.atomic():
        stations = [standing.make_tps(place.election, number=2), standing.make_tps(place.election, "62.71.02.1001")]
        for number, fields in enumerate(ODD):
            standing.make_voter(stations[number % 2], **fields)
        return list(Voter.objects.filter(kabkota_id=KOTA).order_by("pk").values())


@pytest.fixture
def file_of(order, export, tmp_path):
    def written(layout, **changed):
        asked = order(KOTA, layout, **changed)
        path = tmp_path / watermark.file_name(asked)
        path.write_bytes(export(asked))
        return path

    return written


@pytest.mark.parametrize("layout", LAYOUTS, ids=["sidalih", "bulk"])
def test_list_that_left_changes_nothing_when_it_comes_in_again(place, people, file_of, layout):
    record = load(place, file_of(layout))
    assert proof(record) == (len(people), 0, 0, len(people), 0, 0)
    assert list(Voter.objects.filter(kabkota_id=KOTA).order_by("pk").values()) == people


@pytest.mark.parametrize("layout", LAYOUTS, ids=["sidalih", "bulk"])
def test_list_that_was_lost_comes_back_as_it_left(place, people, file_of, layout):
    path = file_of(layout)
    Voter.objects.filter(kabkota_id=KOTA).delete()
    record = load(place, path)
    assert proof(record) == (len(people), len(people), 0, 0, 0, 0)
    own = {"id", "doubts", "loaded_by"}
    back = Voter.objects.filter(kabkota_id=KOTA).values()
    assert {row["dpid"]: {**row, **dict.fromkeys(own)} for row in back} == {
        row["dpid"]: {**row, **dict.fromkeys(own)} for row in people
    }


@pytest.mark.parametrize("layout", LAYOUTS, ids=["sidalih", "bulk"])
def test_corrected_values_come_in_as_changes_of_the_list(place, people, file_of, layout):
    give(place.voters[0], "U", name="NAMA BARU")
    record = load(place, file_of(layout))
    assert proof(record) == (len(people), 0, 1, len(people) - 1, 0, 0)
    assert record.report["changed_fields"] == {"nama": 1}


@pytest.mark.parametrize("layout", LAYOUTS, ids=["sidalih", "bulk"])
def test_masked_list_is_refused(place, people, file_of, layout):
    with pytest.raises(BadFile) as refused:
        load(place, file_of(layout, masked=True))
    assert refused.value.code == "masked_list"
    assert list(Voter.objects.filter(kabkota_id=KOTA).order_by("pk").values()) == people


def test_list_that_broke_off_is_refused(place, people, file_of):
    path = file_of(SIDALIH)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:-3], "", marks.UNFINISHED, ""]))
    with pytest.raises(BadFile):
        load(place, path)
