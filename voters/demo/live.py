"""The simulated phones of the demonstration: real HTTP against the device API, at human pace.

Each phone downloads its list, "visits" doors, keeps the results in its queue on disk and sends them now and then; more
in the evening. Some never sync, some send everything twice, some have a wrong clock. Only the API is used: the server's
time and data are out of reach.
"""

import datetime as dt
import heapq
import random
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from voters.demo.people import Phone
from voters.demo.visits import APP_VERSION, visits
from voters.sync import client
from voters.sync.client_http import HttpTransport, NoAnswer, Refused, Reply, Transport
from voters.sync.client_queue import Queue
from voters.sync.client_uploads import Run
from voters.synthetic.draws import draws

NEVER, TWICE, WRONG_CLOCK = 0.08, 0.10, 0.05
# Minutes between two uploads of one phone: after an evening, a working and a night hour.
EVENING, DAYTIME, NIGHT = 6.0, 12.0, 40.0
FIRST_WITHIN_MINUTES = 12.0
DOORS_PER_OUTING = (6, 40)


class Twice:
    """Sends every upload a second time, as a phone does that misses the answers."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """The answer to the second one."""
        if path == "/api/v1/batches":
            self._transport(method, path, headers, body)
        return self._transport(method, path, headers, body)


@dataclass
class LivePhone:
    """A phone switched on: its half of the protocol, its clock's fault, and the doors it has left to visit."""

    number: int
    tps: UUID
    client: client.Phone
    line: HttpTransport
    draw: random.Random
    clock_offset: dt.timedelta
    remaining: list[dict[str, Any]] | None = None

    @property
    def is_done(self) -> bool:
        """Nobody left to visit, and everything answered."""
        return self.remaining == [] and not self.client.queue.counts().waiting


def switched_on(phone: Phone, base_url: str, place: Path) -> LivePhone | None:
    """The phone with its habits and its queue in `place`, or None for one that is never switched on."""
    draw = draws(phone.number, "habits")
    if draw.random() < NEVER:
        return None
    twice = draw.random() < TWICE
    wrong = draw.random() < WRONG_CLOCK
    offset = dt.timedelta(minutes=draw.choice([-190, -45, 30, 1440])) if wrong else dt.timedelta()
    line = HttpTransport(base_url, timeout=20)
    half = client.Phone(
        Queue(place / f"phone-{phone.number}.db"),
        Twice(line) if twice else line,
        token=phone.token,
        app_version=APP_VERSION,
        clock=lambda: dt.datetime.now(dt.UTC) + offset,
    )
    return LivePhone(phone.number, phone.tps, half, line, draw, offset)


def run(base_url: str, phones: Sequence[Phone], *, place: Path, pace: float, told: Callable[[str], None]) -> None:
    """Simulate until stopped. `pace` 2.0 is twice as fast as life; `place` keeps the phones' queues."""
    place.mkdir(parents=True, exist_ok=True)
    draw = random.Random()  # noqa: S311  # when the next phone syncs is no secret
    awake = [live for phone in phones if (live := switched_on(phone, base_url, place))]
    agenda = [(time.monotonic() + draw.uniform(3, 60 * FIRST_WITHIN_MINUTES) / pace, n) for n in range(len(awake))]
    heapq.heapify(agenda)
    while agenda:
        due, number = heapq.heappop(agenda)
        time.sleep(max(due - time.monotonic(), 0))
        told(f"phone {awake[number].number}: {outing(awake[number])}")
        if not awake[number].is_done:
            pause = draw.expovariate(1 / _mean_minutes(dt.datetime.now().astimezone().hour)) * 60 / pace
            heapq.heappush(agenda, (time.monotonic() + pause, number))
    told("everybody is visited, and everything answered")
    # The demonstration takes a process that ends for one that broke.
    signal.pause()


def _mean_minutes(hour: int) -> float:
    if 18 <= hour < 22:
        return EVENING
    return DAYTIME if 7 <= hour < 18 else NIGHT


def outing(live: LivePhone) -> str:
    """Visit some doors, send what waits, and say what became of it. The first time begins with the list."""
    if live.remaining is None:
        try:
            live.client.download(live.tps)
        except (NoAnswer, Refused) as failure:
            live.line.close()
            return f"no list yet ({failure})"
        found = live.client.list_of(live.tps) or {"voters": []}
        live.remaining = [one for one in found["voters"] if one["listed"] and not (one["code"] or one["waiting"])]
    doors = live.remaining[: live.draw.randint(*DOORS_PER_OUTING)]
    _visit(live, doors)
    live.remaining = live.remaining[len(doors) :]
    done = _sync(live)
    answers = ", ".join(f"{number} {status}" for status, number in sorted(done.answers.items()))
    waiting = live.client.queue.counts().waiting
    return f"{len(doors)} doors; {answers or 'no answers'}; {waiting} waiting {done.stopped}".rstrip()


def _sync(live: LivePhone) -> Run:
    done = live.client.sync_once()
    if done.stopped and done.stopped != "no_answer":
        with suppress(NoAnswer, Refused):
            live.client.report_state()
    # Minutes pass until the next outing: a hundred idle connections would only keep the server busy.
    live.line.close()
    return done


def _visit(live: LivePhone, doors: Sequence[dict[str, Any]]) -> None:
    kept = live.client.list_of(live.tps)
    if kept is None or not doors:
        return
    now = dt.datetime.now(dt.UTC) + live.clock_offset
    codes = [one["code"] for one in kept["codes"]]
    begin = now - dt.timedelta(minutes=2 * len(doors) + 1)
    live.client.record(live.tps, *visits(doors, begin, now, codes, live.draw))
