"""Phones of a proof in one process, each with the real client and its queue on disk; may be killed and started again.

In comes a file that says which phones and what they do; it ends with 0 when every event has its answer. It talks HTTP
only and never looks at the server's data.
"""

import contextlib
import datetime as dt
import random
import sqlite3
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from bench.proofs.work import Work
from voters.sync.client import FOR_THE_PERSON, Phone
from voters.sync.client_http import HttpTransport, NoAnswer, Refused, Reply
from voters.sync.client_queue import Queue

# Of all requests: lost on the way there, broken off half-way, answered into a dead network.
LOST, BROKEN_OFF, UNHEARD = 0.02, 0.01, 0.03
# A few clocks are wrong, as in life; within the days of coklit all the same.
_CLOCKS = [0] * 8 + [-190, 30]
_TIMEOUT = 20.0
_NAP = (0.1, 2.0)


@dataclass(frozen=True)
class Member:
    """A phone of the crew."""

    number: int
    tps: str
    token: str


@dataclass(frozen=True)
class Orders:
    """What a crew does: `events` for each phone. `began` is by the monotonic clock, which all processes share."""

    url: str
    place: str
    seed: int
    events: int
    seconds: float
    began: float
    crew: list[Member]


class BadLine:
    """The way to the server over a bad network."""

    def __init__(self, url: str, draw: random.Random) -> None:
        self._line, self._draw = HttpTransport(url, timeout=_TIMEOUT), draw
        self._address = urlsplit(url).netloc

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """As in Transport, but for what the network does."""
        chance = self._draw.random()
        if chance < LOST:
            raise NoAnswer("Lost")
        if chance < LOST + BROKEN_OFF and body:
            self._send_half(method, path, headers, body)
        reply = self._line(method, path, headers, body)
        if chance > 1 - UNHEARD:
            raise NoAnswer("Unheard")
        return reply

    def _send_half(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> None:
        half = HTTPConnection(self._address, timeout=_TIMEOUT)
        with contextlib.suppress(OSError, HTTPException):
            half.putrequest(method, path)
            for name, value in headers.items():
                half.putheader(name, value)
            half.endheaders(body[: len(body) // 2])
        half.close()
        raise NoAnswer("BrokenOff")


def queue_file(place: Path, number: int) -> Path:
    """Where a phone keeps its queue."""
    return place / f"phone-{number}.db"


def main() -> None:
    """Run the crew of the orders file to its end."""
    orders = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Orders)
    with ThreadPoolExecutor(len(orders.crew)) as threads:
        for ended in [threads.submit(_live, orders, member) for member in orders.crew]:
            ended.result()


def _live(orders: Orders, member: Member) -> None:
    """Record what is due, send it, and go on until everything is recorded and answered."""
    # Another draw after each start: a phone that was killed does not meet the same network again.
    draw = random.Random()
    offset = dt.timedelta(minutes=_CLOCKS[member.number % len(_CLOCKS)])
    file = queue_file(Path(orders.place), member.number)
    queue = Queue(file)
    phone = Phone(
        queue,
        BadLine(orders.url, draw),
        token=member.token,
        app_version="bukti 1",
        clock=lambda: dt.datetime.now(dt.UTC) + offset,
    )
    work = Work(orders.seed, member.number, orders.events, orders.seconds)
    _with_list(phone, member.tps)
    while True:
        recorded, due = queue.counts().recorded, work.due(time.monotonic() - orders.began)
        if due > recorded:
            _record(phone, member, work, range(recorded, due), file)
        run = phone.sync_once()
        if run.stopped in FOR_THE_PERSON or run.not_ours:
            raise RuntimeError(f"Phone {member.number} was turned away: {run}")
        if due == orders.events and not queue.counts().waiting:
            return
        time.sleep(min(max(run.wait, _NAP[0]), _NAP[1]) * draw.uniform(0.8, 1.2))


def _record(phone: Phone, member: Member, work: Work, numbers: range, file: Path) -> None:
    """Keep these events in one piece: how many there are tells a restarted phone where it was. Then damage a few."""
    kept = phone.list_of(member.tps) or {"voters": []}
    # In an order that stays, whatever is downloaded meanwhile.
    voters = sorted((one for one in kept["voters"] if one["listed"]), key=lambda one: str(one["id"]))
    ids = phone.record(member.tps, *[work.event(number, voters) for number in numbers])
    with contextlib.closing(sqlite3.connect(file, timeout=_TIMEOUT)) as disk, disk:
        for number, own in zip(numbers, ids, strict=True):
            if work.is_damaged(number):
                disk.execute("UPDATE event SET body = substr(body, 1, length(body) - 1) WHERE id = ?", [own])


def _with_list(phone: Phone, tps: str) -> None:
    """Download the list; a phone that is started again has it already."""
    while phone.list_of(tps) is None:
        try:
            phone.download(tps)
        except (NoAnswer, Refused) as failure:
            time.sleep(max(getattr(failure, "retry_after", 0.0), _NAP[1]))


if __name__ == "__main__":
    main()
