"""Who did what: one row in the same transaction as the act itself."""

import datetime as dt
from typing import Any

from voters.models import Device, TrailEntry, User


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
    """Keep that `by` did `verb` to `subject`: an account, a pantarlih's phone, or None for the installation's operator
    on the command line.

    `subject` is "model:key", `region` the code of where it happened. `before` and `after` hold changed fields only,
    never a NIK or NKK. Coklit results are not written here: the ledger of events is their trail.
    """
    TrailEntry.objects.create(
        verb=verb,
        by_user=by.pk if isinstance(by, User) else None,
        by_name=_name_of(by),
        region=region,
        subject=subject,
        at=now,
        before=before,
        after=after,
        reason=reason,
    )


def _name_of(by: User | Device | None) -> str:
    if isinstance(by, Device):
        return f"device:{by.pk}"
    return by.get_username() if by else "operator"
