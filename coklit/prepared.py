"""Statements that the database reads and plans once a connection, not once a call: for those that every upload sends.

Django puts the values into the text of each statement. A statement here is sent once and kept by the server under a
name, and its values follow it: worth it where planning costs more than the work, as it does for rows found by key.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection


@contextmanager
def prepared() -> Iterator[Any]:
    """A cursor of Django's, its errors and its log included, on the connection's transaction.

    The plan stays while the connection lives: not for statements that look among rows which meanwhile grow from nothing
    to millions, as it was made for a small table. The server does not see the type of a value: cast a parameter where
    the statement does not tell it. Django's log counts these statements without their text; an execute wrapper sees it.
    """
    connection.ensure_connection()
    # Prepares at the first use, as `prepare_threshold` says in coklit/env.py.
    cursor: Any = psycopg.Cursor(connection.connection)
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with make(cursor) as ours:
        yield ours
