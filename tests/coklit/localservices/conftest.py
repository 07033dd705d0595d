"""Private servers for these tests alone: they are killed, resumed and looked into."""

import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest

from coklit.localservices import postgres

SMALL = {"shared_buffers": "32MB", "max_connections": "20", "fsync": "off"}


def gone(pid, patience=10):
    """Whether the process ends within `patience` seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def place():
    """A directory everybody may enter; pytest's own are closed to the database's user."""
    directory = Path(tempfile.mkdtemp(prefix="coklit-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
def server():
    """One running PostgreSQL for the tests of a module that only ask it questions."""
    top = Path(tempfile.mkdtemp(prefix="coklit-"))
    top.chmod(0o755)
    running = postgres.start(top / "postgres", settings=SMALL)
    yield running
    running.stop()
    postgres.discard(top / "postgres")
    top.rmdir()
