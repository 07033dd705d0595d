"""What an event does to one voter's current result: set it, confirm it, or leave what the PPS decided. Pure.

In come the standing before and the event; out come the standing after and the disagreement, if there is one. The
replay of the ledger uses the same function, so a rebuilt result can only differ by a fault.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from voters.codes import BARU, HAPUS, TARIK, UBAH, is_tms
from voters.sync.payload import ResultEvent, values_of
from voters.terms import ConflictKind, Door, Effect, Evidence

# Of two results that do not know of each other, the one of higher rank stays (docs/adr/0015): what pantarlih found,
# with which app whatever; what an office copied from paper; what it decided about one voter.
_RANK = {Door.PHONE.value: 0, Door.ECOKLIT_FILE.value: 0, Door.PAPER_FILE.value: 1, Door.PPS_FORM.value: 2}
# The better proof is further on.
_EVIDENCE_RANK = [state.value for state in (Evidence.NOT_NEEDED, Evidence.NONE, Evidence.PENDING, Evidence.ATTACHED)]


class Standing(msgspec.Struct, frozen=True, gc=False):
    """What is known of a voter: on the list or new, and the current result (code None: none).

    `here` is false for a voter of another TPS. `author` is the pantarlih who gave the current result, None for an
    office; `door` by which it came, `event` the event that made it. `contested`: a conflict of it is open.
    """

    listed: bool
    here: bool = True
    deleted: bool = False
    code: str | None = None
    corrected: Mapping[str, Any] | None = None
    evidence: str = ""
    revision: int = 0
    synced: bool = False
    author: UUID | None = None
    door: str = ""
    event: UUID | None = None
    sticker: bool | None = None
    receipt: bool | None = None
    contested: bool = False


class Author(msgspec.Struct, frozen=True):
    """Who gave an event, and by which door; an office and a file have no pantarlih."""

    door: Door
    pantarlih: UUID | None


class Disagreement(msgspec.Struct, frozen=True):
    """An event against a result that its maker had not seen: kind, fields for which it differs, the event it met."""

    kind: ConflictKind
    earlier: UUID
    fields: tuple[str, ...] = ()


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What an event does. `evidence` is as the ledger notes it; `settles`: it ends the voter's open conflicts."""

    after: Standing
    effect: Effect
    evidence: str
    disagreement: Disagreement | None = None
    settles: bool = False


def outcome_of(
    event: ResultEvent, before: Standing | None, author: Author, *, revision: int, proof_asked: bool
) -> Outcome:
    """The outcome of an allowed event (docs/sync-protocol.md, "What can be relied on"). `revision` is the event's."""
    before = before or Standing(listed=False)
    said = event.evidence or ("belum_ada" if proof_asked and is_tms(event.code) else "")
    if before.code is None or before.code == TARIK:
        # Nearly every event: nothing to confirm, to meet or to settle.
        return Outcome(_set(event, before, author, revision, said), Effect.SET, said)
    unseen = _unseen(event, before, author)
    # Who did not see the other's proof does not take it away.
    evidence = max(said, before.evidence, key=_EVIDENCE_RANK.index) if unseen and before.code == event.code else said
    settles = before.contested and (author.door is Door.PPS_FORM or event.base_revision >= before.revision)
    if not settles and _confirms(event, before) and (unseen or evidence == before.evidence):
        return Outcome(_noted(before, event, author, revision, evidence), Effect.SAME, said)
    if unseen and _RANK[before.door] > _RANK[author.door.value]:
        after, disagreement = _against_the_office(event, before, author, revision)
        return Outcome(after, Effect.KEPT, said, disagreement)
    after = _set(event, before, author, revision, evidence)
    disagreement = _disagreement(event, before) if unseen else None
    contested = (before.contested and not settles) or disagreement is not None
    if contested != after.contested:
        after = replace(after, contested=contested)
    return Outcome(after, Effect.SET, said, disagreement, settles)


def _unseen(event: ResultEvent, before: Standing, author: Author) -> bool:
    """Whether the event was made without knowledge of somebody else's current result."""
    if before.revision <= event.base_revision:
        return False
    # Who types into a form has seen what stands; what a file says was written down elsewhere.
    return (before.author or before.door) != (author.pantarlih or author.door.value)


def _confirms(event: ResultEvent, before: Standing) -> bool:
    """Whether the outcome is that of the current result. New voters' values stand elsewhere: theirs are set anew."""
    if before.code != event.code or event.code in (BARU, HAPUS):
        return False
    earlier = before.corrected or {}
    return all(earlier.get(field) == value for field, value in (values_of(event.corrected) or {}).items())


def _noted(before: Standing, event: ResultEvent, author: Author, revision: int, evidence: str) -> Standing:
    """The same result, with what the event adds to it: that a phone synced it, proof, and the household's papers."""
    after = replace(
        before,
        evidence=evidence,
        synced=before.synced or author.door is Door.PHONE,
        sticker=before.sticker if event.sticker is None else event.sticker,
        receipt=before.receipt if event.receipt is None else event.receipt,
    )
    shown = (after.evidence, after.sticker, after.receipt) != (before.evidence, before.sticker, before.receipt)
    return replace(after, revision=revision) if shown else after


def _against_the_office(
    event: ResultEvent, before: Standing, author: Author, revision: int
) -> tuple[Standing, Disagreement | None]:
    """What the office decided stays; corrections of fields that it left alone are added.

    A conflict raises the revision: who has seen it has seen both.
    """
    noted = _noted(before, event, author, revision, before.evidence)
    if event.code != UBAH or before.code != UBAH:
        return replace(noted, contested=True, revision=revision), _against(before, ConflictKind.DECIDED)
    said, decided = values_of(event.corrected) or {}, before.corrected or {}
    after = replace(noted, corrected={**said, **decided}, revision=revision)
    differing = _differing(said, decided)
    if not differing:
        return after, None
    return replace(after, contested=True), _against(before, ConflictKind.DECIDED, differing)


def _set(event: ResultEvent, before: Standing, author: Author, revision: int, evidence: str) -> Standing:
    return replace(
        before,
        synced=before.synced or author.door is Door.PHONE,
        sticker=before.sticker if event.sticker is None else event.sticker,
        receipt=before.receipt if event.receipt is None else event.receipt,
        deleted=before.deleted or event.code == HAPUS,
        code=event.code,
        corrected=_corrected_after(event, before),
        evidence=evidence,
        revision=revision,
        author=author.pantarlih,
        door=author.door.value,
        event=event.id,
    )


def _corrected_after(event: ResultEvent, before: Standing) -> dict[str, Any] | None:
    # A new voter's values stand in the voter's own row: only an ubah corrects a list.
    if event.code != UBAH:
        return None
    earlier = dict(before.corrected or {}) if before.code == UBAH else {}
    return earlier | (values_of(event.corrected) or {})


def _disagreement(event: ResultEvent, before: Standing) -> Disagreement | None:
    """What the event overrides; corrections of other fields than the earlier ones go together."""
    if before.code != event.code or event.code == BARU:
        return _against(before, ConflictKind.OUTCOME)
    differing = _differing(values_of(event.corrected) or {}, before.corrected or {})
    return _against(before, ConflictKind.FIELDS, differing) if differing else None


def _differing(said: Mapping[str, Any], earlier: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(field for field, value in said.items() if earlier.get(field, value) != value)


def _against(before: Standing, kind: ConflictKind, fields: tuple[str, ...] = ()) -> Disagreement:
    if before.event is None:
        raise ValueError("A result without its event cannot be disagreed with.")
    return Disagreement(kind, before.event, fields)
