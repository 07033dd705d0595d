"""The doors of the dashboard: who asks, which region, which day, then one read and one page.

Every page is rendered wholly inside the territory of its region. Names and phone numbers are read only for accounts
that may see contacts.
"""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from coklit import clock
from reports import laggards
from reports.downloads import csv_of
from reports.figures import FIGURES
from reports.models import RegionProgress, TpsProgress
from reports.overview import Overview, overview_of
from reports.progress import coklit_stages, current_stage
from reports.window import window_of
from voters import access
from voters.access import Verb
from voters.models import NATION, Assignment, Region, Stage, User

SILENT_DAYS = 3


class Request(HttpRequest):
    """What the middleware makes of a request of a signed-in account."""

    user: User
    htmx: HtmxDetails


Page = Callable[..., HttpResponse]


def signed_in(page: Page) -> Page:
    """The page for accounts only; others sign in first. A live page whose session ended reloads, and so signs in."""

    @wraps(page)
    def door(request: Request, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return page(request, **kwargs)
        return HttpResponseClientRefresh() if request.htmx else redirect_to_login(request.get_full_path())

    return door


@signed_in
def start(request: Request) -> HttpResponse:
    """Leads to the account's widest region in the current election."""
    return _to_start(request, "wilayah")


@signed_in
def start_of_pantarlih(request: Request) -> HttpResponse:
    """Leads to the lists of pantarlih and TPS of the account's widest region."""
    return _to_start(request, "pantarlih")


@signed_in
def region_page(request: Request, slug: str, code: str) -> HttpResponse:
    """A region: what needs attention, the rates, the curve, and what lies below it. `?hari= &urut= &format=csv`."""
    line, stages, stage, today = _place(request, slug, code)
    region = line[-1]
    day = _day_asked(request, today)
    with access.territory(code):
        version = _version(stage, region, day, today)
        if request.htmx and request.GET.get("versi") == version:
            return HttpResponse(status=204)
        overview = overview_of(stage, region, day, today, request.GET.get("urut", ""))
        if request.GET.get("format") == "csv":
            return _csv(overview)
        context = {
            **_frame(request, line, stages, stage, "wilayah"),
            "overview": overview,
            "version": version,
            "yesterday": day - dt.timedelta(days=1),
            "tomorrow": day + dt.timedelta(days=1),
        }
        return render(request, "reports/_angka.html" if request.htmx else "reports/wilayah.html", context)


@signed_in
def pantarlih_page(request: Request, slug: str, code: str) -> HttpResponse:
    """Pantarlih who have not synced and TPS behind the plan, as of now."""
    line, stages, stage, today = _place(request, slug, code)
    region, now = line[-1], clock.now()
    election = stage.election
    plan = window_of(stage, region).planned(today)
    with access.territory(code):
        context = {
            **_frame(request, line, stages, stage, "pantarlih"),
            "region": region,
            "now": now.astimezone(clock.ZONES[region.zone]),
            "silent_days": SILENT_DAYS,
            "plan": plan,
            "sees_contacts": access.may(request.user, Verb.SEE_CONTACTS, code, today),
            "never": laggards.never_synced(election, region),
            "silent": laggards.silent_since(election, region, now - dt.timedelta(days=SILENT_DAYS)),
            "late": laggards.late_tps(election, region, plan),
            "unserved": laggards.unserved_tps(election, region),
        }
        return render(request, "reports/pantarlih.html", context)


@signed_in
def tps_page(request: Request, slug: str, kabkota: str, tps: UUID) -> HttpResponse:
    """One TPS: its counts, who serves it, when something last came in. Nothing about single voters."""
    with access.territory(kabkota):
        found = TpsProgress.objects.filter(kabkota_id=kabkota, tps=tps, election__slug=slug).select_related("kelurahan")
        progress = get_object_or_404(found)
        code = progress.kelurahan_id
        line, stages, stage, today = _place(request, slug, code)
        serving = Assignment.objects.filter(kabkota_id=kabkota, tps=tps, to_day__isnull=True)
        context = {
            **_frame(request, line, stages, stage, "wilayah"),
            "progress": progress,
            "region": line[-1],
            "zone": clock.ZONES[line[-1].zone],
            "plan": window_of(stage, line[-1]).planned(today),
            "sees_contacts": access.may(request.user, Verb.SEE_CONTACTS, code, today),
            "serving": list(serving.select_related("pantarlih").order_by("from_day")),
        }
        return render(request, "reports/tps.html", context)


@signed_in
def figures_page(request: Request) -> HttpResponse:
    """How each figure is made."""
    return render(request, "reports/angka.html", {"figures": FIGURES})


def _to_start(request: Request, name: str) -> HttpResponse:
    day = clock.local_day(clock.now(), clock.WIB)
    mine = access.territories(request.user, day)
    if not mine:
        return render(request, "reports/kosong.html", {"reason": "territory"})
    stage = current_stage(day)
    if not stage:
        return render(request, "reports/kosong.html", {"reason": "election"})
    return redirect(name, slug=stage.election.slug, code=mine[0].region)


def _place(request: Request, slug: str, code: str) -> tuple[list[Region], list[Stage], Stage, dt.date]:
    """The region with those above it (nation first), the elections, the one asked for, and today there. Three reads.

    Raises Http404 for what does not exist and PermissionDenied for a region outside the account's territory.
    """
    parts = [] if code == NATION else code.split(".")
    codes = [NATION, *(".".join(parts[: n + 1]) for n in range(len(parts)))]
    line = sorted(Region.objects.filter(code__in=codes), key=lambda region: region.level)
    if not line or line[-1].code != code:
        raise Http404(code)
    today = clock.local_day(clock.now(), line[-1].zone)
    access.require(request.user, Verb.SEE_PROGRESS, code, today)
    stages = coklit_stages()
    stage = next((stage for stage in stages if stage.election.slug == slug), None)
    if not stage:
        raise Http404(slug)
    return line, stages, stage, today


def _day_asked(request: Request, today: dt.date) -> dt.date:
    asked = request.GET.get("hari")
    if not asked:
        return today
    try:
        day = dt.date.fromisoformat(asked)
    except ValueError as error:
        raise Http404("hari") from error
    if day > today:
        raise Http404("hari")
    return day


def _version(stage: Stage, region: Region, day: dt.date, today: dt.date) -> str:
    """Changes whenever the page would: a new count, a new day, another language. One read of one indexed row."""
    rows = RegionProgress.objects.filter(election=stage.election_id, region=region, day__lte=day).order_by("-day")
    newest = rows.values_list("as_of", flat=True).first()
    return f"{newest.timestamp() if newest else 0}-{today}-{get_language()}"


def _frame(request: Request, line: list[Region], stages: list[Stage], stage: Stage, page: str) -> dict[str, Any]:
    """What every page of a region shows around its content."""
    mine = access.territories(request.user, clock.local_day(clock.now(), line[-1].zone))
    seen = {above.code for above in line if any(access.covers(t.region, above.code) for t in mine)}
    return {"line": line, "seen": seen, "stages": stages, "stage": stage, "page": page, "code": line[-1].code}


def _csv(overview: Overview) -> HttpResponse:
    rows = [*overview.table, *overview.special_table]
    response = HttpResponse(csv_of(overview.columns, rows), content_type="text/csv; charset=utf-8")
    name = f"coklit-{overview.election.slug}-{overview.region.code}-{overview.day}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
