"""What a dead worker left, and orders that were lost."""

import datetime as dt

import pytest

from coklit import clock
from tests.scene import NOW
from voters.imports import asking, resuming, running
from voters.models import FileImport
from voters.terms import CommitChoice, ImportState

pytestmark = pytest.mark.integration

LATER = dt.timedelta(seconds=61)


@pytest.fixture
def orphan(scene, brought):
    """An import that was claimed by somebody who is no more."""
    record = brought("satu")
    asking.start_check(record, by=scene.kpu, now=NOW)
    return running.claim(record.pk)


def state(record):
    record.refresh_from_db()
    return record.state, record.claimed_at is None, record.attempts


def test_import_without_a_worker_waits_again_and_is_done(orphan):
    assert resuming.put_back_lost(clock.now() + LATER) == 1
    assert state(orphan) == (ImportState.CHECKING, True, 1)
    assert resuming.waiting() == [orphan.pk]
    running.run(orphan.pk)
    assert state(orphan) == (ImportState.CHECKED, False, 2)
    assert resuming.waiting() == []


def test_fresh_claim_is_left_alone(orphan):
    assert resuming.put_back_lost(clock.now()) == 0
    assert state(orphan) == (ImportState.CHECKING, False, 1)


def test_third_break_is_the_last(orphan):
    FileImport.objects.filter(pk=orphan.pk).update(attempts=3)
    assert resuming.put_back_lost(clock.now() + LATER) == 1
    orphan.refresh_from_db()
    assert orphan.state == ImportState.FAILED
    assert "3" in orphan.problem


def test_undo_that_breaks_three_times_stays_loaded(scene, brought, notes):
    record = brought("satu")
    for ask in (
        lambda: asking.start_check(record, by=scene.kpu, now=NOW),
        lambda: asking.start_commit(record, choice=CommitChoice.ALL, create_tps=False, by=scene.kpu, now=NOW),
    ):
        ask()
        running.run(record.pk)
        record.refresh_from_db()
    asking.start_undo(record, reason="salah", by=scene.kpu, now=NOW)
    running.claim(record.pk)
    FileImport.objects.filter(pk=record.pk).update(attempts=3)
    resuming.put_back_lost(clock.now() + LATER)
    record.refresh_from_db()
    assert (record.state, record.undo_asked_at) == (ImportState.COMMITTED, None)
    assert notes(record) == ["satu"]


@pytest.mark.parametrize("number", [1, 3])
def test_every_waiting_import_is_found(scene, brought, number):
    records = [brought(f"satu{n}") for n in range(number)]
    for record in records:
        asking.start_check(record, by=scene.kpu, now=NOW)
    assert resuming.waiting() == [record.pk for record in records]
