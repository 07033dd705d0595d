"""What a phone gets: its TPS, and the list of one TPS with the full numbers of that TPS only."""

import datetime as dt
import hashlib
import re
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from coklit.clock import ZONES
from coklit.sqlfiles import sql
from voters.elections import codes_for, coklit_days
from voters.models import Assignment, Device, Notice, Tps
from voters.notices import notices_for
from voters.sync.payload import MAX_BYTES, MAX_EVENTS
from voters.sync.slots import next_sync_at
from voters.terms import Setter, StageKind

LIMITS = {"events": MAX_EVENTS, "bytes": MAX_BYTES}
MINIMUM_AGE = 17
_CURSOR = re.compile(r"1-([0-9]{1,18})")

_encoder = msgspec.json.Encoder()


def tps_of(device: Device) -> list[dict[str, Any]]:
    """The TPS that the device's pantarlih serves now: id, number, kelurahan, revision. One query."""
    return [
        {
            "id": a.tps.pk,
            "number": a.tps.number,
            "kelurahan": a.tps.kelurahan_id,
            "kelurahan_name": a.tps.kelurahan.name,
            "revision": a.tps.revision,
        }
        for a in _assigned(device).order_by("tps__kelurahan_id", "tps__number")
    ]


def own_tps(device: Device, *, now: dt.datetime) -> dict[str, Any]:
    """The answer to `GET /tps`: the TPS, the limits, and when to sync next."""
    return {"tps": tps_of(device), "limits": LIMITS, "next_sync_at": next_sync(device, now)}


def next_sync(device: Device, now: dt.datetime) -> dt.datetime:
    """This phone's next moment to sync, in the time zone of its pantarlih's kelurahan."""
    zone = device.pantarlih.kelurahan.zone
    return next_sync_at(device=device.pk, now=now, zone=zone).astimezone(ZONES[zone])


def served_tps(device: Device, tps: UUID) -> Tps | None:
    """The TPS, if the device's pantarlih serves it now."""
    found = _assigned(device).filter(tps=tps).first()
    return found.tps if found else None


def _assigned(device: Device) -> Any:
    return Assignment.objects.filter(
        kabkota_id=device.kabkota_id, pantarlih=device.pantarlih_id, to_day__isnull=True
    ).select_related("tps__kelurahan", "tps__election")


class TpsList:
    """The list of one TPS as a phone gets it; its voters are read only if they are asked for.

    `revision` was read before anything else: what is written meanwhile comes with the next download, never is missed.
    """

    def __init__(self, tps: Tps, *, next_sync: dt.datetime) -> None:
        self._tps = tps
        self._notices = notices_for(kabkota=tps.kabkota_id, tps=tps)
        self._head = {
            "tps": tps.pk,
            "codes": [
                {"code": c.code, "label": c.label, "proof": c.proof, "needs_pair": c.needs_pair}
                for c in codes_for(tps.election_id, StageKind.COKLIT, Setter.PANTARLIH).values()
            ],
            "rules": _rules(tps),
            "limits": LIMITS,
            "notices": [_notice(notice) for notice in self._notices],
        }
        self._next_sync = next_sync

    @property
    def etag(self) -> str:
        """Moves on with any change of the list, its results, the codes, the rules and the notes."""
        head = hashlib.blake2b(_encoder.encode(self._head), digest_size=8).hexdigest()
        return f'"{self._tps.revision}-{head}"'

    def content(self, after: str = "") -> dict[str, Any]:
        """The answer: what changed since the cursor `after`, or the whole list. One query."""
        since = self._since(after)
        rows = _voters(self._tps, since)
        return {
            **self._head,
            "revision": self._tps.revision,
            "cursor": f"1-{self._tps.revision}",
            "whole": since is None,
            "next_sync_at": self._next_sync,
            "voters": [row for row, gone in rows if not gone],
            "gone": [row["id"] for row, gone in rows if gone],
        }

    def _since(self, cursor: str) -> int | None:
        """The revision of a cursor that can be gone on from, else None: the list itself has changed since, or later."""
        found = _CURSOR.fullmatch(cursor)
        if found is None:
            return None
        since = int(found[1])
        return since if self._tps.list_revision <= since <= self._tps.revision else None


def _rules(tps: Tps) -> dict[str, Any]:
    days = coklit_days(tps.election_id, tps.kelurahan_id)
    return {
        "first_day": days.first_day,
        "last_day": days.last_day,
        "voting_day": tps.election.voting_day,
        "minimum_age": MINIMUM_AGE,
        "sealed": days.sealed_at is not None,
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {"id": notice.pk, "text": notice.text, "voter": notice.voter_id, "given_at": notice.given_at}


def _voters(tps: Tps, after: int | None) -> list[tuple[dict[str, Any], bool]]:
    """Rows as the protocol shows them, each with whether it was taken back."""
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "list_of_tps"), {"kabkota": tps.kabkota_id, "tps": tps.pk, "after": after})
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        # JSON as the database has it, put into the answer as it is.
        row["corrected"] = msgspec.Raw((row["corrected"] or "null").encode())
    return [(row, row.pop("gone")) for row in rows]
