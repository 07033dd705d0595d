"""Failed attempts on record, and what phones tried hour by hour."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from coklit.clock import ZONES
from tests.scene import FOREIGN_KELURAHAN, FOREIGN_KOTA, KOTA, NOW, make_device, make_pantarlih, make_tps
from voters.models import Device, Region, SyncAttempt, SyncBatch
from voters.placement import new_id
from voters.sync.attempts import Hour, hourly, no_answer, note
from voters.terms import AttemptOutcome

pytestmark = pytest.mark.integration


def minutes(number):
    return NOW + dt.timedelta(minutes=number)


def noted(device, outcome=AttemptOutcome.UNREADABLE, status=400, now=NOW, took_ms=12, size=345):
    note(device=device, outcome=outcome, status=status, took_ms=took_ms, size=size, now=now)


def came_in(device, at=NOW, took_ms=20, state="applied"):
    return SyncBatch.objects.create(
        kabkota_id=device.kabkota_id,
        device=device,
        state=state,
        body=b"",
        body_hash=b"",
        received_at=at,
        took_ms=took_ms,
    )


def rows():
    return list(SyncAttempt.objects.order_by("at", "pk").values_list("outcome", "status", "took_ms", "size", "at"))


def trouble_of(device):
    device.refresh_from_db()
    return device.trouble, device.trouble_at


def test_failed_attempt_is_on_record_and_marks_the_phone(scene):
    noted(scene.device)
    assert rows() == [("unreadable", 400, 12, 345, NOW)]
    assert SyncAttempt.objects.get().device == scene.device
    assert trouble_of(scene.device) == ("unreadable", NOW)


def test_trouble_keeps_since_when_and_tells_the_newest_kind(scene):
    noted(scene.device)
    noted(scene.device, AttemptOutcome.NOT_YOUR_TPS, 403, minutes(5))
    assert trouble_of(scene.device) == ("not_your_tps", NOW)


def test_trouble_after_one_that_ended_begins_anew(scene):
    noted(scene.device)
    Device.objects.filter(kabkota_id=KOTA, pk=scene.device.pk).update(trouble="", trouble_at=None)
    noted(scene.device, now=minutes(9))
    assert trouble_of(scene.device) == ("unreadable", minutes(9))


def test_size_beyond_all_bounds_is_kept_as_the_largest(scene):
    noted(scene.device, AttemptOutcome.TOO_LARGE, 413, size=10**15)
    noted(scene.device, AttemptOutcome.TOO_LARGE, 413, size=None, took_ms=None)
    assert sorted(row[2:4] for row in rows() if row[3]) == [(12, 2**31 - 1)]
    assert [row[2:4] for row in rows() if not row[3]] == [(None, None)]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_what_cannot_be_kept_is_logged_and_disturbs_nobody(scene, caplog):
    with connections["owner"].cursor() as owner:
        owner.execute("ALTER TABLE voters_syncattempt ADD CONSTRAINT broken CHECK (status = 1)")
        try:
            noted(scene.device)
            no_answer(device=scene.device, attempts=3, now=NOW)
        finally:
            owner.execute("ALTER TABLE voters_syncattempt DROP CONSTRAINT broken")
    assert (rows(), trouble_of(scene.device)) == ([], ("", None))
    said = f"An attempt of device {scene.device.pk} is not on record: IntegrityError"
    assert [record.getMessage() for record in caplog.records] == [said, said]


@pytest.mark.parametrize(("attempts", "lost"), [(0, 0), (1, 0), (2, 1), (4, 3), (51, 50), (1_000_000, 50)])
def test_attempts_without_an_answer_are_on_record_one_by_one_up_to_50(scene, attempts, lost):
    no_answer(device=scene.device, attempts=attempts, now=NOW)
    assert rows() == [("no_answer", 0, None, None, NOW)] * lost
    assert trouble_of(scene.device) == ("", None)


def test_number_told_again_is_not_recorded_again(scene):
    came_in(scene.device, minutes(-60))
    for minute, attempts in enumerate((3, 3, 5, 4, 5)):
        no_answer(device=scene.device, attempts=attempts, now=minutes(minute))
    assert [row[4] for row in rows()] == [NOW, NOW, minutes(2), minutes(2)]


def test_upload_that_came_in_begins_a_new_count(scene):
    came_in(scene.device, minutes(-60))
    no_answer(device=scene.device, attempts=3, now=NOW)
    # The upload itself tells three lost ones, of which two are known.
    came_in(scene.device, minutes(10))
    no_answer(device=scene.device, attempts=4, now=minutes(10))
    assert len(rows()) == 3
    no_answer(device=scene.device, attempts=2, now=minutes(20))
    assert len(rows()) == 4


def test_bytes_that_nobody_could_read_begin_no_new_count(scene):
    no_answer(device=scene.device, attempts=3, now=NOW)
    came_in(scene.device, minutes(1), state="unreadable")
    no_answer(device=scene.device, attempts=3, now=minutes(2))
    assert len(rows()) == 2


def test_lost_attempts_of_another_phone_are_not_counted(scene):
    other, _ = make_device(make_pantarlih(scene.tps, name="REKAN")[0])
    no_answer(device=other, attempts=3, now=NOW)
    no_answer(device=scene.device, attempts=3, now=NOW)
    assert SyncAttempt.objects.filter(kabkota_id=KOTA, device=scene.device).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_reports_at_once_are_recorded_once(scene):
    def report(_):
        try:
            no_answer(device=scene.device, attempts=9, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(report, range(4)))
    assert len(rows()) == 8


def test_hours_tell_uploads_failures_and_silence_apart(scene):
    for minute, took_ms in ((0, 10), (1, 20), (2, 30), (3, 400), (59, None)):
        came_in(scene.device, minutes(minute), took_ms)
    noted(scene.device, AttemptOutcome.ERROR, 500, minutes(5))
    for minute in (130, 140):
        noted(scene.device, AttemptOutcome.SYSTEM_LIMIT, 503, minutes(minute))
    no_answer(device=scene.device, attempts=2, now=minutes(150))
    wib = ZONES["WIB"]
    noon = dt.datetime(2023, 3, 4, 12, tzinfo=wib)
    found = hourly(kabkota=KOTA, since=NOW, until=NOW + dt.timedelta(hours=3))
    assert found == [
        Hour(noon, 5, 20, 400, {AttemptOutcome.ERROR: 1}),
        Hour(noon + dt.timedelta(hours=1), 0, None, None, {}),
        Hour(
            noon + dt.timedelta(hours=2),
            0,
            None,
            None,
            {AttemptOutcome.SYSTEM_LIMIT: 2, AttemptOutcome.NO_ANSWER: 1},
        ),
    ]
    assert all(hour.hour.tzinfo == wib for hour in found)


def test_hours_hold_what_came_from_since_until_before_until(scene):
    for minute in (29, 30, 89, 90):
        came_in(scene.device, minutes(minute))
    found = hourly(kabkota=KOTA, since=minutes(30), until=minutes(90))
    assert [hour.answered for hour in found] == [1, 1]


def test_hours_are_those_of_the_kabkota_alone(scene):
    foreign, _ = make_device(make_pantarlih(make_tps(scene.election, FOREIGN_KELURAHAN))[0])
    came_in(foreign)
    noted(foreign)
    Region.objects.filter(code=FOREIGN_KOTA).update(zone="WIT")
    assert hourly(kabkota=KOTA, since=NOW, until=minutes(60))[0].answered == 0
    here = hourly(kabkota=FOREIGN_KOTA, since=NOW, until=minutes(60))
    assert here == [Hour(NOW.astimezone(ZONES["WIT"]), 1, 20, 20, {AttemptOutcome.UNREADABLE: 1})]
    assert here[0].hour.hour == 14


def test_bytes_that_nobody_could_read_are_no_answered_upload(scene):
    came_in(scene.device, state="unreadable", took_ms=None)
    came_in(scene.device, state="stored", took_ms=None)
    assert hourly(kabkota=KOTA, since=NOW, until=minutes(60)) == [Hour(NOW.astimezone(ZONES["WIB"]), 1, None, None, {})]


@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_hours_do_not_grow(scene, number, django_assert_num_queries):
    for _ in range(number):
        device, _ = make_device(make_pantarlih(scene.tps, name=f"REKAN {new_id()}")[0])
        came_in(device)
        noted(device)
    # Zone; hours.
    with django_assert_num_queries(2):
        assert hourly(kabkota=KOTA, since=NOW, until=minutes(60))[0].answered == number
