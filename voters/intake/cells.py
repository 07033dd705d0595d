"""What stands in a cell, as canonical text, and what the words of a column mean. Pure; knows no kind of file.

Nothing here guesses: what cannot be told for sure stays text (or becomes None, "" where a function says so), and the
checks of a kind name it to the person.
"""

import datetime as dt
import re

# Excel keeps 15 digits of a number: a NIK (16) that was stored as one has lost its last digit for good.
DIGITS_KEPT = 15
_LOST = re.compile(r"^\d(?:[.,]\d+)?[eE]\+?\d{2,}$")
_LOST_FROM = 10**DIGITS_KEPT
MIDNIGHT = dt.time()

# Day zero of Excel's serials, for days from 1 March 1900 on: it takes 1900 for a leap year, which it was not.
SERIAL_ZERO = dt.date(1899, 12, 30)
SERIALS = range(61, 73_051)  # 1 March 1900 to 31 December 2099
YEARS = range(1880, 2100)
_DAY_FIRST = re.compile(r"^(\d{1,2})([|/.\-])(\d{1,2})\2(\d{4})$")
_YEAR_FIRST = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?$")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")

# A cell of an error file that a spreadsheet would take for a formula begins with this invisible character instead. It
# is no blank, so that no program trims it away, and reading takes it off again.
NEUTRAL = "\u200b"
FORMULA_STARTS = "=+-@\t\r"
_NEUTRAL_AT_START = re.compile(f"^{NEUTRAL}(?=[{re.escape(FORMULA_STARTS)}])")

SEXES = {
    "L": "L", "LK": "L", "LAKI": "L", "LAKILAKI": "L", "PRIA": "L",
    "P": "P", "PR": "P", "PEREMPUAN": "P", "WANITA": "P",
}  # fmt: skip
MARITAL = {
    "B": "B", "BELUM": "B", "BELUMKAWIN": "B", "BELUMMENIKAH": "B",
    "S": "S", "SUDAH": "S", "KAWIN": "S", "SUDAHKAWIN": "S", "MENIKAH": "S", "SUDAHMENIKAH": "S",
    "P": "P", "PERNAH": "P", "PERNAHKAWIN": "P", "PERNAHMENIKAH": "P", "CERAI": "P", "CERAIHIDUP": "P",
    "CERAIMATI": "P", "JANDA": "P", "DUDA": "P",
}  # fmt: skip
# K of the 2020 forms is a KTP-el (docs/domain.md, forms); "suket" there is S as well: recorded, the card to come.
KTP = {
    "S": "S", "SUDAH": "S", "YA": "S", "ADA": "S", "K": "S", "KTPEL": "S", "SUDAHREKAM": "S",
    "B": "B", "BELUM": "B", "TIDAK": "B", "TIDAKADA": "B", "BELUMREKAM": "B",
}  # fmt: skip
DISABILITIES = {
    "": "0", "-": "0", "TIDAK": "0", "TIDAKADA": "0", "NIHIL": "0", "FISIK": "1", "INTELEKTUAL": "2", "MENTAL": "3",
    "SENSORIKWICARA": "4", "WICARA": "4", "SENSORIKRUNGU": "5", "RUNGU": "5", "SENSORIKNETRA": "6", "NETRA": "6",
}  # fmt: skip


