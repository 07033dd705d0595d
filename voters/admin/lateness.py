"""Why a result is late, in words, by the days of coklit where its voter lives."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coklit.clock import day_end, day_start
from voters.admin.spoken import moment
from voters.elections import CoklitDays
from voters.models import HeldEvent, Stage, Tps, WindowExtension
from voters.terms import StageKind

Days = dict[tuple[int, str], CoklitDays]


def days_of(tps: Sequence[Tps]) -> Days:
    """The days of coklit by election and kelurahan of these TPS, whose kelurahan are loaded. Two queries."""
    stages = {
        stage.election_id: stage
        for stage in Stage.objects.filter(kind=StageKind.COKLIT, election__in={one.election_id for one in tps})
    }
    longer = {
        (found[0], found[1]): found[2]
        for found in WindowExtension.objects.filter(
            kabkota_id__in={one.kabkota_id for one in tps},
            stage__in=[stage.pk for stage in stages.values()],
            kelurahan__in={one.kelurahan_id for one in tps},
        ).values_list("stage_id", "kelurahan_id", "last_day")
    }
    days: Days = {}
    for one in tps:
        stage = stages[one.election_id]
        last_day = max(stage.last_day, longer.get((stage.pk, one.kelurahan_id), stage.last_day))
        days[one.election_id, one.kelurahan_id] = CoklitDays(
            stage.first_day, last_day, stage.sealed_at, one.kelurahan.zone
        )
    return days


def why_late(held: HeldEvent, days: CoklitDays) -> str:
    """Each reason that holds now; one whose reason is gone says that it may be accepted."""
    made, reasons = held.event_at, []
    if made is not None and made < day_start(days.first_day, days.zone):
        reasons.append(_("made before the first day (%(day)s)") % {"day": date_format(days.first_day, "j F Y")})
    if made is not None and made >= day_end(days.last_day, days.zone):
        reasons.append(_("made after the last day (%(day)s)") % {"day": date_format(days.last_day, "j F Y")})
    if days.sealed_at is not None and held.received_at >= days.sealed_at:
        sealed = moment(days.sealed_at, days.zone)
        reasons.append(_("received after KPU closed the stage (%(moment)s)") % {"moment": sealed})
    return "; ".join(reasons) or _("in time by the days as they are now")
