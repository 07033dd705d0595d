"""Who may see or do what, where: the only place that decides. Every door asks here.

A role stands over one region and everything below it. Region codes are dotted and compared as text in "C" order,
so a territory is one range: "62.71" covers "62.71" itself and "62.71.…".
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Q

from voters.models import NATION, Membership, User
from voters.terms import COMMITTEE_ROLES, OVERSIGHT_ROLES, Role

KPU_ROLES = (Role.KPU_RI, Role.KPU_PROVINCE, Role.KPU_KABKOTA)


class Verb(StrEnum):
    """What an account may do with a region and everything below it."""

    SEE_PROGRESS = "see_progress"
    SEE_CONTACTS = "see_contacts"
    SEE_VOTERS = "see_voters"
    SET_RESULT = "set_result"
    MANAGE_PANTARLIH = "manage_pantarlih"
    EXTEND_WINDOW = "extend_window"
    IMPORT_LIST = "import_list"
    GET_NIGHTLY = "get_nightly"


MAY: dict[Verb, tuple[Role, ...]] = {
    Verb.SEE_PROGRESS: COMMITTEE_ROLES + OVERSIGHT_ROLES,
    Verb.SEE_CONTACTS: COMMITTEE_ROLES,
    Verb.SEE_VOTERS: (Role.KPU_KABKOTA, Role.PPK, Role.PPS, *OVERSIGHT_ROLES),
    Verb.SET_RESULT: (Role.KPU_KABKOTA, Role.PPS),
    Verb.MANAGE_PANTARLIH: (Role.KPU_KABKOTA, Role.PPS),
    Verb.EXTEND_WINDOW: (Role.KPU_KABKOTA,),
    Verb.IMPORT_LIST: KPU_ROLES,
    Verb.GET_NIGHTLY: COMMITTEE_ROLES,
}


@dataclass(frozen=True)
class Territory:
    """A role over one region."""

    role: Role
    region: str


def covers(region: str, code: str) -> bool:
    """Whether `region` is `code` or stands above it."""
    return region == NATION or code == region or code.startswith(region + ".")


def within(region: str, field: str) -> Q:
    """The filter "`field` is `region` or below it", as one range of an index."""
    return Q() if region == NATION else Q(**{f"{field}__gte": region, f"{field}__lt": region + "/"})


def territories(user: User | AnonymousUser, day: dt.date) -> list[Territory]:
    """The account's roles on that day, the widest first."""
    if not isinstance(user, User) or not user.is_active:
        return []
    rows = Membership.objects.filter(
        Q(to_day__isnull=True) | Q(to_day__gte=day), user=user, from_day__lte=day
    ).values_list("role", "region_id", "region__level")
    return [Territory(Role(role), region) for role, region, _ in sorted(rows, key=lambda row: (row[2], row[1]))]


def may(user: User | AnonymousUser, verb: Verb, code: str, day: dt.date) -> bool:
    """Whether the account may do `verb` in the region `code` on that day."""
    return any(t.role in MAY[verb] and covers(t.region, code) for t in territories(user, day))


def require(user: User | AnonymousUser, verb: Verb, code: str, day: dt.date) -> None:
    """Raises PermissionDenied where `may` says no."""
    if not may(user, verb, code, day):
        raise PermissionDenied(f"{verb} {code}")


def allowed_in(user: User | AnonymousUser, verb: Verb, field: str, day: dt.date) -> Q:
    """The filter that keeps the rows whose region `field` the account may do `verb` in; matches nothing for none."""
    regions = [t.region for t in territories(user, day) if t.role in MAY[verb]]
    if NATION in regions:
        return Q()
    allowed = Q(**{f"{field}__in": []})
    for region in regions:
        allowed |= within(region, field)
    return allowed


@contextmanager
def territory(code: str) -> Iterator[None]:
    """One transaction whose rows are limited to a region: the scope is set for this transaction only.

    Every door that touches sharded rows works inside one. `code` is a region's code or "ID" for an explicit
    nationwide scope.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.territory', %s, true)", [code])
        yield
