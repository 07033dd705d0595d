"""Figures as cards and outcomes as lists, for the pages of a region and of a TPS. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports import charts
from reports.figures import COVERAGE, Figure, Rate, light
from voters.codes import TMS_CODES
from voters.models import OutcomeCode


@dataclass(frozen=True)
class Card:
    """One rate, its bar, and the same rate in the previous report."""

    figure: Figure
    rate: Rate
    before: Rate | None
    bar: str
    light: str


@dataclass(frozen=True)
class Outcome:
    """One TMS code with its meaning in this election, and how many voters have it."""

    code: str
    label: str
    count: int


def cards_of(figures: Sequence[Figure], now: Any, before: Any, plan: Rate) -> list[Card]:
    """The figures of two rows of counts; the lights compare the coverage with the plan, nothing else."""
    return [_card(figure, figure.rate(now), figure.rate(before) if before else None, plan) for figure in figures]


def outcomes_of(now: Any, codes: Sequence[OutcomeCode]) -> list[Outcome]:
    """TMS by code: every code that this election's coklit knows, and any other that has voters."""
    labels = {code.code: code.label for code in codes}
    counts = {code: int(getattr(now, f"tms_{code}")) for code in TMS_CODES}
    return [Outcome(code, labels.get(code, ""), counts[code]) for code in TMS_CODES if code in labels or counts[code]]


def _card(figure: Figure, rate: Rate, before: Rate | None, plan: Rate) -> Card:
    level = light(rate, plan) if figure is COVERAGE else "plain"
    return Card(figure, rate, before, charts.bar_width(rate), level)
