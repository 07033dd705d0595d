"""Who did what: one row in the same transaction as the act itself."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from voters.models import Device, TrailEntry, User


@dataclass(frozen=True, kw_only=True)
class Act:
    """That `by` did `verb` to `subject`: an account, a pantarlih's phone, or None for the operator on the command line.

    `subject` is "model:key", `region` the code of where it happened. `before` and `after` hold changed fields only,
    never a NIK or NKK.
    """

    verb: str
    by: User | Device | None
    region: str
    subject: str
    now: dt.datetime
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    reason: str = ""


def record(
    *,
    verb: str,
    by: User | Device | None,
    region: str,
    subject: str,
    now: dt.datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Keep one act, see `Act`. Coklit results are not written here: the ledger of events is their trail."""
    act = Act(verb=verb, by=by, region=region, subject=subject, now=now, before=before, after=after, reason=reason)
    record_all([act])


def record_all(acts: Iterable[Act]) -> None:
    """Keep several acts in one statement."""
    TrailEntry.objects.bulk_create(
        TrailEntry(
            verb=act.verb,
            by_user=act.by.pk if isinstance(act.by, User) else None,
            by_name=_name_of(act.by),
            region=act.region,
            subject=act.subject,
            at=act.now,
            before=act.before,
            after=act.after,
            reason=act.reason,
        )
        for act in acts
    )


def _name_of(by: User | Device | None) -> str:
    if isinstance(by, Device):
        return f"device:{by.pk}"
    return by.get_username() if by else "operator"
