"""The write side's tables, one file per subject."""

from voters.models.account import User
from voters.models.batch import SyncBatch
from voters.models.change import Change
from voters.models.committee import Membership
from voters.models.election import Election, OutcomeCode, Stage, WindowExtension
from voters.models.imports import ListImport
from voters.models.pantarlih import Assignment, Device, Pantarlih
from voters.models.region import NATION, Region
from voters.models.result import CoklitEvent, CoklitResult
from voters.models.tps import Tps
from voters.models.trail import TrailEntry
from voters.models.voter import Voter

__all__ = [
    "NATION",
    "Assignment",
    "Change",
    "CoklitEvent",
    "CoklitResult",
    "Device",
    "Election",
    "ListImport",
    "Membership",
    "OutcomeCode",
    "Pantarlih",
    "Region",
    "Stage",
    "SyncBatch",
    "Tps",
    "TrailEntry",
    "User",
    "Voter",
    "WindowExtension",
]
