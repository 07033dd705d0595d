"""Files of accounts of committees: their columns, and what can be wrong with them."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from voters.imports import contacts, places, sheet
from voters.imports.undoing_committees import UNDO_RULES
from voters.intake.findings import Rule, Severity
from voters.intake.layout import Column

COLUMNS: Sequence[Column] = (
    Column("username", _("user name"), ("USERNAME", "USER NAME", "NAMA PENGGUNA", "AKUN", "USER", "USER ID")),
    contacts.NAME,
    Column("role", _("office"), ("JABATAN", "PERAN", "ROLE", "LEMBAGA", "POSISI", "BADAN"), required=True),
    places.CODE,
    places.KABKOTA,
    places.KECAMATAN,
    places.KELURAHAN,
    contacts.PHONE,
    contacts.EMAIL,
    Column("from_day", _("from"), ("MULAI", "TMT", "SEJAK", "TANGGAL MULAI", "AWAL MASA KERJA")),
    Column("to_day", _("until"), ("SAMPAI", "SELESAI", "TANGGAL SELESAI", "AKHIR MASA KERJA")),
)
RULES: Sequence[Rule] = (
    *sheet.RULES,
    *places.RULES,
    *contacts.RULES,
    Rule(
        "role_unknown",
        Severity.LEFT_OUT,
        "role",
        _("No office from the regency/city down"),
        _("Enter KPU Kab/Kota, PPK, PPS, Bawaslu Kab/Kota, Panwascam or PKD, with or without a position before it."),
    ),
    Rule(
        "office_not_below",
        Severity.LEFT_OUT,
        "role",
        _("Only offices below your own can be given"),
        _("Ask the KPU level above for this one."),
    ),
    Rule(
        "day_unreadable",
        Severity.LEFT_OUT,
        "from_day",
        _("First or last day is no date"),
        _("Enter it as 31-01-2023. Without a first day the office begins today."),
    ),
    Rule(
        "days_reversed",
        Severity.LEFT_OUT,
        "to_day",
        _("The last day is before the first, or has passed"),
        _("Correct the dates; an office that has ended is not given any more."),
    ),
    Rule(
        "username_invalid",
        Severity.LEFT_OUT,
        "username",
        _("No account can have this user name, or one of its values"),
        _("Use letters, digits and @ . + - _ only, 150 at most, or leave the user name empty: one is made."),
    ),
    Rule(
        "account_not_yours",
        Severity.LEFT_OUT,
        "username",
        _("The account has an office that is not in your care, or was closed"),
        _("Choose another user name, or leave it empty: one is made."),
    ),
    Rule(
        "account_of_another",
        Severity.LEFT_OUT,
        "name",
        _("The account belongs to somebody of another name"),
        _("Choose another user name, or correct the name on the account's page first."),
    ),
    Rule(
        "match_unclear",
        Severity.LEFT_OUT,
        "name",
        _("Several accounts of this name hold this office"),
        _("Enter the user name of the right one."),
    ),
    Rule(
        "office_twice",
        Severity.LEFT_OUT,
        "role",
        _("The same person stands with the same office in an earlier row"),
        _("Remove one of the two rows."),
    ),
    Rule(
        "office_was_held",
        Severity.LEFT_OUT,
        "from_day",
        _("The account held this office already on its first day, and it has ended since"),
        _("Enter the day on which the office begins anew."),
    ),
    *UNDO_RULES,
)
