"""Two imports, or an import and an upload, at the same time: one waits for the other, and nothing is there twice."""

import pytest

from tests.voters.roster.lists import row, write
from tests.voters.roster.loads import load, proof
from tests.voters.sync.threads import at_once
from voters.models import Change, Tps, Voter

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def test_two_imports_of_one_list_load_it_once(bare, tmp_path):
    path = write(tmp_path / "a.csv", *(row(n) for n in range(1, 200)))
    loaded = at_once(*[lambda: proof(load(bare, path))] * 2)
    assert sorted(loaded) == [(199, 0, 0, 199, 0, 0), (199, 199, 0, 0, 0, 0)]
    assert Voter.objects.count() == 199


def test_two_imports_that_make_the_same_tps_make_it_once(bare, tmp_path):
    first = write(tmp_path / "a.csv", row(1, TPS="7"), row(2, TPS="8"))
    second = write(tmp_path / "b.csv", row(3, TPS="8"), row(4, TPS="7"))
    loads = [lambda: load(bare, first, create_tps=True).created, lambda: load(bare, second, create_tps=True).created]
    assert at_once(*loads) == [2, 2]
    assert sorted(Tps.objects.values_list("number", flat=True)) == [1, 7, 8]
    assert Voter.objects.count() == 4
    assert set(Change.objects.values_list("tps__number", flat=True)) == {1, 7, 8}
