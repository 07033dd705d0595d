"""Held results as phones leave them behind: through the door that phones use."""

import datetime as dt
import json
from uuid import uuid4

from tests.scene import NOW
from tests.voters.sync.events import said, upload
from voters.models import HeldEvent, SyncBatch
from voters.sync.receive import receive_batch
from voters.terms import HeldState

# Before the coklit of Pemilu 2024 began.
TOO_EARLY = dt.datetime(2023, 1, 5, 3, tzinfo=dt.UTC)


def send(scene, *events, device=None, tps=None, now=NOW, **envelope):
    """One upload; gives what is held of it, in the order of the events."""
    sent = upload((tps or scene.tps).pk, *events, sent_at=now.isoformat(), **envelope)
    receive_batch(sent, device=device or scene.device, now=now)
    batch = SyncBatch.objects.order_by("pk").last()
    return list(
        HeldEvent.objects.filter(kabkota_id=batch.kabkota_id, batch=batch, state=HeldState.WAITING).order_by("pk")
    )


def held_for_code(scene, voter=None, **kw):
    """A result whose code pantarlih may not set; a switch of KPU RI would let it in."""
    return send(scene, said("5", (voter or scene.voters[0]).pk), **kw)[0]


def held_correction(scene, voter, corrected, **fields):
    """A correction held because an unknown field stands beside it."""
    return send(scene, {**said("U", voter.pk, corrected=corrected, **fields), "salah": "x"})[0]


def held_new(scene, person, **fields):
    """A new voter held because of what `fields` say."""
    return send(scene, said("B", uuid4(), new=person, **fields))[0]


def late(scene, voter=None, code="0", **kw):
    """A result made before the first day."""
    at = TOO_EARLY.isoformat()
    return send(scene, said(code, (voter or scene.voters[0]).pk, at=at), **kw)[0]


def raw_of(held):
    """The event as the phone wrote it."""
    return json.loads(bytes(held.raw))
