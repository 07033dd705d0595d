"""What phones and forms send, as typed values. Reads bytes, knows no database, refuses what does not fit.

Field names and units are the protocol's; docs/sync-protocol.md tells them to phone makers.
"""

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import replace

MAX_EVENTS = 1_000
MAX_BYTES = 1024 * 1024

# A clock outside these years is no clock: such moments neither fit into every zone nor into every reader.
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_TOO_DEEP = "It is nested too deeply"
_NO_TEXT = "It holds what neither JSON nor UTF-8 allows"
_IMPOSSIBLE_YEAR = f"The year must lie in {_FIRST_YEAR} to {_LAST_YEAR}"

# PostgreSQL's text holds neither NUL nor half a character, whatever JSON allows.
_TEXT = r"^[^\x00\ud800-\udfff]*$"
# The length counts as well: "$" alone lets a line end through.
Number16 = Annotated[str, Meta(pattern=r"^[0-9]{16}$", max_length=16)]
PersonName = Annotated[str, Meta(max_length=100, pattern=r"^(?=[\s\S]*\S)[^\x00\ud800-\udfff]*$")]
BirthPlace = Annotated[str, Meta(max_length=60, pattern=_TEXT)]
Address = Annotated[str, Meta(max_length=150, pattern=_TEXT)]
RtRw = Annotated[int, Meta(ge=0, le=999)]
DisabilityCode = Annotated[int, Meta(ge=0, le=6)]
Code = Annotated[str, Meta(min_length=1, max_length=2, pattern=r"^[0-9A-Z]+$")]
Counter = Annotated[int, Meta(ge=0, le=1_000_000)]
Revision = Annotated[int, Meta(ge=0, le=2**62)]


class NewVoter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A voter who is not on the list (Model A-Daftar Potensial Pemilih), with all the form's fields."""

    nkk: Number16
    nik: Number16
    name: PersonName
    birth_place: BirthPlace
    birth_day: dt.date
    sex: Literal["L", "P"]
    marital: Literal["B", "S", "P"]
    address: Address
    rt: RtRw
    rw: RtRw
    disability: DisabilityCode
    ktp_el: Literal["S", "B"]


class Corrected(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The fields that an `ubah` mends; the others are left out."""

    nkk: Number16 | UnsetType = UNSET
    nik: Number16 | UnsetType = UNSET
    name: PersonName | UnsetType = UNSET
    birth_place: BirthPlace | UnsetType = UNSET
    birth_day: dt.date | UnsetType = UNSET
    sex: Literal["L", "P"] | UnsetType = UNSET
    marital: Literal["B", "S", "P"] | UnsetType = UNSET
    address: Address | UnsetType = UNSET
    rt: RtRw | UnsetType = UNSET
    rw: RtRw | UnsetType = UNSET
    disability: DisabilityCode | UnsetType = UNSET
    ktp_el: Literal["S", "B"] | UnsetType = UNSET


class Position(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a result was saved: degrees, and the radius of uncertainty in metres."""

    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]
    accuracy: Annotated[int, Meta(ge=0, le=100_000)] | None = None


class ResultEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One result. `id` is made when and where it was saved; `at` is that moment by that clock, with its zone.

    `sticker` and `receipt`: whether the household got them, None where nothing is said.
    """

    id: UUID
    voter: UUID
    code: Code
    at: Annotated[dt.datetime, Meta(tz=True)]
    base_revision: Revision = 0
    corrected: Corrected | None = None
    evidence: Literal["", "ada", "menyusul", "belum_ada"] = ""
    new: NewVoter | None = None
    sticker: bool | None = None
    receipt: bool | None = None
    position: Position | None = None


class Envelope(msgspec.Struct, frozen=True):
    """One upload for one TPS. The events stay raw, so that a bad one does not spoil the others."""

    batch: UUID
    tps: UUID
    sent_at: Annotated[dt.datetime, Meta(tz=True)]
    events: list[msgspec.Raw]
    app_version: Annotated[str, Meta(max_length=40, pattern=_TEXT)] = ""
    attempts: Counter = 1
    recorded: Counter | None = None
    waiting: Counter | None = None
    failed: Counter | None = None


class Unreadable(ValueError):
    """The upload is not what the protocol says; `str()` tells why, without any value of it.

    `position` is the byte where its JSON breaks, or `field` the place of a wrong value.
    """

    def __init__(self, reason: str, *, position: int | None = None, field: str = "") -> None:
        super().__init__(reason)
        self.position = position
        self.field = field


class TooMany(ValueError):
    """More than MAX_EVENTS events in one upload."""


@dataclass(frozen=True)
class BadEvent:
    """An event that could not be read: its place in the batch, its id if that could be read, where and why."""

    index: int
    id: str
    field: str
    reason: str


_envelopes = msgspec.json.Decoder(Envelope)
_events = msgspec.json.Decoder(ResultEvent)
_content = msgspec.json.Encoder(order="deterministic")


def read_envelope(body: bytes) -> Envelope:
    """The typed envelope; raises Unreadable and TooMany. Its events are JSON each, but not read yet."""
    try:
        envelope = _envelopes.decode(body)
    except msgspec.ValidationError as error:
        raise _wrong_value(error) from error
    except RecursionError as error:
        raise Unreadable(_TOO_DEEP) from error
    except (msgspec.DecodeError, UnicodeDecodeError):
        envelope = _read_patiently(body)
    if not _FIRST_YEAR <= envelope.sent_at.year <= _LAST_YEAR:
        raise Unreadable(_IMPOSSIBLE_YEAR, field="sent_at")
    if len(envelope.events) > MAX_EVENTS:
        raise TooMany
    return envelope


def _read_patiently(body: bytes) -> Envelope:
    """The envelope of a body with a lone surrogate, a bare control character or NaN, which stays that event's.

    The fast decoder looks into the strings it skips and refuses them all. Python's own reader does not; each event is
    written again in ASCII, so that reading it alone shows what is wrong with it.
    """
    text = body.decode("utf-8", "surrogateescape")
    try:
        fields: Any = json.loads(text, strict=False)
    except RecursionError as error:
        raise Unreadable(_TOO_DEEP) from error
    except ValueError as error:
        place = getattr(error, "pos", 0)
        position = len(text[:place].encode("utf-8", "surrogateescape"))
        raise Unreadable("It is not JSON", position=position) from error
    if not isinstance(fields, dict) or not isinstance(fields.get("events"), list):
        raise Unreadable("Expected an object with `events`", field="events")
    try:
        fields["events"] = [msgspec.Raw(json.dumps(event).encode()) for event in fields["events"]]
        return msgspec.convert(fields, Envelope)
    except UnicodeEncodeError as error:
        raise Unreadable(_NO_TEXT, field=_broken_text(fields)) from error
    except (msgspec.ValidationError, RecursionError) as error:
        raise _wrong_value(error) from error


def _broken_text(fields: dict[str, Any]) -> str:
    """The name of the first field whose text is none in UTF-8."""
    texts = {name: value for name, value in fields.items() if isinstance(value, str)}
    return next((name for name, text in texts.items() if text.encode(errors="replace").decode() != text), "")


def _wrong_value(error: Exception) -> Unreadable:
    reason, _, path = _without_values(error).partition(" - at `$")
    return Unreadable(reason, field=path.strip(".`"))


def read_event(raw: bytes | msgspec.Raw, index: int = 0) -> ResultEvent | BadEvent:
    """One event, or what is wrong with it."""
    try:
        event = _events.decode(raw)
    except msgspec.ValidationError as error:
        reason, _, path = _without_values(error).partition(" - at `$")
        return BadEvent(index, _id_of(raw), path.strip(".`"), reason)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return BadEvent(index, _id_of(raw), "", _NO_TEXT)
    if _FIRST_YEAR <= event.at.year <= _LAST_YEAR:
        return event
    return BadEvent(index, str(event.id), "at", _IMPOSSIBLE_YEAR)


def _without_values(error: Exception) -> str:
    """The decoder's text. It quotes a wrong choice and an unknown field, which could be anything, a NIK as well."""
    text = re.sub(r"^Invalid enum value .*?(?= - at `\$|$)", "Invalid choice", str(error), flags=re.DOTALL)
    return re.sub(r"unknown field .*?(?= - at `\$|$)", "an unknown field", text, flags=re.DOTALL)


def _id_of(raw: bytes | msgspec.Raw) -> str:
    try:
        return str(UUID(_read_anything(raw)["id"]))
    except (RecursionError, ValueError, TypeError, KeyError, AttributeError):
        return ""


def _read_anything(raw: bytes | msgspec.Raw) -> Any:
    """The JSON value with whatever stands in its texts. Raises ValueError and RecursionError."""
    return json.loads(bytes(raw).decode("utf-8", "surrogateescape"), strict=False)


def raw_hash(raw: bytes) -> bytes:
    """16 bytes that are equal for equal JSON values, for an event that cannot be read."""
    try:
        same = json.dumps(_read_anything(raw), sort_keys=True).encode()
    except (RecursionError, ValueError):
        same = raw
    return hashlib.blake2b(same, digest_size=16).digest()


def content_hash(event: ResultEvent) -> bytes:
    """16 bytes that are equal exactly for events of equal typed values, however their JSON was written.

    Fields that are left out make no difference, so that an optional field that comes later does not either.
    """
    same = replace(event, at=event.at.astimezone(dt.UTC))
    return hashlib.blake2b(_content.encode(same), digest_size=16).digest()


def values_of(fields: NewVoter | Corrected | None) -> dict[str, Any] | None:
    """The set fields as JSON values (days as YYYY-MM-DD), or None for no field."""
    return msgspec.to_builtins(fields) or None if fields is not None else None
