"""CPU seconds of servers: whole trees of processes, those that have ended included."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """One process: its parent, and the ticks of itself and of the ended children it has waited for."""

    parent: int
    ticks: int


def usage_of(stat: str) -> Usage:
    """What a line of /proc/<pid>/stat says. The name in it may hold blanks and brackets."""
    fields = stat.rpartition(")")[2].split()
    # After the name: state, parent, …, then utime, stime, cutime and cstime.
    return Usage(int(fields[1]), sum(map(int, fields[11:15])))


def cpu_seconds(roots: Iterable[int]) -> float:
    """CPU seconds so far of these processes and all below them; the ended are counted by the parents that waited."""
    return ticks_below(_processes(), roots) / _TICKS


def ticks_below(processes: dict[int, Usage], roots: Iterable[int]) -> int:
    """The ticks of the trees under `roots`, each process once."""
    children: dict[int, list[int]] = {}
    for pid, usage in processes.items():
        children.setdefault(usage.parent, []).append(pid)
    found, waiting = set[int](), [pid for pid in roots if pid in processes]
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children.get(pid, [])
    return sum(processes[pid].ticks for pid in found)


def _processes() -> dict[int, Usage]:
    found: dict[int, Usage] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(stat.parent.name)] = usage_of(stat.read_text())
        except (FileNotFoundError, ProcessLookupError):
            continue  # ended between the two looks
    return found
