"""What came from one phone lately, as tables: uploads, attempts that brought nothing in, held results."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from voters.admin.outcomes import name_of
from voters.admin.spoken import moment, number
from voters.models import Device, HeldEvent, SyncAttempt, SyncBatch
from voters.sync.judge import TEXTS, Problem
from voters.terms import HeldState

SHOWN = 10

Table = dict[str, Any]


def uploads_table(device: Device) -> Table:
    """The last uploads, read without their bytes."""
    zone = device.pantarlih.kelurahan.zone
    rows = SyncBatch.objects.filter(kabkota_id=device.kabkota_id, device=device).defer("body", "body_hash")
    return _table(
        [_("received at"), _("state"), _("results"), _("accepted"), _("problems"), _("server's time, ms")],
        [
            [
                moment(one.received_at, zone),
                one.get_state_display(),
                number(one.events),
                number(one.accepted),
                problems_said(one.problems) or "-",
                number(one.took_ms),
            ]
            for one in rows.order_by("-received_at")[:SHOWN]
        ],
    )


def attempts_table(device: Device) -> Table:
    """The last attempts that brought nothing in."""
    zone = device.pantarlih.kelurahan.zone
    rows = SyncAttempt.objects.filter(kabkota_id=device.kabkota_id, device=device)
    return _table(
        [_("when"), _("what happened"), _("HTTP status"), _("bytes")],
        [
            [moment(one.at, zone), one.get_outcome_display(), one.status or "-", number(one.size)]
            for one in rows.order_by("-at")[:SHOWN]
        ],
    )


def held_table(device: Device) -> Table:
    """The results that wait for a decision, the oldest first."""
    zone = device.pantarlih.kelurahan.zone
    rows = HeldEvent.objects.filter(kabkota_id=device.kabkota_id, device=device, state=HeldState.WAITING)
    return _table(
        [_("received at"), _("why it waits"), _("problem"), _("outcome")],
        [
            [
                moment(one.received_at, zone),
                one.get_kind_display(),
                problem_said(one.problem) or "-",
                name_of(one.code) if one.code else "-",
            ]
            for one in rows.defer("raw", "content_hash").order_by("received_at", "pk")[:SHOWN]
        ],
    )


def problem_said(problem: str) -> str:
    """A problem's code in words."""
    return str(TEXTS[Problem(problem)]) if problem in set(Problem) else problem


def problems_said(problems: Sequence[dict[str, Any]] | None) -> str:
    """The answers of a batch that say more than accepted: each problem once, with its number."""
    numbers = Counter(_("Late") if one.get("late") else problem_said(one.get("problem", "")) for one in problems or ())
    return " ".join(f"{text} ({number(n)})" for text, n in numbers.most_common())


def _table(headers: list[str], rows: list[list[Any]]) -> Table:
    return {"headers": headers, "rows": rows}
