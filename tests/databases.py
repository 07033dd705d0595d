"""Test databases: one is migrated by the owner role, and each xdist worker gets a copy of it.

Tests then work as the web role, with the rights of production; the one right more is TRUNCATE, by which Django empties
tables between transactional tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql as compose

from coklit.localservices.provision import WEB
from coklit.sqlfiles import sql

PREFIX = "coklit_test_"


def renamed(url: str, name: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@contextmanager
def making_template(owner_url: str, template: str) -> Iterator[str | None]:
    """Inside the block the caller alone fills the database whose name is given, which then becomes `template`.

    Gives None when another worker has made it; waits while one is at it.
    """
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [template])
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            yield None
            return
        draft = f"{template}_unfinished"
        _drop(connection, draft)
        _create(connection, owner_url, draft, source="template1")
        yield draft
        with psycopg.connect(renamed(owner_url, draft)) as inside:
            right = compose.SQL("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {}")
            inside.execute(right.format(compose.Identifier(WEB)))
        connection.execute(_named("ALTER DATABASE {} RENAME TO {}", draft, template))


def copy_template(owner_url: str, template: str, name: str) -> None:
    """Make the database `name` as a copy; its rights are set anew, as PostgreSQL copies those inside it only."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        _create(connection, owner_url, name, source=template)


def drop_all(url: str, *, prefix: str) -> None:
    """Drop every database whose name begins with `prefix`."""
    with psycopg.connect(url, autocommit=True) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        for (name,) in names.fetchall():
            _drop(connection, name)


def _create(connection: psycopg.Connection, owner_url: str, name: str, *, source: str) -> None:
    connection.execute(_named("CREATE DATABASE {} TEMPLATE {}", name, source))
    with psycopg.connect(renamed(owner_url, name)) as inside:
        inside.execute(sql("coklit", "provision").encode())


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(_named("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))


def _named(statement: str, *names: str) -> compose.Composed:
    return compose.SQL(statement).format(*map(compose.Identifier, names))
