"""Every reason that the reader can give for an event is told in words for people."""

import json

import pytest
from django.utils import translation

from tests.voters.sync.events import PERSON
from voters.placement import new_id
from voters.sync.payload import BadEvent, Unreadable, read_envelope, read_event
from voters.sync.reasons import in_words

pytestmark = pytest.mark.unit

WHOLE = {
    "id": str(new_id()),
    "voter": str(new_id()),
    "code": "B",
    "at": "2023-03-04T12:00:00+07:00",
    "new": {**PERSON, "birth_day": str(PERSON["birth_day"])},
    "position": {"latitude": -2.2, "longitude": 113.9, "accuracy": 12},
    "sticker": True,
}
WRONG = ["x" * 300, "", None, -1, 1.5, 10**30, True, [], {}, "\x00", "2024-13-01", "2024-01-01T00:00:00", 7000, "1800"]


def damaged(whole):
    """The event with each of its fields wrong, missing or unknown, one at a time."""
    for field, value in whole.items():
        yield {name: one for name, one in whole.items() if name != field}
        yield from ({**whole, field: wrong} for wrong in WRONG)
        if isinstance(value, dict):
            yield from ({**whole, field: inner} for inner in damaged(value))
    yield {**whole, "unknown": 1}


def reasons():
    read = [read_event(json.dumps(event).encode()) for event in damaged(WHOLE)]
    read += [read_event(raw) for raw in (b"[]", b'{"id": NaN}', b'{"id": "\xff"}', b"1")]
    return {one.reason for one in read if isinstance(one, BadEvent)}


def test_every_reason_is_told_in_indonesian():
    found = reasons()
    assert len(found) > 40
    with translation.override("id"):
        untold = [reason for reason in found if in_words(reason) == reason or "Expected" in in_words(reason)]
        english = [reason for reason in found if in_words(reason).split()[0] in ("It", "At", "The")]
    assert (untold, english) == ([], [])


def test_limits_stand_in_the_words():
    with translation.override("en"):
        assert in_words("Expected `int` <= 999") == "At most 999."
        assert in_words("Expected `int` >= 0") == "At least 0."
        assert in_words("Expected `float` >= -90.0") == "At least -90."
        assert in_words("Expected `str` of length <= 100") == "At most 100 characters."


def test_envelope_that_is_no_json_is_told_in_indonesian():
    with pytest.raises(Unreadable) as refused:
        read_envelope(b"{")
    with translation.override("id"):
        assert in_words(str(refused.value)) == "Ini bukan JSON."


def test_unknown_form_is_told_as_it_is():
    assert in_words("Something else") == "Something else"
