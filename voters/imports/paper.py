"""Coklit results on paper, in Excel: Model A-Daftar Pemilih or the columns of the bulk upload, with KET.

The PPS enters them for its kelurahan, KPU kab/kota on its behalf. Afterwards they are results like those of its form.
"""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from voters.access import Verb
from voters.imports import giving, results_read, sheet, withdrawing
from voters.imports.said import DPID, EVIDENCE, KET, PERSON, PLACE, RECEIPT, STICKER
from voters.intake.findings import Report, Rule
from voters.intake.kind import Job
from voters.intake.layout import Column
from voters.models import FileImport
from voters.terms import Door, Level

DOOR = Door.PAPER_FILE
VISITED = Column("visited_on", _("day of the visit"), ("TANGGAL COKLIT", "TGL COKLIT", "TANGGAL KUNJUNGAN"))
columns: Sequence[Column] = (KET, DPID, *PERSON, *PLACE, EVIDENCE, STICKER, RECEIPT, VISITED)
rules: Sequence[Rule] = results_read.RULES
verb = Verb.SET_RESULT
levels: tuple[Level, ...] = (Level.KABKOTA, Level.KECAMATAN, Level.KELURAHAN)


def check(job: Job) -> Report:
    """What would be given; it is given and taken back."""
    return sheet.tried(_load, job)


def commit(job: Job) -> Report:
    """Give them."""
    return sheet.settled(_load, job)


def undo(record: FileImport, now: dt.datetime) -> Report:
    """Withdraw them. Raises UndoRefused."""
    return withdrawing.undo(record, now, DOOR, rules)


def _load(job: Job) -> Report:
    return giving.load(job, DOOR, VISITED.key, rules)
