"""Elections: loads what the data file says of them, and reads their windows and codes.

Everything that offers or accepts an outcome code asks `codes_for`; the last day of coklit in a kelurahan is what
`last_day_of` says. Switches that people changed are never overwritten by a load, unless they ask for it.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from coklit.clock import WIB, day_end
from voters import trail
from voters.models import NATION, Election, OutcomeCode, Region, Stage, User, WindowExtension
from voters.placement import new_id
from voters.shipped import toml
from voters.terms import Level, Setter, StageKind

DEMO_ID, DEMO_SLUG = 3, "contoh-hari-20"
STAGES_WITH_CODES = (StageKind.COKLIT, StageKind.DPHP)
SWITCHES = ["by_pantarlih", "by_pps", "by_kpu"]


class WindowRefused(ValueError):
    """A window cannot be extended so; `code` is stable, the text is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class SealRefused(ValueError):
    """A stage cannot be closed or opened so; `code` is stable, the text is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class CoklitDays:
    """The days of coklit in one kelurahan (both included, local time), and when KPU sealed the stage, if it did."""

    first_day: dt.date
    last_day: dt.date
    sealed_at: dt.datetime | None
    zone: str


def load_elections(*, now: dt.datetime, reset: bool = False) -> list[Election]:
    """Load voters/data/elections.toml in one transaction of its own; safe to repeat.

    What stands already keeps its switches and the days of its stages, unless `reset`.
    """
    shipped = toml("elections.toml")["election"]
    with transaction.atomic():
        for entry in shipped:
            _load_one(entry, reset)
        if reset:
            trail.record(verb="reset_elections", by=None, region=NATION, subject="election:all", now=now)
    return list(Election.objects.filter(pk__in=[entry["id"] for entry in shipped]).order_by("pk"))


def _load_one(entry: dict[str, Any], reset: bool) -> None:
    fields = {name: value for name, value in entry.items() if name not in ("stages", "codes")}
    told = [name for name in fields if name != "id" and (reset or name != "two_pantarlih_at_limit")]
    Election.objects.bulk_create([Election(**fields)], update_conflicts=True, unique_fields=["id"], update_fields=told)
    stages = [Stage(election_id=entry["id"], **stage) for stage in entry["stages"]]
    if reset:
        Stage.objects.bulk_create(
            stages,
            update_conflicts=True,
            unique_fields=["election", "kind"],
            update_fields=["first_day", "last_day", "verified"],
        )
    else:
        Stage.objects.bulk_create(stages, ignore_conflicts=True)
    OutcomeCode.objects.bulk_create(
        _codes(entry),
        update_conflicts=True,
        unique_fields=["election", "stage", "code"],
        update_fields=["label", "proof", "needs_pair", "verified", *(SWITCHES if reset else [])],
    )


def _codes(entry: dict[str, Any]) -> Iterator[OutcomeCode]:
    for code in entry["codes"]:
        for stage in STAGES_WITH_CODES:
            if stage.value in code:
                yield OutcomeCode(
                    election_id=entry["id"],
                    stage=stage,
                    code=code["code"],
                    label=code["label"],
                    proof=code.get("proof", ""),
                    needs_pair=code.get("needs_pair", False),
                    verified=code["verified"],
                    **{f"by_{setter.value}": setter.value in code[stage.value] for setter in Setter},
                )


def create_demo_election(*, like: str, first_day: dt.date) -> Election:
    """The invented election: all days of the election `like` (a slug) moved so that coklit begins on `first_day`.

    One that exists is returned as it is, so that a demonstration resumes with the days it began with.
    """
    existing = Election.objects.filter(slug=DEMO_SLUG).first()
    if existing:
        return existing
    model = Election.objects.get(slug=like)
    stages, codes = list(model.stages.all()), list(model.codes.all())
    shift = first_day - next(stage.first_day for stage in stages if stage.kind == StageKind.COKLIT)
    with transaction.atomic():
        demo = Election.objects.get(pk=model.pk)
        demo.pk, demo.slug, demo.name = DEMO_ID, DEMO_SLUG, "Contoh: hari ke-20 (data contoh)"
        demo.voting_day, demo.work_end_day = model.voting_day + shift, model.work_end_day + shift
        demo.note = f"Semua tanggal dan pemilih rekaan, menurut aturan {model.name}."
        demo.save(force_insert=True)
        for stage in stages:
            stage.pk, stage.election, stage.verified, stage.sealed_at = None, demo, False, None
            stage.first_day, stage.last_day = stage.first_day + shift, stage.last_day + shift
        for code in codes:
            code.pk, code.election = None, demo
        Stage.objects.bulk_create(stages)
        OutcomeCode.objects.bulk_create(codes)
    return demo


def last_day_of(stage: Stage, kelurahan_code: str) -> dt.date:
    """The last day of coklit in one kelurahan, included. An extension moves it later, never earlier. One query."""
    longer = WindowExtension.objects.filter(
        kabkota_id=kelurahan_code[:5], stage=stage, kelurahan=kelurahan_code
    ).values_list("last_day", flat=True)
    return max([stage.last_day, *longer])


def coklit_days(election: int, kelurahan_code: str) -> CoklitDays:
    """The days of coklit in one kelurahan, with its time zone and the stage's seal. One query."""
    longer = WindowExtension.objects.filter(
        kabkota_id=kelurahan_code[:5], stage=OuterRef("pk"), kelurahan=kelurahan_code
    ).values("last_day")
    zone = Region.objects.filter(pk=kelurahan_code).values("zone")
    first_day, last_day, sealed_at, extended, named = (
        Stage.objects.filter(election=election, kind=StageKind.COKLIT)
        .annotate(longer=Subquery(longer), zone=Subquery(zone))
        .values_list("first_day", "last_day", "sealed_at", "longer", "zone")
        .get()
    )
    return CoklitDays(first_day, max(last_day, extended or last_day), sealed_at, named)


