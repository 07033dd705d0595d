"""A place for the bench's own servers."""

import shutil
import tempfile
from pathlib import Path

import pytest

from coklit.localservices import postgres


@pytest.fixture(scope="module")
def place():
    """A directory that the database's user may enter; gone with its servers' data afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="coklit-bench-"))
    directory.chmod(0o755)
    yield directory
    if (directory / "postgres").exists():
        postgres.discard(directory / "postgres")
    shutil.rmtree(directory)
