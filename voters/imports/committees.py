"""Files of accounts of committees and oversight, from the kab/kota down.

In come people with their office and region; afterwards each has an account and holds the office. Nobody gives an
office that is not below an own one, no account of other offices is touched, and no password exists: the uploader
prints a card for each new account (`invitations.py`), by which its holder sets one.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Q

from coklit import clock
from voters import access, trail
from voters.access import Verb
from voters.imports import contacts, sheet, undoing
from voters.imports.committees_rules import COLUMNS, RULES
from voters.imports.places import Places
from voters.imports.roles import role_of
from voters.imports.sheet import Effect, Row, RowRefused, Sheet
from voters.imports.undoing_committees import take_back
from voters.intake import cells
from voters.intake.findings import Report, Rule
from voters.intake.kind import Job
from voters.intake.layout import Column
from voters.models import FileImport, ImportChange, Membership, Region, User
from voters.offices import OfficeRefused, open_office
from voters.terms import LEVEL_OF_ROLE, Level, Role

columns: Sequence[Column] = COLUMNS
rules: Sequence[Rule] = RULES
verb = Verb.MANAGE_OFFICES
levels: tuple[Level, ...] = tuple(Level)


class _Office(NamedTuple):
    """What a row gives to somebody."""

    role: Role
    region: Region
    from_day: dt.date
    to_day: dt.date | None


def check(job: Job) -> Report:
    """Which accounts and offices the file makes or changes, and what stays out."""
    return sheet.tried(_load, job)


def commit(job: Job) -> Report:
    """Make and change them; nobody can sign in by a new one before its card is used."""
    return sheet.settled(_load, job)


def undo(record: FileImport, now: dt.datetime) -> Report:
    """Close what the import made and give the others their values back. Raises UndoRefused."""
    return take_back(undoing.Undoing(record, rules), now)


def _load(job: Job) -> Report:
    read = sheet.read(job, rules)
    run = _Run(read)
    read.each("load", run.take)
    return read.finished(facts={"offices": run.offices})


class _Run:
    """One pass over the rows."""

    def __init__(self, read: Sheet) -> None:
        self._read = read
        self._record = read.job.record
        self._by = undoing.actor(self._record)
        self._today = clock.local_day(read.job.now, clock.WIB)
        self._own = access.territories(self._by, self._today) if self._by else None
        self._places = Places(self._record.area)
        # (account, role, region) -> row.
        self._seen: dict[tuple[int, str, str], int] = {}
        self.offices = 0

    def take(self, row: Row) -> Effect:
        """Raises RowRefused."""
        office = self._office(row)
        name = contacts.name_of(row)
        values = {
            "name": name,
            "phone": contacts.phone_of(self._read, row),
            "email": contacts.email_of(self._read, row),
        }
        known = self._account(row, office, name)
        user = known or self._new(row, office, values)
        earlier = self._seen.setdefault((user.pk, office.role, office.region.code), row.number)
        if earlier != row.number:
            raise RowRefused("office_twice", user.username, str(earlier))
        if known is None:
            return Effect.CREATED
        changed = [*self._change(user, office, values), *self._hold(user, office)]
        self._read.changed_fields.update(changed)
        return Effect.CHANGED if changed else Effect.UNCHANGED

    def _office(self, row: Row) -> _Office:
        role = role_of(row.text("role"))
        if role is None:
            raise RowRefused("role_unknown", row.text("role"))
        region = self._places.find(row, LEVEL_OF_ROLE[role])
        if name := self._places.differs(row, region):
            self._read.find("region_names_differ", row.number, name, region.name)
        if not self._manages(region.code):
            raise RowRefused("office_not_below", f"{row.text('role')}, {region.name}")
        begins, ends = self._day(row, "from_day"), self._day(row, "to_day")
        begins = begins or self._today
        if ends and ends < max(begins, self._today):
            raise RowRefused("days_reversed", row.text("to_day"))
        return _Office(role, region, begins, ends)

    def _manages(self, code: str) -> bool:
        # The operator on the command line holds no office and may give all of them.
        return self._own is None or access.manages(self._own, code)

    def _day(self, row: Row, key: str) -> dt.date | None:
        written = row.text(key)
        day = cells.day(written)
        if written and day is None:
            raise RowRefused("day_unreadable", written)
        return day

    def _account(self, row: Row, office: _Office, name: str) -> User | None:
        """The account that the row means; None for one to be made."""
        username = row.text("username")
        if username:
            user = User.objects.filter(username=username).first()
            if user and not vacant(user):
                self._refuse_foreign(user, name)
                return user
            return None
        held = self._open(role=office.role, region=office.region, user__is_active=True).select_related("user")
        same = {one.user_id: one.user for one in held if contacts.same(one.user.name) == contacts.same(name)}
        if len(same) > 1:
            raise RowRefused("match_unclear", name, ", ".join(sorted(user.username for user in same.values())))
        for user in same.values():
            self._refuse_foreign(user, name)
        return next(iter(same.values()), None)

    def _refuse_foreign(self, user: User, name: str) -> None:
        regions = self._open(user=user).values_list("region_id", flat=True)
        if user.is_superuser or not user.is_active or not all(map(self._manages, regions)):
            raise RowRefused("account_not_yours", user.username)
        if user.name and contacts.same(user.name) != contacts.same(name):
            raise RowRefused("account_of_another", user.username)

    def _open(self, **where: Any) -> Any:
        return Membership.objects.filter(Q(to_day__isnull=True) | Q(to_day__gte=self._today), **where)

    def _new(self, row: Row, office: _Office, values: dict[str, str]) -> User:
        username = row.text("username") or self._free_name(office)
        closed = User.objects.filter(username=username).first()
        membership = self._give(username, office, values, refusal="username_invalid")
        user = membership.user
        if closed:
            User.objects.filter(pk=user.pk).update(**values)
        self._keep(office.region.code, f"user:{user.pk}", None)
        return user

    def _free_name(self, office: _Office) -> str:
        """Role, region and the first number that is free: "pps-6271011001-1"."""
        stem = f"{office.role.value.replace('_', '-')}-{office.region.code.replace('.', '')}-"
        taken = {user.username for user in User.objects.filter(username__startswith=stem) if not vacant(user)}
        return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}{number}") not in taken)

    def _give(self, username: str, office: _Office, values: dict[str, str], *, refusal: str) -> Membership:
        try:
            membership = open_office(
                username=username,
                role=office.role,
                region=office.region.code,
                from_day=office.from_day,
                to_day=office.to_day,
                now=self._read.job.now,
                by=self._by,
                **values,
            )
        except OfficeRefused as refused:
            raise RowRefused(refusal, username) from refused
        self._keep(office.region.code, f"membership:{membership.pk}", None)
        self.offices += 1
        return membership

    def _change(self, user: User, office: _Office, values: dict[str, str]) -> list[str]:
        """Which of the values are new; an empty cell takes nothing away."""
        new = {key: value for key, value in values.items() if value and getattr(user, key) != value}
        if new:
            before = {key: getattr(user, key) for key in new}
            User.objects.filter(pk=user.pk).update(**new)
            self._keep(office.region.code, f"user:{user.pk}", before)
            self._tell(office, user, before, new)
        return list(new)

    def _hold(self, user: User, office: _Office) -> list[str]:
        """Give the office to an account that stands, or its other last day."""
        held = self._open(user=user, role=office.role, region=office.region).order_by("-from_day").first()
        if held is None:
            self._give(user.username, office, {}, refusal="office_was_held")
            return ["role"]
        if office.to_day is None or held.to_day == office.to_day:
            return []
        before = {"to_day": held.to_day.isoformat() if held.to_day else None}
        Membership.objects.filter(pk=held.pk).update(to_day=office.to_day)
        self._keep(office.region.code, f"membership:{held.pk}", before)
        self._tell(office, user, before, {"to_day": office.to_day.isoformat()})
        return ["to_day"]

    def _keep(self, region: str, subject: str, before: dict[str, Any] | None) -> None:
        ImportChange.objects.create(kabkota_id=region[:5], file_import=self._record.pk, subject=subject, before=before)

    def _tell(self, office: _Office, user: User, before: dict[str, Any], after: dict[str, Any]) -> None:
        trail.record(
            verb="change_user",
            by=self._by,
            region=office.region.code,
            subject=f"user:{user.pk}",
            now=self._read.job.now,
            before=before,
            # Tells an undo that no person did this.
            after={**after, "import": str(self._record.pk)},
        )


def vacant(user: User) -> bool:
    """Whether an undo has closed this account: nobody ever signed in by it, and it holds no office."""
    return not user.is_active and user.last_login is None and not user.memberships.exists()
