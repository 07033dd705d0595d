"""When a result was made by the server's clock, and how that stands to the days of coklit. Pure."""

import datetime as dt

from coklit.clock import day_end, day_start
from voters.elections import CoklitDays
from voters.terms import Timing

# A phone's clock is never exact: what lies further ahead than this is flagged.
_TOLERANCE = dt.timedelta(minutes=5)


def clock_offset(phone_at: dt.datetime, now: dt.datetime) -> int:
    """How many seconds the phone's clock is ahead, within what the column holds."""
    return max(-(2**31), min(2**31 - 1, round((phone_at - now).total_seconds())))


def made_at(phone_at: dt.datetime, offset: int) -> dt.datetime:
    """The phone's time of an event, less what its clock was ahead when it was sent."""
    return phone_at - dt.timedelta(seconds=offset)


def is_ahead(made: dt.datetime, received: dt.datetime) -> bool:
    """Whether a corrected time still lies in the future: the clock was set between saving and sending."""
    return made > received + _TOLERANCE


def timing_of(made: dt.datetime, received: dt.datetime, days: CoklitDays) -> Timing:
    """ORDINARY, AFTER ("tersinkron setelah batas") or LATE, by docs/sync-protocol.md, "Late results"."""
    start, end = day_start(days.first_day, days.zone), day_end(days.last_day, days.zone)
    if not start <= made < end or (days.sealed_at is not None and received >= days.sealed_at):
        return Timing.LATE
    return Timing.AFTER if received >= end else Timing.ORDINARY
