"""Back-pressure: what happens to an upload, decided before its body is read.

In come the kab/kota, the phone and the size it announced; out comes whether the upload is applied at once, only stored,
or refused, and how long the phone shall wait. Tokens are counted in Valkey, one call for an upload (`pressure.lua`);
without Valkey nothing is limited, as a lost evening is worse than a slow one.
"""

import random
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal
from uuid import UUID

import redis
from django.conf import settings

from voters.placement import new_id
from voters.sync.valkey import ask_valkey
from voters.terms import AttemptOutcome

LIMITS = (AttemptOutcome.DEVICE_LIMIT, AttemptOutcome.KABKOTA_LIMIT, AttemptOutcome.SYSTEM_LIMIT)
# The HTTP answer of each limit: too many of one kind, or a server that has its hands full.
STATUS = {AttemptOutcome.DEVICE_LIMIT: 429, AttemptOutcome.KABKOTA_LIMIT: 429, AttemptOutcome.SYSTEM_LIMIT: 503}

# A wave this long passes unhindered: it is worked off before the first phone's patience (30 s) ends.
BURST_SECONDS = 3
# A phone may spend a minute's tokens at once: halving a bad upload down to one event takes about twenty calls in a row.
DEVICE_BURST_SECONDS = 60
LONGEST_WAIT = 900
# The random part comes on top of the wait and never reaches the end: nobody comes back with everybody else at 900 s.
JITTER = 0.5
_LONGEST_BEFORE_JITTER = LONGEST_WAIT / (1 + JITTER)
# Workers look for stored uploads this often (settings.CELERY_BEAT_SCHEDULE): asking sooner is in vain.
WORKERS_COME_EVERY = 30
BACKLOG_HOLDS_SECONDS = 3 * WORKERS_COME_EVERY
# About 10 MB of Valkey's memory.
REFUSED_AT_MOST = 100_000

_PREFIX = "coklit:sync:"
BACKLOG, REFUSED, DROPPED = (f"{_PREFIX}{name}" for name in ("backlog", "refused", "dropped"))
_NO_LIMIT = (0.0, 0.0)


@dataclass(frozen=True)
class Verdict:
    """What to do with an upload. `retry_after` is in seconds, 0 for "apply"; `limit` says who refused."""

    kind: Literal["apply", "store", "refuse"]
    retry_after: int = 0
    limit: AttemptOutcome | None = None


def ask(*, kabkota: str, device: UUID, size: int) -> Verdict:
    """Take this upload's tokens and say what to do with it. `size` is what the phone announced, in bytes.

    A refused upload is kept in a list in Valkey (`refused.keep_refused`), so that a refusal costs the
    database one look-up of the token.
    """
    limits = [_device_limit(), *(_limit(rate, BURST_SECONDS) for rate in _rates_per_second())]
    line = f"{new_id()} {kabkota} {device} {size}"
    return _decide(f"{_PREFIX}device:{device}", kabkota, limits, line, REFUSED_AT_MOST)


def ask_state(*, device: UUID) -> Verdict:
    """The same for a call that only tells how the phone is doing: it has the phone's limit alone, counted apart."""
    return _decide(f"{_PREFIX}state:{device}", "", [_device_limit(), _NO_LIMIT, _NO_LIMIT, _NO_LIMIT], "", 0)


def note_backlog(*, batches: int, per_second: float) -> None:
    """Keep how long the stored uploads will take, for `BACKLOG_HOLDS_SECONDS`: waiting phones wait for them as well."""
    seconds = min(batches / per_second, _LONGEST_BEFORE_JITTER) if per_second > 0 else 0
    ask_valkey(lambda valkey: valkey.set(BACKLOG, f"{seconds:.3f}", ex=BACKLOG_HOLDS_SECONDS), otherwise=None)


def wait_with_jitter(seconds: float, chance: float) -> int:
    """Whole seconds from 1 to 900: the wait and up to half of it more, as `chance` (0 to 1) says."""
    return max(1, round(min(seconds, _LONGEST_BEFORE_JITTER) * (1 + JITTER * chance)))


def _decide(phone: str, kabkota: str, limits: list[tuple[float, float]], line: str, bound: int) -> Verdict:
    if not any(rate for rate, _ in limits):
        return Verdict("apply")
    keys = [phone, f"{_PREFIX}kabkota:{kabkota}", f"{_PREFIX}system", f"{_PREFIX}apply", BACKLOG, REFUSED, DROPPED]
    values = [*(number for limit in limits for number in limit), _LONGEST_BEFORE_JITTER, bound, line]
    place, seconds = ask_valkey(lambda valkey: _script(valkey)(keys, values, valkey), otherwise=(0, "0"))
    if place == 0:
        return Verdict("apply")
    chance = random.random()  # noqa: S311  # spreads phones, guards nothing
    if place > len(LIMITS):
        return Verdict("store", wait_with_jitter(WORKERS_COME_EVERY + float(seconds), chance))
    return Verdict("refuse", wait_with_jitter(float(seconds), chance), LIMITS[place - 1])


def _device_limit() -> tuple[float, float]:
    return _limit(settings.SYNC_DEVICE_PER_MINUTE / 60, DEVICE_BURST_SECONDS)


def _rates_per_second() -> tuple[int, int, int]:
    return settings.SYNC_KABKOTA_PER_SECOND, settings.SYNC_SYSTEM_PER_SECOND, settings.SYNC_APPLY_PER_SECOND


def _limit(per_second: float, burst_seconds: float) -> tuple[float, float]:
    """Rate and burst of a bucket; a burst is one token at least, or nothing would ever pass."""
    return (per_second, max(1, per_second * burst_seconds)) if per_second > 0 else _NO_LIMIT


@cache
def _text() -> str:
    return (resources.files("voters.sync") / "pressure.lua").read_text(encoding="utf-8")


@cache
def _script(valkey: redis.Redis) -> Any:
    # EVALSHA; loaded anew where Valkey has forgotten it.
    return valkey.register_script(_text())
