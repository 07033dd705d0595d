"""The two elections a list can be made for, and what the list's stage fixes. Pure data.

These facts say what an invented list looks like. The application's own rules for an election are rows of
its database, not this table.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

ElectionName = Literal["pemilu-2024", "pilkada-2024"]
StageName = Literal["coklit", "dpt"]


@dataclass(frozen=True, slots=True)
class Election:
    """`legal_voters` is the most that one TPS is planned for; `label` is how the official figures call it."""

    label: str
    voting_day: dt.date
    legal_voters: int
    # The day each stage's list was closed: the UPDATED_AT of every row.
    closed: dict[StageName, dt.date]
    # Pemilu 2024's TPS are known one by one; for another election they are planned from a number.
    tps_are_known: bool


ELECTIONS: dict[ElectionName, Election] = {
    "pemilu-2024": Election(
        label="Pemilu 2024",
        voting_day=dt.date(2024, 2, 14),
        legal_voters=300,
        closed={"coklit": dt.date(2023, 2, 11), "dpt": dt.date(2023, 6, 21)},
        tps_are_known=True,
    ),
    "pilkada-2024": Election(
        label="Pilkada 2024",
        voting_day=dt.date(2024, 11, 27),
        legal_voters=600,
        closed={"coklit": dt.date(2024, 6, 23), "dpt": dt.date(2024, 9, 21)},
        tps_are_known=False,
    ),
}

# What the SUMBER column says.
SOURCES: dict[StageName, str] = {"coklit": "dp4", "dpt": "dpt"}
