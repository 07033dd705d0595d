"""Two lists of very different size in one PostgreSQL, with phones; kept between runs, as the large one takes minutes.

The same TPS are written in both, spread over the whole list. Half of all TPS are done before: their ledger and results
lie there.
"""

import datetime as dt
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql as compose
from psycopg.rows import TupleRow

from bench.ground import Ground, Scale
from bench.machine import ROOT
from coklit.localservices.provision import DatabaseUrls, provision
from coklit.sqlfiles import sql
from voters.elections import DEMO_SLUG

PROVINCE, PER_TPS = "31", 261
# The large list is so many times the small one: 8,000,000 and 200,000 voters in a full run.
GROWTH = 40
_SMALLEST = 16 * PER_TPS
_BASE = "sync_base"
_WRITTEN = ("voters_syncbatch", "voters_coklitevent", "voters_coklitresult", "voters_tps", "voters_pantarlih",
            "voters_device", "voters_change", "voters_voter")  # fmt: skip


@dataclass(frozen=True)
class VoterList:
    """A database with a list in every `step`-th TPS of the province; uploads go to every `written_step`-th."""

    ground: Ground
    name: str
    step: int
    written_step: int

    @property
    def urls(self) -> DatabaseUrls:
        """Its addresses for our two roles."""
        server = self.ground.server
        return DatabaseUrls(owner=server.url("coklit_owner", self.name), web=server.url("coklit_web", self.name))

    def connect(self) -> psycopg.Connection[TupleRow]:
        """As the superuser, who prepares and looks, and is never measured."""
        return _connect(self.ground, self.name)

    def stand(self) -> None:
        """Make it if it is missing; migrated, on the 21st day of its coklit, and without uploads."""
        _make(self)
        manage(self.urls, "migrate", "--database", "owner")
        with self.connect() as connection:
            connection.execute(sql("bench", "phones_days").encode())
        self.reset()

    def voters(self) -> int:
        """How many are on it."""
        with self.connect() as connection:
            return _number(connection, "SELECT count(*) FROM voters_voter WHERE listed")

    def size(self) -> str:
        """Indexes, references and bytes a row of what uploads fill most."""
        with self.connect() as connection:
            rows = connection.execute(sql("bench", "phones_size").encode()).fetchall()
        return "; ".join(
            f"{table}: {indexes} indexes, {references} foreign keys, {of_table / max(number, 1):.0f} +"
            f" {of_indexes / max(number, 1):.0f} bytes a row (table + indexes)"
            for table, number, of_table, of_indexes, indexes, references in rows
        )

    def reset(self) -> None:
        """As before any upload: no rows of one, no dead rows, fresh statistics, nothing left to be written."""
        tables = compose.SQL(", ").join(map(compose.Identifier, _WRITTEN))
        with self.connect() as connection:
            connection.execute(sql("bench", "phones_reset").encode())
            connection.execute(compose.SQL("VACUUM (ANALYZE) {}").format(tables))
            connection.execute("CHECKPOINT")


def lists_of(ground: Ground, scale: Scale) -> tuple[VoterList, VoterList]:
    """The small list and the large one, neither of which need stand yet: see `VoterList.stand`."""
    _make_base(ground)
    with _connect(ground, _BASE) as connection:
        tps = _number(connection, "SELECT count(*) FROM voters_tps")
    small = max(scale.voters // 5, _SMALLEST)
    step = max(tps // -(-small * GROWTH // PER_TPS), 1)
    return (
        VoterList(ground, f"sync_{small}", GROWTH * step, 2 * GROWTH * step),
        VoterList(ground, f"sync_{small * GROWTH}", step, 2 * GROWTH * step),
    )


def _make_base(ground: Ground) -> None:
    """Regions, election, TPS and phones, from which both lists are copied."""
    if _exists(ground, _BASE):
        return
    draft = f"{_BASE}_draft"
    _drop(ground, draft)
    urls = provision(ground.server, draft)
    manage(urls, "migrate", "--database", "owner")
    manage(urls, "import_regions")
    manage(urls, "import_elections", "--demo-first-day", (dt.datetime.now(dt.UTC).date()).isoformat())
    manage(urls, "import_tps", "--election", DEMO_SLUG, "--area", PROVINCE)
    with _connect(ground, draft) as connection:
        connection.execute(sql("bench", "phones_appoint").encode())
    _rename(ground, draft, _BASE)


def _make(one: VoterList) -> None:
    """Copy the base and fill in voters, under another name until it is whole: one that was cut short is made anew."""
    if _exists(one.ground, one.name):
        return
    started, draft = time.monotonic(), f"{one.name}_draft"
    _drop(one.ground, draft)
    _administer(one.ground, "CREATE DATABASE {} TEMPLATE {}", draft, _BASE)
    # Rights belong to the database, which a copy does not inherit.
    manage(provision(one.ground.server, draft), "migrate", "--database", "owner")
    with _connect(one.ground, draft) as connection:
        for statement in ("phones_voters", "phones_ledger"):
            connection.execute(sql("bench", statement).encode(), {"step": one.step, "per_tps": PER_TPS})
            connection.execute("VACUUM (FREEZE, ANALYZE)")
    _rename(one.ground, draft, one.name)
    print(f"{one.name}: {one.voters():,} voters made in {time.monotonic() - started:.0f} s, and kept", flush=True)


def manage(urls: DatabaseUrls, *arguments: str) -> None:
    """A management command on another database than the bench's own, quietly. Raises CalledProcessError."""
    environment = {**os.environ, "COKLIT_DATABASE_URL": urls.web, "COKLIT_DATABASE_OWNER_URL": urls.owner}
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


def _connect(ground: Ground, name: str) -> psycopg.Connection[TupleRow]:
    connection = psycopg.connect(ground.server.url(database=name), autocommit=True)
    # What is filled in and removed here is whole: checking each reference again would only take time.
    connection.execute("SET session_replication_role = replica")
    return connection


def _administer(ground: Ground, statement: str, *names: str) -> None:
    with psycopg.connect(ground.server.url(), autocommit=True) as connection:
        connection.execute(compose.SQL(statement).format(*map(compose.Identifier, names)))


def _exists(ground: Ground, name: str) -> bool:
    with psycopg.connect(ground.server.url()) as connection:
        return _number(connection, "SELECT count(*) FROM pg_database WHERE datname = %s", name) > 0


def _drop(ground: Ground, name: str) -> None:
    _administer(ground, "DROP DATABASE IF EXISTS {}", name)


def _rename(ground: Ground, name: str, new_name: str) -> None:
    _administer(ground, "ALTER DATABASE {} RENAME TO {}", name, new_name)


def _number(connection: psycopg.Connection[TupleRow], query: Any, *values: str) -> int:
    (number,) = connection.execute(query, values).fetchone() or (0,)
    return int(number)
