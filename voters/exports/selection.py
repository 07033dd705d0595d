"""Whose rows an export holds: counted as one, read kelurahan by kelurahan."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg import Copy

from coklit import clock
from coklit.sqlfiles import sql
from voters import access
from voters.exports.layouts import ExportLayout
from voters.models import Election, Region, User
from voters.privacy import MASK
from voters.terms import Level


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked for, by whom (None: the operator on the command line), when and what for."""

    election: Election
    area: Region
    layout: ExportLayout
    by: User | None
    purpose: str
    now: dt.datetime
    masked: bool = True


@dataclass(frozen=True)
class Counted:
    """`persons` are the rows of the file, `listed` all listed voters of the area, whatever the layout leaves out."""

    persons: int
    listed: int


@dataclass(frozen=True)
class Village:
    """A kelurahan with what the files say of it."""

    code: str
    name: str
    kecamatan: str
    zone: str


def count(order: Order) -> Counted:
    """Inside `access.territory`."""
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "export_count"), {**_parameters(order), "area": order.area.pk})
        return Counted(*cursor.fetchone())


def villages(order: Order) -> list[Village]:
    """The kelurahan of the area, by code."""
    inside = Region.objects.filter(access.within(order.area.pk, "code"), level=Level.KELURAHAN)
    rows = inside.select_related("parent").order_by("code")
    return [Village(one.pk, one.name, one.parent.name if one.parent else "", one.zone) for one in rows]


@contextmanager
def copied(order: Order, village: Village, options: str) -> Iterator[Copy]:
    """The kelurahan's rows in the layout's columns, as the server sends them: one piece of bytes a row."""
    chosen = ", ".join(expression for _, expression in order.layout.columns)
    statement = sql("voters", "export_rows").replace("/*columns*/", chosen)
    parameters = {
        **_parameters(order),
        "kelurahan": village.code,
        "kelurahan_name": village.name,
        "kecamatan": village.kecamatan,
        "zone": clock.ZONES[village.zone].key,
        "masked": order.masked,
        "mask": MASK,
    }
    with connection.cursor() as cursor:
        # It takes the results of a TPS for ten rows and would join them row by row; side by side, the TPS would lose
        # their order.
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL max_parallel_workers_per_gather = 0")
        with cursor.copy(f"COPY ({statement}) TO STDOUT ({options})", parameters) as copy:
            yield copy


def _parameters(order: Order) -> dict[str, Any]:
    return {
        "kabkota": order.area.pk[:5],
        "election": order.election.pk,
        "present": order.layout.present,
        "changed": order.layout.changed,
    }
