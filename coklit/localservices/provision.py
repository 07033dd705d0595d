"""The coklit database and its two roles in a local PostgreSQL; their rights stand in coklit/sql/provision.sql alone."""

from dataclasses import dataclass

import psycopg
from psycopg import sql as compose

from coklit.localservices.postgres import Postgres
from coklit.sqlfiles import sql

OWNER = "coklit_owner"
WEB = "coklit_web"


@dataclass(frozen=True)
class DatabaseUrls:
    """Addresses of one database: for migrations, and for everything else."""

    owner: str
    web: str


def provision(server: Postgres, database: str = "coklit", *, owner_makes_databases: bool = False) -> DatabaseUrls:
    """Make database, roles and rights where they are missing; passwords are kept in the server's directory.

    `owner_makes_databases` is for tests, which make one database per worker. Safe to repeat.
    """
    with psycopg.connect(server.url(), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if known is None:
            connection.execute(compose.SQL("CREATE DATABASE {}").format(compose.Identifier(database)))
    with psycopg.connect(server.url(database=database)) as connection:
        for setting, role in (("coklit.owner_password", OWNER), ("coklit.web_password", WEB)):
            connection.execute("SELECT set_config(%s, %s, true)", [setting, server.password_of(role)])
        connection.execute(sql("coklit", "provision").encode())
        right = compose.SQL("CREATEDB" if owner_makes_databases else "NOCREATEDB")
        connection.execute(compose.SQL("ALTER ROLE {} {}").format(compose.Identifier(OWNER), right))
    return DatabaseUrls(owner=server.url(OWNER, database), web=server.url(WEB, database))
