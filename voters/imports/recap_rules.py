"""The columns that a recap of e-Coklit can have, its day, and what can be wrong with its rows. Pure."""

import datetime as dt
import re

from django.utils.translation import gettext_lazy as _

from voters.imports import places, sheet, undoing
from voters.imports.said import TPS
from voters.intake import cells
from voters.intake.findings import Rule, Severity
from voters.intake.layout import Column

# No TPS has so many voters; a number like that is a DPID or a NIK in the wrong column.
LARGEST_COUNT = 99_999

PANTARLIH = Column("pantarlih", _("pantarlih"), ("PANTARLIH", "NAMA PANTARLIH", "PETUGAS", "NAMA PETUGAS"))
LAST_SYNC = Column(
    "last_sync",
    _("last synced"),
    ("LAST SYNC", "SINKRON TERAKHIR", "TERAKHIR SINKRON", "WAKTU SINKRON", "SINKRONISASI"),
)
AS_OF = Column("as_of", _("as of"), ("PER TANGGAL", "PER", "DATA PER", "TANGGAL DATA", "TANGGAL", "TANGGAL UNDUH"))
COUNTS = (
    Column(
        "listed",
        _("voters listed"),
        ("JUMLAH PEMILIH", "PEMILIH", "JUMLAH PEMILIH AWAL", "TOTAL PEMILIH", "DP4", "JUMLAH DATA", "TOTAL DATA"),
        required=True,
    ),
    Column("sesuai", _("matched"), ("SESUAI", "PEMILIH SESUAI", "JUMLAH SESUAI"), required=True),
    Column("ubah", _("changed"), ("UBAH", "PEMILIH UBAH", "JUMLAH UBAH", "UBAH DATA"), required=True),
    Column(
        "tms",
        _("ineligible"),
        ("TERSARING", "PEMILIH TERSARING", "SARING", "TMS", "PEMILIH TMS", "JUMLAH TMS", "TERSARING (TMS)"),
        required=True,
    ),
    Column("baru", _("new"), ("BARU", "PEMILIH BARU", "JUMLAH BARU"), required=True),
)
_STATION = Column(TPS.key, TPS.title, TPS.aliases, required=True)
COLUMNS = (places.CODE, places.KECAMATAN, places.KELURAHAN, _STATION, PANTARLIH, *COUNTS, LAST_SYNC, AS_OF)

RULES = (
    *sheet.RULES,
    *places.RULES,
    Rule(
        "tps_not_a_number",
        Severity.LEFT_OUT,
        TPS.key,
        _("TPS number is no number"),
        _("Enter the number alone, such as 1 or 001."),
    ),
    Rule(
        "tps_unknown",
        Severity.LEFT_OUT,
        TPS.key,
        _("The election has no such TPS in this village"),
        _("Correct the number, or have KPU kab/kota load the TPS first."),
    ),
    Rule(
        "tps_twice",
        Severity.LEFT_OUT,
        TPS.key,
        _("The same TPS stands in an earlier row for the same day"),
        _("Remove one of the two rows. TPS with two pantarlih need one row with the sums."),
    ),
    Rule(
        "count_negative",
        Severity.LEFT_OUT,
        "",
        _("A count is negative"),
        _("Download the recap again; if it says the same, ask the operator of e-Coklit."),
    ),
    Rule(
        "count_unreadable",
        Severity.LEFT_OUT,
        "",
        _("A count is no whole number"),
        _("Check whether the column was mapped rightly."),
    ),
    Rule(
        "more_than_listed",
        Severity.LEFT_OUT,
        "listed",
        _("More voters done than listed"),
        _("Check whether the columns were mapped rightly: new voters are not among the listed ones."),
    ),
    Rule(
        "day_missing",
        Severity.LEFT_OUT,
        AS_OF.key,
        _("The day of the recap is not known"),
        _("Say as of which day the recap holds."),
    ),
    Rule(
        "day_impossible",
        Severity.LEFT_OUT,
        AS_OF.key,
        _("The day of the recap cannot be read, or has not come yet"),
        _("Write it as DD-MM-YYYY."),
    ),
    Rule(
        "last_sync_unreadable",
        Severity.LEFT_OUT,
        LAST_SYNC.key,
        _("The time of the last sync cannot be read"),
        _("Write it as DD-MM-YYYY HH:MM, or leave it empty if there was none."),
    ),
    Rule(
        "sync_after_day",
        Severity.NOTE,
        LAST_SYNC.key,
        _("The last sync is later than the day of the recap"),
        _("Check the day of the recap: it may be a later one."),
    ),
    undoing.CHANGED_SINCE,
)

_MONTHS = (
    "JANUARI", "FEBRUARI", "MARET", "APRIL", "MEI", "JUNI", "JULI", "AGUSTUS", "SEPTEMBER", "OKTOBER", "NOVEMBER",
    "DESEMBER",
)  # fmt: skip
_IN_WORDS = re.compile(r"\b(\d{1,2})\s+([A-Z]+)\s+(\d{4})\b")
_IN_NUMBERS = re.compile(r"\b(\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}-\d{1,2}-\d{1,2})\b")


def day_of(text: str) -> dt.date | None:
    """The day of a cell or a title: 4 Maret 2023, 04-03-2023, "per 4 Maret 2023 pukul 16.38 WIB"; None for none."""
    if found := _IN_WORDS.search(text.upper()):
        months = [place for place, name in enumerate(_MONTHS, 1) if len(found[2]) >= 3 and name.startswith(found[2])]
        return cells.day(f"{found[1]}-{months[0]}-{found[3]}") if len(months) == 1 else None
    if numbers := _IN_NUMBERS.search(text):
        return cells.day(numbers[1])
    return cells.day(text)
