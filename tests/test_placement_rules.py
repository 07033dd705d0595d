"""The placement rules find what they are for: each in a model made wrong on purpose."""

from itertools import count

import pytest
from django.db import models

from tests.placement_rules import breaches, unclassified
from voters.models import Region, Tps, TrailEntry
from voters.placement import LOCAL, SHARDED, ColocatedForeignKey, Sharded
from voters.privacy import Privacy

pytestmark = pytest.mark.unit


_numbers = count(1)


def _sharded(**attributes):
    key = {} if "id" in attributes else {"id": models.UUIDField(primary_key=True)}
    return _made(Sharded, {**key, **attributes})


def _plain(**attributes):
    return _made(models.Model, attributes)


def _made(parent, attributes):
    """A model of an app that is not installed: it resolves its references, and no other test meets it."""
    return type(f"Wrong{next(_numbers)}", (parent,), {"__module__": __name__, "Meta": _meta(), **attributes})


def _meta(**options):
    return type("Meta", (), {"app_label": "wrong", **options})


def _to(model, kind=models.ForeignKey):
    return kind(model, models.DO_NOTHING, related_name="+")


def test_breaches_of_a_sound_model_are_none():
    assert breaches(_sharded(tps=_to(Tps, ColocatedForeignKey), region=_to(Region))) == []


def test_breaches_names_a_missing_placement():
    assert breaches(_plain()) == ["placement: not declared"]


def test_breaches_names_a_model_that_only_says_it_is_sharded():
    assert breaches(_plain(placement=SHARDED, kabkota=_to(Region)))[0].startswith("placement: is not derived from")


def test_breaches_names_a_kabkota_that_may_be_null():
    model = _sharded()
    model._meta.get_field("kabkota").null = True
    assert breaches(model) == ["kabkota: may be null"]


def test_breaches_names_a_key_made_by_the_database():
    assert breaches(_sharded(id=models.BigAutoField(primary_key=True))) == ["id: is made by the database"]


@pytest.mark.parametrize(
    ("attributes", "named"),
    [
        ({"nik": models.CharField(max_length=16, unique=True)}, "nik"),
        ({"region": models.OneToOneField(Region, models.DO_NOTHING, related_name="+")}, "region"),
        ({"n": models.IntegerField(), "Meta": _meta(unique_together=[("n",)])}, "unique_together"),
        (
            {
                "n": models.IntegerField(),
                "Meta": _meta(constraints=[models.UniqueConstraint(fields=["n"], name="n_once")]),
            },
            "n_once",
        ),
    ],
)
def test_breaches_names_uniqueness_without_kabkota(attributes, named):
    assert breaches(_sharded(**attributes)) == [f"{named}: is unique without kabkota"]


def test_breaches_names_a_plain_foreign_key_to_a_sharded_table():
    assert breaches(_sharded(tps=_to(Tps))) == ["tps: joins without kabkota; it must be a ColocatedForeignKey"]


def test_breaches_names_a_foreign_key_to_a_local_table():
    assert breaches(_sharded(entry=_to(TrailEntry))) == ["entry: leads from a sharded to a local table"]


def test_breaches_names_a_many_to_many():
    assert breaches(_sharded(regions=models.ManyToManyField(Region, related_name="+"))) == ["regions: is many-to-many"]


def test_breaches_names_a_reference_into_sharded_from_outside():
    assert breaches(_plain(placement=LOCAL, tps=_to(Tps))) == ["tps: reaches into a sharded table"]


def test_unclassified_names_missing_stale_and_doubled_fields():
    model = _plain(
        privacy=Privacy(public="id gone twice", personal="twice"),
        twice=models.IntegerField(),
        missing=models.IntegerField(),
    )
    assert unclassified(model) == ["gone", "missing", "twice"]
