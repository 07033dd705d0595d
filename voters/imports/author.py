"""As whom an account gives the results of a file."""

import datetime as dt

from django.core.exceptions import PermissionDenied

from coklit import clock
from voters import access
from voters.access import KPU_ROLES, MAY, Verb
from voters.models import Region, User
from voters.sync.apply import Source
from voters.terms import Door, Setter


def source_of(door: Door, user: User | None, area: Region, now: dt.datetime) -> Source | None:
    """The account as PPS or KPU of the area; None without an account. Raises PermissionDenied.

    Asked anew in each run, as an office may have ended since the upload.
    """
    if user is None:
        return None
    own = access.territories(user, clock.local_day(now, area.zone))
    offices = [t for t in own if t.role in MAY[Verb.SET_RESULT] and access.covers(t.region, area.code)]
    if not offices:
        raise PermissionDenied(f"{Verb.SET_RESULT} {area.code}")
    return Source(door, Setter.KPU if any(t.role in KPU_ROLES for t in offices) else Setter.PPS, user=user)
