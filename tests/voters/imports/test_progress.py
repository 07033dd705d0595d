"""What a run tells while it runs: kept in Valkey, seldom written, and asked for a cancel as seldom."""

import pytest

from voters.imports import progress
from voters.imports.progress import Standing, Teller, forget, standing_of
from voters.intake.kind import Cancelled, Progress
from voters.placement import new_id

pytestmark = pytest.mark.integration


@pytest.fixture
def tick(monkeypatch):
    """A clock that the test moves."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])

    def on(seconds):
        now[0] += seconds

    return on


def test_standing_tells_step_rate_and_time_left(tick):
    key, seen = new_id(), []
    tell = Teller(key, lambda: False, seen.append)
    tell(Progress("read", 0, 1000))
    tick(2)
    tell(Progress("read", 400, 1000))
    found = standing_of(key)
    assert (found.step, found.done, found.total, found.rate) == ("read", 400, 1000, 200.0)
    assert found.seconds_left == 3
    assert [one.done for one in seen] == [0, 400]
    forget(key)
    assert standing_of(key) is None


def test_many_words_within_a_moment_are_one(tick):
    seen = []
    tell = Teller(new_id(), lambda: False, seen.append)
    for done in range(1000):
        tell(Progress("read", done, 1000))
    assert [one.done for one in seen] == [0]


def test_new_step_begins_its_own_rate(tick):
    key = new_id()
    tell = Teller(key, lambda: False, lambda _: None)
    tell(Progress("read", 900, 1000))
    tick(10)
    tell(Progress("write", 0, 10))
    assert (standing_of(key).step, standing_of(key).rate) == ("write", 0.0)


def test_cancel_is_asked_at_most_once_a_second(tick):
    asked = []
    tell = Teller(new_id(), lambda: bool(asked.append(1)), lambda _: None)
    for _ in range(25):
        tell(Progress("read"))
        tick(0.1)
    assert len(asked) == 3


def test_cancel_is_raised(tick):
    tell = Teller(new_id(), lambda: True, lambda _: None)
    with pytest.raises(Cancelled):
        tell(Progress("read"))


def test_time_left_is_unknown_without_a_rate_or_a_total():
    for done, total, rate in ((0, 10, 0.0), (5, 0, 2.0), (10, 10, 2.0)):
        assert Standing("read", done, total, "rows", rate, 0).seconds_left is None


def test_run_goes_on_without_valkey(settings, tick):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:9/0"}}
    key = new_id()
    Teller(key, lambda: False, lambda _: None)(Progress("read", 1, 2))
    assert standing_of(key) is None
