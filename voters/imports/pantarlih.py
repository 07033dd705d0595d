"""Files of pantarlih, in the layout by which e-Coklit took their accounts (e-mail, NIK, name, phone) and wider ones.

In come rows of one kelurahan or of several; afterwards each pantarlih stands once, and serves the TPS that the row
names. Who a row means is never guessed: by NIK, or by name and phone, or the row stays out.
"""

import copy
import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from coklit import clock
from voters import nik as niks
from voters import trail
from voters.access import Verb
from voters.assignments import AssignmentRefused, assign
from voters.imports import contacts, sheet, undoing
from voters.imports.appointed import Appointed
from voters.imports.pantarlih_rules import COLUMNS, RULES
from voters.imports.places import Places
from voters.imports.sheet import Effect, Row, RowRefused, Sheet
from voters.imports.undoing_pantarlih import take_back
from voters.intake import cells
from voters.intake.findings import Report, Rule
from voters.intake.kind import Job
from voters.intake.layout import Column
from voters.models import FileImport, ImportChange, Pantarlih, Region, Tps
from voters.privacy import masked
from voters.terms import Level

LONGEST_SK = 60

columns: Sequence[Column] = COLUMNS
rules: Sequence[Rule] = RULES
verb = Verb.MANAGE_PANTARLIH
levels: tuple[Level, ...] = (Level.KABKOTA, Level.KECAMATAN, Level.KELURAHAN)


class _Person(NamedTuple):
    """What a row says of somebody."""

    name: str
    nik: str
    phone: str
    email: str

    def fields(self) -> dict[str, str]:
        return {name: value for name, value in self._asdict().items() if value}


def check(job: Job) -> Report:
    """Whom the file makes, changes and assigns, and who stays out."""
    return sheet.tried(_load, job)


def commit(job: Job) -> Report:
    """Make, change and assign them."""
    return sheet.settled(_load, job)


def undo(record: FileImport, now: dt.datetime) -> Report:
    """Remove whom the import made, end what it assigned and give the others their values back. Raises UndoRefused."""
    return take_back(undoing.Undoing(record, rules), now)


def _load(job: Job) -> Report:
    read = sheet.read(job, rules)
    run = _Run(read)
    read.each("load", run.take)
    return read.finished(facts={"assigned": run.assigned})


