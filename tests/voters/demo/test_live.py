"""The demonstration's phones against a server that plays the protocol's answers."""

import datetime as dt

import pytest

from tests.voters.sync import phone_server
from tests.voters.sync.phone_server import TPS, DropBefore, Said, applied, refused
from voters.demo.live import outing, switched_on
from voters.demo.people import Phone

pytestmark = pytest.mark.integration


def door(number):
    return {
        "id": f"01990000-0000-7000-8000-{number:012d}", "listed": True, "nik": "6271990101800001",
        "nkk": "6271990101100001", "name": f"PEMILIH {number}", "birth_place": "PALANGKA RAYA",
        "address": "JL. CONTOH", "rt": 1, "rw": 2, "code": "0" if number == 0 else None,
    }  # fmt: skip


LIST = {"tps": TPS, "revision": 412, "whole": True, "codes": [{"code": "0"}], "voters": [door(n) for n in range(4)]}


@pytest.fixture
def server():
    with phone_server.running() as running:
        running.play(Said(200, LIST))
        yield running


def phones(server, place):
    """The first fifty invented phones that are switched on at all."""
    found = [switched_on(Phone(n, TPS, TPS, "ck1_6271_x"), server.url, place) for n in range(50)]
    assert 0 < found.count(None) < 20
    return [live for live in found if live]


def phone_with(server, place, habit):
    return next(live for live in phones(server, place) if habit(live))


def test_outing_visits_doors_without_a_result_and_sends_them(server, tmp_path):
    live = phone_with(server, tmp_path, lambda live: not live.clock_offset)
    assert outing(live).startswith("3 doors; 3 accepted; 0 waiting")
    assert [event["voter"] for event in server.uploads[0].body["events"]] == [door(n)["id"] for n in (1, 2, 3)]
    assert {event["base_revision"] for event in server.uploads[0].body["events"]} == {412}
    assert live.is_done


def test_results_survive_a_lost_answer_and_a_new_start(server, tmp_path):
    live = phone_with(server, tmp_path, lambda live: not live.clock_offset)
    server.play(DropBefore)
    assert "3 waiting no_answer" in outing(live)
    again = phone_with(server, tmp_path, lambda other: other.number == live.number)
    again.client.queue.remember(wait=(0.0, 0.0, ""))
    server.play(Said(200, LIST))
    assert outing(again).startswith("0 doors; 3 accepted; 0 waiting")


def test_phone_without_a_list_tries_again(server, tmp_path):
    server.plays.insert(0, DropBefore)
    live = phones(server, tmp_path)[0]
    assert outing(live).startswith("no list yet")
    assert not live.is_done
    assert outing(live).startswith("3 doors")


def test_some_send_twice(server, tmp_path):
    for live in phones(server, tmp_path):
        server.asked.clear()
        server.plays = [Said(200, LIST)]
        outing(live)
        if len(server.uploads) == 2:
            break
    first, second = server.uploads
    assert first.body == second.body


def test_wrong_clock_stands_in_events_and_envelope(server, tmp_path):
    live = phone_with(server, tmp_path, lambda live: live.clock_offset)
    outing(live)
    sent = server.uploads[0].body
    moments = [dt.datetime.fromisoformat(text) for text in (sent["sent_at"], sent["events"][0]["at"])]
    off = [moment - dt.datetime.now(dt.UTC) - live.clock_offset for moment in moments]
    assert all(abs(one) < dt.timedelta(minutes=10) for one in off)


def test_refused_phone_tells_its_state(server, tmp_path):
    live = phone_with(server, tmp_path, lambda live: not live.clock_offset)
    noted = Said(200, {"status": "noted"})
    server.play(refused(503, "busy", retry_after=60), noted, noted)
    server.otherwise = applied
    assert "waiting busy" in outing(live)
    assert server.asked[-1].path == "/api/v1/state"
