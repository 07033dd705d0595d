"""Where a run stands, for whoever looks: kept in Valkey, as the run's own transaction is open until its end.

Without Valkey the state of the import is all that can be shown.
"""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec

from voters.intake.kind import Cancelled, Progress
from voters.sync.valkey import ask_valkey

SECONDS_KEPT = 24 * 3600
# A kind tells often; so seldom is it written, and so seldom is it asked whether somebody cancelled.
SECONDS_BETWEEN_NOTES = 0.5
SECONDS_BETWEEN_QUESTIONS = 1.0


class Standing(msgspec.Struct, frozen=True):
    """A step with what is done of it. `rate` is in units a second since the step began; `at` seconds since 1970."""

    step: str
    done: int
    total: int
    unit: str
    rate: float
    at: float

    @property
    def seconds_left(self) -> int | None:
        """Of this step; None where nobody can know."""
        return round((self.total - self.done) / self.rate) if self.rate > 0 and self.total > self.done else None


def standing_of(import_id: UUID) -> Standing | None:
    """What was told last; None for nothing yet, and without Valkey."""
    told: Any = ask_valkey(lambda valkey: valkey.get(_key(import_id)), otherwise=None)
    return msgspec.json.decode(told, type=Standing) if told else None


def forget(import_id: UUID) -> None:
    """The run is over."""
    ask_valkey(lambda valkey: valkey.delete(_key(import_id)), otherwise=None)


class Teller:
    """`Job.tell` of one run: notes where it stands, and stops it where `cancelled()` says so."""

    def __init__(self, import_id: UUID, cancelled: Callable[[], bool], watch: Callable[[Progress], None]) -> None:
        self._import = import_id
        self._watch = watch
        self._cancelled = cancelled
        self._step = ""
        self._began = self._noted = self._asked = 0.0

    def __call__(self, progress: Progress) -> None:
        """Raises Cancelled."""
        now = time.monotonic()
        if now - self._asked >= SECONDS_BETWEEN_QUESTIONS:
            self._asked = now
            if self._cancelled():
                raise Cancelled
        if progress.step != self._step:
            self._step, self._began = progress.step, now
        elif now - self._noted < SECONDS_BETWEEN_NOTES:
            return
        self._noted = now
        self._watch(progress)
        spent = now - self._began
        standing = Standing(
            step=progress.step,
            done=progress.done,
            total=progress.total,
            unit=progress.unit,
            rate=progress.done / spent if spent > 0 else 0.0,
            at=time.time(),
        )
        text = msgspec.json.encode(standing)
        ask_valkey(lambda valkey: valkey.set(_key(self._import), text, ex=SECONDS_KEPT), otherwise=None)


def _key(import_id: UUID) -> str:
    return f"coklit:import:{import_id}"
