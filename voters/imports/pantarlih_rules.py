"""Files of pantarlih: their columns, and what can be wrong with them."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from voters.imports import contacts, places, sheet
from voters.imports.undoing_pantarlih import UNDO_RULES
from voters.intake.findings import Rule, Severity
from voters.intake.layout import Column

COLUMNS: Sequence[Column] = (
    contacts.EMAIL,
    Column("nik", _("NIK"), ("NIK", "NIK PANTARLIH", "NO KTP", "NOMOR KTP")),
    contacts.NAME,
    contacts.PHONE,
    places.CODE,
    places.KECAMATAN,
    places.KELURAHAN,
    Column("tps", _("TPS"), ("TPS", "NO TPS", "NOMOR TPS")),
    Column("sk_number", _("decree (SK) number"), ("NOMOR SK", "NO SK", "SK")),
    Column("sk_day", _("decree (SK) date"), ("TANGGAL SK", "TGL SK")),
)
RULES: Sequence[Rule] = (
    *sheet.RULES,
    Rule(
        "nik_lost",
        Severity.REFUSED,
        "nik",
        _("Excel has turned the NIK into a number such as 3.17E+15"),
        _("Its last digits are lost. Format the column as text and enter the NIK anew, then upload the file again."),
    ),
    *places.RULES,
    *contacts.RULES,
    Rule(
        "nik_malformed",
        Severity.LEFT_OUT,
        "nik",
        _("The NIK has not 16 digits"),
        _("Compare it with the KTP-el, or leave it empty."),
    ),
    Rule(
        "no_key",
        Severity.LEFT_OUT,
        "nik",
        _("Neither NIK nor phone number"),
        _("Enter one of them: a name alone tells nobody apart."),
    ),
    Rule(
        "person_twice",
        Severity.LEFT_OUT,
        "nik",
        _("The same person stands in an earlier row"),
        _("Remove one of the rows, or correct the NIK. Somebody who serves two TPS has two rows with the same name."),
    ),
    Rule(
        "pantarlih_elsewhere",
        Severity.LEFT_OUT,
        "nik",
        _("This NIK is a pantarlih of another village already"),
        _("Ask the PPS there; one person serves one village. Or correct the NIK."),
    ),
    Rule(
        "match_unclear",
        Severity.LEFT_OUT,
        "name",
        _("A pantarlih of this name stands there, but neither NIK nor phone tell whether it is the same person"),
        _("Enter the NIK or the phone number that is known there, or change the known one in the list of pantarlih."),
    ),
    Rule(
        "phone_shared",
        Severity.NOTE,
        "phone",
        _("Two pantarlih have the same phone number"),
        _("Everybody needs a phone of their own. Ask which of them has another number."),
    ),
    Rule(
        "tps_unknown",
        Severity.LEFT_OUT,
        "tps",
        _("The village has no TPS of this number"),
        _("Correct the number, leave it empty, or import the TPS first."),
    ),
    Rule(
        "tps_is_full",
        Severity.LEFT_OUT,
        "tps",
        _("The TPS has as many pantarlih as the election's rule asks for"),
        _("Replace one on the pantarlih's page, or leave the TPS empty here."),
    ),
    Rule(
        "special_tps",
        Severity.LEFT_OUT,
        "tps",
        _("A special-location TPS expects no pantarlih"),
        _("Leave the TPS empty here."),
    ),
    Rule(
        "sk_unreadable",
        Severity.NOTE,
        "sk_day",
        _("Number or date of the decree (SK) cannot be taken over"),
        _("It is left empty. The number has 60 characters at most, the date is written as 31-01-2023."),
    ),
    *UNDO_RULES,
)
