"""The simulated phones of the demonstration: real HTTP against the device API, at human pace.

Each phone downloads its list, "visits" doors and uploads now and then; more in the evening. Some never sync, some send
everything twice, some have a wrong clock. Only the API is used: the server's time and data are out of reach.
"""

import datetime as dt
import heapq
import http.client
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from voters.demo.people import Phone
from voters.demo.visits import upload, visits
from voters.synthetic.draws import draws

NEVER, TWICE, WRONG_CLOCK = 0.08, 0.10, 0.05
# Minutes between two uploads of one phone: after an evening, a working and a night hour.
EVENING, DAYTIME, NIGHT = 6.0, 12.0, 40.0
FIRST_WITHIN_MINUTES = 12.0
DOORS_PER_UPLOAD = (6, 40)


@dataclass
class LivePhone:
    """A phone switched on: what it has left to visit, and its habits."""

    phone: Phone
    draw: random.Random
    twice: bool
    clock_offset: dt.timedelta
    remaining: list[dict[str, Any]] | None = None
    codes: list[str] = field(default_factory=list)
    recorded: int = 0


def habits(phone: Phone) -> LivePhone | None:
    """The phone with its habits, or None for one that is never switched on."""
    draw = draws(phone.number, "habits")
    if draw.random() < NEVER:
        return None
    twice = draw.random() < TWICE
    wrong = draw.random() < WRONG_CLOCK
    offset = dt.timedelta(minutes=draw.choice([-190, -45, 30, 1440])) if wrong else dt.timedelta()
    return LivePhone(phone, draw, twice, offset)


def run(base_url: str, phones: Sequence[Phone], *, pace: float, told: Callable[[str], None]) -> None:
    """Simulate until stopped. `pace` 2.0 is twice as fast as life."""
    draw = random.Random()  # noqa: S311  # when the next phone syncs is no secret
    awake = [live for phone in phones if (live := habits(phone))]
    agenda = [(time.monotonic() + draw.uniform(3, 60 * FIRST_WITHIN_MINUTES) / pace, n) for n in range(len(awake))]
    heapq.heapify(agenda)
    while agenda:
        due, number = heapq.heappop(agenda)
        time.sleep(max(due - time.monotonic(), 0))
        try:
            told(sync_once(base_url, awake[number]))
        except (OSError, http.client.HTTPException) as error:
            told(f"phone {awake[number].phone.number}: no answer ({type(error).__name__}), tries again later")
        if awake[number].remaining != []:
            pause = draw.expovariate(1 / _mean_minutes(dt.datetime.now().astimezone().hour)) * 60 / pace
            heapq.heappush(agenda, (time.monotonic() + pause, number))


def _mean_minutes(hour: int) -> float:
    if 18 <= hour < 22:
        return EVENING
    return DAYTIME if 7 <= hour < 18 else NIGHT


def sync_once(base_url: str, live: LivePhone) -> str:
    """Download on the first time, visit some doors, upload, and say what became of it."""
    phone = live.phone
    if live.remaining is None:
        status, got = _call(base_url, phone, "GET", f"/api/v1/tps/{phone.tps}/voters")
        if status != 200:
            return f"phone {phone.number}: download answered {status}"
        rows = [row for row in got["voters"] if row["listed"]]
        live.codes = [code["code"] for code in got["codes"]]
        live.remaining = [row for row in rows if row["code"] is None]
        live.recorded = len(rows) - len(live.remaining)
    doors = live.remaining[: live.draw.randint(*DOORS_PER_UPLOAD)]
    now = dt.datetime.now(dt.UTC) + live.clock_offset
    events = visits(doors, now - dt.timedelta(minutes=2 * len(doors) + 1), now, live.codes, live.draw)
    body = upload(phone.tps, events, now, recorded=live.recorded + len(events), waiting=len(events), failed=0)
    status, answer = _call(base_url, phone, "POST", "/api/v1/batches", body)
    if live.twice:
        status, answer = _call(base_url, phone, "POST", "/api/v1/batches", body)
    if status not in (200, 202):
        return f"phone {phone.number}: upload answered {status}"
    live.remaining = live.remaining[len(doors) :]
    live.recorded += len(events)
    return f"phone {phone.number}: {len(events)} results, {answer['status']}"


def _call(base_url: str, phone: Phone, method: str, path: str, body: bytes | None = None) -> tuple[int, Any]:
    parts = urlsplit(base_url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=20)
    try:
        headers = {"Authorization": f"Bearer {phone.token}", "Content-Type": "application/json"}
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        is_json = answer.headers.get_content_type() == "application/json"
        return answer.status, json.loads(content) if is_json else None
    finally:
        connection.close()
