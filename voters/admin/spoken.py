"""Moments, spans and numbers as people say them."""

import datetime as dt

from django.utils.formats import date_format, number_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coklit.clock import ZONES

# What a phone's clock may be off before anybody is told.
CLOCK_TOLERANCE = 5 * 60
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def moment(at: dt.datetime | None, zone: str) -> str:
    """ "4 Maret 2023 12.00 WIB"; "-" for none."""
    return f"{date_format(at.astimezone(ZONES[zone]), 'j F Y H.i')} {zone}" if at else "-"


def ago(at: dt.datetime, now: dt.datetime) -> str:
    """ "2 hari lalu", to the largest unit; "just now" for what lies in the future as well."""
    if now - at < dt.timedelta(minutes=1):
        return _("just now")
    return _("%(span)s ago") % {"span": timesince(at, now, depth=1).replace("\xa0", " ")}


def clock_off(seconds: int | None) -> str:
    """By how much a phone's clock is wrong, rounded down to one unit; empty within five minutes, or if unknown."""
    if seconds is None or abs(seconds) <= CLOCK_TOLERANCE:
        return ""
    span = _span(abs(seconds))
    if seconds > 0:
        return _("clock is %(span)s ahead") % {"span": span}
    return _("clock is %(span)s behind") % {"span": span}


def _span(seconds: int) -> str:
    if seconds < _HOUR:
        n = seconds // _MINUTE
        return ngettext("%(n)d minute", "%(n)d minutes", n) % {"n": n}
    if seconds < _DAY:
        n = seconds // _HOUR
        return ngettext("%(n)d hour", "%(n)d hours", n) % {"n": n}
    n = seconds // _DAY
    return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}


def number(n: int | None) -> str:
    """ "1.234"; "-" for what nobody told."""
    return "-" if n is None else number_format(n, force_grouping=True)


def number_up_to(n: int, cap: int = 99) -> str:
    """ "12", or "99+" for more than `cap`."""
    return f"{cap}+" if n > cap else str(n)
