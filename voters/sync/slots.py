"""When a phone should come next: its own moment, so that a kab/kota's phones do not come all at once.

Pure: the same phone and day give the same moment on every server. It is a suggestion; nobody is refused for another.
"""

import datetime as dt
import hashlib
from uuid import UUID

from coklit.clock import ZONES

# Local hours. Pantarlih walk in the morning and the afternoon, rest at noon, and find people at home and themselves in
# reach of a network in the evening. Left alone they all send after the evening prayer, before sleep.
NOON = (dt.time(12), dt.timedelta(hours=2))
EVENING = (dt.time(17), dt.timedelta(hours=5))
WINDOWS = (NOON, EVENING)
# Both draws are over the evening's length. Who draws a moment beyond the two hours of noon comes in the evening only:
# so every phone has a moment every evening, two of five have one at noon too, and both windows are equally full.
_DRAWN_OVER = EVENING[1]

SOONEST = dt.timedelta(minutes=10)


def next_sync_at(*, device: UUID, now: dt.datetime, zone: str) -> dt.datetime:
    """The phone's next moment, 10 minutes after `now` at least, in its local time (`zone`: WIB, WITA, WIT)."""
    local = now.astimezone(ZONES[zone])
    soonest = local + SOONEST
    days = (local.date() + dt.timedelta(days=number) for number in range(3))
    # The evening after tomorrow is always far enough, and everybody has one.
    return next(moment for day in days for moment in _moments(device, day, zone) if moment >= soonest)


def _moments(device: UUID, day: dt.date, zone: str) -> list[dt.datetime]:
    """The phone's moments of a day, the earlier first: one or two."""
    draws = [(begin, length, _drawn(device, day, begin)) for begin, length in WINDOWS]
    return [
        dt.datetime.combine(day, begin, tzinfo=ZONES[zone]) + offset
        for begin, length, offset in draws
        if offset < length
    ]


def _drawn(device: UUID, day: dt.date, begin: dt.time) -> dt.timedelta:
    seed = f"{device} {day.isoformat()} {begin.isoformat()}".encode()
    number = int.from_bytes(hashlib.blake2b(seed, digest_size=8).digest(), "big")
    return dt.timedelta(seconds=number % int(_DRAWN_OVER.total_seconds()))
