"""Several sides take their turns on the same ground, and what their runs say together."""

from collections.abc import Callable, Mapping
from statistics import median

from bench.figure import spread
from bench.sync.sides import Run

Runs = dict[str, list[Run]]


def rounds(sides: Mapping[str, Callable[[], Run]], *, times: int) -> Runs:
    """Each side once in every round; who goes first moves on from round to round."""
    names = list(sides)
    runs: Runs = {name: [] for name in names}
    for number in range(times):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            runs[name].append(sides[name]())
    return runs


def per_second(runs: list[Run]) -> float:
    """The median of the results a second."""
    return median(run.per_second for run in runs)


def cpu_per_1000(runs: list[Run]) -> float:
    """The median of the CPU seconds for 1,000 results."""
    return median(run.cpu_per_1000 for run in runs)


def told(name: str, runs: list[Run]) -> str:
    """Speed and cost with their extremes, the sender's CPU apart."""
    speed = spread([run.per_second for run in runs], 0)
    cost = spread([run.cpu_per_1000 for run in runs], 4)
    sender = median(run.sender_cpu / run.results * 1000 for run in runs)
    return f"{name} {speed} results/s, {cost} CPU s per 1,000 (sender's own {sender:.4f})"


def busy(run: Run, *, cores: int, with_sender: bool) -> float:
    """Which share of the machine's CPU the run took."""
    return (run.cpu + (run.sender_cpu if with_sender else 0)) / (run.seconds * cores)
