"""Brings the past of the demonstration about: every earlier upload goes through the phones' own verb, day by day.

In come phones and their plans; afterwards ledger, results and the report of each evening stand as if the days had been.
It writes no result and no count itself. Two processes share a day's uploads; the day's recount waits for both.
"""

import datetime as dt
import multiprocessing
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections

from coklit import clock
from reports.rollup import roll_up
from voters import devices
from voters.access import territory
from voters.demo.history import Upload, working_hours
from voters.demo.people import Phone
from voters.demo.visits import upload, visits
from voters.sync.download import list_of, served_tps
from voters.sync.receive import receive_batch
from voters.synthetic.draws import draws

PROCESSES = 2
LAST_REPORT = dt.time(22, 30)
# Phone, upload, day, moment (in the area's zone).
Job = tuple[Phone, Upload, dt.date, dt.datetime]


def replay(
    phones: Sequence[Phone],
    plans: Sequence[Sequence[Upload]],
    *,
    first_day: dt.date,
    zone: str,
    now: dt.datetime,
    resume_at: int,
    told: Callable[[int, dt.date, int], None],
) -> None:
    """Send every planned upload at its day and minute, and report every evening, from day number `resume_at` on.

    `told` hears of each day: its number, the day, the results received.
    """
    midnight = clock.day_start(first_day, zone)
    today = clock.local_day(now, zone)
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        for number in range(resume_at, (today - first_day).days + 1):
            day = first_day + dt.timedelta(days=number)
            jobs: list[Job] = [
                (
                    phone,
                    one,
                    day,
                    min(midnight + dt.timedelta(days=number, minutes=one.minute), now.astimezone(clock.ZONES[zone])),
                )
                for phone, uploads in zip(phones, plans, strict=True)
                for one in uploads
                if one.day == number
            ]
            accepted = sum(pool.map(_send, sorted(jobs, key=lambda job: job[3]), chunksize=8))
            evening = clock.day_start(day, zone).replace(hour=LAST_REPORT.hour, minute=LAST_REPORT.minute)
            roll_up(now=min(evening, now))
            told(number, day, accepted)


def _send(job: Job) -> int:
    phone, one, day, at = job
    device = devices.identify(phone.token)
    if device is None:
        raise LookupError(f"Phone {phone.number} is not known here any more.")
    with territory(device.kabkota_id):
        tps = served_tps(device, phone.tps)
        voters: dict[str, Any] = list_of(tps) if tps else {"voters": [], "codes": []}
    rows = [row for row in voters["voters"] if row["listed"]]
    done = sum(row["code"] is not None for row in rows)
    open_rows = [row for row in rows if row["code"] is None][: max(round(one.share * len(rows)) - done, 1)]
    codes = [code["code"] for code in voters["codes"]]
    begin, end = working_hours(day, at)
    events = visits(open_rows, begin, end, codes, draws(phone.number, "visits", day.isoformat()))
    body = upload(phone.tps, events, at, recorded=done + len(events), waiting=0, failed=0)
    return len(receive_batch(body, device=device, now=at).answers)
