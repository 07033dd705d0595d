"""After the storm: is every result that a phone was told of on the server exactly once, and are the counts its counts?

In come the phones' own files and the database; out go numbers, and a sentence for each thing that is wrong.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import models

from bench.proofs.scene import AREA
from bench.proofs.work import is_whole
from coklit import clock
from reports.models import RegionProgress, TpsProgress
from reports.rollup import rebuild, roll_up
from voters.access import territory
from voters.models import NATION, CoklitEvent, HeldEvent, SyncBatch
from voters.sync.replay import check
from voters.terms import BatchState

_ID = re.compile(rb'"id":\s*"([0-9a-f-]{36})"')
_SAMPLES = 5
_ANSWERED_IN_LEDGER = {"accepted", "duplicate", "conflict"}


@dataclass(frozen=True)
class OnPhone:
    """What a phone has of one result: its bytes, its state there, and the status that the server answered."""

    id: str
    body: bytes
    state: str
    status: str | None


@dataclass
class Verdict:
    """`numbers` is what was seen, `wrong` what must not be."""

    numbers: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def claim(self, what: str, found: Sequence[object]) -> None:
        """Nothing may be found; a few are told."""
        self.numbers[what] = len(found)
        if found:
            self.wrong.append(f"{len(found)} {what}: {', '.join(map(str, found[:_SAMPLES]))}")


def judged(files: Sequence[Path]) -> Verdict:
    """Everything there is to say. The installation's web, worker and beat must not run any more."""
    verdict = Verdict()
    recorded = [one for file in files for one in _recorded(file)]
    _every_result_once(verdict, recorded)
    verdict.claim("uploads that still wait to be applied", _stored())
    ledger = check(AREA)
    verdict.numbers["voters with results"] = ledger.voters
    verdict.claim("voters whose result is not what the ledger says", ledger.first)
    roll_up(now=clock.now())
    before = _projections()
    rebuild(now=clock.now())
    verdict.claim("counts that a rebuild changes", sorted(_differences(before, _projections())))
    verdict.numbers["rows of counts compared"] = len(before)
    return verdict


def _every_result_once(verdict: Verdict, recorded: Sequence[OnPhone]) -> None:
    with territory(NATION):
        ledger = Counter(str(one) for one in CoklitEvent.objects.values_list("pk", flat=True).iterator())
        raw = HeldEvent.objects.values_list("raw", flat=True).iterator()
        held = Counter(found[1].decode() for one in raw if (found := _ID.search(bytes(one))))
        content = dict(_contents())
    broken = {one.id for one in recorded if not is_whole(one.body)}
    on_phones = {one.id: one for one in recorded}
    verdict.numbers |= {
        "results recorded": len(recorded),
        "in the ledger": ledger.total(),
        "held for the PPS": held.total(),
        "set aside on phones, as no server can read them": len(broken),
    }
    verdict.numbers |= {f"answered {status}": n for status, n in Counter(str(one.status) for one in recorded).items()}
    verdict.claim("results without an answer", [one.id for one in recorded if one.state in ("waiting", "stored")])
    verdict.claim("LOST: answered, and nowhere", [
        one.id for one in recorded if one.state == "done" and not ledger[one.id] + held[one.id]
    ])  # fmt: skip
    verdict.claim("DOUBLED: there more than once", [
        one for one in {*ledger, *held} if ledger[one] + held[one] > 1
    ])  # fmt: skip
    verdict.claim("results of nobody", [one for one in {*ledger, *held} if one not in on_phones or one in broken])
    verdict.claim("results that are not what the phone recorded", [
        one for one, said in content.items() if one in on_phones and not _holds(on_phones[one].body, said)
    ])  # fmt: skip
    verdict.claim("readable results that were set aside", [
        one.id for one in recorded if one.state == "set_aside" and one.id not in broken
    ])  # fmt: skip
    verdict.claim("quarantined results in the ledger, or others only held", [
        one.id for one in recorded
        if one.state == "done" and bool(ledger[one.id]) != (one.status in _ANSWERED_IN_LEDGER)
    ])  # fmt: skip


def _recorded(file: Path) -> Iterator[OnPhone]:
    base = sqlite3.connect(file)
    try:
        for row in base.execute("SELECT id, body, state, status FROM event ORDER BY number"):
            yield OnPhone(*row)
    finally:
        base.close()


def _contents() -> Iterator[tuple[str, tuple[str, str]]]:
    for pk, voter, code in CoklitEvent.objects.values_list("pk", "voter_id", "code").iterator():
        yield str(pk), (str(voter), code)


def _holds(body: bytes, said: tuple[str, str]) -> bool:
    """Whether the phone's bytes name this voter and this code."""
    voter, code = said
    return f'"voter":"{voter}"'.encode() in body and f'"code":"{code}"'.encode() in body


def _stored() -> list[Any]:
    with territory(NATION):
        return list(SyncBatch.objects.filter(state=BatchState.STORED).values_list("pk", flat=True))


def _projections() -> set[tuple[Any, ...]]:
    """Every count of every TPS and region, without when it was counted."""
    with territory(NATION):
        return {
            (model.__name__, *row)
            for model, untold in ((TpsProgress, {"counted_at"}), (RegionProgress, {"id", "as_of"}))
            for row in model._default_manager.values_list(*_fields(model, untold))
        }


def _fields(model: type[models.Model], untold: set[str]) -> list[str]:
    return [one.attname for one in model._meta.concrete_fields if one.attname not in untold]


def _differences(before: set[tuple[Any, ...]], after: set[tuple[Any, ...]]) -> set[str]:
    return {f"{row[0]} {row[1]}" for row in before ^ after}
