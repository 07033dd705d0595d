"""The write side's tables, one file per subject."""

from voters.models.account import User
from voters.models.batch import SyncAttempt, SyncBatch
from voters.models.change import Change
from voters.models.committee import Membership
from voters.models.declaration import Declaration
from voters.models.election import Election, OutcomeCode, Stage, WindowExtension
from voters.models.enrolment import EnrolmentCode
from voters.models.held import HeldEvent, LateEvent
from voters.models.intake import Duplicate, FileImport, ImportChange, LeftOut, ListShift, Recap, SavedLayout
from voters.models.notice import Notice
from voters.models.pantarlih import Assignment, Device, Pantarlih
from voters.models.region import NATION, Region
from voters.models.result import CoklitEvent, CoklitResult, Conflict
from voters.models.tps import Tps
from voters.models.trail import TrailEntry
from voters.models.voter import Voter

__all__ = [
    "NATION",
    "Assignment",
    "Change",
    "CoklitEvent",
    "CoklitResult",
    "Conflict",
    "Declaration",
    "Device",
    "Duplicate",
    "Election",
    "EnrolmentCode",
    "FileImport",
    "HeldEvent",
    "ImportChange",
    "LateEvent",
    "LeftOut",
    "ListShift",
    "Membership",
    "Notice",
    "OutcomeCode",
    "Pantarlih",
    "Recap",
    "Region",
    "SavedLayout",
    "Stage",
    "SyncAttempt",
    "SyncBatch",
    "Tps",
    "TrailEntry",
    "User",
    "Voter",
    "WindowExtension",
]
