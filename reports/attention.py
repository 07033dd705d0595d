"""What needs somebody's attention in a region, the most urgent first. Pure: made from counts already read."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.figures import Rate, coverage, days_left, light, pace_needed, visited
from reports.models import RegionProgress

LOWEST_SHOWN = 3


@dataclass(frozen=True)
class Notice:
    """One sentence, how urgent it is ("late", "near", "good"), and the part of the lists page that names them."""

    light: str
    text: str
    section: str = ""


def notices(now: RegionProgress, plan: Rate) -> list[Notice]:
    """People and TPS to look after. Before the window opens nobody is late yet."""
    late = [_never_synced(now), _untouched(now)] if plan.numerator else []
    return [notice for notice in [*late, _without_pantarlih(now), _no_proof(now)] if notice]


def left_out(rows: int) -> Notice | None:
    """Rows of list files that are not loaded."""
    text = ngettext(
        "%(n)s row of the voter list is not loaded yet", "%(n)s rows of the voter list are not loaded yet", rows
    )
    return _notice("late", text, rows)


def lowest(children: Sequence[RegionProgress], plan: Rate) -> list[RegionProgress]:
    """The children with the lowest coverage among those below the plan."""
    behind = [child for child in children if light(coverage(child), plan) in ("late", "near")]
    return sorted(behind, key=lambda child: coverage(child).share)[:LOWEST_SHOWN]


def pace(now: RegionProgress, done_before: int | None, deadline: dt.date, today: dt.date) -> Notice | None:
    """Voters to visit per day until the internal deadline, beside what the last whole day brought."""
    needed, days = pace_needed(now, deadline, today), days_left(deadline, today)
    if coverage(now).is_whole or not now.listed:
        return None
    if needed is None:
        text = _("The internal deadline, %(day)s, leaves no full day; %(rest)s voters remain.")
        rest = number_format(now.listed - visited(now))
        return Notice("late", text % {"day": _day(deadline), "rest": rest})
    text = ngettext(
        "Needed: %(needed)s voters a day until the internal deadline, %(day)s (%(days)d day left).",
        "Needed: %(needed)s voters a day until the internal deadline, %(day)s (%(days)d days left).",
        days,
    ) % {"needed": number_format(needed), "day": _day(deadline), "days": days}
    if done_before is None:
        return Notice("near", text)
    text += " " + _("The last report brought %(done)s.") % {"done": number_format(done_before)}
    return Notice("good" if done_before >= needed else "late", text)


def _never_synced(now: RegionProgress) -> Notice | None:
    count = now.pantarlih - now.pantarlih_synced
    text = ngettext("%(n)s pantarlih has never synced", "%(n)s pantarlih have never synced", count)
    return _notice("late", text, count, "belum-sinkron")


def _untouched(now: RegionProgress) -> Notice | None:
    text = ngettext("%(n)s TPS is still at zero", "%(n)s TPS are still at zero", now.tps_untouched)
    return _notice("late", text, now.tps_untouched, "tps-nol")


def _without_pantarlih(now: RegionProgress) -> Notice | None:
    count = now.tps_without_pantarlih
    text = ngettext("%(n)s regular TPS has no pantarlih", "%(n)s regular TPS have no pantarlih", count)
    return _notice("late", text, count, "tps-tanpa-pantarlih")


def _no_proof(now: RegionProgress) -> Notice | None:
    count = now.tms_no_proof
    text = ngettext("%(n)s voter is TMS without proof yet", "%(n)s voters are TMS without proof yet", count)
    return _notice("near", text, count)


def _notice(level: str, text: str, count: int, section: str = "") -> Notice | None:
    return Notice(level, text % {"n": number_format(count)}, section) if count > 0 else None


def _day(day: dt.date) -> str:
    return date_format(day, "j F Y")