def text(value: object) -> str:
    """A cell of a workbook as text: whole numbers without ".0", days as YYYY-MM-DD, no line breaks.

    A number of more than 15 digits comes as "3.17305123456789E+15" (see `is_lost`), never as digits that look sound.
    """
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, dt.datetime):
        # The other midnight is the day itself: Excel has no type for days.
        return value.date().isoformat() if value.time() == MIDNIGHT else value.isoformat(" ", "seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return clean(str(value))


def number(value: float) -> str:
    """A number as text: see `text`."""
    if abs(value) >= _LOST_FROM:
        return f"{value:.{DIGITS_KEPT - 1}E}"
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return f"{value:.{DIGITS_KEPT}g}"


def clean(value: str) -> str:
    """Without blanks around it, line breaks and other control characters as one blank, formula mark taken off."""
    if not value.isprintable():
        value = _CONTROLS.sub(" ", restored(value).replace("\u00a0", " "))
    return value.strip()


def neutral(value: str) -> str:
    """The same text where no spreadsheet takes it for a formula; `restored` is the way back."""
    return NEUTRAL + value if value[:1] and value[0] in FORMULA_STARTS else value


def restored(value: str) -> str:
    """What `neutral` was given."""
    return _NEUTRAL_AT_START.sub("", value)


def is_lost(value: str) -> bool:
    """Whether this was a NIK or another long number once, and Excel has turned it into 3.17E+15."""
    return bool(_LOST.match(value))


def digits(value: str) -> str:
    """A number that is a name (NIK, NKK, DPID) without what people type around it: blanks, an apostrophe in front."""
    return re.sub(r"\s", "", value).removeprefix("'").removeprefix("`")


def day(value: str) -> dt.date | None:
    """The day of DD|MM|YYYY (also with - / .), YYYY-MM-DD, an unmistakable YYYYMMDD or an Excel serial; else None.

    Day before month always: what a spreadsheet of American ways wrote as 12/25/1980 is no day here, and 03/04/1980 is
    the third of April.
    """
    value = value.strip()
    try:
        if found := _DAY_FIRST.match(value):
            return _within(int(found[4]), int(found[3]), int(found[1]))
        if found := _YEAR_FIRST.match(value):
            return _within(int(found[1]), int(found[2]), int(found[3]))
        if value.isascii() and value.isdigit():
            return _undelimited(value)
    except ValueError:
        return None
    return None


def _undelimited(value: str) -> dt.date | None:
    if len(value) == 8:
        return _within(int(value[:4]), int(value[4:6]), int(value[6:]))
    return SERIAL_ZERO + dt.timedelta(days=int(value)) if len(value) <= 5 and int(value) in SERIALS else None


def _within(year: int, month: int, number: int) -> dt.date | None:
    return dt.date(year, month, number) if year in YEARS else None


def word(value: str, meanings: dict[str, str]) -> str:
    """The letter that a word stands for (SEXES, MARITAL, KTP, DISABILITIES); the text itself where it is none of them.

    >>> word("Laki-laki", SEXES)
    'L'
    """
    key = "".join(letter for letter in value.upper() if letter.isalnum())
    return meanings.get(key, value.strip())


def code(value: str) -> str:
    """A region code with dots (62.71.01.1001) from one with or without; "" where it has not 2, 4, 6 or 10 digits."""
    bare = "".join(letter for letter in value if letter not in ". ")
    if not (bare.isascii() and bare.isdigit() and len(bare) in (2, 4, 6, 10)):
        return ""
    return ".".join(part for part in (bare[:2], bare[2:4], bare[4:6], bare[6:]) if part)


def phone(value: str) -> str:
    """A phone number as digits, Indonesian ones from 0 on: +62 812-3456 and 812 3456 are 08123456; else the text."""
    bare = re.sub(r"[\s().\-]", "", digits(value))
    bare = re.sub(r"^(?:\+?62|(?=8))0?", "0", bare)
    return bare if bare.removeprefix("+").isdigit() else value.strip()


def count(value: str) -> int | None:
    """A number of a form: 1.234 and 1234 are 1234, "-" and nothing are 0 (docs/domain.md, number style); else None."""
    value = value.strip()
    if value in ("", "-"):
        return 0
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", value):
        value = value.replace(".", "")
    return int(value) if value.isascii() and value.isdigit() else None


def whole(value: str) -> int | None:
    """A whole number such as a TPS, an RT or an RW: "001" and "TPS 1" are 1; None for anything else."""
    found = re.fullmatch(r"(?:[A-Za-z]+\.?\s*)?(\d{1,9})", value.strip())
    return int(found[1]) if found and found[1].isascii() else None
