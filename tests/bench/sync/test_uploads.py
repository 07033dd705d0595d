"""What the phones of the bench send is what the protocol reads."""

import datetime as dt
import gzip
import random
from collections import Counter
from uuid import uuid4

import pytest

from bench.sync.uploads import EVENTS, upload
from voters.sync.payload import ResultEvent, read_envelope, read_event

pytestmark = pytest.mark.unit

NOW = dt.datetime(2023, 3, 4, 5, tzinfo=dt.UTC)


def voters(number):
    row = {"nkk": "3172001234567890", "nik": "3172001234567891", "birth_place": "JAKARTA", "address": "J", "rt": 1}
    return [{**row, "id": str(uuid4()), "rw": 2} for _ in range(number)]


def made(number=261, *, compressed=False, seed=7):
    return upload("ck1_3172_x", str(uuid4()), voters(number), now=NOW, compressed=compressed, draw=random.Random(seed))


def test_every_event_is_readable_and_has_an_id_of_its_own():
    envelope = read_envelope(made().body)
    events = [read_event(raw) for raw in envelope.events]
    assert len(events) == EVENTS
    assert all(isinstance(event, ResultEvent) for event in events)
    assert len({event.id for event in events}) == EVENTS
    assert envelope.recorded == EVENTS


def test_most_voters_are_as_listed_and_every_kind_of_result_occurs():
    codes = Counter()
    for seed in range(8):
        codes.update(read_event(raw).code for raw in read_envelope(made(seed=seed).body).events)
    assert codes["0"] > 0.85 * codes.total()
    assert {"U", "B", "1", "3"} <= set(codes)


def test_a_short_list_gives_a_short_upload():
    few = made(3)
    assert few.events == len(read_envelope(few.body).events) < 10


def test_compressed_body_says_so_and_holds_the_same_form():
    packed = made(compressed=True)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(read_envelope(gzip.decompress(packed.body)).events) == EVENTS
    assert "Content-Encoding" not in made().headers
