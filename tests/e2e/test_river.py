"""The whole river: a phone's upload over HTTP, a real worker and its schedule, and the page that shows the count."""

import os
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from coklit import clock
from tests.scene import KOTA, hold_coklit_around
from tests.voters.sync.events import said, upload
from voters import changes
from voters.models import SyncBatch

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90


@pytest.fixture(autouse=True)
def midst_of_coklit(scene):
    """The doors read the clock themselves."""
    hold_coklit_around(scene.election, clock.now().date())


@contextmanager
def celery(*arguments, log):
    """One Celery process on this test's database and broker, ended by its own stop signal."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "coklit", *arguments],
            cwd=ROOT,
            env=os.environ,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


@pytest.fixture
def workers(tmp_path):
    """A worker and the schedule, as in an installation."""
    worker = celery("worker", "--pool", "solo", "--loglevel", "INFO", log=tmp_path / "worker.log")
    beat = celery("beat", "--schedule", str(tmp_path / "beat"), "--pidfile", "", log=tmp_path / "beat.log")
    with worker, beat:
        yield tmp_path


def post(url, body, token):
    """What a phone sends, and the status it is answered with."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/api/v1/batches", body, headers)  # noqa: S310  # our own server
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        return response.status


def wait_for(found, workers):
    """Ask until it is so; else fail with what the worker and the schedule wrote."""
    deadline = time.monotonic() + PATIENCE
    while not found():
        logs = "".join(path.read_text(errors="replace")[-3000:] for path in sorted(workers.glob("*.log")))
        assert time.monotonic() < deadline, logs
        time.sleep(0.3)


def page(client):
    return client.get(f"/dasbor/pemilu-2024/{KOTA}/").content.decode()


def test_upload_of_a_phone_comes_out_on_the_dashboard(server, scene, client, workers):
    client.force_login(scene.kpu)
    changes.mark(kabkota=KOTA, tps=[scene.tps.pk], now=scene.device.issued_at)
    wait_for(lambda: "0,00\xa0%" in page(client), workers)
    assert "66,67\xa0%" not in page(client)
    events = [said("0", scene.voters[0].pk), said("1", scene.voters[1].pk)]
    assert post(server, upload(scene.tps.pk, *events), scene.token) == 200
    wait_for(lambda: "66,67\xa0%" in page(client), workers)


def test_upload_that_waited_is_applied_by_the_schedule_and_comes_out_as_well(server, scene, client, workers):
    client.force_login(scene.kpu)
    assert post(server, upload(scene.tps.pk), scene.token) == 200
    batch = SyncBatch.objects.get()
    body = upload(scene.tps.pk, said("0", scene.voters[0].pk))
    SyncBatch.objects.filter(kabkota_id=KOTA, pk=batch.pk).update(state="stored", body=body)
    wait_for(lambda: "33,33\xa0%" in page(client), workers)
    batch.refresh_from_db()
    assert (batch.state, batch.accepted) == ("applied", 1)
