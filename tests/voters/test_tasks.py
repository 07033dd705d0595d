"""What Celery runs on the write side."""

import datetime as dt

import pytest
from django.db import connections, transaction

from coklit.celery import app
from tests import scene as standing
from tests.scene import NOW
from tests.voters.sync.events import PERSON, said, upload
from voters.models import CoklitEvent, SyncBatch
from voters.placement import new_id
from voters.tasks import apply_stored_batches

pytestmark = pytest.mark.integration


@pytest.fixture
def scene(db):
    """The standing places and people, built in one transaction."""
    with transaction.atomic():
        return standing.build()


def store(scene, *events, minutes=0, body=None):
    return SyncBatch.objects.create(
        kabkota_id=scene.tps.kabkota_id,
        phone_batch=new_id(),
        device=scene.device,
        tps=scene.tps,
        state="stored",
        body=body or upload(scene.tps.pk, *events),
        body_hash=b"",
        received_at=NOW + dt.timedelta(minutes=minutes),
    )


def test_nothing_waiting_is_nothing_done(scene):
    assert apply_stored_batches() == 0


@pytest.mark.parametrize("number", [1, 3])
def test_waiting_uploads_are_all_applied_once(scene, number):
    for voter in scene.voters[:number]:
        store(scene, said("0", voter.pk))
    assert apply_stored_batches() == number
    assert apply_stored_batches() == 0
    assert CoklitEvent.objects.count() == number


def test_oldest_upload_is_applied_first(scene):
    voter = scene.voters[0].pk
    store(scene, said("1", voter), minutes=5)
    store(scene, said("0", voter), minutes=0)
    apply_stored_batches()
    assert list(CoklitEvent.objects.order_by("revision").values_list("code", flat=True)) == ["0", "1"]


def test_one_run_is_bounded_and_the_next_goes_on(scene, monkeypatch):
    monkeypatch.setattr("voters.tasks.BATCHES_A_RUN", 2)
    for voter in scene.voters:
        store(scene, said("0", voter.pk))
    assert [apply_stored_batches(), apply_stored_batches()] == [2, 1]


def test_upload_that_cannot_be_read_stays_visible_and_holds_up_nothing(scene, caplog):
    broken = store(scene, body=b"{", minutes=0)
    store(scene, said("0", scene.voters[0].pk), minutes=1)
    assert apply_stored_batches() == 1
    broken.refresh_from_db()
    assert broken.state == "failed"
    assert f"Batch {broken.pk} could not be applied: Unreadable" in caplog.text


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_log_of_what_the_database_refused_holds_no_personal_value(scene, caplog):
    store(scene, said("B"))
    with connections["owner"].cursor() as owner:
        owner.execute("ALTER TABLE voters_voter ADD CONSTRAINT broken CHECK (name <> 'ORANG BARU')")
        assert apply_stored_batches() == 0
        owner.execute("ALTER TABLE voters_voter DROP CONSTRAINT broken")
    assert "could not be applied: IntegrityError" in caplog.text
    assert "voters/sync/ledger.py" in caplog.text
    assert PERSON["nik"] not in caplog.text
    assert PERSON["name"] not in caplog.text


def test_every_scheduled_task_is_one_that_the_workers_know(settings):
    app.autodiscover_tasks(force=True)
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
