"""Who serves which TPS. Comes in: a pantarlih and a TPS of one kelurahan and election. Afterwards the assignment, its
trail and the mark for a recount stand. An assignment is never overwritten: it ends, and another one begins.
"""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coklit import clock
from voters import changes, trail
from voters.models import Assignment, Pantarlih, Tps, User, Voter
from voters.terms import TpsKind


class AssignmentRefused(ValueError):
    """The assignment breaks a rule. `code` is stable, the text says why and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def assign(
    *,
    pantarlih: Pantarlih,
    tps: Tps,
    from_day: dt.date,
    now: dt.datetime,
    by: User | None = None,
    sk_number: str = "",
    sk_day: dt.date | None = None,
) -> Assignment:
    """The pantarlih serves the TPS from that day on, which is not after today.

    Raises AssignmentRefused where the election's rule says no.
    """
    _lock(tps, pantarlih)
    _refuse_future(from_day, tps, now)
    _refuse_wrong_place(pantarlih, tps)
    _refuse_full(tps)
    return _open(pantarlih, tps, from_day, now, by, sk_number=sk_number, sk_day=sk_day)


def replace(
    *,
    assignment: Assignment,
    pantarlih: Pantarlih,
    day: dt.date,
    reason: str,
    now: dt.datetime,
    by: User | None = None,
    sk_number: str = "",
    sk_day: dt.date | None = None,
) -> Assignment:
    """Another pantarlih takes over on `day`, which is also the last day of the one before. Returns the new assignment.

    The replaced phone keeps its token: it may still hold results. Raises AssignmentRefused.
    """
    tps = assignment.tps
    _lock(tps, pantarlih)
    assignment.refresh_from_db()
    if not reason.strip():
        raise AssignmentRefused("reason_missing", _("A replacement needs a reason."))
    if assignment.to_day is not None:
        raise AssignmentRefused("already_ended", _("This assignment has ended already. Reload the page."))
    if day < assignment.from_day:
        raise AssignmentRefused("day_before_start", _("The replacement is before the assignment began."))
    _refuse_future(day, tps, now)
    _refuse_wrong_place(pantarlih, tps)
    assignment.to_day, assignment.reason = day, reason.strip()
    assignment.save(update_fields=["to_day", "reason"])
    _record("end_assignment", assignment, tps, now, by, reason=assignment.reason)
    return _open(pantarlih, tps, day, now, by, sk_number=sk_number, sk_day=sk_day)


def places_left(tps: Tps) -> int:
    """How many pantarlih the TPS still expects: by the election's rule on its listed voters, none in a special one."""
    if tps.kind == TpsKind.SPECIAL:
        return 0
    listed = Voter.objects.filter(kabkota_id=tps.kabkota_id, tps=tps, listed=True).count()
    serving = Assignment.objects.filter(kabkota_id=tps.kabkota_id, tps=tps, to_day__isnull=True).count()
    return max(tps.election.pantarlih_expected(listed) - serving, 0)


def _lock(tps: Tps, pantarlih: Pantarlih) -> None:
    # Two assignments at the same moment must see each other. Always the TPS first.
    Tps.objects.select_for_update().get(kabkota_id=tps.kabkota_id, pk=tps.pk)
    Pantarlih.objects.select_for_update().get(kabkota_id=tps.kabkota_id, pk=pantarlih.pk)


def _refuse_future(day: dt.date, tps: Tps, now: dt.datetime) -> None:
    # An assignment without a last day is the one that holds: one that begins later would hold at once.
    today = clock.local_day(now, tps.kelurahan.zone)
    if day > today:
        raise AssignmentRefused(
            "day_after_today",
            _("An assignment begins today, %(today)s, or earlier. Enter a later one on its day.")
            % {"today": date_format(today, "j F Y")},
        )


def _refuse_wrong_place(pantarlih: Pantarlih, tps: Tps) -> None:
    if (pantarlih.kelurahan_id, pantarlih.election_id) != (tps.kelurahan_id, tps.election_id):
        raise AssignmentRefused(
            "other_kelurahan", _("The pantarlih was appointed for another village or election than this TPS.")
        )
    serving = Assignment.objects.filter(kabkota_id=tps.kabkota_id, pantarlih=pantarlih, tps=tps, to_day__isnull=True)
    if serving.exists():
        raise AssignmentRefused("already_assigned", _("This pantarlih already serves this TPS."))


def _refuse_full(tps: Tps) -> None:
    if tps.kind == TpsKind.SPECIAL:
        raise AssignmentRefused("special_tps", _("A special-location TPS expects no pantarlih."))
    if not places_left(tps):
        raise AssignmentRefused(
            "tps_is_full", _("This TPS has as many pantarlih as the election's rule asks for. Replace one instead.")
        )


def _open(
    pantarlih: Pantarlih,
    tps: Tps,
    from_day: dt.date,
    now: dt.datetime,
    by: User | None,
    *,
    sk_number: str,
    sk_day: dt.date | None,
) -> Assignment:
    assignment = Assignment.objects.create(
        kabkota_id=tps.kabkota_id, pantarlih=pantarlih, tps=tps, from_day=from_day, sk_number=sk_number, sk_day=sk_day
    )
    _record("begin_assignment", assignment, tps, now, by)
    # How many pantarlih a TPS has is the denominator of a figure.
    changes.mark(kabkota=tps.kabkota_id, tps=[tps.pk], now=now)
    return assignment


def _record(
    verb: str, assignment: Assignment, tps: Tps, now: dt.datetime, by: User | None, *, reason: str = ""
) -> None:
    day = assignment.to_day or assignment.from_day
    trail.record(
        verb=verb,
        by=by,
        region=tps.kelurahan_id,
        subject=f"assignment:{assignment.pk}",
        now=now,
        after={"pantarlih": str(assignment.pantarlih_id), "tps": tps.number, "day": day.isoformat()},
        reason=reason,
    )
