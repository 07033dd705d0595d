"""The sending process: what counts as success, who sends what, and from when latency counts."""

import gzip
import json
import threading

import pytest

from bench.sync.sender import Order, Request, fault_of, sent

pytestmark = pytest.mark.unit


def content(status="applied", *results):
    return json.dumps({"batch": "b", "status": status, "results": [{"id": "i", "status": r} for r in results]}).encode()


def order(number, due=None):
    return Order(connections=4, address="127.0.0.1:9", requests=[Request({}, b"", 1)] * number, due=due)


def recorder(fault=""):
    """Sends that only note which number they got."""
    numbers, lock = [], threading.Lock()

    def send(number):
        with lock:
            numbers.append(number)
        return lambda: fault

    return numbers, send


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, content("applied", "accepted", "accepted"), ""),
        (200, content("applied", "accepted", "duplicate"), "applied, 1 of 2 accepted"),
        (202, content("stored"), "HTTP 202"),
        (200, content("stored"), "stored, 0 of 2 accepted"),
        (503, b"{}", "HTTP 503"),
    ],
)
def test_only_an_upload_with_all_events_accepted_is_a_success(status, body, said):
    assert fault_of(status, "", body, 2).startswith(said)
    assert bool(fault_of(status, "", body, 2)) is bool(said)


def test_compressed_answer_is_read():
    assert fault_of(200, "gzip", gzip.compress(content("applied", "accepted")), 1) == ""


def test_every_upload_is_sent_once_over_all_connections():
    numbers, send = recorder()
    outcome = sent(order(200), [send] * 4)
    assert sorted(numbers) == list(range(200))
    assert len(outcome.latencies) == 200
    assert outcome.faults == []


def test_latency_counts_from_when_an_upload_was_due():
    _, send = recorder()
    # Due half a second before the beginning: they have waited that long when they are sent.
    outcome = sent(order(3, due=[-0.5] * 3), [send])
    assert min(outcome.latencies) >= 0.5


def test_nothing_is_sent_before_it_is_due():
    _, send = recorder()
    assert sent(order(2, due=[0.0, 0.2]), [send] * 2).seconds >= 0.2


def test_faults_are_told():
    _, send = recorder("HTTP 503")
    assert sent(order(2), [send]).faults == ["HTTP 503"] * 2


def test_uploads_lost_with_a_connection_are_faults():
    def breaks(number):
        raise ConnectionResetError("gone")

    assert sent(order(3), [breaks]).faults == ["ConnectionResetError: gone"] * 3
