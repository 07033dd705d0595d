"""Looks at every statement a test sends, for what a table distributed by kabkota would refuse or do slowly.

It reads text, not plans, so it may err. A statement that is right all the same says so in a comment of its own
(`-- Not by kabkota: <why>`), which excuses it from the rule about joins alone.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection

from voters.placement import SHARDED

_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r"'(?:[^']|'')*'")
_EXCUSE = re.compile(r"--\s*Not by kabkota:\s*\S")
_LOCK = re.compile(r"\bFOR\s+(?:NO\s+KEY\s+)?(?:UPDATE|SHARE)\b", re.IGNORECASE)
_NAMED = re.compile(r"kabkota_id\"?(?:::\w+)?\s*(?:=|\bIN\b)|=\s*\(?(?:[\w\"]+\.)?\"?kabkota_id\b", re.IGNORECASE)
_USING = re.compile(r"\bUSING\s*\([^)]*\bkabkota_id\b", re.IGNORECASE)
_CONFLICT = re.compile(r"\bON\s+CONFLICT\s*\(([^)]*)\)", re.IGNORECASE)
_INTO = re.compile(r"\bINSERT\s+INTO\s+\"?(\w+)\"?(.*?)(?=\bINSERT\s+INTO\b|\Z)", re.IGNORECASE | re.DOTALL)
_DO_UPDATE = re.compile(r"\bDO\s+UPDATE\b(.*)", re.IGNORECASE | re.DOTALL)
_VOLATILE = re.compile(
    r"\b(now|random|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|nextval|uuidv7|uuidv4"
    r"|gen_random_uuid)\s*\(|\bcurrent_timestamp\b",
    re.IGNORECASE,
)
_SETS_KABKOTA = re.compile(
    r"\bUPDATE\s+[^;]*?\bSET\b(?P<set>(?:(?!\bWHERE\b).)*kabkota_id\"?\s*=(?:(?!\bWHERE\b).)*)(?P<where>.*)",
    re.IGNORECASE | re.DOTALL,
)


@cache
def sharded_tables() -> frozenset[str]:
    """The names of all tables whose rows belong to one kab/kota."""
    return frozenset(m._meta.db_table for m in apps.get_models() if getattr(m, "placement", None) == SHARDED)


def breaches(statement: str) -> list[str]:
    """What in the statement a distributed table would refuse; empty when it names no sharded table."""
    text = _STRING.sub("''", _COMMENT.sub(" ", statement))
    # Django empties tables after a transactional test; nothing else ever does.
    if text.lstrip().upper().startswith("TRUNCATE"):
        return []
    if not any(re.search(rf"\b{table}\b", text) for table in sharded_tables()):
        return []
    rules: list[tuple[str, Callable[[str], Any]]] = [
        ("MERGE", lambda sql: re.match(r"\s*MERGE\b", sql, re.IGNORECASE)),
        ("WITH RECURSIVE", lambda sql: re.search(r"\bWITH\s+RECURSIVE\b", sql, re.IGNORECASE)),
        ("a lock without kabkota", lambda sql: _LOCK.search(sql) and not _equalities(sql)),
        ("an UPDATE that sets kabkota without filtering it", _moves),
        ("ON CONFLICT without kabkota", _conflicts),
        ("a volatile function in DO UPDATE", _volatile_update),
    ]
    found = [name for name, broken in rules if broken(text)]
    if not _EXCUSE.search(statement) and _equalities(text) < _references(text) - 1:
        found.append("a join of sharded tables without kabkota")
    return found


@contextmanager
def watching() -> Iterator[list[str]]:
    """Collect the breaches of every statement on the default connection, with the statement's beginning.

    They are collected and not raised at once: code that survives any exception would survive this one as well.
    """
    found: list[str] = []

    def guard(execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Any) -> Any:
        text = statement if isinstance(statement, str) else str(statement)
        found.extend(f"{breach}: {' '.join(text.split())[:300]}" for breach in breaches(text))
        return execute(statement, params, many, context)

    with connection.execute_wrapper(guard):
        yield found


def _references(text: str) -> int:
    """How many times a sharded table is read; a column of one after a comma is none."""
    names = "|".join(sorted(sharded_tables()))
    read = rf"(?:\bFROM|\bJOIN|\bUSING|,)\s+(?:ONLY\s+)?\"?(?:{names})\b(?!\"?\s*[.(])"
    return len(re.findall(read, text, re.IGNORECASE))


def _equalities(text: str) -> int:
    return len(_NAMED.findall(text)) + len(_USING.findall(text))


def _moves(text: str) -> bool:
    found = _SETS_KABKOTA.search(text)
    return (
        bool(found)
        and not re.match(r".*\bON\s+CONFLICT\b", text, re.IGNORECASE | re.DOTALL)
        and not _equalities(found["where"])
    )


def _conflicts(text: str) -> bool:
    # A table of the installation itself, filled from sharded ones, has keys of its own.
    sharded = [rest for table, rest in _INTO.findall(text) if table in sharded_tables()]
    return any("kabkota_id" not in target for rest in sharded for target in _CONFLICT.findall(rest))


def _volatile_update(text: str) -> bool:
    found = _DO_UPDATE.search(text)
    return bool(found and _VOLATILE.search(found[1]))
