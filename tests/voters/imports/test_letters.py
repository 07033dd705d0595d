"""The mail after a long run: to the uploader, once, over a real connection."""

import datetime as dt

import pytest

from coklit import clock
from tests.scene import NOW
from voters.imports import asking, letters, running
from voters.models import FileImport, User
from voters.terms import CommitChoice, ImportState

pytestmark = pytest.mark.integration

LONG = dt.timedelta(minutes=5)


@pytest.fixture
def long_run(scene, brought, monkeypatch):
    """Checks, or loads, a file; its run seems to have taken five minutes."""

    def run(*notes, load=False):
        record = brought(*notes)
        asking.start_check(record, by=scene.kpu, now=NOW)
        if load:
            running.run(record.pk)
            record.refresh_from_db()
            asking.start_commit(record, choice=CommitChoice.ALL, create_tps=False, by=scene.kpu, now=NOW)
        claimed = running.claim(record.pk)
        began = clock.now() - LONG
        FileImport.objects.filter(pk=record.pk).update(claimed_at=began)
        claimed.claimed_at = began
        running.work(claimed)
        record.refresh_from_db()
        return record

    return run


def text_of(message):
    return message.get_body(("plain",)).get_content()


def test_long_load_is_told_to_the_uploader(long_run, smtp_server, settings, caplog):
    record = long_run("satu", "dua", load=True)
    (message,) = smtp_server.messages
    assert smtp_server.recipients == [["kpu@example.com"]]
    assert "catatan.csv" in message["Subject"]
    assert f"{settings.BASE_URL}/admin/voters/fileimport/{record.pk}/change/" in text_of(message)
    assert "2" in text_of(message)
    assert "catatan.csv" in message.get_body(("html",)).get_content()


def test_long_check_and_failure_are_told_too(long_run, smtp_server):
    assert long_run("satu").state == ImportState.CHECKED
    failed = long_run("rusak")
    assert failed.state == ImportState.FAILED
    first, second = smtp_server.messages
    assert first["Subject"] != second["Subject"]
    assert str(failed.pk) in text_of(second)


def test_short_run_is_not_told(scene, brought, smtp_server):
    record = brought("satu")
    asking.start_check(record, by=scene.kpu, now=NOW)
    running.run(record.pk)
    assert smtp_server.messages == []


def test_account_without_an_address_and_the_operator_get_none(scene, brought, smtp_server):
    User.objects.filter(pk=scene.kpu.pk).update(email="")
    for by in (User.objects.get(pk=scene.kpu.pk), None):
        record = brought("satu", by=by)
        record.state, record.claimed_at = ImportState.CHECKED, NOW
        letters.tell_uploader(record, now=NOW + LONG)
    assert smtp_server.messages == []


def test_mail_that_does_not_go_out_changes_nothing(long_run, caplog):
    # Nobody listens at the port of the test's settings.
    record = long_run("satu", load=True)
    assert record.state == ImportState.COMMITTED
    assert "was not sent" in caplog.text
    assert "kpu@example.com" not in caplog.text
