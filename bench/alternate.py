"""Runs ours and its floor in turns, so that both meet the same machine in the same mood."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bench.figure import spread


@dataclass(frozen=True)
class Turns:
    """Seconds of each repetition; the same place in both lists is the same round."""

    ours: list[float]
    floor: list[float]

    @property
    def slower(self) -> list[float]:
        """How many times as long as the floor we took, round by round."""
        return [ours / floor for ours, floor in zip(self.ours, self.floor, strict=True)]

    @property
    def ratio(self) -> float:
        """How many times as long as the floor we take: median over median."""
        return median(self.ours) / median(self.floor)

    def __str__(self) -> str:
        return f"{len(self.ours)} rounds, ours {spread(self.ours)} s, floor {spread(self.floor)} s"


def alternate(
    *, ours: Callable[[], object], floor: Callable[[], object], prepare: Callable[[], object], times: int
) -> Turns:
    """Time both `times` times after the same preparation; who goes first changes from round to round."""
    turns = Turns([], [])
    for number in range(times):
        pair = [(floor, turns.floor), (ours, turns.ours)]
        for work, seconds in pair if number % 2 == 0 else reversed(pair):
            prepare()
            seconds.append(_timed(work))
    return turns


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
