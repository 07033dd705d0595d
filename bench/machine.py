"""What the figures were measured on: the machine, the server's settings, the commit."""

import os
import subprocess
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
_TOLD = ("fsync", "synchronous_commit", "wal_compression", "max_parallel_workers_per_gather")


def machine() -> str:
    """Cores and memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, load {os.getloadavg()[0]:.1f} at the start"


def server_settings(superuser_url: str) -> str:
    """Version and settings of the PostgreSQL that both sides use."""
    with psycopg.connect(superuser_url) as connection:
        rows = connection.execute(
            "SELECT name, current_setting(name) FROM pg_settings"
            " WHERE source = 'command line' AND name NOT IN ('listen_addresses', 'port', 'unix_socket_directories')"
            " OR name = ANY(%s) ORDER BY name",
            [list(_TOLD)],
        ).fetchall()
        version = connection.info.server_version
    return f"PostgreSQL {version // 10_000}.{version % 10_000}: " + ", ".join(f"{name}={value}" for name, value in rows)


def commit() -> str:
    """The commit of the working tree, with a plus where files differ from it."""
    short = _git("rev-parse", "--short", "HEAD")
    return f"{short}+" if short and _git("status", "--porcelain", "--untracked-files=no") else short or "no commit"


def _git(*words: str) -> str:
    asked = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)  # noqa: S607  # git is where the developer has it
    return asked.stdout.strip()
