"""What a pantarlih's page shows. Comes in: a confirmed device, inside its territory. Out goes one typed value; nothing
is written, and the number of queries is the same for one TPS and for many.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from coklit import clock
from coklit.sqlfiles import sql
from voters import declarations, elections, notices
from voters.declarations import Declared, OpenDays
from voters.models import Assignment, Device, HeldEvent, Notice, Pantarlih, SyncBatch, Tps
from voters.offices import pps_of
from voters.terms import BatchState, HeldState


@dataclass(frozen=True)
class CameIn:
    """What stands on the server of one TPS: listed voters, those of them with a result, new voters."""

    listed: int = 0
    done: int = 0
    baru: int = 0


@dataclass(frozen=True)
class OwnTps:
    """One TPS that the pantarlih serves now."""

    tps: Tps
    came_in: CameIn
    declared: Declared

    @property
    def declared_too_much(self) -> bool:
        """More visited voters declared than the list has: something was counted twice."""
        return self.declared.total.done > self.came_in.listed


@dataclass(frozen=True)
class Contact:
    """Somebody of the PPS. `dialled` has digits and a leading plus at most; `whatsapp` is the international number."""

    name: str
    phone: str

    @property
    def dialled(self) -> str:
        """For a `tel:` address."""
        return re.sub(r"(?!^\+)\D", "", self.phone.strip())

    @property
    def whatsapp(self) -> str:
        """For an address at wa.me: 0812… is 62812…; empty for what is not a mobile number of Indonesia."""
        digits = re.sub(r"\D", "", self.phone)
        digits = "62" + digits[1:] if digits.startswith("0") else digits
        return digits if re.fullmatch(r"628\d{7,12}", digits) else ""


@dataclass(frozen=True)
class PhonePage:
    """Everything on the page. `stored` uploads wait to be applied, `held` results wait for the PPS."""

    own: list[OwnTps]
    days: OpenDays
    notices: list[Notice]
    contacts: list[Contact]
    stored: int
    held: int


def page_of(device: Device, now: dt.datetime) -> PhonePage:
    """The page of the device's pantarlih. Nine queries."""
    kabkota, pantarlih = device.kabkota_id, device.pantarlih
    tps = _served(pantarlih)
    keys = [one.pk for one in tps]
    came_in = _came_in(kabkota, keys)
    declared = declarations.declared(kabkota=kabkota, tps=keys)
    stored = SyncBatch.objects.filter(
        kabkota_id=kabkota, device__pantarlih=pantarlih.pk, device__kabkota_id=kabkota, state=BatchState.STORED
    )
    held = HeldEvent.objects.filter(kabkota_id=kabkota, pantarlih=pantarlih.pk, state=HeldState.WAITING)
    return PhonePage(
        own=[OwnTps(one, came_in.get(one.pk, CameIn()), declared[one.pk]) for one in tps],
        days=declarations.open_days(elections.coklit_days(pantarlih.election_id, pantarlih.kelurahan_id), now),
        notices=notices.notices_for_all(kabkota=kabkota, tps=tps),
        contacts=contacts_of(pantarlih, now),
        stored=stored.count(),
        held=held.count(),
    )


def contacts_of(pantarlih: Pantarlih, now: dt.datetime) -> list[Contact]:
    """The members of the pantarlih's PPS who are in office today. One query."""
    today = clock.local_day(now, pantarlih.kelurahan.zone)
    found = [Contact(str(one.user), one.user.phone) for one in pps_of([pantarlih.kelurahan_id], today)]
    return list(dict.fromkeys(found))


def _served(pantarlih: Pantarlih) -> list[Tps]:
    assignments = Assignment.objects.filter(
        kabkota_id=pantarlih.kabkota_id, pantarlih=pantarlih, to_day__isnull=True
    ).select_related("tps__kelurahan")
    return [one.tps for one in assignments.order_by("tps__kelurahan_id", "tps__number")]


def _came_in(kabkota: str, tps: Sequence[UUID]) -> dict[UUID, CameIn]:
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "count_own_tps"), {"kabkota": kabkota, "tps": list(tps)})
        return {key: CameIn(*counts) for key, *counts in cursor.fetchall()}