def codes_for(election: Election | int, stage: StageKind, setter: Setter) -> dict[str, OutcomeCode]:
    """The codes that `setter` may give at that stage of an election (or its id), by code. One query."""
    allowed = OutcomeCode.objects.filter(election=election, stage=stage, **{f"by_{setter.value}": True})
    return {code.code: code for code in allowed.order_by("code")}


def extend_window(
    *, election: Election, kelurahan: Region, last_day: dt.date, reason: str, by: User, now: dt.datetime
) -> WindowExtension:
    """Give a kelurahan a later last day of coklit, or change the one it was given. Raises WindowRefused.

    The door asks `access.require(by, Verb.EXTEND_WINDOW, …)`, and calls this inside `access.territory`.
    """
    reason = reason.strip()
    stage = Stage.objects.get(election=election, kind=StageKind.COKLIT)
    _refuse_window(kelurahan, stage, last_day, reason)
    kabkota = kelurahan.code[:5]
    rows = WindowExtension.objects.select_for_update().filter(kabkota_id=kabkota, stage=stage, kelurahan=kelurahan)
    extension = rows.first() or WindowExtension(
        id=new_id(), kabkota_id=kabkota, stage=stage, kelurahan=kelurahan, last_day=stage.last_day
    )
    before = extension.last_day
    extension.last_day, extension.reason, extension.given_by, extension.given_at = last_day, reason, by, now
    extension.save()
    trail.record(
        verb="extend_window",
        by=by,
        region=kelurahan.code,
        subject=f"stage:{stage.pk}",
        now=now,
        before={"last_day": before.isoformat()},
        after={"last_day": last_day.isoformat()},
        reason=reason,
    )
    return extension


def _refuse_window(kelurahan: Region, stage: Stage, last_day: dt.date, reason: str) -> None:
    if kelurahan.level != Level.KELURAHAN:
        raise WindowRefused("not_a_kelurahan", _("Only the window of a single village can be extended."))
    if not reason:
        raise WindowRefused("reason_missing", _("Say why the window is extended, for example: flood."))
    if last_day <= stage.last_day:
        raise WindowRefused(
            "not_later",
            _("The new last day must be after %(day)s, the last day of coklit.") % {"day": stage.last_day},
        )


def seal_stage(*, stage: Stage, by: User, now: dt.datetime) -> None:
    """Close a stage for the whole country: what comes in from now on is late. Raises SealRefused.

    Not before its last day has ended where it ends last, in WIB; a single village's longer window does not keep it
    open. The door asks `access.require(by, Verb.SET_RULES, …)`. Call it inside a transaction.
    """
    row = Stage.objects.select_for_update().get(pk=stage.pk)
    if row.sealed_at is not None:
        raise SealRefused("sealed", _("This stage is closed already."))
    if now < day_end(row.last_day, WIB):
        raise SealRefused("not_over", _("The stage is not over yet: its last day is %(day)s.") % {"day": row.last_day})
    row.sealed_at = now
    row.save(update_fields=["sealed_at"])
    _record("seal_stage", row, by, now, {"sealed_at": now.isoformat()})


def unseal_stage(*, stage: Stage, reason: str, by: User, now: dt.datetime) -> None:
    """Open a closed stage again. What came in meanwhile stays late, until KPU kab/kota accepts it. Raises SealRefused.

    The door asks `access.require(by, Verb.SET_RULES, …)`. Call it inside a transaction.
    """
    row = Stage.objects.select_for_update().get(pk=stage.pk)
    if row.sealed_at is None:
        raise SealRefused("not_sealed", _("This stage is not closed."))
    if not reason.strip():
        raise SealRefused("reason_missing", _("Say why the stage is opened again."))
    row.sealed_at = None
    row.save(update_fields=["sealed_at"])
    _record("unseal_stage", row, by, now, {"sealed_at": None}, reason.strip())


def _record(verb: str, stage: Stage, by: User, now: dt.datetime, after: dict[str, Any], reason: str = "") -> None:
    trail.record(verb=verb, by=by, region=NATION, subject=f"stage:{stage.pk}", now=now, after=after, reason=reason)
