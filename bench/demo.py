"""demo.cold and demo.warm: `make demo` in a fresh clone until its dashboard is served, Ctrl-C, and once more.

The contract with the launcher: it prints a line that begins with "Siap:" and names the address, it ends by itself after
Ctrl-C, and leaves no process behind.
"""

import ctypes
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO

from bench.figure import Bound, Figure, Limit
from bench.ground import Ground, Scale
from bench.machine import ROOT
from bench.processes import below
from bench.site import Session

READY = "Siap:"
_PATIENCE = 600
_STOP_SECONDS = 90
_PR_SET_CHILD_SUBREAPER = 36


def figures(ground: Ground, _scale: Scale) -> list[Figure]:
    """Both; the clone is removed at the end."""
    clone = ground.place / "demo"
    shutil.rmtree(clone, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)  # noqa: S607
    try:
        cold, warm = (seconds_to_dashboard(["make", "demo"], clone) for _ in range(2))
    finally:
        shutil.rmtree(clone)
    note = "`make demo` in a fresh clone until the site answered; Ctrl-C then left no process behind"
    return [
        Figure(
            "demo.cold", cold, "s", None, None, f"{note}; packages from this machine's index", Limit(Bound.AT_MOST, 120)
        ),
        Figure("demo.warm", warm, "s", None, None, f"{note}; second start, same data", Limit(Bound.AT_MOST, 10)),
    ]


def seconds_to_dashboard(command: list[str], directory: Path) -> float:
    """Seconds until the launcher is ready and its site answers. Raises RuntimeError where it leaves a process."""
    with orphans_come_to_us():
        before = descendants()
        seconds = _run_until_ready(command, directory)
        left = descendants() - before
    if left:
        raise RuntimeError(f"Left behind after Ctrl-C: {', '.join(map(_name, left))}")
    return seconds


def _run_until_ready(command: list[str], directory: Path) -> float:
    # Our own settings are none of its business.
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("COKLIT_", "DJANGO_", "MAKE"))}
    started = time.monotonic()
    with subprocess.Popen(
        command, cwd=directory, env=plain, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as launcher:
        patience = Timer(_PATIENCE, _press_ctrl_c, [launcher])
        patience.start()
        try:
            Session(_address_told(launcher.stdout)).page("/masuk/")
            return time.monotonic() - started
        finally:
            patience.cancel()
            _end(launcher)


def _press_ctrl_c(launcher: subprocess.Popen[str]) -> None:
    """As in a terminal: it goes to the whole group of the command."""
    os.killpg(launcher.pid, signal.SIGINT)


def _end(launcher: subprocess.Popen[str]) -> None:
    if launcher.poll() is not None:
        return
    _press_ctrl_c(launcher)
    try:
        launcher.communicate(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired as error:
        os.killpg(launcher.pid, signal.SIGKILL)
        raise RuntimeError(f"It still ran {_STOP_SECONDS} s after Ctrl-C.") from error


def _address_told(lines: IO[str] | None) -> str:
    for line in lines or ():
        if line.startswith(READY):
            address = re.search(r"http://[\w.:]+", line)
            if address is None:
                raise RuntimeError(f"No address in: {line.strip()}")
            return address[0]
    raise RuntimeError(f"The launcher ended without a line that begins with {READY!r}.")


@contextmanager
def orphans_come_to_us() -> Iterator[None]:
    """Inside, a process whose parent has died becomes our child, so that none can hide."""
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def descendants() -> set[int]:
    """Every living process below us; the dead that nobody waited for do not count."""
    return set(below(os.getpid()))


def _name(pid: int) -> str:
    try:
        return f"{pid} {Path(f'/proc/{pid}/comm').read_text().strip()}"
    except FileNotFoundError:
        return f"{pid} (gone since)"
