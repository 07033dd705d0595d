"""Valkey as the phones' doors use it: a quick answer, or none.

A door must never wait for Valkey: short time-outs, no second try, and after a failure a pause in which this process
does not ask at all. What the caller does without an answer is the caller's business.
"""

import logging
import time
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import TypeVar

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

T = TypeVar("T")

TIMEOUT_SECONDS = 0.5
PAUSE_SECONDS = 5.0

# When each address may be asked again, by this process' monotonic clock.
_silent_until: dict[str, float] = {}
_lock = Lock()


def ask_valkey(question: Callable[[redis.Redis], T], *, otherwise: T) -> T:
    """What `question` gets from Valkey; `otherwise` where it is down, slow, full, or was so a moment ago."""
    address: str = settings.CACHES["default"]["LOCATION"]
    if time.monotonic() < _silent_until.get(address, 0):
        return otherwise
    try:
        return question(_client(address))
    except redis.RedisError as error:
        _pause(address, error)
        return otherwise


@cache
def _client(address: str) -> redis.Redis:
    # Made at the first question. Its pool begins anew in a forked process.
    return redis.Redis.from_url(
        address,
        decode_responses=True,
        socket_connect_timeout=TIMEOUT_SECONDS,
        socket_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def _pause(address: str, error: redis.RedisError) -> None:
    with _lock:
        now = time.monotonic()
        # Threads that waited for the same failure find the pause begun: one line for each pause.
        if now >= _silent_until.get(address, 0):
            _silent_until[address] = now + PAUSE_SECONDS
            # Its kind, not its text, which may quote the address and so the password.
            logger.warning("Valkey is not asked for %d s: %s. Syncing goes on.", PAUSE_SECONDS, type(error).__name__)
