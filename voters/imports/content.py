"""The id of a file's result, made from what it says: the same content is the same event, from whichever file. Pure.

Never from a file's name, the number of a row or a revision (docs/adr/0015).
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

import msgspec

_SPACE = UUID("6b1f2c52-6d0e-5a3b-9d3c-0c0f1a7e4c15")


class Content(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is said of one person: `key` is the DPID, or NIK and name where there is none.

    `values` are the corrected fields, or all of a new voter. Proof and papers count where something is said of them.
    """

    source: str
    election: str
    kabkota: str
    key: tuple[str, ...]
    code: str
    values: Mapping[str, Any] = {}
    evidence: str = ""
    sticker: bool | None = None
    receipt: bool | None = None


def event_id(content: Content) -> UUID:
    """The event's id."""
    return uuid5(_SPACE, msgspec.json.encode(content, order="deterministic").decode())


def id_again(event: UUID, when: str = "") -> UUID:
    """The id of the same content after it was withdrawn, or said anew at a later time that the row itself names."""
    return uuid5(event, f"again {when}")


def person_id(event: UUID) -> UUID:
    """The id of the new voter whom this event makes."""
    return uuid5(event, "voter")


def withdrawing_id(event: UUID) -> UUID:
    """The id of the event that withdraws this one."""
    return uuid5(event, "withdrawn")


def restoring_id(event: UUID) -> UUID:
    """The id of the event that brings back what had stood before this one."""
    return uuid5(event, "before")
