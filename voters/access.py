"""Who may see or do what, where: the only place that decides. Every door asks here.

A role stands over one region and everything below it. Region codes are dotted and compared as text in "C" order,
so a territory is one range: "62.71" covers "62.71" itself and "62.71.…".
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
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
    GIVE_NOTICE = "give_notice"
    DECIDE_HELD = "decide_held"
    DECIDE_LATE = "decide_late"
    EXTEND_WINDOW = "extend_window"
    IMPORT_LIST = "import_list"
    EXPORT_LIST = "export_list"
    GET_NIGHTLY = "get_nightly"
    SEE_TRAIL = "see_trail"
    MANAGE_OFFICES = "manage_offices"
    SET_RULES = "set_rules"


MAY: dict[Verb, tuple[Role, ...]] = {
    Verb.SEE_PROGRESS: COMMITTEE_ROLES + OVERSIGHT_ROLES,
    Verb.SEE_CONTACTS: COMMITTEE_ROLES,
    Verb.SEE_VOTERS: (Role.KPU_KABKOTA, Role.PPK, Role.PPS, *OVERSIGHT_ROLES),
    Verb.SET_RESULT: (Role.KPU_KABKOTA, Role.PPS),
    Verb.MANAGE_PANTARLIH: (Role.KPU_KABKOTA, Role.PPS),
    Verb.GIVE_NOTICE: (Role.KPU_KABKOTA, Role.PPS),
    # Quarantined events of phones; late ones are for KPU kab/kota alone.
    Verb.DECIDE_HELD: (Role.KPU_KABKOTA, Role.PPS),
    Verb.DECIDE_LATE: (Role.KPU_KABKOTA,),
    Verb.EXTEND_WINDOW: (Role.KPU_KABKOTA,),
    Verb.IMPORT_LIST: KPU_ROLES,
    # Whole lists as files, of one regency/city or a part of it.
    Verb.EXPORT_LIST: (Role.KPU_KABKOTA, Role.PPS),
    Verb.GET_NIGHTLY: COMMITTEE_ROLES,
    Verb.SEE_TRAIL: COMMITTEE_ROLES + OVERSIGHT_ROLES,
    # Offices strictly below one's own: see `manages`.
    Verb.MANAGE_OFFICES: KPU_ROLES,
    # Stages and code tables of an election.
    Verb.SET_RULES: (Role.KPU_RI,),
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
    return holds(territories(user, day), verb, code)


def holds(own: Sequence[Territory], verb: Verb, code: str) -> bool:
    """`may` for a door that asks often and has read the account's territories once."""
    return any(t.role in MAY[verb] and covers(t.region, code) for t in own)


def manages(own: Sequence[Territory], code: str) -> bool:
    """Whether the offices of the region `code` are below one of the account's own and in its care."""
    return any(t.role in MAY[Verb.MANAGE_OFFICES] and t.region != code and covers(t.region, code) for t in own)


def require(user: User | AnonymousUser, verb: Verb, code: str, day: dt.date) -> None:
    """Raises PermissionDenied where `may` says no."""
    if not may(user, verb, code, day):
        raise PermissionDenied(f"{verb} {code}")


def allowed_in(user: User | AnonymousUser, verb: Verb, field: str, day: dt.date) -> Q:
    """The filter that keeps the rows whose region `field` the account may do `verb` in; matches nothing for none."""
    return rows_of(territories(user, day), verb, field)


def rows_of(own: Sequence[Territory], verb: Verb, field: str) -> Q:
    """`allowed_in` for a door that has read the account's territories once."""
    return any_within(regions_for(own, verb), field)


def regions_for(own: Sequence[Territory], verb: Verb) -> list[str]:
    """The regions of the roles that may do `verb`, the widest first."""
    return [t.region for t in own if t.role in MAY[verb]]


def any_within(regions: Iterable[str], field: str) -> Q:
    """The filter "`field` is in one of the regions"; matches nothing for none."""
    allowed = Q(**{f"{field}__in": []})
    for region in regions:
        if region == NATION:
            return Q()
        allowed |= within(region, field)
    return allowed


def spanning(own: Sequence[Territory]) -> str | None:
    """The code of the lowest region that covers all of the account's territories, None for no territory."""
    if not own:
        return None
    shared = own[0].region
    while not all(covers(shared, t.region) for t in own):
        shared = shared.rpartition(".")[0] or NATION
    return shared


@contextmanager
def territory(code: str) -> Iterator[None]:
    """One transaction whose rows are limited to a region: the scope is set for this transaction only.

    Every door that touches sharded rows works inside one. `code` is a region's code or "ID" for an explicit
    nationwide scope.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.territory', %s, true)", [code])
        yield
