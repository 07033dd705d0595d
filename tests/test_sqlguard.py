"""The SQL guard flags what a distributed table refuses, and lets the house's own statements pass."""

from pathlib import Path

import pytest

from tests.sqlguard import breaches
from voters.models import Tps, Voter

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("statement", "breach"),
    [
        ("SELECT id FROM voters_tps WHERE id = %s FOR UPDATE", "a lock without kabkota"),
        ('SELECT "kabkota_id" FROM "voters_tps" WHERE "id" = %s FOR NO KEY UPDATE', "a lock without kabkota"),
        (
            "UPDATE voters_voter SET kabkota_id = %s, name = %s WHERE id = %s",
            "an UPDATE that sets kabkota without filtering it",
        ),
        ("INSERT INTO voters_tps (id) VALUES (%s) ON CONFLICT (id) DO NOTHING", "ON CONFLICT without kabkota"),
        (
            "INSERT INTO voters_tps (id) SELECT %s ON CONFLICT (kabkota_id, id) DO UPDATE SET revision = random()",
            "a volatile function in DO UPDATE",
        ),
        (
            "INSERT INTO voters_device (id) SELECT %s ON CONFLICT (kabkota_id, id) DO UPDATE SET seen_at = now()",
            "a volatile function in DO UPDATE",
        ),
        ("MERGE INTO voters_tps USING incoming ON false WHEN NOT MATCHED THEN DO NOTHING", "MERGE"),
        ("WITH RECURSIVE up AS (SELECT 1) SELECT * FROM up, voters_tps", "WITH RECURSIVE"),
        (
            "SELECT 1 FROM voters_voter v JOIN voters_tps t ON t.id = v.tps_id",
            "a join of sharded tables without kabkota",
        ),
        (
            "SELECT 1 FROM voters_voter v, voters_tps t WHERE t.id = v.tps_id",
            "a join of sharded tables without kabkota",
        ),
        (
            'SELECT 1 FROM "voters_voter" WHERE EXISTS (SELECT 1 FROM "voters_coklitresult" r WHERE r.voter_id = id)',
            "a join of sharded tables without kabkota",
        ),
        (
            "SELECT 1 FROM voters_voter v JOIN voters_tps t ON (t.kabkota_id = v.kabkota_id AND t.id = v.tps_id)"
            " JOIN voters_coklitresult r ON r.voter_id = v.id",
            "a join of sharded tables without kabkota",
        ),
    ],
)
def test_breaches_flags(statement, breach):
    assert breaches(statement) == [breach]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 FROM voters_region r JOIN voters_election e ON true FOR UPDATE",
        "SELECT id FROM voters_tps WHERE kabkota_id = %s AND id = %s FOR UPDATE",
        'UPDATE "voters_tps" SET "kabkota_id" = %s WHERE ("voters_tps"."kabkota_id" = %s AND "voters_tps"."id" = %s)',
        "INSERT INTO voters_tps (id) SELECT %s ON CONFLICT (kabkota_id, id) DO UPDATE SET number = excluded.number",
        "INSERT INTO reports_regionprogress (day) SELECT %s FROM voters_tps ON CONFLICT (day) DO NOTHING",
        "INSERT INTO voters_tps (id, kabkota_id) SELECT uuidv7(), %s ON CONFLICT (kabkota_id, id) DO NOTHING",
        "SELECT 1 FROM voters_voter v JOIN voters_coklitresult r USING (kabkota_id, voter_id)",
        "SELECT v.id, voters_tps.id FROM voters_voter v JOIN voters_tps ON voters_tps.kabkota_id = v.kabkota_id",
        "SELECT 1 FROM voters_voter v JOIN voters_tps t ON true WHERE v.kabkota_id = %s AND t.kabkota_id = %s",
        "SELECT 'MERGE' -- FOR UPDATE, voters_tps\nFROM voters_voter",
        "-- Not by kabkota: each is counted alone\nSELECT (SELECT 1 FROM voters_tps), (SELECT 1 FROM voters_voter)",
    ],
)
def test_breaches_passes(statement):
    assert breaches(statement) == []


@pytest.mark.parametrize(
    "queryset",
    [
        lambda: Voter.objects.filter(tps__number=1, results__code="1"),
        lambda: Tps.objects.exclude(voters__results__code="1"),
        lambda: Voter.objects.select_related("tps").prefetch_related("events"),
    ],
)
def test_breaches_passes_joins_of_the_orm(queryset):
    assert breaches(str(queryset().query)) == []


@pytest.mark.parametrize("path", sorted([*ROOT.glob("*/sql/*.sql")]), ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_breaches_passes_every_shipped_statement(path):
    assert breaches(path.read_text(encoding="utf-8")) == []


@pytest.mark.integration
def test_the_guard_of_every_test_sees_what_the_connection_sends(db, sql_guard):
    list(Tps.objects.filter(voters__name="X"))
    assert sql_guard == []
    list(Tps.objects.raw("SELECT t.* FROM voters_tps t, voters_voter v WHERE v.tps_id = t.id"))
    assert [line.partition(":")[0] for line in sql_guard] == ["a join of sharded tables without kabkota"]
    sql_guard.clear()
