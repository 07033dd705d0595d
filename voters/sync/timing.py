"""When a result was made by the server's clock, and how that stands to the days of coklit. Pure."""

import datetime as dt
from dataclasses import dataclass

from coklit.clock import day_end, day_start
from voters.elections import CoklitDays
from voters.terms import Timing

# A phone's clock is never exact: what lies further ahead than this is flagged.
_TOLERANCE = dt.timedelta(minutes=5)


def clock_offset(phone_at: dt.datetime, now: dt.datetime) -> int:
    """How many seconds the phone's clock is ahead, within what the column holds."""
    return max(-(2**31), min(2**31 - 1, round((phone_at - now).total_seconds())))


def in_utc(moment: dt.datetime) -> dt.datetime:
    """The same moment: JSON allows zones up to 23:59 from UTC, PostgreSQL's text up to 15:59 only."""
    return moment.astimezone(dt.UTC)


def made_at(phone_at: dt.datetime, offset: int) -> dt.datetime:
    """The phone's time of an event, less what its clock was ahead when it was sent; in UTC."""
    return in_utc(phone_at) - dt.timedelta(seconds=offset)


def is_ahead(made: dt.datetime, received: dt.datetime) -> bool:
    """Whether a corrected time still lies in the future: the clock was set between saving and sending."""
    return made > received + _TOLERANCE


@dataclass(frozen=True)
class Window:
    """The days of coklit as moments, for results received at one moment."""

    start: dt.datetime
    end: dt.datetime
    sealed: bool
    inside: Timing


def window_of(days: CoklitDays, received: dt.datetime) -> Window:
    """How results received now stand to the days of coklit: docs/sync-protocol.md, "Late results"."""
    # In UTC, as comparing moments is what every event pays for.
    start = day_start(days.first_day, days.zone).astimezone(dt.UTC)
    end = day_end(days.last_day, days.zone).astimezone(dt.UTC)
    sealed = days.sealed_at is not None and received >= days.sealed_at
    return Window(start, end, sealed, Timing.AFTER if received >= end else Timing.ORDINARY)


def timing_of(made: dt.datetime, window: Window) -> Timing:
    """ORDINARY, AFTER ("tersinkron setelah batas") or LATE."""
    return window.inside if window.start <= made < window.end and not window.sealed else Timing.LATE
