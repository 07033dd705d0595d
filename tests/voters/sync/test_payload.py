"""What fits the protocol, what does not, and that one bad event is one bad event."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voters.sync.events import PERSON, event, said, upload
from voters.placement import new_id
from voters.sync.payload import (
    BadEvent,
    ResultEvent,
    TooMany,
    Unreadable,
    content_hash,
    raw_hash,
    read_envelope,
    read_event,
    values_of,
)

pytestmark = pytest.mark.unit

TPS = new_id()


def read_all(body):
    """The good events and the bad ones of an upload."""
    read = [read_event(raw, index) for index, raw in enumerate(read_envelope(body).events)]
    return [one for one in read if isinstance(one, ResultEvent)], [one for one in read if isinstance(one, BadEvent)]


def read(*events):
    return read_all(upload(TPS, *events))


def bad(**fields):
    """What is told of a single event with these fields."""
    good, found = read(said(**fields))
    assert good == []
    return found[0].field, found[0].reason


def test_envelope_keeps_what_the_phone_told_of_itself():
    envelope = read_envelope(upload(TPS, app_version="1.2", attempts=3, recorded=40, waiting=2, failed=1))
    told = (envelope.tps, envelope.app_version, envelope.attempts, envelope.recorded, envelope.waiting, envelope.failed)
    assert told == (TPS, "1.2", 3, 40, 2, 1)


@pytest.mark.parametrize(
    ("body", "reason", "position", "field"),
    [
        (b"", "It is not JSON", 0, ""),
        (b"\xff", "It is not JSON", 0, ""),
        (b'\xef\xbb\xbf{"batch": 1}', "It is not JSON", 0, ""),
        (b'{"other": "\xc3\xa9",}', "It is not JSON", 15, ""),
        (upload(TPS)[:-2] + b"{},]}", "It is not JSON", len(upload(TPS)) + 1, ""),
        (upload(TPS)[:-1], "It is not JSON", len(upload(TPS)) - 1, ""),
        (b"[]", "Expected `object`, got `array`", None, ""),
        (b'{"app_version": "\xff", "events": {}}', "Expected an object with `events`", None, "events"),
        (b'{"batch": "x"}', "Invalid UUID", None, "batch"),
        (b'{"batch": "x", "events": [NaN]}', "Invalid UUID", None, "batch"),
        (upload(TPS, attempts=-1), "Expected `int` >= 0", None, "attempts"),
        (upload(TPS, sent_at="2023-03-04T12:00:00"), "Expected `datetime` with a timezone component", None, "sent_at"),
        (upload(TPS, sent_at="0001-01-01T00:00:00+07:00"), "The year must lie in 1900 to 2999", None, "sent_at"),
        (b'{"x": ' + b"[" * 10_000, "It is nested too deeply", None, ""),
        (b'{"events": [NaN, ' + b"[" * 10_000, "It is nested too deeply", None, ""),
    ],
)
def test_unreadable_envelope_says_where_and_why(body, reason, position, field):
    with pytest.raises(Unreadable) as refused:
        read_envelope(body)
    assert (str(refused.value), refused.value.position, refused.value.field) == (reason, position, field)


@pytest.mark.parametrize("version", [b"\\u0000", b"\\ud800", b"\xff"])
def test_text_that_cannot_be_kept_is_no_app_version(version):
    with pytest.raises(Unreadable) as refused:
        read_envelope(upload(TPS, app_version="?").replace(b"?", version))
    assert refused.value.field == "app_version"


def test_more_than_a_thousand_events_are_too_many():
    for wrong in ([{}] * 1001, [*[{}] * 1000, float("nan")]):
        with pytest.raises(TooMany):
            read_envelope(upload(TPS, *wrong))


@pytest.mark.parametrize(
    "damage", [b"\\u0000", b"\\ud800", b"\\udfffA", b"\xff", b"\xc3", b"\xed\xa0\x80", b'", "rt": NaN, "address": "']
)
def test_damage_of_one_event_is_told_by_its_id_and_is_no_matter_of_the_others(damage):
    first, wrong, last = said("0"), said("U", corrected={"name": "SI?TI"}), said("0")
    body = upload(TPS, first, wrong, last).replace(b"?", damage)
    good, found = read_all(body)
    assert [str(one.id) for one in good] == [first["id"], last["id"]]
    assert [(one.index, one.id) for one in found] == [(1, wrong["id"])]


def test_bare_control_character_is_taken_for_what_it_stands_for():
    good, found = read_all(upload(TPS, said("0"), said("U", corrected={"name": "SI?TI"})).replace(b"?", b"\t"))
    assert (found, values_of(good[1].corrected)) == ([], {"name": "SI\tTI"})


def test_event_that_cannot_be_read_is_the_same_however_it_was_written():
    alone = upload(TPS, {"id": "x", "name": "?"}).replace(b"?", b"\\u0000")
    # A neighbour that makes the whole upload be read in another way.
    beside = upload(TPS, {"name": "?", "id": "x"}, {"a": float("nan")}).replace(b"?", b"\\u0000")
    raws = [bytes(read_envelope(body).events[0]) for body in (alone, beside)]
    assert raws[0] != raws[1]
    assert raw_hash(raws[0]) == raw_hash(raws[1])
    assert raw_hash(raws[0]) != raw_hash(b'{"id": "x", "name": "\\u0001"}')
    assert len(raw_hash(b"[" * 100_000)) == 16


def test_thousand_events_are_read_in_their_order():
    events = [said("0") for _ in range(1000)]
    good, found = read(*events)
    assert found == []
    assert [str(one.id) for one in good] == [one["id"] for one in events]


def test_bad_event_does_not_spoil_the_others():
    first, wrong, last = said("0"), said("1", evidence="mungkin"), said("2")
    good, found = read(first, wrong, last)
    assert [str(one.id) for one in good] == [first["id"], last["id"]]
    assert [(one.index, one.id, one.field, one.reason) for one in found] == [
        (1, wrong["id"], "evidence", "Invalid choice")
    ]


@pytest.mark.parametrize("event_itself", [None, 7, "teks", [], {"id": 7}, {"id": "bukan uuid"}])
def test_event_without_a_readable_id_is_told_by_its_place(event_itself):
    good, found = read(event_itself)
    assert (good, found[0].index, found[0].id) == ([], 0, "")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"code": "u"}, "code"),
        ({"code": "123"}, "code"),
        ({"code": ""}, "code"),
        ({"code": "0", "at": "2023-03-04T12:00:00"}, "at"),
        ({"code": "0", "at": "0001-01-01T00:00:00+07:00"}, "at"),
        ({"code": "0", "at": "9999-12-31T23:59:59-07:00"}, "at"),
        ({"code": "0", "base_revision": -1}, "base_revision"),
        ({"code": "0", "base_revision": 2**63}, "base_revision"),
        ({"code": "0", "tambahan": 1}, ""),
        ({"code": "U", "corrected": {"nik": "627199410180555"}}, "corrected.nik"),
        ({"code": "U", "corrected": {"nik": "6271994101805555\n"}}, "corrected.nik"),
        ({"code": "U", "corrected": {"nik": 6271994101805555}}, "corrected.nik"),
        ({"code": "U", "corrected": {"name": ""}}, "corrected.name"),
        ({"code": "U", "corrected": {"name": " \t"}}, "corrected.name"),
        ({"code": "U", "corrected": {"name": "A\x00B"}}, "corrected.name"),
        ({"code": "U", "corrected": {"name": "A" * 101}}, "corrected.name"),
        ({"code": "U", "corrected": {"sex": "X"}}, "corrected.sex"),
        ({"code": "U", "corrected": {"rt": 1000}}, "corrected.rt"),
        ({"code": "U", "corrected": {"disability": 7}}, "corrected.disability"),
        ({"code": "U", "corrected": {"birth_day": "1990-02-31"}}, "corrected.birth_day"),
        ({"code": "B", "new": {**PERSON, "marital": None}}, "new.marital"),
        ({"code": "B", "new": {k: v for k, v in PERSON.items() if k != "nkk"}}, "new"),
    ],
)
def test_value_of_a_wrong_form_is_named_by_its_field(fields, field):
    assert bad(**fields)[0] == field


def test_reason_never_repeats_a_value():
    nik = "6271994101805555"
    for fields in ({"sex": nik}, {"nik": nik + "7"}, {"rt": nik}, {"birth_day": nik}, {"sex": f"{nik} - at `$.x`"}):
        assert nik not in "".join(bad(code="U", corrected=fields))


def test_content_hash_is_the_same_however_the_json_was_written():
    one = said("U", corrected={"rt": 3, "name": "SITI"})
    other = {**dict(reversed(one.items())), "corrected": {"name": "SITI", "rt": 3}, "base_revision": 0}
    other["at"] = "2023-03-04T12:00:00.000+07:00"
    typed = [read(json.loads(json.dumps(written, indent=3)))[0][0] for written in (one, other)]
    assert content_hash(typed[0]) == content_hash(typed[1])


@pytest.mark.parametrize(
    "change", [{"code": "1"}, {"base_revision": 1}, {"evidence": "ada"}, {"at": "2023-03-04T12:00:01+07:00"}]
)
def test_content_hash_differs_for_another_content(change):
    one = said("0")
    assert content_hash(event(**one)) != content_hash(event(**{**one, **change}))


@given(st.text(max_size=100).filter(lambda text: text.strip() and "\x00" not in text))
def test_any_text_is_a_name_and_comes_through_unchanged(name):
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    assert values_of(event("U", corrected={"name": name}).corrected) == {"name": name}


def test_values_are_json_values_of_the_set_fields_only():
    corrected = event("U", corrected={"birth_day": "1980-02-01", "rt": 0}).corrected
    assert values_of(corrected) == {"birth_day": "1980-02-01", "rt": 0}
    assert values_of(event("U", corrected={}).corrected) is None
    assert values_of(None) is None
    assert msgspec.json.encode(values_of(event("B").new)) == msgspec.json.encode(PERSON)


@pytest.mark.parametrize("name", ["batch", "sent_at", "app_version", "attempts"])
def test_half_a_character_in_the_envelope_is_unreadable_there(name):
    body = json.dumps({**json.loads(upload(new_id())), name: "\ud800"}).encode()
    with pytest.raises(Unreadable) as refused:
        read_envelope(body)
    assert refused.value.field == name
