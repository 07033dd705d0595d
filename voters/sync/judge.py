"""Whether one event may change one voter's result. Pure: reads and writes nothing. What it then does: `standing`."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from voters.codes import BARU, HAPUS, UBAH, is_tms
from voters.sync.payload import Corrected, ResultEvent
from voters.sync.standing import Standing

EARLIEST_BIRTH_DAY = dt.date(1880, 1, 1)


class Problem(StrEnum):
    """Stable codes of what can be wrong with an event. Their texts: `TEXTS`."""

    BAD_VALUE = "bad_value"
    UNKNOWN_VOTER = "unknown_voter"
    CODE_NOT_ALLOWED = "code_not_allowed"
    NEW_VOTER_NEEDS_B = "new_voter_needs_b"
    NEW_FIELDS_MISSING = "new_fields_missing"
    LISTED_IS_NOT_NEW = "listed_is_not_new"
    LISTED_IS_NEVER_DELETED = "listed_is_never_deleted"
    TAKEN_BACK = "taken_back"
    CORRECTION_MISSING = "correction_missing"
    CORRECTION_UNWANTED = "correction_unwanted"
    EVIDENCE_UNWANTED = "evidence_unwanted"
    BIRTH_DAY_IMPOSSIBLE = "birth_day_impossible"
    NIK_TAKEN = "nik_taken"
    ID_REUSED = "id_reused"
    NEWER_RESULT = "newer_result"
    PPS_DECIDED = "pps_decided"
    SET_ASIDE = "set_aside"
    CANNOT_BE_APPLIED = "cannot_be_applied"
    STAGE_SEALED = "stage_sealed"


TEXTS = {
    Problem.BAD_VALUE: _("A value has the wrong form."),
    Problem.UNKNOWN_VOTER: _("This voter is not on the list of this TPS. Download the list again."),
    Problem.CODE_NOT_ALLOWED: _("This code may not be set here at this stage."),
    Problem.NEW_VOTER_NEEDS_B: _("A new voter is corrected with code B or taken back, and never made ineligible."),
    Problem.NEW_FIELDS_MISSING: _("A new voter needs all fields of the form."),
    Problem.LISTED_IS_NOT_NEW: _("This voter is on the list already: choose matched, changed or ineligible."),
    Problem.LISTED_IS_NEVER_DELETED: _("A voter on the list is never deleted: set an ineligibility code instead."),
    Problem.TAKEN_BACK: _("This new voter was taken back. Record the person again as a new voter."),
    Problem.CORRECTION_MISSING: _("Code U needs at least one corrected field."),
    Problem.CORRECTION_UNWANTED: _("Corrected fields go with code U only."),
    Problem.EVIDENCE_UNWANTED: _("Evidence goes with an ineligibility code only."),
    Problem.BIRTH_DAY_IMPOSSIBLE: _("The birth date lies in the future or before 1880."),
    Problem.NIK_TAKEN: _("This NIK belongs to another active voter of this regency/city."),
    Problem.ID_REUSED: _("This result's id was used for another result before."),
    Problem.NEWER_RESULT: _("Saved; somebody else had recorded another result meanwhile. It is marked for the PPS."),
    Problem.PPS_DECIDED: _("Saved; the PPS had decided otherwise meanwhile, and its decision stays."),
    Problem.SET_ASIDE: _("The PPS looked at this result and set it aside."),
    Problem.CANNOT_BE_APPLIED: _("The server could not apply this result. It is kept for the PPS."),
    Problem.STAGE_SEALED: _("KPU has closed this stage: no more results can be entered."),
}


@dataclass(frozen=True)
class Refusal:
    """Why an event is not applied, and in which of its fields."""

    problem: Problem
    field: str = ""


def refusal(
    event: ResultEvent, standing: Standing | None, allowed: Collection[str], now: dt.datetime
) -> Refusal | None:
    """The first rule the event breaks, or None. `standing` is None for a voter not known in this TPS.

    Rules: docs/domain.md §1, fact 4 (a new voter is never TMS, a listed one never deleted), docs/domain.md §9, and
    `allowed`, the codes of the election's table for this stage and setter.
    """
    if standing and not standing.here:
        return Refusal(Problem.UNKNOWN_VOTER, "voter")
    # Taking back is no code of any form: who may record a new voter may take one back.
    if (BARU if event.code == HAPUS else event.code) not in allowed:
        return Refusal(Problem.CODE_NOT_ALLOWED, "code")
    by_standing = _refusal_of_taking_back(standing) if event.code == HAPUS else _refusal_by_standing(event, standing)
    return by_standing or _refusal_of_fields(event, now)


def _refusal_of_taking_back(standing: Standing | None) -> Refusal | None:
    if standing is None:
        return Refusal(Problem.UNKNOWN_VOTER, "voter")
    return Refusal(Problem.LISTED_IS_NEVER_DELETED, "code") if standing.listed else None


def _refusal_by_standing(event: ResultEvent, standing: Standing | None) -> Refusal | None:
    if event.code == BARU:
        if event.new is None:
            return Refusal(Problem.NEW_FIELDS_MISSING, "new")
        if standing and standing.listed:
            return Refusal(Problem.LISTED_IS_NOT_NEW, "code")
        return Refusal(Problem.TAKEN_BACK, "voter") if standing and standing.deleted else None
    if standing is None:
        return Refusal(Problem.UNKNOWN_VOTER, "voter")
    return None if standing.listed else Refusal(Problem.NEW_VOTER_NEEDS_B, "code")


def _refusal_of_fields(event: ResultEvent, now: dt.datetime) -> Refusal | None:
    # An empty object corrects nothing.
    corrects = event.corrected is not None and event.corrected != Corrected()
    if event.code == UBAH and not corrects:
        return Refusal(Problem.CORRECTION_MISSING, "corrected")
    if event.code != UBAH and corrects:
        return Refusal(Problem.CORRECTION_UNWANTED, "corrected")
    if event.code != BARU and event.new is not None:
        return Refusal(Problem.LISTED_IS_NOT_NEW, "new")
    if event.evidence and not is_tms(event.code):
        return Refusal(Problem.EVIDENCE_UNWANTED, "evidence")
    if event.new is None and event.corrected is None:
        return None
    for holder, fields in (("new", event.new), ("corrected", event.corrected)):
        birth_day = getattr(fields, "birth_day", None)
        if isinstance(birth_day, dt.date) and not EARLIEST_BIRTH_DAY <= birth_day <= now.date():
            return Refusal(Problem.BIRTH_DAY_IMPOSSIBLE, f"{holder}.birth_day")
    return None


def nik_claimed(event: ResultEvent) -> str | None:
    """The NIK that the event gives its voter, which no other active voter may have (docs/domain.md §5)."""
    fields = event.new if event.code == BARU else event.corrected
    return fields.nik if fields is not None and isinstance(fields.nik, str) else None
