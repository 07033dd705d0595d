"""Sudden death by a seed: which part of the installation, at which moment, and which of its processes."""

import os
import random
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.processes import told_name
from bench.proofs.installation import Installation

# The parts of the installation that die, each as often as the others.
TARGETS = ("web", "web process", "worker", "worker process", "postgres", "postgres backend", "valkey")
# Not at the very beginning, when nothing is on its way, nor so late that nothing follows.
_FIRST, _LAST = 0.02, 0.95
_OUR_BACKEND = "postgres: coklit_web "


@dataclass(frozen=True)
class Kill:
    """At so many seconds after the beginning, one process of this target."""

    at: float
    target: str


def planned(number: int, seconds: float, draw: random.Random) -> list[Kill]:
    """So many kills over the targets in turn, at random moments, the earliest first."""
    targets = [TARGETS[place % len(TARGETS)] for place in range(number)]
    draw.shuffle(targets)
    moments = sorted(draw.uniform(_FIRST * seconds, _LAST * seconds) for _ in range(number))
    return [Kill(at, target) for at, target in zip(moments, targets, strict=True)]


@dataclass
class Killer:
    """Does it, and counts."""

    installation: Installation
    draw: random.Random
    done: Counter[str] = field(default_factory=Counter)

    def strike(self, target: str) -> bool:
        """SIGKILL one process of the target; False if it has none now."""
        found = self._processes(target)
        if not found:
            return False
        try:
            os.kill(self.draw.choice(found), signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.done[target] += 1
        return True

    def _processes(self, target: str) -> Sequence[int]:
        name, _, part = target.partition(" ")
        service = self.installation.services[name]
        if service.child.exit_code() is not None:
            return []
        first, *others = service.processes()
        if not part:
            return [first]
        if name == "postgres":
            return [pid for pid in others if told_name(pid).startswith(_OUR_BACKEND)]
        # Python's own tracker of resources serves nobody.
        return [pid for pid in others if "tracker" not in told_name(pid)]
