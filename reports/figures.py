"""Every percentage, pace and light of the product is made here, and nowhere else, from whole counts. Pure.

A figure is never averaged: the figure of a region is made from the sums of its counts (docs/domain.md §6).
Whatever shows a figure shows its full label, its numerator and its denominator.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Protocol

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NO_FIGURE = "\N{EN DASH}"
# No line ends between a figure and its sign.
_PERCENT = "\N{NO-BREAK SPACE}%"
_HUNDREDTH = Decimal("0.01")


class Counted(Protocol):
    """Counts of listed voters, as TpsProgress and RegionProgress carry them."""

    @property
    def listed(self) -> int: ...
    @property
    def sesuai(self) -> int: ...
    @property
    def ubah(self) -> int: ...
    @property
    def tms(self) -> int: ...
    @property
    def synced(self) -> int: ...


class PantarlihCounted(Protocol):
    """Counts of assigned pantarlih, as RegionProgress carries them."""

    @property
    def pantarlih(self) -> int: ...
    @property
    def pantarlih_synced(self) -> int: ...


class EcoklitCounted(Protocol):
    """What e-Coklit's recap says of some TPS: `told` have a row in it, `synced_stations` of them a last sync."""

    @property
    def theirs(self) -> Any: ...
    @property
    def told(self) -> int: ...
    @property
    def synced_stations(self) -> int: ...
    @property
    def synced(self) -> int: ...


@dataclass(frozen=True)
class Rate:
    """A part of a whole. `str()` gives "98,47 %" in the reader's language, or a dash where there is no whole."""

    numerator: int
    denominator: int

    @property
    def share(self) -> Fraction:
        """The exact part, 0 where there is no whole: for comparing, sorting and drawing."""
        return Fraction(self.numerator, self.denominator) if self.denominator else Fraction(0)

    @property
    def percent(self) -> Decimal | None:
        """Per hundred, two places; None without a whole. Never 100 while one is missing, never 0 once one is in."""
        if not self.denominator:
            return None
        exact = Decimal(100 * self.numerator) / Decimal(self.denominator)
        shown = exact.quantize(_HUNDREDTH, ROUND_HALF_UP)
        if 0 < self.numerator < self.denominator:
            return min(max(shown, _HUNDREDTH), 100 - _HUNDREDTH)
        return shown

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return 0 < self.denominator <= self.numerator

    def __str__(self) -> str:
        percent = self.percent
        return NO_FIGURE if percent is None else f"{number_format(percent, 2)}{_PERCENT}"


def visited(counts: Counted) -> int:
    """Listed voters with a current outcome sesuai, ubah or TMS, from any door. Baru is never among them."""
    return counts.sesuai + counts.ubah + counts.tms


def remaining(counts: Counted) -> int:
    """Listed voters without such an outcome, also those who could not be reached."""
    return counts.listed - visited(counts)


def coverage(counts: Counted) -> Rate:
    """Cakupan coklit."""
    return Rate(visited(counts), counts.listed)


def record_sync(counts: Counted) -> Rate:
    """Data pemilih tersinkron."""
    return Rate(counts.synced, counts.listed)


def pantarlih_sync(counts: PantarlihCounted) -> Rate:
    """Pantarlih sudah sinkron."""
    return Rate(counts.pantarlih_synced, counts.pantarlih)


def ecoklit_coverage(recap: EcoklitCounted) -> Rate:
    """Cakupan coklit menurut e-Coklit."""
    return Rate(recap.theirs.visited, recap.theirs.listed)


def ecoklit_record_sync(recap: EcoklitCounted) -> Rate:
    """Data pemilih tersinkron menurut e-Coklit; without a whole where the recap tells no last sync at all."""
    return Rate(recap.synced, recap.theirs.listed if recap.synced_stations else 0)


def ecoklit_pantarlih_sync(recap: EcoklitCounted) -> Rate:
    """Pantarlih sudah sinkron menurut e-Coklit, by TPS; without a whole where the recap tells no last sync at all."""
    return Rate(recap.synced_stations, recap.told if recap.synced_stations else 0)


@dataclass(frozen=True)
class Figure:
    """One of the rates: its full label, what it counts, and one sentence on how it is made."""

    key: str
    label: Promise
    unit: Promise
    made: Promise
    rate: Callable[[Any], Rate]


