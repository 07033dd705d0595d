"""Sharded rows are read, written and joined by kab/kota: the Django-internal hooks this hangs on are pinned here."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import scene as standing
from tests.scene import FOREIGN_KELURAHAN, KOTA
from voters.models import Assignment, CoklitResult, Tps, Voter
from voters.placement import KabkotaIsFixed, new_id

pytestmark = pytest.mark.integration

NAMED = re.compile(r'"kabkota_id" = \'62\.71\'')
JOINED = re.compile(r'("\w+")\."kabkota_id" = \(?("\w+")\."kabkota_id"')


def _statements(act):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def _joined(queryset):
    found = JOINED.search(str(queryset.query))
    return found is not None and found[1] != found[2]


@pytest.mark.unit
def test_new_id_is_a_version_7_uuid_of_this_moment():
    before = dt.datetime.now(dt.UTC)
    made = new_id()
    assert [made.version, made.variant] == [7, "specified in RFC 4122"]
    assert abs((made.int >> 80) / 1000 - before.timestamp()) < 60


@pytest.mark.unit
def test_new_id_differs_each_time():
    assert len({new_id() for _ in range(10_000)}) == 10_000


def test_save_updates_by_kabkota(scene):
    voter = Voter.objects.get(kabkota_id=KOTA, pk=scene.voters[0].pk)
    statements = _statements(voter.save)
    assert [len(statements), statements[0].split()[0]] == [1, "UPDATE"]
    assert NAMED.search(statements[0].partition(" WHERE ")[2])


def test_save_of_some_fields_updates_by_kabkota(scene):
    statements = _statements(lambda: scene.voters[0].save(update_fields=["name"]))
    assert NAMED.search(statements[0].partition(" WHERE ")[2])


def test_save_with_another_kabkota_raises(scene):
    voter = Voter.objects.get(kabkota_id=KOTA, pk=scene.voters[0].pk)
    voter.kabkota_id = "31.71"
    with pytest.raises(KabkotaIsFixed, match=r"from 62\.71 to 31\.71"):
        voter.save()
    assert Voter.objects.filter(kabkota_id=KOTA, pk=voter.pk).exists()


def test_save_with_another_kabkota_raises_on_a_row_just_made(scene):
    voter = standing.make_voter(scene.tps)
    voter.kabkota_id = "31.71"
    with pytest.raises(KabkotaIsFixed):
        voter.save()


def test_delete_deletes_by_kabkota(scene):
    voter = scene.voters[0]
    statements = _statements(voter.delete)
    assert [statement.split()[0] for statement in statements] == ["DELETE"]
    assert NAMED.search(statements[0])
    assert not Voter.objects.filter(kabkota_id=KOTA, pk=voter.pk).exists()


def test_refresh_from_db_reads_by_kabkota(scene):
    statements = _statements(scene.voters[0].refresh_from_db)
    assert [bool(NAMED.search(statement)) for statement in statements] == [True]


def test_a_deferred_field_is_read_by_kabkota(scene):
    voter = Voter.objects.defer("name").get(kabkota_id=KOTA, pk=scene.voters[0].pk)
    statements = _statements(lambda: voter.name)
    assert [bool(NAMED.search(statement)) for statement in statements] == [True]


def test_a_reference_is_read_by_kabkota(scene):
    voter = Voter.objects.get(kabkota_id=KOTA, pk=scene.voters[0].pk)
    statements = _statements(lambda: voter.tps)
    assert [bool(NAMED.search(statement)) for statement in statements] == [True]


@pytest.mark.parametrize(
    "queryset",
    [
        lambda: Voter.objects.filter(tps__number=1),
        lambda: Voter.objects.select_related("tps"),
        lambda: Tps.objects.filter(voters__name="X"),
        lambda: Voter.objects.filter(results__code="1"),
        lambda: CoklitResult.objects.filter(voter__name="X"),
        lambda: Assignment.objects.filter(pantarlih__name="X"),
        lambda: Voter.objects.exclude(results__code="1"),
    ],
    ids=["forward", "select_related", "backward", "backward to a key", "forward by a key", "assignment", "exclude"],
)
def test_a_join_names_kabkota(db, queryset):
    assert _joined(queryset())


def test_a_join_finds_the_rows_of_one_kabkota_only(scene):
    """Two kab/kota may hold rows of the same id: only kabkota tells them apart."""
    double = standing.make_tps(scene.election, FOREIGN_KELURAHAN)
    Tps.objects.filter(kabkota_id="31.71", pk=double.pk).delete()
    Tps.objects.create(
        kabkota_id="31.71", id=scene.tps.pk, election=scene.election, kelurahan_id=FOREIGN_KELURAHAN, number=9
    )
    assert list(Voter.objects.filter(tps__number=9)) == []
    assert Voter.objects.get(kabkota_id=KOTA, pk=scene.voters[0].pk).tps.number == 1
