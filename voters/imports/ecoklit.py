"""The three CSVs of the official e-Coklit: baru, TMS, ubah. Changed rows only: outcomes of voters, never a coverage.

They are results of pantarlih by another system, and rank like a phone's; they make nobody "tersinkron".
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

DOOR = Door.ECOKLIT_FILE
UPDATED = Column(
    "updated_at", _("changed at"), ("UPDATED_AT", "LAST_UPDATE", "LAST UPDATE", "WAKTU UBAH", "TANGGAL UPDATE")
)
columns: Sequence[Column] = (KET, DPID, *PERSON, *PLACE, EVIDENCE, STICKER, RECEIPT, UPDATED)
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
    return giving.load(job, DOOR, UPDATED.key, rules)
