"""What of a cell may stand in a report or on a screen: no NIK, no NKK, in whichever column they are. Pure."""

import re

from voters.intake import cells
from voters.privacy import masked

# A NIK or NKK, also in groups, alone or in a text; one digit may be missing. No phone number is as long.
_LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){14,}")


def shown(value: str, *, secret: bool = False) -> str:
    """The value without what is secret in it; `secret` where the whole of it is.

    A number that Excel destroyed is shown as Excel shows it: it still holds 15 of its 16 digits.
    """
    if cells.is_lost(value):
        return f"{value[:4]}{value[value.upper().index('E') :]}"
    return masked(value) if secret else _LONG_NUMBER.sub(lambda found: masked(found[0]), value)
