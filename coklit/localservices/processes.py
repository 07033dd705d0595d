"""Child processes that never outlive their parent, and the private files and locks their servers need.

A child runs in its own session (Ctrl-C in the terminal reaches only us, and we stop it in order), writes to a log file
and is signalled by the kernel when the thread that started it dies, even by SIGKILL: start children from a thread that
lives as long as they should, in practice the main one. Linux only.
"""

import ctypes
import fcntl
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

# Looked up before any fork: between fork and exec a child should do as little as possible.
_prctl = ctypes.CDLL(None).prctl
_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.02


class InUse(Exception):
    """A directory is not free for us: a server runs in it, or another user owns it."""


class ChildDied(Exception):
    """A child ended by itself or never became ready; the message ends with its last log lines."""


@dataclass(frozen=True)
class Account:
    """The system user a child runs as."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Child:
    """One running process with its log file, and how it wants to be stopped."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals
    grace: float

    def wait_ready(self, ready: Callable[[], bool], timeout: float) -> None:
        """Return once `ready()` is true; raise ChildDied when the child ends first or `timeout` seconds pass."""
        deadline = time.monotonic() + timeout
        while not ready():
            if self.exit_code() is not None:
                raise ChildDied(self.obituary())
            if time.monotonic() > deadline:
                raise ChildDied(f"{self.name} was not ready after {timeout:.0f} s. {self._last_words()}")
            time.sleep(_POLL_SECONDS)

    def exit_code(self) -> int | None:
        """How the child ended (negative: by that signal), or None while it runs.

        Leaves it a zombie, so that its process group cannot become someone else's before `stop` clears it.
        """
        if self.process.returncode is not None:
            return self.process.returncode
        end = os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if end is None:
            return None
        return end.si_status if end.si_code == os.CLD_EXITED else -end.si_status

    def obituary(self) -> str:
        """Which child ended, how, and its last log lines."""
        return f"{self.name} ended with exit code {self.exit_code()}. {self._last_words()}"

    def stop(self) -> None:
        """Ask the child to end, wait `grace` seconds, then kill it and whatever it started. Once is enough."""
        if self.process.returncode is not None:
            return
        if self.exit_code() is None:
            self.process.send_signal(self.stop_signal)
        deadline = time.monotonic() + self.grace
        while self.exit_code() is None and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        # The group outlives its leader while a grandchild runs: it must not stay behind either.
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _last_words(self) -> str:
        return f"Last lines of {self.log}:\n{last_lines(self.log)}"


def spawn(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    config: bytes | None = None,
    lock: int | None = None,
    account: Account | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    grace: float = 10,
) -> Child:
    """Start `command` as a child whose output is appended to `log`.

    `environment` is added to ours; `config` is written to its standard input, which keeps passwords off the command
    line; `lock` is a descriptor from `claim` the child keeps too. When we die the child gets `stop_signal`.
    """
    with _private_log(log) as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL if config is None else subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
            pass_fds=() if lock is None else (lock,),
            preexec_fn=_die_with(os.getpid(), stop_signal),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    if config is not None and process.stdin is not None:
        process.stdin.write(config)
        process.stdin.close()
    return Child(name, process, log, stop_signal, grace)


def claim(directory: Path, *, patience: float = 30) -> int:
    """Take the directory for us alone and return the descriptor that holds it; close it to give it back.

    A child given the descriptor holds the claim too, so a server left stopping by a killed parent keeps newcomers
    waiting until it is gone. Raises InUse, at the latest after `patience` seconds.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if os.geteuid() not in (0, directory.stat().st_uid):
        raise InUse(f"{directory} belongs to another user; run as that user or name another directory.")
    # Others may pass through (the database user must), but not look around.
    directory.chmod(0o711)
    lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(lock)
                raise InUse(
                    f"{directory} is in use by a running server; stop it first, or name another directory."
                ) from None
            time.sleep(_POLL_SECONDS)
        else:
            return lock


def kept_secret(path: Path) -> str:
    """The random secret kept in this file (mode 0600), made on first use."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(32))
    return path.read_text().strip()


def write_private(path: Path, text: str) -> None:
    """Write a file only we may read, complete or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log file, reading at most its last 16 kB."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 16_384))
            lines = file.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return "(no log)"
    return "\n".join(lines[-count:]) or "(empty)"


def _private_log(log: Path) -> BinaryIO:
    log.parent.mkdir(parents=True, exist_ok=True)
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def _die_with(parent: int, stop_signal: signal.Signals) -> Callable[[], None]:
    """What the child does between fork and exec: tie its life to ours."""

    def tie() -> None:
        # A shell starts background jobs with SIGINT ignored, which programs inherit until they set a handler.
        signal.signal(stop_signal, signal.SIG_DFL)
        _prctl(_PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
        # We may have died before the line above took effect.
        if os.getppid() != parent:
            os._exit(1)

    return tie
