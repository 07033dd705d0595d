"""Calls of one phone: its token goes along, failures are counted on disk, and the wait after each grows.

In come requests of the protocol; out come the objects of successes. A call is made once, never twice by itself.
"""

import datetime as dt
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from voters.sync.client_http import NoAnswer, Refused, Transport, retry_after, said
from voters.sync.client_queue import Queue

LONGEST_WAIT = 600.0
_TICK = 0.001


@dataclass(frozen=True)
class Answer:
    """A success: its object, the ETag, and the seconds after which to ask again; `told` is empty for 304."""

    told: dict[str, Any]
    etag: str
    retry_after: float


class Calls:
    """The phone's way to the server; `clock` is the phone's own, `draw` what chance is drawn from."""

    def __init__(
        self, queue: Queue, transport: Transport, *, clock: Callable[[], dt.datetime], draw: random.Random
    ) -> None:
        self._queue, self._transport, self._clock, self._draw = queue, transport, clock, draw

    def ask(
        self,
        method: str,
        path: str,
        typed: Callable[[Mapping[str, Any]], bool],
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        with_token: bool = True,
    ) -> Answer:
        """One call; `typed` knows the object of a success. Raises Refused and NoAnswer."""
        all_headers = {"Accept": "application/json", **(headers or {})}
        if with_token:
            all_headers["Authorization"] = f"Bearer {self._queue.fact('token', '')}"
        if body is not None:
            all_headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        # Counted first: the phone may be switched off before it knows.
        self._queue.remember(no_answer=self._queue.fact("no_answer", 0) + 1)
        reply = self._transport(method, path, all_headers, body)
        try:
            told = said(reply)
            if not (typed(told) if told else "If-None-Match" in all_headers):
                raise NoAnswer("NotTyped")
        except Refused:
            self._queue.remember(no_answer=0)
            raise
        self._queue.remember(no_answer=0)
        return Answer(told, reply.headers.get("etag", ""), retry_after(reply))

    def now(self) -> dt.datetime:
        """The phone's clock."""
        return self._clock()

    def left(self, since: float, wait: float) -> float:
        """Seconds of a wait that are still to pass. A clock that was put back ends it, or it might never end."""
        passed = self._clock().timestamp() - since
        # What is less than a clock's tick could be slept for ever.
        return wait - passed if 0 <= passed < wait - _TICK else 0.0

    def wait_left(self) -> tuple[float, str]:
        """Seconds until the next run may begin, and what stopped the last one."""
        since, wait, stopped = self._queue.fact("wait", (0.0, 0.0, ""))
        return self.left(since, wait), stopped

    def wait_after(self, failure: NoAnswer | Refused) -> tuple[float, str]:
        """Note a failure; returns how long to wait, in seconds, and its name: code, HTTP status, or `no_answer`."""
        if isinstance(failure, NoAnswer):
            return self.wait_longer("no_answer"), "no_answer"
        name = failure.error or str(failure.status)
        return self.wait_longer(name, failure.retry_after), name

    def wait_longer(self, stopped: str, at_least: float = 0.0) -> float:
        """A random part of 2, 4, 8 … seconds, longer after each failure, and what the server asked for at least."""
        failures = self._queue.fact("failures", 0) + 1
        wait = max(at_least, self._draw.uniform(0, min(LONGEST_WAIT, 2.0 ** min(failures, 10))))
        self._queue.remember(failures=failures, wait=(self._clock().timestamp(), wait, stopped))
        return wait

    def went_well(self) -> None:
        """The server took something: the next failure is a first one again."""
        if self._queue.fact("failures", 0):
            self._queue.remember(failures=0, wait=(0.0, 0.0, ""))


def as_json(content: Mapping[str, Any]) -> bytes:
    """Compact JSON in ASCII; UUIDs, days and moments as the protocol writes them."""
    return json.dumps(content, separators=(",", ":"), default=_as_text).encode()


def _as_text(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dt.date):  # a moment is a date as well
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON.")
