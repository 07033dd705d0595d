"""Who did what: one row in the same transaction as the act itself."""

import datetime as dt
from typing import Any

from voters.models import TrailEntry, User


def record(
    *,
    verb: str,
    by: User | None,
    region: str,
    subject: str,
    now: dt.datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Keep that `by` (None: the installation's operator, on the command line) did `verb` to `subject`.

    `subject` is "model:key", `region` the code of where it happened. `before` and `after` hold changed fields only,
    never a NIK or NKK. Coklit results are not written here: the ledger of events is their trail.
    """
    TrailEntry.objects.create(
        verb=verb,
        by_user=by.pk if by else None,
        by_name=by.get_username() if by else "operator",
        region=region,
        subject=subject,
        at=now,
        before=before,
        after=after,
        reason=reason,
    )
