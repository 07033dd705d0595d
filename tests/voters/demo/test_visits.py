"""What invented pantarlih send is what the protocol takes."""

import datetime as dt
from random import Random

import pytest

from voters.demo.visits import new_neighbour, upload, visits
from voters.nik import differences
from voters.placement import new_id
from voters.sync.payload import BadEvent, read_envelope, read_event

pytestmark = pytest.mark.unit

END = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)
BEGIN = END - dt.timedelta(hours=2)
CODES = ["0", "U", "B", "1", "3", "6", "7"]


def doors(count):
    return [
        {"id": new_id(), "nik": "6271990101800001", "nkk": "6271990101100001", "birth_place": "PALANGKA RAYA"}
        | {"address": "JL. CONTOH", "rt": 1, "rw": 2}
        for _ in range(count)
    ]


def test_every_event_is_readable_and_stands_in_its_time():
    events = visits(doors(900), BEGIN, END, CODES, Random(3))
    envelope = read_envelope(upload(new_id(), events, END, recorded=900, waiting=1, failed=0))
    good = [one for raw in envelope.events if not isinstance(one := read_event(raw), BadEvent)]
    assert len(good) == len(events)
    assert {event.code for event in good} == set(CODES)
    assert all(BEGIN <= event.at <= END for event in good)


def test_only_codes_that_are_allowed_are_given():
    assert {event["code"] for event in visits(doors(300), BEGIN, END, ["0", "U"], Random(4))} == {"0", "U"}


def test_same_round_is_the_same_upload():
    rows, tps = doors(20), new_id()
    first, second = (upload(tps, visits(rows, BEGIN, END, CODES, Random(5)), END) for _ in range(2))
    assert first == second


def test_new_neighbour_has_a_nik_that_is_coherent_and_visibly_not_real():
    for seed in range(50):
        person = new_neighbour(doors(1)[0], END, Random(seed))["new"]
        assert person["nik"][:6] == "627199"
        assert differences(person["nik"], person["birth_day"], person["sex"]) == []
