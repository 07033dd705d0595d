"""What the same source said of a voter before, and so which event a row is: a new one, a known one, or none.

The rules stand in docs/adr/0015: the same content is the same event; what was withdrawn can be said again; an outcome
that comes back after another one is either a change of mind, by the row's own time, or an old file.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from voters.imports.content import Content, event_id, id_again, restoring_id, withdrawing_id
from voters.imports.said import differing, is_same
from voters.imports.sheet import RowRefused
from voters.models import CoklitEvent
from voters.terms import Door


class Earlier(NamedTuple):
    """One event of the source."""

    id: UUID
    code: str
    values: Mapping[str, Any]
    evidence: str
    sticker: bool | None
    receipt: bool | None
    at: dt.datetime


class Past:
    """The events of one source about one voter, in their order."""

    def __init__(self, events: Sequence[Earlier] = ()) -> None:
        self._ids = {one.id for one in events}
        undoing = {made for one in events for made in (withdrawing_id(one.id), restoring_id(one.id))}
        self._stand = [one for one in events if one.id not in undoing and withdrawing_id(one.id) not in self._ids]

    @property
    def last(self) -> Earlier | None:
        """What the source said last, as far as it was not withdrawn."""
        return self._stand[-1] if self._stand else None

    def corrections(self, values: Mapping[str, Any], listed: Mapping[str, Any]) -> dict[str, Any]:
        """What an ubah corrects: what differs from the list, and what the source corrected otherwise before."""
        found = differing(values, listed)
        before = self.last.values if self.last and self.last.code == "U" else {}
        again = {field: values[field] for field in before if field in values}
        return found | differing(again, before)

    def id_of(self, content: Content, at: dt.datetime | None) -> UUID | None:
        """The id of the event to give, None where the source has said so already.

        Raises RowRefused where the outcome was given before, and another one after it.
        """
        if self.last and _adds_nothing(content, self.last):
            return None
        event = event_id(content)
        while event in self._ids and withdrawing_id(event) in self._ids:
            event = id_again(event)
        if event not in self._ids:
            return event
        if self.last and at and at > self.last.at:
            return id_again(event, at.astimezone(dt.UTC).isoformat())
        raise RowRefused("outcome_returned", f"DPID {content.key[0]}" if len(content.key) == 1 else "")


class Pasts:
    """The events of one source about the voters of one TPS."""

    def __init__(self, events: Mapping[UUID, Sequence[Earlier]]) -> None:
        self._events = events

    def of(self, *voters: UUID) -> Past:
        """About a voter; about several rows of the same new voter."""
        return Past([event for voter in dict.fromkeys(voters) for event in self._events.get(voter, ())])


def read(kabkota: str, voters: Iterable[UUID], door: Door) -> Pasts:
    """What the source said of these voters."""
    found: dict[UUID, list[Earlier]] = defaultdict(list)
    events = CoklitEvent.objects.filter(kabkota_id=kabkota, voter__in=list(voters), door=door).order_by("revision")
    told = events.values_list("voter_id", "id", "code", "corrected", "evidence", "sticker", "receipt", "event_at")
    for voter, event, code, corrected, evidence, sticker, receipt, at in told:
        found[voter].append(Earlier(event, code, corrected or {}, evidence, sticker, receipt, at))
    return Pasts(found)


def _adds_nothing(content: Content, last: Earlier) -> bool:
    """A cell that says nothing changes nothing."""
    return (
        content.code == last.code
        and all(is_same(value, last.values.get(field)) for field, value in content.values.items())
        and content.evidence in ("", last.evidence)
        and content.sticker in (None, last.sticker)
        and content.receipt in (None, last.receipt)
    )
