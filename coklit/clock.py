"""The one place that reads the clock, and Indonesia's three time zones. Doors call it and pass `now` on."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

WIB, WITA, WIT = "WIB", "WITA", "WIT"
ZONES = {WIB: ZoneInfo("Asia/Jakarta"), WITA: ZoneInfo("Asia/Makassar"), WIT: ZoneInfo("Asia/Jayapura")}


def now() -> dt.datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()


def local_day(moment: dt.datetime, zone: str) -> dt.date:
    """The calendar day of `moment` in WIB, WITA or WIT."""
    return moment.astimezone(ZONES[zone]).date()


def day_start(day: dt.date, zone: str) -> dt.datetime:
    """Midnight at which `day` begins in WIB, WITA or WIT."""
    return dt.datetime.combine(day, dt.time(), tzinfo=ZONES[zone])


def day_end(day: dt.date, zone: str) -> dt.datetime:
    """Midnight at which `day` ends in WIB, WITA or WIT."""
    return day_start(day + dt.timedelta(days=1), zone)
