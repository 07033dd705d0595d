"""Codes are not to be guessed: who sends unknown ones waits. Counted in Valkey; without it nothing is limited.

Every door that exchanges a code calls this `exchange`, not the verb itself.
"""

import datetime as dt

import redis
from django.conf import settings
from django.http import HttpRequest

from voters import enrolment
from voters.enrolment import CodeRefused, Enrolled
from voters.sync.valkey import ask_valkey

# Unknown codes a minute for one kab/kota from one address: a training room behind one router mistypes fewer.
LIMIT = 30
SECONDS = 60
# The HTTP answer of each refusal. 404 and 410: another call with this code is answered the same; 400: no code at all.
STATUS = {
    "unreadable": 400,
    "code_unknown": 404,
    "code_used": 410,
    "code_expired": 410,
    "code_withdrawn": 410,
}


class TooManyGuesses(Exception):
    """No code is looked at now; come again after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Wait {seconds} seconds.")
        self.seconds = seconds


def exchange(request: HttpRequest, code: str, *, now: dt.datetime, app_version: str = "") -> Enrolled:
    """`enrolment.exchange` for a caller on the net. Raises CodeRefused, or TooManyGuesses."""
    minute, gone = divmod(int(now.timestamp()), SECONDS)
    key = f"coklit:guesses:{enrolment.kabkota_of(code)}:{address_of(request)}:{minute}"
    if _counted(key) >= LIMIT:
        raise TooManyGuesses(SECONDS - gone)
    try:
        return enrolment.exchange(code, now=now, app_version=app_version)
    except CodeRefused as refused:
        # The other reasons are for real codes: whoever has one did not guess.
        if refused.code == "code_unknown":
            _count(key)
        raise


def address_of(request: HttpRequest) -> str:
    """The caller's address: behind a proxy the last one it names, as only that one is its own word."""
    if settings.BEHIND_PROXY:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _counted(key: str) -> int:
    return ask_valkey(lambda valkey: int(str(valkey.get(key) or 0)), otherwise=0)


def _count(key: str) -> None:
    def counted(valkey: redis.Redis) -> None:
        both = valkey.pipeline()
        both.incr(key)
        both.expire(key, 2 * SECONDS)
        both.execute()

    ask_valkey(counted, otherwise=None)
