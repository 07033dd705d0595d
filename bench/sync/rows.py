"""What ours has written for the uploads, as parameters of the floor; and a sum that tells two states apart."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from bench import floors
from bench.sync.ground import VoterList

Rows = list[list[Any] | None]

_COMPARED = ("voters_tps", "voters_syncbatch", "voters_voter", "voters_coklitevent", "voters_coklitresult",
             "voters_pantarlih", "voters_device", "voters_change")  # fmt: skip


def kept_rows(one: VoterList, batches: Sequence[UUID]) -> list[Rows]:
    """The rows of each upload, as `floors.write_upload` takes them. Raises KeyError for an upload that left none."""
    queries = (_TPS, _batch(), _new_voters(), _events(), _results(), _PANTARLIH, _DEVICE, _CHANGE)
    with one.connect() as connection:
        found = [{row[0]: list(row[1:]) for row in connection.execute(query.encode())} for query in queries]
    # Without new voters there is nothing to write.
    needed = [of_statement if number != 2 else {} for number, of_statement in enumerate(found)]
    for batch in batches:
        if missing := [
            number for number, of_statement in enumerate(needed) if of_statement and batch not in of_statement
        ]:
            raise KeyError(f"Upload {batch} left no rows for the statements {missing} of the floor.")
    return [[of_statement.get(batch) for of_statement in found] for batch in batches]


def fingerprint(one: VoterList) -> dict[str, tuple[int, int]]:
    """Number of rows, and a sum over their values, of every table that an upload writes."""
    with one.connect() as connection:
        found = {}
        for table in _COMPARED:
            query = f"SELECT count(*), coalesce(sum(hashtextextended(row::text, 0)), 0) FROM {table} AS row"  # noqa: S608  # names of our own
            number, total = connection.execute(query.encode()).fetchone() or (0, 0)
            found[table] = int(number), int(total)
        return found


def _text(columns: Iterable[str], table: str) -> str:
    return ", ".join(f"{table}.{name}::text" for name in columns)


def _arrays(columns: Iterable[str], table: str) -> str:
    return ", ".join(f"array_agg({table}.{name} ORDER BY event.revision)::text" for name in columns)


def _same(columns: Iterable[str], table: str) -> str:
    return ", ".join(f"min({table}.{name}::text)" for name in columns)


_OF_BATCH = "FROM voters_syncbatch AS batch"
_TPS = f"""
    SELECT batch.phone_batch, tps.revision::text, tps.kabkota_id, tps.id::text {_OF_BATCH}
    JOIN voters_tps AS tps ON tps.kabkota_id = batch.kabkota_id AND tps.id = batch.tps_id"""
_PANTARLIH = f"""
    SELECT batch.phone_batch, p.first_synced_at::text, p.last_synced_at::text, p.kabkota_id, p.id::text {_OF_BATCH}
    JOIN voters_device AS device ON device.kabkota_id = batch.kabkota_id AND device.id = batch.device_id
    JOIN voters_pantarlih AS p ON p.kabkota_id = device.kabkota_id AND p.id = device.pantarlih_id"""
_DEVICE = f"""
    SELECT batch.phone_batch, d.seen_at::text, d.app_version, d.recorded, d.waiting, d.failed, d.clock_offset,
           d.trouble, d.trouble_at::text, d.kabkota_id, d.id::text {_OF_BATCH}
    JOIN voters_device AS d ON d.kabkota_id = batch.kabkota_id AND d.id = batch.device_id"""
_CHANGE = f"""
    SELECT batch.phone_batch, change.id::text, change.kabkota_id, change.tps_id::text, change.marked_at::text
    {_OF_BATCH}
    JOIN voters_change AS change ON change.kabkota_id = batch.kabkota_id AND change.tps_id = batch.tps_id"""


def _batch() -> str:
    return f"SELECT batch.phone_batch, {_text(floors.BATCH, 'batch')}, batch.body {_OF_BATCH}"


def _new_voters() -> str:
    return f"""
        SELECT batch.phone_batch, {_same(floors.VOTER_SAME, "voter")}, {_arrays(floors.VOTER_EACH, "voter")} {_OF_BATCH}
        JOIN voters_coklitevent AS event ON event.kabkota_id = batch.kabkota_id AND event.batch_id = batch.id
        JOIN voters_voter AS voter ON voter.kabkota_id = event.kabkota_id AND voter.id = event.voter_id
        WHERE event.code = 'B' GROUP BY 1"""


def _events() -> str:
    return f"""
        SELECT batch.phone_batch, {_same(floors.EVENT_SAME, "event")}, {_arrays(floors.EVENT_EACH, "event")} {_OF_BATCH}
        JOIN voters_coklitevent AS event ON event.kabkota_id = batch.kabkota_id AND event.batch_id = batch.id
        GROUP BY 1"""


def _results() -> str:
    return f"""
        SELECT batch.phone_batch, {_same(floors.RESULT_SAME, "result")}, {_arrays(floors.RESULT_EACH, "result")}
        {_OF_BATCH}
        JOIN voters_coklitevent AS event ON event.kabkota_id = batch.kabkota_id AND event.batch_id = batch.id
        JOIN voters_coklitresult AS result
          ON result.kabkota_id = event.kabkota_id AND result.voter_id = event.voter_id
        GROUP BY 1"""
