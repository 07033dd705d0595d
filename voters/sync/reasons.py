"""The reader's technical reasons in words for people. `payload` gives the reasons, in English and without values."""

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

_SIXTEEN = "[0-9]{16}"

# The forms of the reader's messages, each with its words; a test walks every field of the protocol through them.
_WORDS: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = [
    (re.compile(r"Object missing required field `(\w+)`"), lambda m: _("The field %s is missing.") % m[1]),
    (re.compile(r"Object contains an unknown field"), lambda m: _("It has a field that the protocol does not know.")),
    (re.compile(r"Expected `str` matching regex '(.*)'", re.DOTALL), lambda m: _of_pattern(m[1])),
    (re.compile(r"Expected `str` of length <= (\d+)"), lambda m: _("At most %s characters.") % m[1]),
    (re.compile(r"Expected `str` of length >= (\d+)"), lambda m: _("It is empty.")),
    (re.compile(r"Expected `(?:int|float)` >= (-?\d+)"), lambda m: _("At least %s.") % m[1]),
    (re.compile(r"Expected `(?:int|float)` <= (\d+)"), lambda m: _("At most %s.") % m[1]),
    (re.compile(r"Expected `datetime` with a timezone"), lambda m: _("The time zone is missing.")),
    (re.compile(r"Invalid choice|Invalid enum"), lambda m: _("It is none of the allowed values.")),
    (re.compile(r"Invalid UUID|Expected `uuid"), lambda m: _("It is not a UUID.")),
    (re.compile(r"Invalid RFC3339|Expected `date`|Expected `datetime`"), lambda m: _("It is not a date or time.")),
    (re.compile(r"Expected `(?:int|float)[^`]*`, got"), lambda m: _("It is not a number.")),
    (re.compile(r"Expected `str[^`]*`, got"), lambda m: _("It is not a text.")),
    (re.compile(r"Expected `bool[^`]*`, got"), lambda m: _("It is neither true nor false.")),
    (re.compile(r"Expected `object[^`]*`, got"), lambda m: _("It is not an object.")),
    (re.compile(r"The year must lie in (\d+) to (\d+)"), lambda m: _("The year must lie in %s to %s.") % (m[1], m[2])),
    (re.compile(r"It is nested too deeply"), lambda m: _("It is nested too deeply.")),
    (re.compile(r"It is not JSON"), lambda m: _("It is not JSON.")),
    (re.compile(r"neither JSON nor UTF-8"), lambda m: _("It has characters that cannot be kept.")),
]


def in_words(reason: str) -> str:
    """The reason in the current language; as it is where its form is not known."""
    for pattern, words in _WORDS:
        if found := pattern.search(reason):
            return words(found)
    return reason


def _of_pattern(pattern: str) -> str:
    if _SIXTEEN in pattern:
        return _("It needs exactly 16 digits.")
    return _("It is empty, or has characters that cannot be kept.")
