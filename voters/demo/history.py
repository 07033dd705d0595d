"""Who synced when before the demonstration was started: the days that re-enact DKI's day 20.

64.8 % of the pantarlih had synced at the report of the day before; on the day itself it went towards 90 %
(docs/domain.md §1, fact 5, docs/domain.md §12). Pure but for the random generator given.
"""

import datetime as dt
import random
from dataclasses import dataclass

SYNCED_AT_LAST_REPORT = 0.648
SYNCED_AT_START = 0.84
SIMULATED_PHONES = 100
# Of the simulated phones, those that had not synced before they were switched on.
LATE_PHONES = 60


@dataclass(frozen=True)
class Upload:
    """One past upload: on day `day` (0 is the first coklit day) at minute `minute`, up to this share of the list."""

    day: int
    minute: int
    share: float


def plan(phones: int, days: int, last_minute: int, draw: random.Random) -> tuple[list[list[Upload]], list[int]]:
    """Uploads of each phone until now, and the numbers of the phones to be simulated from now on.

    `days` have passed, so that today is day number `days`; of today, `last_minute` minutes.
    """
    order = list(range(phones))
    draw.shuffle(order)
    by_report, by_start = round(phones * SYNCED_AT_LAST_REPORT), round(phones * SYNCED_AT_START)
    plans: list[list[Upload]] = [[] for _ in range(phones)]
    for place, phone in enumerate(order[:by_start]):
        first = None if place >= by_report else min(int(draw.betavariate(2.2, 2.0) * days), days - 1)
        plans[phone] = _uploads(first, days, last_minute, draw)
    simulated = order[by_start : by_start + LATE_PHONES]
    simulated += order[: max(min(SIMULATED_PHONES, phones) - len(simulated), 0)]
    return plans, sorted(simulated)


def _uploads(first: int | None, days: int, last_minute: int, draw: random.Random) -> list[Upload]:
    """Growing shares of the list; the first upload is on day `first`, or today for None."""
    goal = min(max(draw.gauss(0.73, 0.13), 0.2), 1.0)
    if first is None:
        return [Upload(days, draw.randint(1, max(last_minute - 1, 1)), goal)]
    later = sorted(draw.sample(range(first + 1, days), min(draw.randint(0, 3), days - first - 1)))
    when = [first, *later]
    if draw.random() < 0.5:
        when.append(days)
    uploads = []
    for step, day in enumerate(when, start=1):
        # Phones sync in the evening, when there is signal and the server is busy.
        minute = (
            draw.randint(1, max(last_minute - 1, 1)) if day == days else min(int(draw.gauss(19.5 * 60, 70)), 23 * 60)
        )
        uploads.append(Upload(day, minute, goal * (step / len(when)) ** 0.7))
    return uploads


def working_hours(day: dt.date, until: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """From eight in the morning of `day` to half past four in the afternoon, or to `until` if that is earlier."""
    begin = until.replace(year=day.year, month=day.month, day=day.day, hour=8, minute=0, second=0, microsecond=0)
    end = begin + dt.timedelta(hours=8, minutes=30)
    if begin >= until:
        return until - dt.timedelta(minutes=20), until
    return begin, min(end, until)
