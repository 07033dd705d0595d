"""Names, phone numbers and addresses as people type them."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from voters.imports.sheet import Row, RowRefused, Sheet
from voters.intake import cells
from voters.intake.findings import Rule, Severity
from voters.intake.layout import Column

LONGEST_NAME, LONGEST_PHONE, LONGEST_EMAIL = 100, 20, 254
NAME = Column("name", _("name"), ("NAMA LENGKAP", "NAMA", "NAMA PANTARLIH", "NAMA ANGGOTA"), required=True)
PHONE = Column(
    "phone",
    _("phone"),
    ("NO HP", "NOMOR HP", "HP", "NO TELEPON", "NOMOR TELEPON", "TELEPON", "NO TELP", "NO WA", "WHATSAPP"),
)
EMAIL = Column("email", _("e-mail"), ("EMAIL", "ALAMAT EMAIL", "SUREL"))

RULES = (
    Rule("name_missing", Severity.LEFT_OUT, NAME.key, _("The name is empty"), _("Enter the full name.")),
    Rule(
        "name_too_long",
        Severity.LEFT_OUT,
        NAME.key,
        _("The name is longer than 100 characters"),
        _("Enter the name alone; two persons need two rows."),
    ),
    Rule(
        "phone_unreadable",
        Severity.NOTE,
        PHONE.key,
        _("Not one phone number"),
        _("Of several the first is taken, anything else is kept as it is written (20 characters). Correct it later."),
    ),
    Rule(
        "email_unreadable",
        Severity.NOTE,
        EMAIL.key,
        _("No e-mail address"),
        _("It is left empty: an e-mail address is not needed. Add the right one later if there is one."),
    ),
)
_BETWEEN = re.compile(r"[/;,]|\b(?:atau|dan)\b", re.IGNORECASE)


def name_of(row: Row) -> str:
    """The name, blanks made single. Raises RowRefused."""
    name = " ".join(row.text(NAME.key).split())
    if not name:
        raise RowRefused("name_missing")
    if len(name) > LONGEST_NAME:
        raise RowRefused("name_too_long", name[:40])
    return name


def phone_of(read: Sheet, row: Row) -> str:
    """The first phone number as +62…; what is none is noted and kept as it stands."""
    written = row.text(PHONE.key)
    numbers = [number for number in map(normal, _BETWEEN.split(written)) if number]
    if written and (not numbers or len(_BETWEEN.split(written)) > 1):
        read.find("phone_unreadable", row.number, written)
    return numbers[0] if numbers else written[:LONGEST_PHONE]


def email_of(read: Sheet, row: Row) -> str:
    """The e-mail address; what is none is noted and left empty."""
    written = row.text(EMAIL.key)
    try:
        if written:
            validate_email(written)
    except ValidationError:
        read.find("email_unreadable", row.number, written)
        return ""
    if len(written) > LONGEST_EMAIL:
        read.find("email_unreadable", row.number, written[:40])
        return ""
    return written


def normal(phone: str) -> str:
    """An Indonesian number as +62…, a foreign one with its +; "" for what is neither.

    >>> normal("0812-3456-7890")
    '+6281234567890'
    """
    bare = cells.phone(phone)
    if re.fullmatch(r"0[0-9]{8,12}", bare):
        return f"+62{bare[1:]}"
    return bare if re.fullmatch(r"\+[0-9]{8,15}", bare) else ""


def same(name: str) -> str:
    """A name as it is compared: blanks and case do not count."""
    return " ".join(name.upper().split())
