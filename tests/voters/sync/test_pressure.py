"""Limits of uploads, in a real Valkey. None of these tests may touch the database: pytest-django would refuse it."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from statistics import mean
from uuid import uuid4

import pytest
from django.test.utils import override_settings

from voters.sync import pressure
from voters.sync.pressure import ask, ask_state, note_backlog, wait_with_jitter
from voters.terms import AttemptOutcome

pytestmark = pytest.mark.integration

KOTA = "62.71"
# A token in 1,000 seconds: none flows in while a test runs.
TRICKLE = 0.001


def asked(times, kabkota=KOTA, device=None):
    """Verdicts of that many uploads, of one phone or each of another one."""
    return [ask(kabkota=kabkota, device=device or uuid4(), size=100) for _ in range(times)]


def kinds(verdicts):
    return Counter(verdict.kind for verdict in verdicts)


def let_pass(valkey, key, seconds):
    """What is kept of a bucket, as it is so many seconds later."""
    assert valkey.exists(key)
    valkey.hincrbyfloat(key, "at", -seconds)


def device_key(device):
    return f"coklit:sync:device:{device}"


@pytest.fixture
def limited(valkey, settings, monkeypatch):
    """Give each named limit exactly so many tokens, the others none of their own."""

    def limit(**tokens):
        most = max(tokens.values())
        monkeypatch.setattr(pressure, "BURST_SECONDS", most / TRICKLE)
        for name in ("KABKOTA", "SYSTEM", "APPLY"):
            setattr(settings, f"SYNC_{name}_PER_SECOND", TRICKLE * tokens.get(name.lower(), 0) / most)

    settings.SYNC_DEVICE_PER_MINUTE = 0
    return limit


def test_upload_within_all_limits_is_applied(valkey):
    assert asked(1) == [pressure.Verdict("apply")]


def test_phone_over_its_limit_is_refused_and_another_one_is_not(valkey, settings):
    settings.SYNC_DEVICE_PER_MINUTE = 5
    device = uuid4()
    verdicts = asked(8, device=device)
    assert [verdict.kind for verdict in verdicts] == ["apply"] * 5 + ["refuse"] * 3
    assert {verdict.limit for verdict in verdicts[5:]} == {AttemptOutcome.DEVICE_LIMIT}
    assert kinds(asked(1)) == {"apply": 1}


@pytest.mark.parametrize(
    ("name", "limit", "status"),
    [("kabkota", AttemptOutcome.KABKOTA_LIMIT, 429), ("system", AttemptOutcome.SYSTEM_LIMIT, 503)],
)
def test_too_many_phones_at_once_are_refused(limited, name, limit, status):
    limited(**{name: 10})
    verdicts = asked(15)
    assert [verdict.kind for verdict in verdicts] == ["apply"] * 10 + ["refuse"] * 5
    assert {verdict.limit for verdict in verdicts[10:]} == {limit}
    assert pressure.STATUS[limit] == status


def test_kabkota_have_limits_of_their_own(limited):
    limited(kabkota=3)
    assert kinds(asked(4)) == {"apply": 3, "refuse": 1}
    assert kinds(asked(4, "31.71")) == {"apply": 3, "refuse": 1}


def test_uploads_over_what_can_be_applied_are_stored(limited):
    limited(apply=4, system=8)
    verdicts = asked(10)
    assert [verdict.kind for verdict in verdicts] == ["apply"] * 4 + ["store"] * 4 + ["refuse"] * 2
    assert all(verdict.limit is None for verdict in verdicts[:8])
    assert all(verdict.retry_after >= pressure.WORKERS_COME_EVERY for verdict in verdicts[4:8])


def test_refused_phone_takes_no_tokens_of_its_kabkota_and_the_system(valkey, settings):
    settings.SYNC_DEVICE_PER_MINUTE = 1
    device = uuid4()
    assert kinds(asked(1, device=device)) == {"apply": 1}
    buckets = [f"coklit:sync:{name}" for name in (f"kabkota:{KOTA}", "system", "apply")]
    before = [valkey.hgetall(key) for key in buckets]
    assert kinds(asked(20, device=device)) == {"refuse": 20}
    assert [valkey.hgetall(key) for key in buckets] == before
    assert all(before)


def test_upload_that_the_system_refuses_takes_no_token_of_its_kabkota(limited, valkey):
    limited(kabkota=10, system=2)
    asked(10)
    assert round(float(valkey.hget(f"coklit:sync:kabkota:{KOTA}", "tokens"))) == 8


def test_phone_that_does_not_wait_is_stopped_by_its_own_limit(limited, settings):
    limited(system=1)
    settings.SYNC_DEVICE_PER_MINUTE = 5
    asked(1)
    limits = [verdict.limit for verdict in asked(7, device=uuid4())]
    assert limits == [AttemptOutcome.SYSTEM_LIMIT] * 5 + [AttemptOutcome.DEVICE_LIMIT] * 2


def test_waits_of_a_thousand_refused_phones_grow_and_spread(valkey, settings):
    settings.SYNC_KABKOTA_PER_SECOND = 2
    waits = [verdict.retry_after for verdict in asked(1_000) if verdict.kind == "refuse"]
    assert len(waits) > 900
    assert min(waits) >= 1
    assert max(waits) <= 900
    hundreds = [mean(waits[start : start + 100]) for start in range(0, 900, 100)]
    assert all(earlier < later for earlier, later in pairwise(hundreds))
    # They come back a few in a second, where two in a second are let in.
    assert max(Counter(waits).values()) < 20


def test_waits_at_their_longest_still_spread(limited):
    limited(kabkota=1)
    waits = [verdict.retry_after for verdict in asked(1_001)[1:]]
    assert (min(waits) >= 600, max(waits) <= 900) == (True, True)
    assert max(Counter(waits).values()) < 30


@pytest.mark.parametrize(
    ("seconds", "chance", "wait"),
    [(0, 0, 1), (0, 1, 1), (100, 0, 100), (100, 0.5, 125), (100, 1, 150), (600, 1, 900), (10**9, 0, 600)],
)
def test_wait_has_a_random_part_of_up_to_half_and_bounds(seconds, chance, wait):
    assert wait_with_jitter(seconds, chance) == wait


def test_same_wait_differs_from_phone_to_phone(limited, valkey):
    limited(kabkota=1)
    note_backlog(batches=1_000, per_second=10)
    assert len({verdict.retry_after for verdict in asked(100)}) > 30


def test_bucket_fills_again_with_time_and_no_further_than_its_burst(limited, valkey):
    limited(kabkota=5)
    assert kinds(asked(7)) == {"apply": 5, "refuse": 2}
    key = f"coklit:sync:kabkota:{KOTA}"
    let_pass(valkey, key, 2_000)
    assert kinds(asked(4)) == {"apply": 2, "refuse": 2}
    let_pass(valkey, key, 1_000_000)
    assert kinds(asked(7)) == {"apply": 5, "refuse": 2}


def test_those_told_to_wait_are_forgotten_as_their_time_comes(valkey, settings):
    settings.SYNC_KABKOTA_PER_SECOND = 2
    key = f"coklit:sync:kabkota:{KOTA}"
    assert kinds(asked(400))["refuse"] > 300
    assert float(valkey.hget(key, "promised")) > 300
    let_pass(valkey, key, 1_000)
    assert kinds(asked(1)) == {"apply": 1}
    assert float(valkey.hget(key, "promised")) == 0


def test_clock_of_valkey_set_back_neither_fills_nor_empties(limited, valkey):
    limited(kabkota=5)
    asked(2)
    let_pass(valkey, f"coklit:sync:kabkota:{KOTA}", -10_000)
    assert kinds(asked(5)) == {"apply": 3, "refuse": 2}


def test_backlog_of_stored_uploads_lengthens_every_wait(limited, valkey, settings):
    settings.SYNC_DEVICE_PER_MINUTE = 60
    device = uuid4()
    asked(60, device=device)
    assert asked(1, device=device)[0].retry_after < 10
    note_backlog(batches=2_000, per_second=20)
    assert 100 <= asked(1, device=device)[0].retry_after <= 170
    note_backlog(batches=0, per_second=0)
    assert asked(1, device=device)[0].retry_after < 20


def test_everything_kept_expires(limited, valkey):
    limited(kabkota=2, system=3, apply=1)
    asked(4)
    asked(4, "31.71")
    note_backlog(batches=5, per_second=1)
    keys = set(valkey.scan_iter("coklit:sync:*")) - {pressure.REFUSED}
    assert {"coklit:sync:system", "coklit:sync:apply", pressure.BACKLOG} < keys
    assert [key for key in keys if valkey.pttl(key) <= 0] == []
    assert valkey.ttl(pressure.BACKLOG) <= pressure.BACKLOG_HOLDS_SECONDS


def test_key_of_a_phone_lives_until_its_bucket_is_full_again(valkey, settings):
    settings.SYNC_DEVICE_PER_MINUTE = 30
    device = uuid4()
    asked(1, device=device)
    assert 0 < valkey.pttl(device_key(device)) <= 3_001


def test_limit_of_zero_is_none(valkey, settings):
    settings.SYNC_DEVICE_PER_MINUTE = settings.SYNC_KABKOTA_PER_SECOND = 0
    settings.SYNC_SYSTEM_PER_SECOND = settings.SYNC_APPLY_PER_SECOND = 0
    assert kinds(asked(50, device=uuid4())) == {"apply": 50}
    assert list(valkey.scan_iter("coklit:sync:*")) == []


def test_limit_below_one_upload_lets_one_pass(valkey, settings):
    settings.SYNC_DEVICE_PER_MINUTE = 0.5
    assert kinds(asked(3, device=uuid4())) == {"apply": 1, "refuse": 2}


def test_forgotten_script_is_loaded_again(valkey):
    asked(1)
    valkey.script_flush()
    assert kinds(asked(1)) == {"apply": 1}


def test_threads_at_once_never_take_more_tokens_than_there_are(limited):
    limited(kabkota=100, system=150)
    with ThreadPoolExecutor(8) as pool:
        verdicts = [one for part in pool.map(lambda _: asked(40), range(8)) for one in part]
    assert kinds(verdicts) == {"apply": 100, "refuse": 220}


def test_forked_process_counts_in_the_same_buckets_on_a_connection_of_its_own(limited):
    limited(kabkota=60)
    asked(10)
    child = os.fork()
    if child == 0:
        os._exit(kinds(asked(40))["apply"])
    here = kinds(asked(40))["apply"]
    there = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert here + there == 50


def test_state_calls_have_the_phones_limit_alone_and_apart(limited, settings, valkey):
    limited(system=1)
    settings.SYNC_DEVICE_PER_MINUTE = 3
    asked(1)
    device = uuid4()
    assert {verdict.limit for verdict in asked(2, device=device)} == {AttemptOutcome.SYSTEM_LIMIT}
    verdicts = [ask_state(device=device) for _ in range(4)]
    assert [verdict.kind for verdict in verdicts] == ["apply"] * 3 + ["refuse"]
    assert verdicts[3].limit == AttemptOutcome.DEVICE_LIMIT


def test_refused_uploads_are_kept_and_refused_states_are_not(limited, valkey, settings):
    limited(system=1)
    settings.SYNC_DEVICE_PER_MINUTE = 2
    device = uuid4()
    asked(4, device=device)
    for _ in range(4):
        ask_state(device=device)
    lines = [line.split(" ") for line in valkey.lrange(pressure.REFUSED, 0, -1)]
    # The first went in; the second found no room in the system; the others were too many for one phone.
    assert [line[1:5] for line in lines] == [
        *([KOTA, str(device), "100", place] for place in ("3", "1", "1")),
    ]


def test_list_of_refused_uploads_is_bounded_and_counts_what_it_leaves_out(limited, valkey, monkeypatch):
    limited(system=1)
    monkeypatch.setattr(pressure, "REFUSED_AT_MOST", 3)
    asked(9)
    assert (valkey.llen(pressure.REFUSED), valkey.get(pressure.DROPPED)) == (3, "5")


def test_limits_are_read_when_asked(valkey):
    with override_settings(SYNC_DEVICE_PER_MINUTE=1):
        assert kinds(asked(2, device=uuid4())) == {"apply": 1, "refuse": 1}
    assert kinds(asked(2, device=uuid4())) == {"apply": 2}
