"""Brings the past of the demonstration about: every earlier upload goes through the phones' own verb, day by day.

In come phones and their plans; afterwards ledger, results and the report of each evening stand as if the days had been.
It writes no result and no count itself. Two processes share a day's uploads; the day's recount waits for both.
"""

import datetime as dt
import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections

from coklit import clock
from reports.rollup import roll_up
from voters.access import territory, within
from voters.demo.history import Upload, working_hours
from voters.demo.people import Phone
from voters.demo.visits import upload, visits
from voters.elections import codes_for
from voters.models import Device, Election, Voter
from voters.sync.receive import receive_batch
from voters.synthetic.draws import draws
from voters.terms import Setter, StageKind

PROCESSES = 2
LAST_REPORT = dt.time(22, 30)
Row = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """One upload to be sent: voters `begin` to `end` of the phone's part of the list, at a moment in local time."""

    phone: Phone
    day: dt.date
    at: dt.datetime
    begin: int
    end: int


@dataclass(frozen=True)
class Scene:
    """What the phones hold: each one's part of its TPS' list, its device, and the codes it may set."""

    parts: list[list[Row]]
    devices: dict[UUID, Device]
    codes: list[str]


def replay(
    election: Election,
    area: str,
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

    `told` hears of each day: its number, the day, the results answered.
    """
    scene = _scene(election, area, phones)
    days = _jobs(phones, plans, scene, first_day, zone, now)
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(PROCESSES, _take_part, (scene,)) as pool:
        for number, jobs in enumerate(days):
            if number < resume_at:
                continue
            day = first_day + dt.timedelta(days=number)
            answered = sum(pool.map(_send, jobs, chunksize=8))
            evening = clock.day_start(day, zone).replace(hour=LAST_REPORT.hour, minute=LAST_REPORT.minute)
            roll_up(now=min(evening, now))
            told(number, day, answered)


def _scene(election: Election, area: str, phones: Sequence[Phone]) -> Scene:
    fields = ("id", "nik", "nkk", "birth_place", "address", "rt", "rw")
    lists: dict[UUID, list[Row]] = {}
    with territory(area):
        listed = Voter.objects.filter(within(area[:5], "kabkota_id"), election=election, listed=True)
        for row in listed.order_by("tps_id", "rw", "rt", "nkk", "name").values("tps_id", *fields).iterator():
            lists.setdefault(row.pop("tps_id"), []).append(row)
        held = Device.objects.filter(within(area[:5], "kabkota_id"), revoked_at__isnull=True).select_related(
            "pantarlih"
        )
        devices = {device.pantarlih_id: device for device in held}
    sharing: dict[UUID, list[int]] = {}
    for phone in phones:
        sharing.setdefault(phone.tps, []).append(phone.number)
    # Two pantarlih of one TPS go by turns from door to door.
    parts = [
        lists.get(phone.tps, [])[sharing[phone.tps].index(phone.number) :: len(sharing[phone.tps])] for phone in phones
    ]
    return Scene(parts, devices, list(codes_for(election, StageKind.COKLIT, Setter.PANTARLIH)))


def _jobs(
    phones: Sequence[Phone],
    plans: Sequence[Sequence[Upload]],
    scene: Scene,
    first_day: dt.date,
    zone: str,
    now: dt.datetime,
) -> list[list[Job]]:
    """The jobs of each day since `first_day`, in the order of their moments."""
    last = (clock.local_day(now, zone) - first_day).days
    days: list[list[Job]] = [[] for _ in range(last + 1)]
    for phone, uploads in zip(phones, plans, strict=True):
        begin, rows = 0, len(scene.parts[phone.number])
        for one in uploads:
            day = first_day + dt.timedelta(days=one.day)
            at = min(clock.day_start(day, zone) + dt.timedelta(minutes=one.minute), now.astimezone(clock.ZONES[zone]))
            end = min(max(round(one.share * rows), begin + 1), rows)
            days[one.day].append(Job(phone, day, at, begin, end))
            begin = end
    return [sorted(jobs, key=lambda job: job.at) for jobs in days]


_scene_of_this_process: Scene


def _take_part(scene: Scene) -> None:
    global _scene_of_this_process  # a pool's process is given its scene once, at its start
    _scene_of_this_process = scene


def _send(job: Job) -> int:
    scene, number = _scene_of_this_process, job.phone.number
    begin, end = working_hours(job.day, job.at)
    doors = scene.parts[number][job.begin : job.end]
    events = visits(doors, begin, end, scene.codes, draws(number, "visits", job.day.isoformat()))
    body = upload(job.phone.tps, events, job.at, recorded=job.end, waiting=len(events), failed=0)
    return len(receive_batch(body, device=scene.devices[job.phone.pantarlih], now=job.at).answers)
