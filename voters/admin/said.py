"""What a phone said in a held event, as far as it can be read: for people and for forms, NIK and NKK never in the open
on a page.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from voters.admin.outcomes import SECRET, field_name, name_of, value_of
from voters.models import CoklitResult, HeldEvent, Voter
from voters.nik import is_well_formed
from voters.privacy import MASK
from voters.sync.payload import BadEvent, NewVoter, read_event
from voters.sync.reasons import in_words
from voters.terms import Evidence

RAW_SHOWN = 2_000
VALUE_SHOWN = 200
# The form's fields, in its order.
PERSON = tuple(NewVoter.__struct_fields__)
# A NIK, also one with a digit too few, or written in groups.
_LONG_NUMBER = re.compile(r"\d{8,}|\d(?:[ .\-]?\d){11,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Said:
    """`reason` says why the event cannot be read, empty for one that can; then the other values are what is left.

    `person` are the fields of a new voter, or the corrected ones. They may be of any form.
    """

    reason: str
    field: str
    code: str
    voter: UUID | None
    person: Mapping[str, str | int]
    evidence: str
    sticker: bool | None
    receipt: bool | None

    @property
    def plain(self) -> dict[str, Any]:
        """The fields other than NIK and NKK, for a form."""
        return {
            name: _day(value) if name == "birth_day" else value
            for name, value in self.person.items()
            if name not in SECRET
        }

    @property
    def numbers(self) -> dict[str, str]:
        """The NIK and NKK that are one."""
        return {name: str(self.person[name]) for name in SECRET if is_well_formed(str(self.person.get(name, "")))}


def said_by(held: HeldEvent) -> Said:
    """Reads the held event's own bytes."""
    raw = bytes(held.raw)
    event = read_event(raw)
    bad = event if isinstance(event, BadEvent) else None
    fields = _fields(raw)
    return Said(
        reason=in_words(bad.reason) if bad else "",
        field=bad.field if bad else held.field,
        code=_text(fields.get("code")),
        voter=_uuid(fields.get("voter")),
        person=_person(fields),
        evidence=_text(fields.get("evidence")),
        sticker=_yes_or_no(fields.get("sticker")),
        receipt=_yes_or_no(fields.get("receipt")),
    )


def beside(said: Said, voter: Voter | None, result: CoklitResult | None) -> list[tuple[str, str, str]]:
    """Label, what the phone said, what stands now; only what the phone said something of."""
    corrected = (result.corrected or {}) if result else {}
    outcome = without_long_numbers(name_of(said.code)) if said.code else "-"
    rows = [(_("outcome"), outcome, name_of(result.code if result else ""))]
    for name in PERSON:
        if name in said.person:
            now = value_of(name, corrected.get(name, getattr(voter, name))) if voter else "-"
            rows.append((field_name(name), _readable(name, said.person[name]), now))
    if said.evidence:
        now = str(result.get_evidence_display()) if result and result.evidence else "-"
        told = str(dict(Evidence.choices).get(said.evidence, said.evidence))
        rows.append((_("evidence"), without_long_numbers(told), now))
    for label, given, stands in (
        (_("sticker"), said.sticker, result.sticker if result else None),
        (_("receipt"), said.receipt, result.receipt if result else None),
    ):
        if given is not None:
            rows.append((label, _answer(given), _answer(stands)))
    return rows


def field_said(field: str) -> str:
    """The place of a wrong value as people call it; empty for what is not on the form."""
    last = field.rpartition(".")[2]
    if last in PERSON:
        return field_name(last)
    return str({"code": _("outcome"), "evidence": _("evidence"), "sticker": _("sticker")}.get(last, ""))


def masked_raw(held: HeldEvent) -> str:
    """The beginning of the event as it came, long numbers masked."""
    return without_long_numbers(_clean(bytes(held.raw).decode("utf-8", "replace")))[:RAW_SHOWN]


def without_long_numbers(text: str) -> str:
    """The text with whatever could be a NIK or NKK cut to its first four digits."""
    return _LONG_NUMBER.sub(lambda found: f"{re.sub(r'[^0-9]', '', found[0])[:4]}{MASK}", text)


def _fields(raw: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(raw.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _person(fields: dict[str, Any]) -> dict[str, str | int]:
    told = fields.get("new") or fields.get("corrected")
    if not isinstance(told, dict):
        return {}
    return {
        name: _clean(value)[:VALUE_SHOWN] if isinstance(value, str) else value
        for name, value in told.items()
        if name in PERSON and isinstance(value, str | int)
    }


def _readable(name: str, value: str | int) -> str:
    try:
        return without_long_numbers(value_of(name, value)) if name not in SECRET else value_of(name, value)
    except ValueError:
        # No day of any calendar.
        return without_long_numbers(str(value))


def _day(value: str | int) -> Any:
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return value


def _clean(text: str) -> str:
    """Without what a page cannot hold: lone surrogates and control characters."""
    return _CONTROL.sub(" ", text.encode("utf-8", "replace").decode())


def _text(value: Any) -> str:
    return _clean(value)[:VALUE_SHOWN] if isinstance(value, str) else ""


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        return None


def _yes_or_no(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _answer(value: bool | None) -> str:
    if value is None:
        return "-"
    return _("yes") if value else _("no")
