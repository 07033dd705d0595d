"""The ground all figures stand on: a private PostgreSQL and Valkey as an installation has them, fsync on, migrated.

Ours and the floors work as the web role through Django's own connection; only what lies between two repetitions
(empty the tables, vacuum, checkpoint) is done by the superuser, the same before both.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django
import psycopg
from django.core.management import call_command
from psycopg import sql as compose

from coklit.localservices import postgres, valkey
from coklit.localservices.ports import HOST, free_port
from coklit.localservices.postgres import Postgres
from coklit.localservices.provision import provision
from coklit.localservices.stack import Stack, environment
from coklit.localservices.valkey import Valkey

FILLED = ("voters_voter", "voters_coklitresult", "voters_coklitevent", "voters_change", "voters_conflict",
          "voters_notice", "voters_duplicate", "voters_importchange")  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """How much is measured: voters of the list, rounds of each alternation, uploads; `compressed` as phones send."""

    voters: int
    times: int
    uploads: int
    compressed: bool = True


@dataclass(frozen=True)
class Ground:
    """`place` keeps servers and files between runs; `stack` runs the processes of an installation."""

    place: Path
    superuser_url: str
    stack: Stack
    web_port: int
    server: Postgres
    broker: Valkey

    @property
    def base_url(self) -> str:
        """The site's address."""
        return f"http://{HOST}:{self.web_port}"

    def empty(self, tables: Sequence[str] = FILLED) -> None:
        """Nothing in these tables, on fresh files."""
        with psycopg.connect(self.superuser_url) as connection:
            connection.execute(compose.SQL("TRUNCATE {}").format(_listed(tables)))

    def settle(self, tables: Sequence[str] = ()) -> None:
        """No dead rows in these tables, fresh statistics, and no earlier write left for the next one to pay."""
        with psycopg.connect(self.superuser_url, autocommit=True) as connection:
            if tables:
                connection.execute(compose.SQL("VACUUM (ANALYZE) {}").format(_listed(tables)))
            connection.execute("CHECKPOINT")


@contextmanager
def standing_ground(place: Path) -> Iterator[Ground]:
    """Start the services kept in `place`, set the environment for Django and for children, and migrate."""
    with Stack(place / "logs") as stack:
        server = stack.adopt(postgres.start(place / "postgres", settings=postgres.sized_settings()))
        broker = stack.adopt(valkey.start(place / "valkey", keep=False))
        urls, port = provision(server), free_port()
        # Port 9 answers nobody: no figure sends mail.
        settings = environment(urls, broker, secrets=place, smtp_port=9, base_url=f"http://{HOST}:{port}")
        os.environ.update({**settings, "COKLIT_LOG_LEVEL": "WARNING", "DJANGO_SETTINGS_MODULE": "coklit.settings"})
        django.setup()
        call_command("migrate", database="owner", verbosity=0)
        yield Ground(place, server.url(database="coklit"), stack, port, server, broker)


def _listed(tables: Sequence[str]) -> compose.Composed:
    return compose.SQL(", ").join(map(compose.Identifier, tables))
