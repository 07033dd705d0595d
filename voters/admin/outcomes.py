"""Outcomes and corrected fields in words, NIK and NKK masked."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Field
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from voters.codes import BARU, HAPUS, SESUAI, TARIK, UBAH, is_tms
from voters.models import Voter
from voters.privacy import masked

NO_RESULT = ""
SECRET = ("nik", "nkk")
_NAMES = {
    SESUAI: _("Matched"),
    UBAH: _("Changed"),
    BARU: _("New"),
    HAPUS: _("Taken back"),
    TARIK: _("Withdrawn, to be visited again"),
    NO_RESULT: _("Not visited yet"),
}
_COLOURS = {SESUAI: "success", UBAH: "info", BARU: "info", NO_RESULT: "warning", TARIK: "warning"}


def colour_of(code: str) -> str:
    """The colour of an outcome."""
    return _COLOURS.get(code, "danger")


def name_of(code: str) -> str:
    """The outcome in words; TMS with its code, whose meaning differs between elections."""
    tms = _("Ineligible, code %(code)s") % {"code": code} if is_tms(code) else code
    return str(_NAMES.get(code, tms))


def value_of(name: str, value: Any) -> str:
    """A voter's field as people read it; `value` as in the row, or as JSON in a correction."""
    if value in ("", None):
        return "-"
    if name in SECRET:
        return masked(str(value))
    if name == "birth_day":
        day = value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
        return date_format(day, "SHORT_DATE_FORMAT")
    return str(dict(_field(name).flatchoices).get(value, value))


def field_name(name: str) -> str:
    """A voter's field as people call it."""
    return str(_field(name).verbose_name)


def corrections_of(corrected: Mapping[str, Any] | None) -> str:
    """ "name: X; NIK: 6271••••••••••••"."""
    return "; ".join(f"{field_name(name)}: {value_of(name, value)}" for name, value in (corrected or {}).items())


def _field(name: str) -> "Field[Any, Any]":
    field = Voter._meta.get_field(name)
    if not isinstance(field, Field):
        raise LookupError(f"{name} is no column of a voter.")
    return field
