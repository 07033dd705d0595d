"""Whether one event may change one voter's result, and what the result then is. Pure: reads and writes nothing."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from voters.codes import BARU, HAPUS, UBAH, is_tms
from voters.sync.payload import ResultEvent, values_of

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
}


@dataclass(frozen=True)
class Standing:
    """What is known of a voter before an event: on the list or new, and the current result (code None: none).

    `here` is false for a voter of another TPS. `author` is the pantarlih who gave the current result, None for an
    office.
    """

    listed: bool
    here: bool = True
    deleted: bool = False
    code: str | None = None
    corrected: Mapping[str, Any] | None = None
    evidence: str = ""
    revision: int = 0
    synced: bool = False
    author: UUID | None = None


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
    corrected = values_of(event.corrected)
    if event.code == UBAH and not corrected:
        return Refusal(Problem.CORRECTION_MISSING, "corrected")
    if event.code != UBAH and corrected:
        return Refusal(Problem.CORRECTION_UNWANTED, "corrected")
    if event.code != BARU and event.new is not None:
        return Refusal(Problem.LISTED_IS_NOT_NEW, "new")
    if event.evidence and not is_tms(event.code):
        return Refusal(Problem.EVIDENCE_UNWANTED, "evidence")
    for holder, fields in (("new", event.new), ("corrected", event.corrected)):
        birth_day = getattr(fields, "birth_day", None)
        if isinstance(birth_day, dt.date) and not EARLIEST_BIRTH_DAY <= birth_day <= now.date():
            return Refusal(Problem.BIRTH_DAY_IMPOSSIBLE, f"{holder}.birth_day")
    return None


def nik_claimed(event: ResultEvent) -> str | None:
    """The NIK that the event gives its voter, which no other active voter may have (docs/domain.md §5)."""
    fields = event.new if event.code == BARU else event.corrected
    nik = getattr(fields, "nik", None)
    return nik if isinstance(nik, str) else None


def standing_after(
    event: ResultEvent,
    before: Standing | None,
    *,
    author: UUID | None,
    own_device: bool,
    revision: int,
    proof_asked: bool,
) -> Standing:
    """The voter's standing once the event is applied. Corrections of different fields add up; TMS keeps the list's."""
    before = before or Standing(listed=False)
    return replace(
        before,
        deleted=before.deleted or event.code == HAPUS,
        code=event.code,
        corrected=_corrected_after(event, before),
        evidence=event.evidence or ("belum_ada" if proof_asked and is_tms(event.code) else ""),
        revision=revision,
        synced=before.synced or own_device,
        author=author,
    )


def _corrected_after(event: ResultEvent, before: Standing) -> dict[str, Any] | None:
    # A new voter's values stand in the voter's own row: only an ubah corrects a list.
    if event.code != UBAH:
        return None
    earlier = dict(before.corrected or {}) if before.code == UBAH else {}
    return earlier | (values_of(event.corrected) or {})


def contests(event: ResultEvent, before: Standing | None, after: Standing) -> bool:
    """Whether the event overrides somebody else's result, unseen by its maker, which says something else.

    An equal outcome is a confirmation. Corrections of other fields than the earlier ones go together.
    """
    if before is None or before.code is None or before.author == after.author:
        return False
    if before.revision <= event.base_revision:
        return False
    if before.code != event.code or event.code == BARU:
        return True
    earlier, later = before.corrected or {}, after.corrected or {}
    return any(later.get(field) != value for field, value in earlier.items())
