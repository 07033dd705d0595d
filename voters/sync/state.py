"""How a phone is doing, as it tells when nothing else gets through.

In come a few counts; afterwards they stand on the device, and attempts that got no answer are on record. It brings no
results, and never ends a phone's trouble: only an upload that comes in does.
"""

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta

from voters.access import territory
from voters.models import Device
from voters.sync.attempts import mark_trouble, no_answer
from voters.sync.payload import Counter, Unreadable
from voters.sync.timing import clock_offset
from voters.terms import AttemptOutcome


class State(msgspec.Struct, frozen=True):
    """The phone's clock, its app, its counts, and how many attempts got no answer since the last one that did."""

    sent_at: Annotated[dt.datetime, Meta(tz=True)]
    # PostgreSQL's text holds no NUL.
    app_version: Annotated[str, Meta(max_length=40, pattern=r"^[^\x00]*$")] = ""
    recorded: Counter | None = None
    waiting: Counter | None = None
    failed: Counter | None = None
    no_answer: Counter = 0


_states = msgspec.json.Decoder(State)


def read_state(body: bytes) -> State:
    """The typed state; raises Unreadable."""
    try:
        return _states.decode(body)
    except (msgspec.ValidationError, RecursionError) as error:
        reason, _, path = str(error).partition(" - at `$")
        raise Unreadable(reason, field=path.strip(".`")) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable("It is not JSON") from error


def note_state(state: State, *, device: Device, now: dt.datetime) -> None:
    """Keep what the phone tells. What it leaves out stays as it was told before."""
    told = {
        "app_version": state.app_version or None,
        "recorded": state.recorded,
        "waiting": state.waiting,
        "failed": state.failed,
        "clock_offset": clock_offset(state.sent_at, now),
    }
    with territory(device.kabkota_id):
        # Any contact counts as seen, so that a phone in trouble is not taken for one that is switched off.
        Device.objects.filter(kabkota_id=device.kabkota_id, pk=device.pk).update(
            seen_at=now, **{name: value for name, value in told.items() if value is not None}
        )
        if state.no_answer:
            mark_trouble(device=device, outcome=AttemptOutcome.NO_ANSWER, now=now)
    # This call is the attempt after the lost ones.
    no_answer(device=device, attempts=state.no_answer + 1, now=now)
