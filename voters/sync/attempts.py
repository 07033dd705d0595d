"""Attempts that brought nothing in, so that "they did not try" and "we failed" are told apart.

Attempts that brought something in are `SyncBatch` rows. Nothing here ever disturbs an answer: what cannot be kept is
logged and left. A phone's `trouble` is what its last attempt failed of, `trouble_at` since when it is in trouble.
"""

import datetime as dt
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import Error, connection
from django.db.models import Case, F, Value, When

from coklit.clock import ZONES
from coklit.sqlfiles import sql
from voters.access import territory
from voters.models import Device, Region, SyncAttempt, SyncBatch
from voters.terms import AttemptOutcome, BatchState

logger = logging.getLogger(__name__)

# What the column holds; a phone may announce any size.
LARGEST_SIZE = 2**31 - 1
# A phone that was out of reach for days tries hundreds of times: so many say it as well.
NO_ANSWER_AT_MOST = 50


@dataclass(frozen=True)
class Hour:
    """What phones tried in the hour that began at `hour`, local time.

    `answered` uploads came in (applied or stored); `p50` and `p95` of the server's time for them in ms, None where no
    upload was timed; `failed` counts the attempts that brought nothing in, by outcome. Nothing in either: they did not
    try, or have not told yet.
    """

    hour: dt.datetime
    answered: int
    p50: int | None
    p95: int | None
    failed: dict[AttemptOutcome, int]


def note(
    *,
    device: Device,
    outcome: AttemptOutcome,
    status: int,
    took_ms: int | None,
    size: int | None,
    now: dt.datetime,
) -> None:
    """Keep one failed attempt, and mark the phone. In a transaction of its own; never raises what the database says.

    `status` is the HTTP answer, `took_ms` the server's time until now, `size` the announced bytes. Attempts that
    `pressure.ask` refused are kept already.
    """
    with _undisturbed(device):
        SyncAttempt.objects.create(
            kabkota_id=device.kabkota_id,
            device=device,
            at=now,
            outcome=outcome,
            status=status,
            took_ms=took_ms,
            size=None if size is None else min(size, LARGEST_SIZE),
        )
        mark_trouble(device=device, outcome=outcome, now=now)


def mark_trouble(*, device: Device, outcome: AttemptOutcome, now: dt.datetime) -> None:
    """Note on the phone what its last attempt failed of. Call it inside a transaction.

    Another kind of trouble does not end the trouble: only an upload that comes in does.
    """
    since = Case(When(trouble="", then=Value(now)), default=F("trouble_at"))
    Device.objects.filter(kabkota_id=device.kabkota_id, pk=device.pk).update(trouble=outcome, trouble_at=since)


def no_answer(*, device: Device, attempts: int, now: dt.datetime) -> None:
    """Keep the attempts that, as the phone tells, got no answer: all before this one, which is number `attempts`.

    `attempts` counts as in the upload's envelope: 1 says that nothing was lost. One row each, without size, at the time
    of telling, as nobody knows more. A phone tells the same number again until it has an answer: only what exceeds the
    rows since its last upload that came in before `now` is added, up to 50.
    """
    lost = min(attempts - 1, NO_ANSWER_AT_MOST)
    if lost < 1:
        return
    with _undisturbed(device):
        # Two reports of one phone at once must not both add the same.
        Device.objects.select_for_update(no_key=True).get(kabkota_id=device.kabkota_id, pk=device.pk)
        SyncAttempt.objects.bulk_create(
            SyncAttempt(kabkota_id=device.kabkota_id, device=device, at=now, outcome=AttemptOutcome.NO_ANSWER, status=0)
            for _ in range(lost - _told_already(device, now))
        )


def _told_already(device: Device, now: dt.datetime) -> int:
    told = SyncAttempt.objects.filter(
        kabkota_id=device.kabkota_id, device=device, outcome=AttemptOutcome.NO_ANSWER, at__lte=now
    )
    uploads = SyncBatch.objects.filter(kabkota_id=device.kabkota_id, device=device, received_at__lt=now)
    last = uploads.exclude(state=BatchState.UNREADABLE).order_by("-received_at").values_list("received_at", flat=True)
    since = last.first()
    # Those told by that upload itself bear its moment: they came before it was answered.
    return (told.filter(at__gt=since) if since else told).count()


def hourly(*, kabkota: str, since: dt.datetime, until: dt.datetime) -> list[Hour]:
    """What the phones of a kab/kota tried from `since` until before `until`, every hour of its zone, oldest first.

    No page shows it yet.
    """
    zone = ZONES[Region.objects.values_list("zone", flat=True).get(code=kabkota)]
    with connection.cursor() as cursor:
        cursor.execute(
            sql("voters", "attempts_by_hour"), {"kabkota": kabkota, "zone": zone.key, "since": since, "until": until}
        )
        rows = cursor.fetchall()
    return [
        Hour(hour.astimezone(zone), answered, p50, p95, _by_outcome(json.loads(failed)))
        for hour, answered, p50, p95, failed in rows
    ]


def _by_outcome(numbers: dict[str, int]) -> dict[AttemptOutcome, int]:
    return {AttemptOutcome(outcome): number for outcome, number in numbers.items()}


@contextmanager
def _undisturbed(device: Device) -> Iterator[None]:
    try:
        with territory(device.kabkota_id):
            yield
    except Error as error:
        # Its kind, not its text: the database quotes rows.
        logger.warning("An attempt of device %s is not on record: %s", device.pk, type(error).__name__)
