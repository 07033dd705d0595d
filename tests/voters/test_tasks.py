"""What Celery runs on the write side."""

import datetime as dt

import pytest
from django.db import connections, transaction

from coklit import clock
from coklit.celery import app
from tests import scene as standing
from tests.scene import NOW, make_tps
from tests.voters.sync.events import PERSON, said, upload
from voters.models import CoklitEvent, SyncAttempt, SyncBatch
from voters.placement import new_id
from voters.sync.pressure import BACKLOG, ask
from voters.tasks import apply_stored_batches, keep_refused_attempts

pytestmark = pytest.mark.integration


@pytest.fixture
def scene(db):
    """The standing places and people, built in one transaction."""
    with transaction.atomic():
        return standing.build()


def store(scene, *events, minutes=0, body=None, tps=None, since=NOW):
    return SyncBatch.objects.create(
        kabkota_id=scene.tps.kabkota_id,
        phone_batch=new_id(),
        device=scene.device,
        tps=tps or scene.tps,
        state="stored",
        body=body or upload((tps or scene.tps).pk, *events),
        body_hash=b"",
        received_at=since + dt.timedelta(minutes=minutes),
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


def test_one_run_is_bounded_in_time_and_the_next_goes_on(scene, monkeypatch):
    monkeypatch.setattr("voters.tasks.SECONDS_A_RUN", 0)
    for voter in scene.voters:
        store(scene, said("0", voter.pk))
    assert [apply_stored_batches() for _ in range(4)] == [1, 1, 1, 0]


def test_one_run_goes_on_beyond_the_first_portion(scene, monkeypatch):
    monkeypatch.setattr("voters.tasks.BATCHES_AT_ONCE", 2)
    for number in range(5):
        store(scene, said("0", scene.voters[number % 3].pk), minutes=number // 4)
    assert apply_stored_batches() == 5


def test_upload_that_cannot_be_applied_holds_up_only_what_its_phone_sent_after_it(scene, caplog, monkeypatch):
    monkeypatch.setattr("voters.tasks.BATCHES_AT_ONCE", 1)
    just_now = clock.now()
    broken = store(scene, body=b"{", since=just_now)
    behind = store(scene, said("0", scene.voters[0].pk), minutes=1, since=just_now)
    other = make_tps(scene.election, number=2)
    elsewhere = store(scene, minutes=2, tps=other, since=just_now)
    assert apply_stored_batches() == 1
    for batch, state in ((broken, "stored"), (behind, "stored"), (elsewhere, "applied")):
        batch.refresh_from_db()
        assert batch.state == state
    assert f"Batch {broken.pk} could not be applied: Unreadable" in caplog.text


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_log_of_what_the_database_refused_holds_no_personal_value(scene, caplog):
    waiting = store(scene, said("B"))
    SyncBatch.objects.filter(pk=waiting.pk).update(received_at=clock.now())
    with connections["owner"].cursor() as owner:
        owner.execute("ALTER TABLE voters_voter ADD CONSTRAINT broken CHECK (name <> 'ORANG BARU')")
        assert apply_stored_batches() == 0
        owner.execute("ALTER TABLE voters_voter DROP CONSTRAINT broken")
    assert "could not be applied: NothingApplies, IntegrityError" in caplog.text
    assert "voters/sync/ledger.py" in caplog.text
    assert PERSON["nik"] not in caplog.text
    assert PERSON["name"] not in caplog.text


def test_run_tells_how_long_the_rest_will_take(scene, valkey, monkeypatch):
    monkeypatch.setattr("voters.tasks.SECONDS_A_RUN", 0)
    for voter in scene.voters:
        store(scene, said("0", voter.pk))
    apply_stored_batches()
    assert float(valkey.get(BACKLOG)) > 0
    apply_stored_batches()
    apply_stored_batches()
    assert float(valkey.get(BACKLOG)) == 0


def test_upload_that_is_stuck_makes_nobody_wait(scene, valkey):
    just_now = clock.now()
    store(scene, body=b"{", since=just_now)
    store(scene, said("0", scene.voters[0].pk), minutes=1, since=just_now)
    assert apply_stored_batches() == 0
    assert float(valkey.get(BACKLOG)) == 0


def test_upload_that_nobody_can_read_any_more_is_given_up_after_an_hour(scene):
    broken = store(scene, body=b"{", since=clock.now(), minutes=-61)
    store(scene, said("0", scene.voters[0].pk), since=clock.now())
    assert apply_stored_batches() == 1
    broken.refresh_from_db()
    assert (broken.state, bytes(broken.body)) == ("unreadable", b"{")


def test_refused_attempts_are_kept(scene, valkey, settings):
    settings.SYNC_DEVICE_PER_MINUTE = 0.001
    for _ in range(3):
        ask(kabkota=scene.tps.kabkota_id, device=scene.device.pk, size=1)
    assert [keep_refused_attempts(), keep_refused_attempts()] == [2, 0]
    assert SyncAttempt.objects.filter(outcome="device", status=429).count() == 2


def test_every_scheduled_task_is_one_that_the_workers_know(settings):
    app.autodiscover_tasks(force=True)
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
