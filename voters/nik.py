"""NIK and NKK: what their digits say. A hint, never a constraint: only length and digits may fail hard. Pure."""

import datetime as dt
import re

SIXTEEN_DIGITS = re.compile(r"^[0-9]{16}$")


# Sixteen digits and more at a stretch, or in groups of four as on a card.
_IN_A_TEXT = re.compile(r"\d{16}|(?<!\d)\d{4}([ .-])\d{4}\1\d{4}\1\d{4}(?!\d)")


def stands_in(text: str) -> bool:
    """Whether a free text holds what looks like a NIK or NKK: notes and reasons name nobody by number."""
    return bool(_IN_A_TEXT.search(text))


def is_well_formed(number: str) -> bool:
    """Sixteen digits."""
    return bool(SIXTEEN_DIGITS.match(number))


def differences(nik: str, birth_day: dt.date | None, sex: str) -> list[str]:
    """Which of "birth_day" and "sex" a well-formed NIK contradicts: PPKKCC DDMMYY NNNN, women DD + 40.

    A NIK is never altered, even when the birth date was corrected: a difference is a warning.
    """
    if not is_well_formed(nik):
        return []
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    found = []
    if sex and (sex == "P") != (day > 40):
        found.append("sex")
    if birth_day and (day % 40, month, year) != (birth_day.day, birth_day.month, birth_day.year % 100):
        found.append("birth_day")
    return found
