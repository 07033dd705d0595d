"""Taking an import of pantarlih back: refused as soon as somebody of it has a phone, a result or another TPS."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from voters import changes
from voters.imports.undoing import CHANGED_SINCE, Undoing, key_of
from voters.intake.findings import Report, Rule, Severity
from voters.models import (
    Assignment,
    Declaration,
    Device,
    EnrolmentCode,
    HeldEvent,
    ImportChange,
    Pantarlih,
)

UNDO_RULES = (
    Rule(
        "pantarlih_has_phone",
        Severity.REFUSED,
        "",
        _("The pantarlih has a phone by now, or reports of their work stand"),
        _("Keep the pantarlih. Replace them in their TPS instead if somebody else is to serve it."),
    ),
    Rule(
        "pantarlih_has_results",
        Severity.REFUSED,
        "",
        _("The pantarlih has sent results since"),
        _("Keep the assignment. Replace the pantarlih in the TPS instead if somebody else is to serve it."),
    ),
    CHANGED_SINCE,
)


def take_back(found: Undoing, now: dt.datetime) -> Report:
    """Raises UndoRefused before anything is changed."""
    for kabkota, done in found.changes.items():
        people, begun = _of(done, "pantarlih"), _of(done, "assignment")
        assignments = Assignment.objects.filter(kabkota_id=kabkota, pk__in=begun).select_related("pantarlih", "tps")
        served = {str(one.pk): one for one in assignments}
        concerned = {*people, *(str(one.pantarlih_id) for one in served.values())}
        # Locked: nobody enrols a phone or gets a TPS meanwhile (devices.lock, assignments.assign).
        rows = Pantarlih.objects.filter(kabkota_id=kabkota, pk__in=concerned).order_by("pk").select_for_update()
        known = {str(one.pk): one for one in rows}
        _refuse_people(found, kabkota, people, known, served)
        _refuse_assignments(found, begun, served, known)
        found.refuse_changed_later(kabkota, people.values(), names={key: one.name for key, one in known.items()})
    found.raise_refused()
    for kabkota, done in found.changes.items():
        _remove(kabkota, _of(done, "assignment"), _of(done, "pantarlih"), now)
    return found.report()


def _of(done: Iterable[ImportChange], model: str) -> dict[str, ImportChange]:
    return {key_of(one): one for one in reversed(list(done)) if one.subject.startswith(f"{model}:")}


def _refuse_people(
    found: Undoing,
    kabkota: str,
    people: dict[str, ImportChange],
    known: dict[str, Pantarlih],
    served: dict[str, Assignment],
) -> None:
    made = [key for key, one in people.items() if one.before is None]
    for key in sorted(_in_use(kabkota, made)):
        found.refuse("pantarlih_has_phone", known[key].name)
    others = Assignment.objects.filter(kabkota_id=kabkota, pantarlih__in=made).exclude(pk__in=served)
    touched = {str(key) for key in others.values_list("pantarlih_id", flat=True)}
    regions = {one.kelurahan_id for one in known.values()}
    touched |= found.edited_by_people(regions, [one.subject for one in people.values()])
    for key in sorted(touched):
        found.refuse(CHANGED_SINCE.code, known[key].name)


def _in_use(kabkota: str, made: list[str]) -> set[str]:
    used: set[str] = set()
    for model in (Device, Declaration, HeldEvent):
        rows = model._default_manager.filter(kabkota_id=kabkota, pantarlih__in=made)
        used |= {str(key) for key in rows.values_list("pantarlih_id", flat=True)}
    return used


def _refuse_assignments(
    found: Undoing, begun: dict[str, ImportChange], served: dict[str, Assignment], known: dict[str, Pantarlih]
) -> None:
    for key in begun:
        one = served.get(key)
        if one is None or one.to_day is not None:
            found.refuse(CHANGED_SINCE.code, f"{one.pantarlih.name}, {one.tps}" if one else key)
            continue
        synced = known[str(one.pantarlih_id)].last_synced_at
        if synced and found.record.committed_at and synced >= found.record.committed_at:
            found.refuse("pantarlih_has_results", f"{one.pantarlih.name}, {one.tps}")


def _remove(kabkota: str, begun: dict[str, ImportChange], people: dict[str, ImportChange], now: dt.datetime) -> None:
    assignments = Assignment.objects.filter(kabkota_id=kabkota, pk__in=begun)
    tps = set(assignments.values_list("tps_id", flat=True))
    assignments.delete()
    changes.mark(kabkota=kabkota, tps=tps, now=now)
    made = [key for key, one in people.items() if one.before is None]
    # A printed code that nobody used is worth nothing any more.
    EnrolmentCode.objects.filter(kabkota_id=kabkota, pantarlih__in=made).delete()
    Pantarlih.objects.filter(kabkota_id=kabkota, pk__in=made).delete()
    for key, one in people.items():
        if one.before is not None:
            Pantarlih.objects.filter(kabkota_id=kabkota, pk=key).update(**one.before)
