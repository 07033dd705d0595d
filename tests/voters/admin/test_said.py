"""What could be a NIK never shows, however it is written; what is none stays readable."""

import pytest

from voters.admin.said import field_said, masked_raw, said_by, without_long_numbers
from voters.models import HeldEvent
from voters.privacy import MASK

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    ["6271994101805555", "627199410180555", "62719941018055559", "6271 9941 0180 5555", "6271.9941-0180-5555"],
)
def test_long_number_shows_four_digits(text):
    assert without_long_numbers(f'"nik":"{text}"') == f'"nik":"6271{MASK}"'


@pytest.mark.parametrize("text", ["1990-02-03", "2023-03-04T05:00:00+07:00", "RT 003 RW 12", "4 Maret 2023"])
def test_day_and_small_numbers_stay(text):
    assert without_long_numbers(text) == text


@pytest.mark.parametrize("raw", [b"", b"[1]", b"\xff\x00{", b'{"new": 3}', b'{"code": {"a": 1}, "voter": []}'])
def test_anything_can_be_read_as_far_as_it_goes(raw):
    held = HeldEvent(raw=raw)
    said = said_by(held)
    assert said.reason
    assert (said.code, said.voter, said.person) == ("", None, {})
    assert "\x00" not in masked_raw(held)


def test_place_of_a_wrong_value_is_named_as_on_the_form():
    assert field_said("new.nik") == "NIK"
    assert field_said("voter") == ""
