"""Every model and its real table keep the placement rules (docs/adr/0002), and the web role's rights end where told."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from reports.models import TpsProgress
from tests.placement_rules import breaches, unclassified
from tests.scene import NOW
from voters import trail
from voters.models import Change, CoklitEvent, CoklitResult, SyncBatch, TrailEntry
from voters.placement import SHARDED, ColocatedForeignKey

MODELS = [model for model in apps.get_models() if model._meta.app_label in ("voters", "reports")]
SHARDED_MODELS = [model for model in MODELS if getattr(model, "placement", None) == SHARDED]

# References that are right without a constraint: the event's TPS is what its voter's was then, the result repeats its
# event's author, a batch is kept whatever TPS it names, a mark is claimed within seconds, and counts of a TPS that went
# with the import that made it follow by such a mark.
UNCHECKED = {
    (CoklitEvent, "tps"),
    (CoklitResult, "by_pantarlih"),
    (SyncBatch, "tps"),
    (Change, "tps"),
    (TpsProgress, "tps"),
}


def _name(model):
    return model.__name__


def _constraints(table, kind):
    """The constraints of a table: its columns in order, and the table referred to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number ORDER BY k.place),"
            " nullif(c.confrelid, 0)::regclass::text"
            " FROM pg_constraint c WHERE c.conrelid = %s::regclass AND c.contype = %s",
            [table, kind],
        )
        return [(tuple(columns), referred) for columns, referred in cursor.fetchall()]


@pytest.mark.unit
def test_the_walk_meets_the_models_it_is_for():
    assert {_name(model) for model in SHARDED_MODELS} >= {
        "Tps",
        "Pantarlih",
        "Assignment",
        "Device",
        "Voter",
        "CoklitResult",
        "CoklitEvent",
        "SyncBatch",
        "Change",
        "TpsProgress",
    }


@pytest.mark.unit
@pytest.mark.parametrize("model", MODELS, ids=_name)
def test_model_keeps_the_placement_rules(model):
    assert breaches(model) == []


@pytest.mark.unit
@pytest.mark.parametrize("model", MODELS, ids=_name)
def test_model_classifies_every_field(model):
    assert unclassified(model) == []


@pytest.mark.integration
@pytest.mark.django_db
@pytest.mark.parametrize("model", SHARDED_MODELS, ids=_name)
def test_table_key_begins_with_kabkota(model):
    assert _constraints(model._meta.db_table, "p") == [(("kabkota_id", model._meta.pk.column), None)]


@pytest.mark.integration
@pytest.mark.django_db
@pytest.mark.parametrize("model", SHARDED_MODELS, ids=_name)
def test_table_unique_indexes_hold_kabkota(model):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexrelid::regclass::text, array_agg(a.attname::text) FROM pg_index i"
            " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)"
            " WHERE i.indrelid = %s::regclass AND i.indisunique GROUP BY 1",
            [model._meta.db_table],
        )
        indexes = dict(cursor.fetchall())
    assert indexes
    assert {name: columns for name, columns in indexes.items() if "kabkota_id" not in columns} == {}


@pytest.mark.integration
@pytest.mark.django_db
@pytest.mark.parametrize("model", SHARDED_MODELS, ids=_name)
def test_table_references_rows_of_its_own_kabkota(model):
    references = [field for field in model._meta.fields if isinstance(field, ColocatedForeignKey)]
    expected = {
        (("kabkota_id", field.column), field.remote_field.model._meta.db_table)
        for field in references
        if (model, field.name) not in UNCHECKED
    }
    assert {row for row in _constraints(model._meta.db_table, "f") if len(row[0]) == 2} == expected


@pytest.mark.integration
@pytest.mark.django_db
@pytest.mark.parametrize("model", SHARDED_MODELS, ids=_name)
def test_table_has_no_value_made_by_the_database_and_no_trigger(model):
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND (attidentity <> '' OR atthasdef)"
            " UNION ALL SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [table, table],
        )
        assert cursor.fetchall() == []


@pytest.mark.integration
@pytest.mark.django_db
@pytest.mark.parametrize("model", [CoklitEvent, TrailEntry], ids=_name)
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_web_role_cannot_change_what_is_append_only(model, verb):
    statement = verb.format(model._meta.db_table)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.integration
@pytest.mark.django_db
def test_web_role_can_still_add_to_the_trail():
    trail.record(verb="test", by=None, region="ID", subject="test:1", now=NOW)
    assert TrailEntry.objects.get().by_name == "operator"


@pytest.mark.integration
@pytest.mark.django_db
def test_web_role_owns_nothing():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")
        assert cursor.fetchone() == (0,)
