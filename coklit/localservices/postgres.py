"""A private PostgreSQL 18 in a directory of the caller: started, resumed and stopped as our child.

It listens on 127.0.0.1 only, asks everybody for a password (scram-sha-256), and is shut down by the kernel's signal
when we die. It never touches a PostgreSQL of the machine.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT

from coklit.localservices.home import CannotRun, Home, home_for
from coklit.localservices.ports import HOST, free_port
from coklit.localservices.processes import Child, InUse, claim, kept_secret, spawn

SUPERUSER = "postgres"
# What keeps personal data out of the server's log: a statement, the row it failed on and its parameters hold values.
SILENT_LOG = {
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
_MB = 1024 * 1024


@dataclass(frozen=True)
class Postgres:
    """A running server. `directory` keeps its passwords and log; its data may stand elsewhere (`home.py`)."""

    directory: Path
    port: int
    child: Child
    lock: int

    def url(self, role: str = SUPERUSER, database: str = "postgres") -> str:
        """The address for one role, whose password is kept in `directory`."""
        return f"postgresql://{role}:{self.password_of(role)}@{HOST}:{self.port}/{database}"

    def password_of(self, role: str) -> str:
        """The random password of a role, made on first use."""
        return kept_secret(self.directory / f"{role}.password")

    def stop(self) -> None:
        """Shut down fast: running transactions are rolled back, everything committed is on disk."""
        self.child.stop()
        os.close(self.lock)


def start(directory: Path, *, port: int | None = None, settings: Mapping[str, str], patience: float = 30) -> Postgres:
    """Start the server kept in `directory`, made on first use; ready for connections on return.

    `port` is the wished-for one and may be stepped around. `settings` are server parameters (`sized_settings`). Raises
    InUse when a server runs there and does not end within `patience` seconds (one that a killed parent left is ending),
    ChildDied with the log when ours does not start.
    """
    lock = claim(directory, patience=patience)
    try:
        home = home_for(directory.resolve())
        if not home.data.exists():
            sync = "--no-sync" if settings.get("fsync") == "off" else "--sync-method=fsync"
            _make_cluster(home, kept_secret(directory / f"{SUPERUSER}.password"), sync)
        _forget_dead_server(home)
        chosen = free_port(port)
        child = _run(home, {**settings, **_fixed_settings(chosen)}, directory / "postgres.log", lock)
    except BaseException:
        os.close(lock)
        raise
    return Postgres(directory, chosen, child, lock)


def discard(directory: Path) -> None:
    """Delete the server kept in `directory` with all its data, wherever that stands."""
    os.close(claim(directory))
    home = home_for(directory.resolve())
    if home.data.exists():
        shutil.rmtree(home.data)
    if home.data.parent != directory.resolve():
        home.data.parent.rmdir()
    shutil.rmtree(directory)


def sized_settings(*, connections: int = 100) -> dict[str, str]:
    """Parameters for this machine's memory and for loading millions of rows; nothing that risks data."""
    memory = _memory()
    return {
        "max_connections": str(connections),
        "shared_buffers": f"{min(memory // 4, 2048 * _MB) // _MB}MB",
        "effective_cache_size": f"{memory // 2 // _MB}MB",
        "maintenance_work_mem": f"{min(memory // 16, 512 * _MB) // _MB}MB",
        "work_mem": "16MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "autovacuum_naptime": "15s",
    }


def _fixed_settings(port: int) -> dict[str, str]:
    shared = os.statvfs("/dev/shm") if Path("/dev/shm").exists() else None  # noqa: S108 - asked for its size only
    roomy = shared is not None and shared.f_frsize * shared.f_blocks >= 1024 * _MB
    return {
        **SILENT_LOG,
        "listen_addresses": HOST,
        "port": str(port),
        "unix_socket_directories": "",
        "timezone": "UTC",
        # Containers often give /dev/shm 64 MB, where a parallel query fails half-way.
        "dynamic_shared_memory_type": "posix" if roomy else "mmap",
    }


def _make_cluster(home: Home, password: str, sync: str) -> None:
    """Make the data directory beside its place and move it there when whole: a cut-short one is made anew."""
    draft = home.data.with_name("data.unfinished")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    account = home.account
    with tempfile.NamedTemporaryFile("w") as secret:
        secret.write(password)
        secret.flush()
        if account:
            os.chown(draft, account.uid, account.gid)
            os.chown(secret.name, account.uid, account.gid)
        made = subprocess.run(
            [home.programs / "initdb", "-D", draft, "-U", SUPERUSER, "--pwfile", secret.name,
             "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin",
             "--builtin-locale=C.UTF-8", "--lc-messages=C", sync],
            user=account.uid if account else None, group=account.gid if account else None,
            extra_groups=[] if account else None,
            cwd="/", capture_output=True, text=True,
        )  # fmt: skip
    if made.returncode:
        raise CannotRun(f"initdb failed in {draft}:\n{made.stderr or made.stdout}")
    draft.rename(home.data)


def _forget_dead_server(home: Home) -> None:
    """Remove a pid file left by SIGKILL: its number may belong to somebody else by now, and then blocks the start.

    We hold the claim, so no server of ours lives here; one started by hand is recognised by its working directory.
    """
    pid_file = home.data / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = pid_file.read_text().split("\n", 1)[0]
    if os.path.realpath(f"/proc/{pid}/cwd") == str(home.data):
        raise InUse(f"A PostgreSQL started by hand (pid {pid}) runs on {home.data}; stop it first.")
    pid_file.unlink()


def _run(home: Home, settings: Mapping[str, str], log: Path, lock: int) -> Child:
    command: list[str | Path] = [home.programs / "postgres", "-D", home.data]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    child = spawn("PostgreSQL", command, log=log, lock=lock, account=home.account, stop_signal=SIGINT, grace=60)
    try:
        # After a crash it replays its journal first, which may take a while.
        child.wait_ready(lambda: _is_ready(home.data / "postmaster.pid", child), timeout=300)
    except BaseException:
        child.stop()
        raise
    return child


def _is_ready(pid_file: Path, child: Child) -> bool:
    """The server's own word, in line 8 of its pid file; asking by connections would fill its log with refusals."""
    try:
        lines = pid_file.read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0] == str(child.process.pid) and lines[7].strip() == "ready"


def _memory() -> int:
    """Bytes this machine or container may use."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes")):
        if limit.exists() and (text := limit.read_text().strip()).isdigit():
            return min(machine, int(text))
    return machine