COVERAGE = Figure(
    "coverage",
    _("Coklit coverage"),
    _("voters"),
    _(
        "Listed voters whose current outcome is matched, changed or TMS, from any door, divided by all listed voters."
        " New voters are never in it; voters who could not be reached stay in the denominator;"
        " “TMS, no proof yet” counts as visited and is shown apart."
    ),
    coverage,
)
RECORD_SYNC = Figure(
    "record_sync",
    _("Voter records synced"),
    _("voters"),
    _(
        "Listed voters with at least one result from a pantarlih's own device, divided by all listed voters."
        " A TPS entered on paper only has full coverage and no synced records."
    ),
    record_sync,
)
PANTARLIH_SYNC = Figure(
    "pantarlih_sync",
    _("Pantarlih who have synced"),
    _("pantarlih"),
    _(
        "Assigned pantarlih with at least one applied result from their own device, divided by all assigned pantarlih."
        " An empty upload is not a sync."
    ),
    pantarlih_sync,
)
FIGURES = (COVERAGE, RECORD_SYNC, PANTARLIH_SYNC)

# What the official e-Coklit says, from its recap per TPS. Beside ours and never mixed with them: both tell of one work.
ECOKLIT_COVERAGE = Figure(
    "ecoklit_coverage",
    _("Coklit coverage according to e-Coklit"),
    _("voters"),
    _(
        "Sesuai, ubah and tersaring of e-Coklit's recap, divided by the voters it lists, over the TPS that the recap"
        " names. The newest recap of each TPS counts; its day stands beside the figure."
    ),
    ecoklit_coverage,
)
ECOKLIT_RECORD_SYNC = Figure(
    "ecoklit_record_sync",
    _("Voter records synced according to e-Coklit"),
    _("voters"),
    _(
        "Sesuai, ubah and tersaring in the TPS whose row has a last sync, divided by all voters that the recap lists."
        " A recap without any time of sync tells nothing of it."
    ),
    ecoklit_record_sync,
)
ECOKLIT_PANTARLIH_SYNC = Figure(
    "ecoklit_pantarlih_sync",
    _("Pantarlih who have synced according to e-Coklit"),
    _("TPS"),
    _(
        "TPS whose row in the recap has a last sync, divided by the TPS that the recap names: the recap counts TPS,"
        " not people."
    ),
    ecoklit_pantarlih_sync,
)
ECOKLIT_FIGURES = (ECOKLIT_COVERAGE, ECOKLIT_RECORD_SYNC, ECOKLIT_PANTARLIH_SYNC)


# --- days, plan and pace ----------------------------------------------------------------------------


def internal_deadline(last_day: dt.date, evaluation_days: int) -> dt.date:
    """The day to be done by: the end of coklit less the days kept for evaluation."""
    return last_day - dt.timedelta(days=evaluation_days)


def days_left(last_day: dt.date, today: dt.date) -> int:
    """Days after today up to and including the last one; 0 on the last day and after it."""
    return max(0, (last_day - today).days)


def pace_needed(counts: Counted, deadline: dt.date, today: dt.date) -> int | None:
    """Voters to visit per day left to the internal deadline, rounded up; None when no day is left."""
    days = days_left(deadline, today)
    return -(-remaining(counts) // days) if days else None


def planned(first_day: dt.date, deadline: dt.date, day: dt.date) -> Rate:
    """The coverage planned for the end of `day`: an S-curve 3t²-2t³ from the first day to the internal deadline.

    A yardstick of this product (slow start, fast middle, slow end), not a figure published by anybody.
    """
    whole = max(1, (deadline - first_day).days + 1)
    gone = min(max(0, (day - first_day).days + 1), whole)
    return Rate(3 * gone**2 * whole - 2 * gone**3, whole**3)


def light(rate: Rate, plan: Rate) -> str:
    """Traffic light: "good" on or above plan, "near" from nine tenths of it, else "late"; "none" without voters."""
    if not rate.denominator:
        return "none"
    if rate.share >= plan.share:
        return "good"
    return "near" if 10 * rate.share >= 9 * plan.share else "late"
