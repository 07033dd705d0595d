"""`make soak`: an evening's uploads within minutes, coming when they come; what the server holds must not grow by them.

Phones arrive by a schedule that does not wait for answers: it rises, stays at its peak, and falls. Meanwhile memory,
sessions, sizes of answers and the backlog are looked at every few seconds. No duration is judged.
"""

import argparse
import random
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from bench.proofs import steadiness
from bench.proofs.crew import queue_file
from bench.proofs.installation import Installation
from bench.proofs.scene import prepared
from bench.proofs.steadiness import Sample, Watch
from bench.proofs.work import PER_OUTING, Work
from coklit.localservices.processes import ChildDied
from voters.demo import people
from voters.sync.client import FOR_THE_PERSON, Phone
from voters.sync.client_http import HttpTransport, Reply
from voters.sync.client_queue import Queue

# Of the time: until the peak is reached, and when it ends.
RISEN, FALLING = 0.3, 0.7
_LOOK_SECONDS = 5.0
_AT_ONCE = 48
_TIMEOUT = 60.0


@dataclass
class Line:
    """The way to the server; keeps how many bytes an answer had for each result, and when (monotonic clock)."""

    http: HttpTransport
    sizes: list[tuple[float, float]] = field(default_factory=list)

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """As in Transport."""
        reply = self.http(method, path, headers, body)
        if path == "/api/v1/batches" and reply.status == 200:
            self.sizes.append((time.monotonic(), len(reply.body) / len(msgspec.json.decode(reply.body)["results"])))
        return reply


@dataclass
class Pantarlih:
    """One person with a phone, who may be asked to send by several threads."""

    phone: Phone
    tps: str
    line: Line
    work: Work
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def come(self) -> None:
        """Record an outing's results and send them."""
        with self._turn:
            if self.phone.list_of(self.tps) is None:
                self.phone.download(self.tps)
            kept = self.phone.list_of(self.tps) or {"voters": []}
            voters = [one for one in kept["voters"] if one["listed"]]
            first = self.phone.queue.counts().recorded
            self.phone.record(self.tps, *[self.work.event(first + number, voters) for number in range(PER_OUTING)])
            run = self.phone.sync_once()
            self.line.http.close()
        if run.stopped in FOR_THE_PERSON or run.not_ours:
            raise RuntimeError(f"A phone was turned away: {run}")

    def finish(self) -> None:
        """Send until everything has its answer."""
        with self._turn:
            self.phone.sync_until_answered()
            self.line.http.close()


def holds(installation: Installation, options: argparse.Namespace) -> bool:
    """Whether nothing grew and nothing stayed open. `options` are phones, events, minutes and seed."""
    seconds = options.minutes * 60
    arrivals = scheduled(options.events // PER_OUTING, seconds, random.Random(options.seed))
    print(f"seed {options.seed}: {options.phones} phones, {len(arrivals)} uploads of {PER_OUTING} results", flush=True)
    phones = prepared(installation.place, options.phones)
    installation.serve()
    crowd = [_pantarlih(one, installation, options.seed) for one in phones]
    began = time.monotonic()
    samples = _evening(installation, crowd, arrivals, began)
    sizes = sorted((at - began, size) for one in crowd for at, size in one.line.sizes)
    wrong = steadiness.faults(samples, sizes, seconds)
    wrong += steadiness.left_open(installation)
    unanswered = sum(one.phone.queue.counts().waiting for one in crowd)
    wrong += [f"{unanswered} results without an answer"] if unanswered else []
    print(steadiness.table(samples, sizes, seconds))
    for sentence in wrong:
        print(f"WRONG  {sentence}")
    print(f"seed {options.seed}: {'BROKEN' if wrong else 'everything held'}", flush=True)
    return not wrong


def scheduled(number: int, seconds: float, draw: random.Random) -> list[float]:
    """Moments of so many arrivals: evenly more until RISEN, evenly fewer from FALLING on."""
    rising, peak, falling = RISEN / 2, FALLING - RISEN, (1 - FALLING) / 2
    shares = [rising, peak, falling]
    moments = []
    for part in draw.choices(("rising", "peak", "falling"), shares, k=number):
        if part == "rising":
            moments.append(RISEN * draw.random() ** 0.5)
        elif part == "peak":
            moments.append(draw.uniform(RISEN, FALLING))
        else:
            moments.append(1 - (1 - FALLING) * draw.random() ** 0.5)
    return sorted(moment * seconds for moment in moments)


def _pantarlih(one: people.Phone, installation: Installation, seed: int) -> Pantarlih:
    line = Line(HttpTransport(installation.base_url, timeout=_TIMEOUT))
    file: Path = queue_file(installation.place, one.number)
    phone = Phone(Queue(file), line, token=one.token, app_version="bukti 1")
    return Pantarlih(phone, str(one.tps), line, Work(seed, one.number, 0, 0))


def _evening(
    installation: Installation, crowd: Sequence[Pantarlih], arrivals: Sequence[float], began: float
) -> list[Sample]:
    """Everybody comes, and the rest is sent; what was seen meanwhile. `began` is by the monotonic clock."""
    next_look, samples = 0.0, []
    coming: list[Future[None]] = []
    with ThreadPoolExecutor(_AT_ONCE) as threads, Watch(installation, began) as watch:
        left = list(reversed(arrivals))
        while left or not all(one.done() for one in coming):
            elapsed = time.monotonic() - began
            while left and left[-1] <= elapsed:
                left.pop()
                coming.append(threads.submit(crowd[len(coming) % len(crowd)].come))
                if not left:
                    # Whoever was told to wait sends at the end; as one of the crowd, by its own waits.
                    coming += [threads.submit(one.finish) for one in crowd]
            if elapsed >= next_look:
                samples.append(watch.sample())
                next_look = elapsed + _LOOK_SECONDS
            _require_alive(installation)
            time.sleep(0.02)
        for one in coming:
            one.result()
        samples.append(watch.sample())
    return samples


def _require_alive(installation: Installation) -> None:
    for service in installation.services.values():
        if service.child.exit_code() is not None:
            raise ChildDied(service.child.obituary())
