"""Which voter a row means: by DPID, else by NIK with the name or birth date; never guessed.

A new voter (code B) is one who was recorded as new with this NIK before, or nobody yet.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection

from coklit.sqlfiles import sql
from voters.access import covers
from voters.codes import BARU
from voters.imports.said import Said, is_same
from voters.imports.sheet import RowRefused
from voters.intake import cells
from voters.sync.arrays import as_array

BLOCK = 2_000
# In the order of persons_of_file.sql.
_FIELDS = (
    "nkk", "nik", "name", "birth_place", "birth_day", "sex", "marital", "address", "rt", "rw", "disability", "ktp_el",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A voter as the list has it. `values` are in the protocol's form."""

    id: UUID
    listed: bool
    gone: bool
    tps: UUID
    kelurahan: str
    number: int
    dpid: str
    values: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, ...]:
        """What names this voter in every version of a file."""
        return (self.dpid,) if self.dpid else (str(self.values["nik"]), str(self.values["name"]))


class Persons:
    """The voters that some rows may mean."""

    def __init__(self, found: Iterable[Person]) -> None:
        self._by_id = {one.id: one for one in found}
        self._by_dpid = {one.dpid: one for one in self._by_id.values() if one.dpid}
        self._by_nik: dict[str, list[Person]] = {}
        for one in self._by_id.values():
            self._by_nik.setdefault(str(one.values["nik"]), []).append(one)

    def listed(self, said: Said, area: str) -> Person:
        """The listed voter whom the row means. Raises RowRefused."""
        if said.dpid:
            found = self._by_dpid.get(said.dpid)
        elif said.nik:
            found = self._by_number(said)
        else:
            raise RowRefused("no_key")
        if found is None:
            raise RowRefused("unknown_voter", said.shown)
        if not covers(area, found.kelurahan):
            raise RowRefused("outside_area", said.shown, found.kelurahan)
        _refuse_another(said, found)
        return found

    def new(self, said: Said, given: UUID) -> list[Person]:
        """New voters of an earlier row, form or phone with this NIK, or the one that `given` stands for.

        The first is the one who stands now, if any does; the others were taken back. Raises RowRefused.
        """
        if said.dpid:
            raise RowRefused("listed_is_not_new", said.shown)
        named = [one for one in self._by_nik.get(said.nik, []) if not one.listed]
        known = self._by_id.get(given)
        return sorted({one.id: one for one in [*named, *([known] if known else [])]}.values(), key=lambda one: one.gone)

    def _by_number(self, said: Said) -> Person | None:
        """By NIK: one whose name or birth date agrees, where several have it."""
        found = [one for one in self._by_nik.get(said.nik, []) if one.listed]
        agreeing = [one for one in found if _agrees(said, one, "name") or _agrees(said, one, "birth_day")]
        if len(agreeing or found) > 1:
            raise RowRefused("match_unclear", said.shown, ", ".join(one.dpid for one in agreeing or found))
        return next(iter(agreeing or found), None)


def read(kabkota: str, election: int, dpids: Sequence[str], niks: Sequence[str], ids: Sequence[UUID]) -> Persons:
    """The voters with these numbers."""
    return Persons(
        person
        for block in _blocks([*(("d", one) for one in dpids), *(("n", one) for one in niks), *(("i", i) for i in ids)])
        for person in _read_block(kabkota, election, block)
    )


def _read_block(kabkota: str, election: int, block: Sequence[tuple[str, Any]]) -> Iterator[Person]:
    parts = {name: as_array([one for kind, one in block if kind == name]) for name in "dni"}
    named: dict[str, Any] = {"kabkota": kabkota, "election": election}
    named |= {"dpids": parts["d"], "niks": parts["n"], "ids": parts["i"]}
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "persons_of_file"), named)
        for voter, listed, gone, tps, kelurahan, number, dpid, *values in cursor:
            told = {name: _told(value) for name, value in zip(_FIELDS, values, strict=True)}
            yield Person(voter, listed, gone, tps, kelurahan, number, dpid or "", told)


def numbers_of(rows: Iterable[Said]) -> tuple[list[str], list[str]]:
    """The DPID that rows name, and the NIK of those without one."""
    dpids: dict[str, None] = {}
    niks: dict[str, None] = {}
    for said in rows:
        if said.dpid:
            dpids[said.dpid] = None
        if said.nik and (said.code == BARU or not said.dpid) and not cells.is_lost(said.nik):
            niks[said.nik] = None
    return list(dpids), list(niks)


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _agrees(said: Said, one: Person, field: str) -> bool:
    return field in said.values and is_same(said.values[field], one.values[field])


def _refuse_another(said: Said, found: Person) -> None:
    """A row whose NIK and name are both other ones is about somebody else: a column or a line has slipped.

    By NIK alone, name or birth date has to agree.
    """
    if said.dpid:
        slipped = {"nik", "name"} <= said.values.keys() and not _agrees(said, found, "nik")
        another = slipped and not _agrees(said, found, "name")
    else:
        told = [field for field in ("name", "birth_day") if field in said.values]
        another = bool(told) and not any(_agrees(said, found, field) for field in told)
    if another:
        raise RowRefused("another_person", said.shown)


def _blocks(items: Sequence[Any]) -> Iterator[list[Any]]:
    rest = iter(items)
    while block := list(islice(rest, BLOCK)):
        yield block
