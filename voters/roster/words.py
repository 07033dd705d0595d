"""What the short texts of a list mean. Each distinct text of a file is looked at once; its rows then join the answer.

Comes in: a text, or the short columns of a row together. Goes out: typed values and the codes of what is wrong. Pure.
"""

import datetime as dt
from typing import NamedTuple

from voters.intake import cells

GROWN_UP = 17
_LARGEST = 999
# What people type where they know nothing.
NOTHING = ("", "-", "0")


class Day(NamedTuple):
    """A birth date. `male` and `female` are the digits 7 to 12 of a NIK with it, `minor` is under 17 on voting day."""

    text: str
    day: dt.date | None
    male: int | None
    female: int | None
    minor: bool
    codes: list[str] | None


class Traits(NamedTuple):
    """The short columns of a row: as they stand, and what they mean."""

    jk: str
    kawin: str
    disabilitas: str
    ktp_el: str
    rt_text: str
    rw_text: str
    sex: str
    marital: str
    disability: int
    ktp: str
    rt: int
    rw: int
    codes: list[str] | None


def day(text: str, voting_day: dt.date) -> Day:
    """The birth date that `text` says; None with a code where it says none."""
    found = cells.day(text)
    if found is None:
        return Day(text, None, None, None, minor=False, codes=["birth_day_unreadable"])
    born = (found.year + GROWN_UP, found.month, found.day)
    minor = born > (voting_day.year, voting_day.month, voting_day.day)
    digits = found.day * 10_000 + found.month * 100 + found.year % 100
    return Day(text, found, digits, digits + 400_000, minor, None)


def traits(row: tuple[str, ...], given: frozenset[str]) -> Traits:
    """What the six short columns say. A column that the file has not (`given`) raises no doubt."""
    jk, kawin, disabilitas, ktp_el, rt_text, rw_text = row
    sex, marital = cells.word(jk, cells.SEXES), cells.word(kawin, cells.MARITAL)
    disability, ktp = cells.word(disabilitas, cells.DISABILITIES), cells.word(ktp_el, cells.KTP)
    rt, rw = number(rt_text), number(rw_text)
    codes = [
        code
        for key, code, right in (
            ("jk", "sex_unknown", sex in ("L", "P")),
            ("kawin", "marital_unknown", marital in ("B", "S", "P")),
            ("disabilitas", "disability_unknown", disability in tuple("0123456")),
            ("ktp_el", "ktp_unknown", ktp in ("S", "B")),
            ("rt", "rt_rw_not_numbers", rt is not None and rw is not None),
        )
        if not right and (key in given or key == "rt")
    ]
    return Traits(
        jk,
        kawin,
        disabilitas,
        ktp_el,
        rt_text,
        rw_text,
        sex=sex if sex in ("L", "P") else "",
        marital=marital if marital in ("B", "S", "P") else "",
        disability=int(disability) if disability in tuple("0123456") else 0,
        ktp=ktp if ktp in ("S", "B") else "",
        rt=rt or 0,
        rw=rw or 0,
        codes=codes or None,
    )


def number(text: str) -> int | None:
    """An RT or RW; 0 where nothing is known, None for what is no number."""
    if text.strip() in NOTHING:
        return 0
    found = cells.whole(text)
    return found if found is not None and found <= _LARGEST else None
