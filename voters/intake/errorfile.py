"""Rows of a file that could not be loaded, in the file's own layout, with the reasons beside them."""

import re

# The columns that an error file has more than the file it comes from.
ORIGIN = "BARIS ASAL"
REASONS = ("ALASAN", "CARA MEMPERBAIKI", ORIGIN)
_ORIGIN = re.compile(r"^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,12})$")


def import_of(origin: str) -> str:
    """The import that a value of BARIS ASAL names, "" for none."""
    found = _ORIGIN.match(origin)
    return found[1] if found else ""


def row_of(origin: str) -> int | None:
    """The row of that import's file."""
    found = _ORIGIN.match(origin)
    return int(found[2]) if found else None
