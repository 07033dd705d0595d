"""Refused attempts from Valkey into rows: each once, whatever dies in between."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections, transaction

from coklit import clock
from tests.scene import FOREIGN_KELURAHAN, FOREIGN_KOTA, KOTA, make_device, make_pantarlih, make_tps
from voters.models import Device, SyncAttempt, SyncBatch
from voters.placement import new_id
from voters.sync import refused
from voters.sync.pressure import DROPPED, REFUSED, ask
from voters.sync.refused import keep_refused

pytestmark = pytest.mark.integration


@pytest.fixture
def strict(valkey, settings):
    """Hardly anything is let in: one upload of a phone, then none."""
    settings.SYNC_DEVICE_PER_MINUTE = 0.001
    return settings


def refuse(device, times, size=100):
    """Have so many uploads of a phone refused."""
    while times:
        times -= ask(kabkota=device.kabkota_id, device=device.pk, size=size).kind == "refuse"


def refuse_many(valkey, device, number):
    """The same, faster: lines as one refusal leaves them, with ids of their own."""
    refuse(device, 1)
    rest = valkey.lrange(REFUSED, 0, 0)[0].partition(" ")[2]
    valkey.rpush(REFUSED, *(f"{new_id()} {rest}" for _ in range(number - 1)))


def came_in(device, at):
    SyncBatch.objects.create(
        kabkota_id=device.kabkota_id, device=device, state="applied", body=b"", body_hash=b"", received_at=at
    )


def trouble_of(device):
    device.refresh_from_db()
    return device.trouble


def test_nothing_refused_is_nothing_written(scene, valkey):
    assert keep_refused() == 0


@pytest.mark.parametrize("number", [1, 3])
def test_refused_attempts_become_rows(scene, strict, valkey, number):
    before = clock.now()
    refuse(scene.device, number, size=4_321)
    assert keep_refused() == number
    kept = list(SyncAttempt.objects.filter(kabkota_id=KOTA))
    assert [(one.device, one.outcome, one.status, one.took_ms, one.size) for one in kept] == [
        (scene.device, "device", 429, None, 4_321)
    ] * number
    assert all(before - dt.timedelta(seconds=1) <= one.at <= clock.now() for one in kept)
    assert (valkey.llen(REFUSED), keep_refused()) == (0, 0)


def test_each_limit_has_its_outcome_and_status(scene, valkey, settings):
    settings.SYNC_SYSTEM_PER_SECOND = 0.001
    refuse(scene.device, 1)
    settings.SYNC_KABKOTA_PER_SECOND = 0.001
    ask(kabkota=KOTA, device=scene.device.pk, size=1)
    valkey.hset(f"coklit:sync:kabkota:{KOTA}", mapping={"tokens": 0, "promised": 0, "at": clock.now().timestamp()})
    refuse(scene.device, 1)
    keep_refused()
    assert {("system", 503), ("kabkota", 429)} == set(SyncAttempt.objects.values_list("outcome", "status"))


def test_phones_are_marked_with_their_newest_refusal_and_since_when(scene, strict):
    other, _ = make_device(make_pantarlih(scene.tps, name="REKAN")[0])
    refuse(scene.device, 2)
    refuse(other, 1)
    keep_refused()
    first = SyncAttempt.objects.filter(kabkota_id=KOTA, device=scene.device).order_by("-at")[0]
    assert (trouble_of(scene.device), trouble_of(other)) == ("device", "device")
    assert scene.device.trouble_at == first.at
    refuse(scene.device, 1)
    keep_refused()
    scene.device.refresh_from_db()
    assert scene.device.trouble_at == first.at


def test_phone_whose_upload_came_in_since_then_is_not_in_trouble(scene, strict):
    refuse(scene.device, 1)
    came_in(scene.device, clock.now() + dt.timedelta(seconds=5))
    assert (keep_refused(), trouble_of(scene.device)) == (1, "")


def test_phone_whose_last_upload_came_in_before_is_in_trouble(scene, strict):
    came_in(scene.device, clock.now() - dt.timedelta(hours=1))
    refuse(scene.device, 1)
    assert (keep_refused(), trouble_of(scene.device)) == (1, "device")


def test_attempts_of_several_kabkota_are_rows_of_their_own_kabkota(scene, strict):
    foreign, _ = make_device(make_pantarlih(make_tps(scene.election, FOREIGN_KELURAHAN))[0])
    refuse(scene.device, 2)
    refuse(foreign, 3)
    assert keep_refused() == 5
    kabkota = list(SyncAttempt.objects.order_by("kabkota_id").values_list("kabkota_id", flat=True))
    assert kabkota == [FOREIGN_KOTA] * 3 + [KOTA] * 2


def test_lines_that_were_written_but_not_taken_away_are_not_written_again(scene, strict, valkey):
    refuse(scene.device, 3)
    lines = valkey.lrange(REFUSED, 0, -1)
    keep_refused()
    # As a worker leaves it that dies after its commit.
    valkey.rpush(REFUSED, *lines)
    assert (keep_refused(), valkey.llen(REFUSED)) == (3, 0)
    assert SyncAttempt.objects.count() == 3


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_lines_that_the_database_refuses_wait_for_the_next_run(scene, strict, valkey):
    refuse(scene.device, 3)
    with connections["owner"].cursor() as owner:
        owner.execute("ALTER TABLE voters_syncattempt ADD CONSTRAINT broken CHECK (status = 1)")
        with pytest.raises(IntegrityError):
            keep_refused()
        owner.execute("ALTER TABLE voters_syncattempt DROP CONSTRAINT broken")
    assert (valkey.llen(REFUSED), trouble_of(scene.device)) == (3, "")
    assert (keep_refused(), SyncAttempt.objects.count()) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_write_each_line_once_and_lose_none(scene, strict, valkey, monkeypatch):
    monkeypatch.setattr(refused, "LINES_AT_ONCE", 50)
    refuse_many(valkey, scene.device, 500)

    def work(_):
        try:
            return keep_refused()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) >= 500
    assert (SyncAttempt.objects.count(), valkey.llen(REFUSED)) == (500, 0)


@pytest.mark.django_db(transaction=True)
def test_phone_that_somebody_writes_to_is_not_waited_for(scene, strict):
    refuse(scene.device, 1)

    def work():
        try:
            return keep_refused()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Device.objects.select_for_update(no_key=True).get(kabkota_id=KOTA, pk=scene.device.pk)
        assert pool.submit(work).result(timeout=60) == 1
    assert (SyncAttempt.objects.count(), trouble_of(scene.device)) == (1, "")


def test_one_run_is_bounded_and_the_next_goes_on(scene, strict, valkey, monkeypatch):
    monkeypatch.setattr(refused, "LINES_AT_ONCE", 10)
    monkeypatch.setattr(refused, "LINES_A_RUN", 20)
    refuse_many(valkey, scene.device, 35)
    assert [keep_refused(), keep_refused(), keep_refused()] == [20, 15, 0]


def test_unknown_phone_and_its_line_hold_up_nobody(scene, strict, valkey):
    ghost = Device(id=new_id(), kabkota_id=KOTA)
    refuse(ghost, 2)
    refuse(scene.device, 1)
    assert (keep_refused(), valkey.llen(REFUSED)) == (3, 0)
    assert SyncAttempt.objects.get().device == scene.device


def test_lines_left_out_are_told_once(scene, valkey, caplog):
    valkey.set(DROPPED, 7)
    keep_refused()
    keep_refused()
    assert [record.getMessage() for record in caplog.records] == [
        "7 refused attempts are not on record: their list was full."
    ]


def test_size_beyond_all_bounds_is_kept_as_the_largest(scene, strict):
    refuse(scene.device, 1, size=10**17)
    keep_refused()
    assert SyncAttempt.objects.get().size == 2**31 - 1