class _Run:
    """One pass over the rows, which remembers who came before."""

    def __init__(self, read: Sheet) -> None:
        self._read = read
        self._record = read.job.record
        self._by = undoing.actor(self._record)
        self._places = Places(self._record.area)
        self._known = Appointed(self._record.election_id, self._record.area_id)
        # Who stood in which row, for which TPS.
        self._seen: dict[tuple[str, ...], tuple[int, str, set[int | None]]] = {}
        self.assigned = 0

    def take(self, row: Row) -> Effect:
        """Raises RowRefused."""
        kelurahan = self._places.find(row, Level.KELURAHAN)
        if name := self._places.differs(row, kelurahan):
            self._read.find("region_names_differ", row.number, name, kelurahan.name)
        person = self._person(row)
        tps = self._tps(row, kelurahan)
        self._refuse_twice(row, person, kelurahan, tps)
        known = self._known.find(kelurahan.code, person.nik, person.name, person.phone)
        one, changed = self._change(known, person) if known else (self._appoint(kelurahan, person), [])
        if tps and not self._known.serves(one, tps):
            self._assign(row, one, tps)
            changed.append("tps")
        # Only now: a row that was refused leaves nothing behind.
        self._known.add(one)
        if self._known.shares_phone(one):
            self._read.find("phone_shared", row.number, one.phone)
        if known is None:
            return Effect.CREATED
        self._read.changed_fields.update(changed)
        return Effect.CHANGED if changed else Effect.UNCHANGED

    def _person(self, row: Row) -> _Person:
        nik = cells.digits(row.text("nik"))
        if cells.is_lost(nik):
            raise RowRefused("nik_lost", nik)
        if nik and not niks.is_well_formed(nik):
            raise RowRefused("nik_malformed", masked(nik))
        name = contacts.name_of(row)
        phone = contacts.phone_of(self._read, row)
        if not nik and not phone:
            raise RowRefused("no_key", name)
        return _Person(name, nik, phone, contacts.email_of(self._read, row))

    def _tps(self, row: Row, kelurahan: Region) -> Tps | None:
        written = row.text("tps")
        if not written:
            return None
        number = cells.whole(written)
        tps = self._known.tps(kelurahan.code, number) if number is not None else None
        if tps is None:
            raise RowRefused("tps_unknown", written, kelurahan.name)
        return tps

    def _refuse_twice(self, row: Row, person: _Person, kelurahan: Region, tps: Tps | None) -> None:
        name, number = contacts.same(person.name), tps.number if tps else None
        key = (person.nik,) if person.nik else (kelurahan.code, name, person.phone)
        earlier, earlier_name, numbers = self._seen.setdefault(key, (row.number, name, set()))
        if numbers and (name != earlier_name or number is None or number in numbers):
            raise RowRefused("person_twice", masked(person.nik), str(earlier))
        numbers.add(number)

    def _appoint(self, kelurahan: Region, person: _Person) -> Pantarlih:
        one = Pantarlih.objects.create(
            kabkota_id=kelurahan.code[:5],
            election_id=self._record.election_id,
            kelurahan=kelurahan,
            **person.fields(),
        )
        self._note(one, None)
        self._tell("add_pantarlih", one, {}, person.fields())
        return one

    def _change(self, known: Pantarlih, person: _Person) -> tuple[Pantarlih, list[str]]:
        """The pantarlih with the values of the row, and which of them are new."""
        one = copy.copy(known)
        new = {name: value for name, value in person.fields().items() if getattr(one, name) != value}
        if not new:
            return one, []
        before = {name: getattr(one, name) for name in new}
        for name, value in new.items():
            setattr(one, name, value)
        one.save(update_fields=list(new))
        self._note(one, before)
        self._tell("change_pantarlih", one, before, new)
        return one, list(new)

    def _assign(self, row: Row, one: Pantarlih, tps: Tps) -> None:
        now = self._read.job.now
        sk_number, sk_day = self._decree(row)
        try:
            begun = assign(
                pantarlih=one,
                tps=tps,
                from_day=clock.local_day(now, tps.kelurahan.zone),
                now=now,
                by=self._by,
                sk_number=sk_number,
                sk_day=sk_day,
            )
        except AssignmentRefused as refused:
            raise RowRefused(refused.code, str(tps)) from refused
        self._known.begin(begun)
        self._keep(one, f"assignment:{begun.pk}", None)
        self.assigned += 1

    def _decree(self, row: Row) -> tuple[str, dt.date | None]:
        number, written = row.text("sk_number"), row.text("sk_day")
        day = cells.day(written)
        if len(number) > LONGEST_SK or (written and day is None):
            self._read.find("sk_unreadable", row.number, written if written and day is None else number[:40])
        return number if len(number) <= LONGEST_SK else "", day

    def _note(self, one: Pantarlih, before: dict[str, str] | None) -> None:
        self._keep(one, f"pantarlih:{one.pk}", before)

    def _keep(self, one: Pantarlih, subject: str, before: dict[str, str] | None) -> None:
        ImportChange.objects.create(
            kabkota_id=one.kabkota_id, file_import=self._record.pk, subject=subject, before=before
        )

    def _tell(self, act: str, one: Pantarlih, before: dict[str, str], after: dict[str, str]) -> None:
        trail.record(
            verb=act,
            by=self._by,
            region=one.kelurahan_id,
            subject=f"pantarlih:{one.pk}",
            now=self._read.job.now,
            before=_unnamed(before) or None,
            # Tells an undo that no person did this.
            after={**_unnamed(after), "import": str(self._record.pk)},
        )


def _unnamed(values: dict[str, str]) -> dict[str, str]:
    # The trail holds no NIK, not even the beginning of one.
    return {name: value for name, value in values.items() if name != "nik"}
