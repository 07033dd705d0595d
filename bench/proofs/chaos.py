"""`make chaos`: phones send results while every part of the installation is killed again and again.

At the end every result must have its answer and be on the server exactly once, and every count must be what a rebuild
makes of the ledger. Everything is drawn from the seed that is printed; times are those of the machine.
"""

import argparse
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from bench.proofs.crew import Member, Orders, queue_file
from bench.proofs.installation import Installation
from bench.proofs.kills import Killer, planned
from bench.proofs.scene import prepared
from bench.proofs.verdict import judged
from coklit.localservices.processes import Child
from coklit.localservices.stack import Stack
from voters.demo.people import Phone

_CREWS = 4
# One crew of phones is killed for so many kills of the installation.
_KILLS_PER_CREW_KILL = 6
_TICK_SECONDS = 0.1
_DRAIN_SECONDS = 900


@dataclass
class Crew:
    """Phones in one process, which is started again until its orders are done."""

    orders: Path
    stack: Stack
    child: Child = field(init=False)
    kills: int = 0
    done: bool = False

    def __post_init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self.child = self.stack.start(self.orders.stem, [sys.executable, "-m", "bench.proofs.crew", self.orders])

    def tend(self) -> None:
        """Start it again if it was killed. Raises RuntimeError if it failed by itself."""
        code = self.child.exit_code()
        if self.done or code is None:
            return
        self.child.stop()
        if code == 0:
            self.done = True
        elif code == -signal.SIGKILL:
            self._start()
        else:
            raise RuntimeError(self.child.obituary())

    def kill(self) -> None:
        """Switch its phones off in the middle of whatever they do."""
        if self.child.exit_code() is None:
            os.kill(self.child.process.pid, signal.SIGKILL)
            self.kills += 1


def holds(installation: Installation, options: argparse.Namespace) -> bool:
    """Whether everything held. `options` are phones, events, kills, minutes and seed."""
    print(
        f"seed {options.seed}: {options.phones} phones, {options.events:,} results, {options.kills} kills", flush=True
    )
    phones = prepared(installation.place, options.phones)
    installation.serve()
    drained = _storm(installation, phones, options)
    installation.stop_serving()
    verdict = judged([queue_file(installation.place, phone.number) for phone in phones])
    if not drained:
        verdict.wrong.append(f"Not all kills done and results answered {_DRAIN_SECONDS} s after the last result.")
    for what, number in verdict.numbers.items():
        print(f"{number:>10,}  {what}")
    for sentence in verdict.wrong:
        print(f"WRONG  {sentence}")
    print(f"seed {options.seed}: {'BROKEN' if verdict.wrong else 'everything held'}", flush=True)
    return not verdict.wrong


def _storm(installation: Installation, phones: Sequence[Phone], options: argparse.Namespace) -> bool:
    """Phones at work, and kills, until all is answered; whether it was in time."""
    seconds, began = options.minutes * 60, time.monotonic()
    crews = _crews(installation, phones, options, began)
    draw = random.Random(options.seed)
    killer, plan = Killer(installation, draw), planned(options.kills, seconds, draw)
    crew_kills = sorted(draw.uniform(0.05, 0.9) * seconds for _ in range(options.kills // _KILLS_PER_CREW_KILL))
    while time.monotonic() - began < seconds + _DRAIN_SECONDS:
        elapsed = time.monotonic() - began
        if plan and plan[0].at < elapsed and killer.strike(plan[0].target):
            print(f"{elapsed:6.1f} s  killed: {plan.pop(0).target}", flush=True)
        if crew_kills and crew_kills[0] < elapsed:
            crew_kills.pop(0)
            draw.choice(crews).kill()
        installation.tend()
        for crew in crews:
            crew.tend()
        if all(crew.done for crew in crews):
            break
        time.sleep(_TICK_SECONDS)
    _tell_deaths(installation, killer, crews, time.monotonic() - began)
    return all(crew.done for crew in crews) and not plan


def _crews(
    installation: Installation, phones: Sequence[Phone], options: argparse.Namespace, began: float
) -> list[Crew]:
    crews = []
    for number in range(_CREWS):
        members = [Member(one.number, str(one.tps), one.token) for one in phones[number::_CREWS]]
        orders = Orders(
            installation.base_url,
            str(installation.place),
            options.seed,
            options.events // len(phones),
            options.minutes * 60,
            began,
            members,
        )
        file = installation.place / f"crew-{number}.json"
        file.write_bytes(msgspec.json.encode(orders))
        crews.append(Crew(file, installation.stack))
    return crews


def _tell_deaths(installation: Installation, killer: Killer, crews: Sequence[Crew], seconds: float) -> None:
    print(
        f"\nAll phones answered after {seconds:.0f} s." if all(crew.done for crew in crews) else "\nNot all answered."
    )
    print("killed: " + ", ".join(f"{target} {number}" for target, number in sorted(killer.done.items())))
    print(f"killed in all: {killer.done.total()}, and crews of phones {sum(crew.kills for crew in crews)}")
    print("started again: " + ", ".join(f"{one.name} {one.restarts}" for one in installation.services.values()))
