"""Events and uploads, typed and as a phone writes them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.db import connections

from tests.scene import NOW
from voters.models import Pantarlih
from voters.sync.apply import Source
from voters.sync.payload import ResultEvent
from voters.terms import Door, Setter

PERSON = {
    "nkk": "6271990101105555",
    "nik": "6271994101805555",
    "name": "ORANG BARU",
    "birth_place": "PALANGKA RAYA",
    "birth_day": "1980-01-01",
    "sex": "P",
    "marital": "S",
    "address": "JALAN CONTOH",
    "rt": 1,
    "rw": 2,
    "disability": 0,
    "ktp_el": "S",
}


def said(code: str, voter: UUID | None = None, **fields: Any) -> dict[str, Any]:
    """One event as JSON values; `voter` left out is somebody new to the server."""
    event = {"id": str(uuid4()), "voter": str(voter or uuid4()), "code": code, "at": NOW.isoformat()}
    return {**event, **({"new": PERSON} if code == "B" else {}), **fields}


def event(code: str, voter: UUID | None = None, **fields: Any) -> ResultEvent:
    """One event, typed by the protocol's own reader."""
    return msgspec.json.decode(json.dumps(said(code, voter, **fields)), type=ResultEvent)


def upload(tps: UUID, *events: dict[str, Any], **fields: Any) -> bytes:
    """The bytes of one upload."""
    envelope = {"batch": str(uuid4()), "tps": str(tps), "sent_at": NOW.isoformat(), "events": list(events)}
    return json.dumps({**envelope, **fields}).encode()


def phone_of(scene: Any, pantarlih: Pantarlih | None = None) -> Source:
    """The phone of the scene's pantarlih, or of another one; without a batch."""
    return Source(Door.PHONE, Setter.PANTARLIH, pantarlih=(pantarlih or scene.pantarlih).pk)


def desk_of(scene: Any, setter: Setter = Setter.PPS) -> Source:
    """The scene's PPS at its form."""
    return Source(Door.PPS_FORM, setter, user=scene.pps)


@contextmanager
def refusing(check: str = "code <> '0'", table: str = "voters_coklitresult") -> Iterator[None]:
    """Makes the database itself refuse rows until the end of the block: a fault that no rule foresees.

    Needs real commits, and both roles' connections.
    """
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT broken CHECK ({check}) NOT VALID")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT broken")
