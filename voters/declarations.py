"""What a pantarlih declares as done, beside the results that came in. Comes in: the counts of one day in one own TPS.
Afterwards they stand in place of those that were declared for this day before, with their trail. They change no result
and no figure, and are never refused for being more than the list: the page warns instead.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coklit import clock
from voters import elections, trail
from voters.elections import CoklitDays
from voters.models import Assignment, Declaration, Device, Tps
from voters.terms import DeclaredBy

MAX_COUNT = 2000


class DeclarationRefused(ValueError):
    """The counts break a rule. `code` is stable, the text says why and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class DeclaredCounts:
    """Numbers of voters, and of stickers put up."""

    sesuai: int = 0
    ubah: int = 0
    tms: int = 0
    baru: int = 0
    stickers: int = 0

    @property
    def done(self) -> int:
        """Listed voters that were visited. New voters are never among them."""
        return self.sesuai + self.ubah + self.tms

    def __add__(self, other: "DeclaredCounts") -> "DeclaredCounts":
        return DeclaredCounts(*(getattr(self, name) + getattr(other, name) for name in NAMES))


NAMES = tuple(field.name for field in fields(DeclaredCounts))


@dataclass(frozen=True)
class DayDeclared:
    """What one pantarlih declared for one day in one TPS."""

    day: dt.date
    pantarlih: UUID
    counts: DeclaredCounts
    declared_at: dt.datetime


@dataclass(frozen=True)
class Declared:
    """Everything declared for one TPS by one way, in the order of its days."""

    days: tuple[DayDeclared, ...] = ()

    @property
    def total(self) -> DeclaredCounts:
        """The sum over all days and all pantarlih."""
        return sum((one.counts for one in self.days), DeclaredCounts())

    def of(self, pantarlih: UUID, day: dt.date) -> DayDeclared | None:
        """What this pantarlih declared for that day."""
        return next((one for one in self.days if (one.pantarlih, one.day) == (pantarlih, day)), None)


@dataclass(frozen=True)
class OpenDays:
    """The days that can be declared now (both included); `closed` says why there are none."""

    first: dt.date
    last: dt.date
    closed: str = ""


def open_days(days: CoklitDays, now: dt.datetime) -> OpenDays:
    """From the first day of coklit in the kelurahan to today, and not after its last day."""
    today = clock.local_day(now, days.zone)
    last = min(today, days.last_day)
    if days.sealed_at is not None and now >= days.sealed_at:
        return OpenDays(days.first_day, last, _("KPU has closed this stage: nothing can be declared any more."))
    if today < days.first_day:
        told = {"day": date_format(days.first_day, "j F Y")}
        return OpenDays(days.first_day, last, _("Coklit begins on %(day)s.") % told)
    return OpenDays(days.first_day, last)


def declare(*, device: Device, tps: Tps, day: dt.date, counts: DeclaredCounts, now: dt.datetime) -> Declaration:
    """The work of `day` in this TPS, as the device's pantarlih counted it; replaces what was declared before.

    Raises DeclarationRefused: "not_your_tps", "closed", "day_not_open" or "count_out_of_range".
    """
    kabkota = device.kabkota_id
    # Two of the same day at once must see each other. The TPS is the lock, as everywhere.
    Tps.objects.select_for_update(no_key=True).get(kabkota_id=kabkota, pk=tps.pk)
    _refuse_stranger(device, tps)
    _refuse_day(day, open_days(elections.coklit_days(tps.election_id, tps.kelurahan_id), now))
    _refuse_range(counts)
    key = {"pantarlih_id": device.pantarlih_id, "tps": tps, "day": day, "source": DeclaredBy.PHONE_PAGE}
    earlier = Declaration.objects.filter(kabkota_id=kabkota, **key).first()
    before = counts_of(earlier) if earlier else None
    if earlier and before == counts:
        return earlier
    row = earlier or Declaration(kabkota_id=kabkota, **key)
    row.declared_at, row.device = now, device
    for name in NAMES:
        setattr(row, name, getattr(counts, name))
    row.save()
    trail.record(
        verb="declare",
        by=device,
        region=tps.kelurahan_id,
        subject=f"declaration:{row.pk}",
        now=now,
        before=asdict(before) if before else None,
        after={"tps": tps.number, "day": day.isoformat(), **asdict(counts)},
    )
    return row


def declared(*, kabkota: str, tps: Iterable[UUID], source: DeclaredBy = DeclaredBy.PHONE_PAGE) -> dict[UUID, Declared]:
    """What was declared for each of these TPS, totals and days. Ways are never summed: they tell of the same work."""
    wanted = list(tps)
    days: dict[UUID, list[DayDeclared]] = {one: [] for one in wanted}
    rows = Declaration.objects.filter(kabkota_id=kabkota, tps__in=wanted, source=source)
    for row in rows.order_by("day", "pantarlih"):
        days[row.tps_id].append(DayDeclared(row.day, row.pantarlih_id, counts_of(row), row.declared_at))
    return {one: Declared(tuple(found)) for one, found in days.items()}


def counts_of(row: Declaration) -> DeclaredCounts:
    """The counts of one row."""
    return DeclaredCounts(*(getattr(row, name) for name in NAMES))


def _refuse_stranger(device: Device, tps: Tps) -> None:
    serves = Assignment.objects.filter(
        kabkota_id=device.kabkota_id, pantarlih=device.pantarlih_id, tps=tps, to_day__isnull=True
    )
    if not serves.exists():
        raise DeclarationRefused("not_your_tps", _("You do not serve this TPS now. Ask the PPS."))


def _refuse_day(day: dt.date, days: OpenDays) -> None:
    if days.closed:
        raise DeclarationRefused("closed", days.closed)
    if not days.first <= day <= days.last:
        raise DeclarationRefused(
            "day_not_open",
            _("Choose a day from %(first)s to %(last)s.")
            % {"first": date_format(days.first, "j F Y"), "last": date_format(days.last, "j F Y")},
        )


def _refuse_range(counts: DeclaredCounts) -> None:
    if not all(0 <= getattr(counts, name) <= MAX_COUNT for name in NAMES):
        raise DeclarationRefused(
            "count_out_of_range", _("Each number is 0 to %(limit)d; it is the work of one day.") % {"limit": MAX_COUNT}
        )
