"""A real worker over a real broker: it loads, is killed in the midst of a load, is cancelled, and goes on."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from django.db import transaction

from coklit.clock import now
from coklit.localservices.stack import Stack
from tests import scene as standing
from voters.imports import asking
from voters.imports.progress import standing_of
from voters.imports.resuming import CLAIM_TO_LOCK, put_back_lost
from voters.models import FileImport, TrailEntry
from voters.tasks import resume_imports, run_import
from voters.terms import CommitChoice, ImportState

pytestmark = [pytest.mark.integration, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[3]
# A worker starts slowly where much else runs.
PATIENCE = 180


@pytest.fixture
def scene(transactional_db):
    """Committed, so that the worker's process sees it."""
    with transaction.atomic():
        return standing.build()


@pytest.fixture
def stack(tmp_path):
    with Stack(tmp_path) as running:
        yield running


@pytest.fixture
def worker(stack, tiny, tmp_path, settings):
    """Starts one more worker for files, with the tiny kind."""
    uploads = settings.STORAGES["uploads"]["OPTIONS"]["location"]
    command = [sys.executable, "-m", "celery", "--app", "tests.voters.imports.worker_app", "worker"]
    options = ["--queues", "imports", "--concurrency", "1", "--loglevel", "WARNING", "--without-mingle"]
    places = {"COKLIT_TEST_GATE": str(tmp_path), "COKLIT_UPLOADS_DIR": str(uploads)}
    environment = {**places, "PYTHONPATH": str(ROOT)}
    return lambda name: stack.start(name, [*command, *options, "-n", f"{name}@%h"], environment=environment)


@pytest.fixture
def checked(brought, scene):
    """A file whose load waits for the gate, checked and ordered to be loaded."""

    def order(*notes):
        record = brought(*notes)
        asking.start_check(record, by=scene.kpu, now=now())
        run_import.delay(str(record.pk))
        until(lambda: state_of(record) != ImportState.CHECKING)
        record.refresh_from_db()
        assert record.problem == ""
        asking.start_commit(record, choice=CommitChoice.ALL, create_tps=False, by=scene.kpu, now=now())
        run_import.delay(str(record.pk))
        return record

    return order


def state_of(record):
    return FileImport.objects.values_list("state", flat=True).get(pk=record.pk)


def until(happened):
    """Wait for it; the worker's log stands in the test's folder."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "It did not happen."
        time.sleep(0.05)


def test_worker_killed_in_the_midst_leaves_nothing_and_another_finishes_once(worker, tiny, checked, notes):
    first = worker("satu")
    record = checked("satu", "lambat", "dua")
    until(tiny.waiting.exists)
    os.killpg(first.process.pid, signal.SIGKILL)
    first.process.wait()
    assert (state_of(record), notes()) == (ImportState.COMMITTING, [])
    tiny.gate.touch()
    # The claim is younger than a minute: nobody takes the import away from a worker that may be slow.
    assert resume_imports() == 0
    FileImport.objects.update(claimed_at=now() - 2 * CLAIM_TO_LOCK)
    until(lambda: resume_imports() == 1)
    worker("dua")
    until(lambda: state_of(record) == ImportState.COMMITTED)
    record.refresh_from_db()
    assert notes(record) == ["dua", "lambat", "satu"]
    assert (record.rows, record.created, record.attempts) == (3, 3, 2)
    assert TrailEntry.objects.filter(verb="import_file").count() == 1


def test_run_is_cancelled_in_the_midst_and_keeps_nothing(worker, tiny, checked, notes, scene):
    worker("satu")
    record = checked("satu", "lambat")
    until(tiny.waiting.exists)
    until(lambda: standing_of(record.pk) is not None)
    assert standing_of(record.pk).step == "load"
    asking.ask_cancel(record, by=scene.kpu, now=now())
    until(lambda: state_of(record) == ImportState.CANCELLED)
    assert notes() == []
    with pytest.raises(asking.NotNow):
        asking.ask_cancel(record, by=scene.kpu, now=now())
    until(lambda: standing_of(record.pk) is None)


def test_living_worker_keeps_its_import_however_long_it_takes(worker, tiny, checked):
    worker("satu")
    record = checked("lambat")
    until(tiny.waiting.exists)
    assert put_back_lost(now() + 2 * CLAIM_TO_LOCK) == 0
    assert resume_imports() == 0
    tiny.gate.touch()
    until(lambda: state_of(record) == ImportState.COMMITTED)
    record.refresh_from_db()
    assert record.attempts == 1
