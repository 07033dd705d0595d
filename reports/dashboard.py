"""The doors of the dashboard: who asks, which region, which day, then one read and one page.

Every page is rendered wholly inside the territory of its region. Names and phone numbers are shown only to accounts
that may see contacts.
"""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from coklit import clock
from reports import laggards, sheets
from reports.cards import cards_of, outcomes_of
from reports.downloads import csv_of
from reports.ecoklit import reconciled
from reports.figures import COVERAGE, ECOKLIT_FIGURES, FIGURES, RECORD_SYNC, Rate
from reports.laggards import LateTps
from reports.models import TpsProgress
from reports.overview import Overview, codes_of, overview_of
from reports.place import Place, place_of
from reports.progress import counted_until, current_stage, holds_until, progress_of
from reports.tables import row_of
from reports.window import window_of
from voters import access
from voters.models import Assignment, User
from voters.terms import Level

SILENT_DAYS = 3


class Request(HttpRequest):
    """What the middleware makes of a request of a signed-in account."""

    user: User | AnonymousUser
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
    place = place_of(request.user, slug, code, clock.now())
    day = _day_asked(request, place)
    with access.territory(code):
        until = counted_until()
        version = _version(place, day, until)
        if request.htmx and request.GET.get("versi") == version:
            return HttpResponse(status=204)
        overview = overview_of(
            place.stage,
            place.region,
            day,
            place.today,
            counted_until=until,
            sort_key=request.GET.get("urut", ""),
        )
        if request.GET.get("format") == "csv":
            return _csv(overview)
        context = {
            **_frame(place, "wilayah"),
            "overview": overview,
            "version": version,
            "yesterday": day - dt.timedelta(days=1) if overview.before and day > place.stage.first_day else None,
            "tomorrow": day + dt.timedelta(days=1),
        }
        return render(request, "reports/_angka.html" if request.htmx else "reports/wilayah.html", context)


@signed_in
def pantarlih_page(request: Request, slug: str, code: str) -> HttpResponse:
    """Pantarlih who have not synced, as of now, and TPS behind the plan, as they were counted last."""
    now = clock.now()
    place = place_of(request.user, slug, code, now)
    election, region = place.stage.election, place.region
    plan = window_of(place.stage, region).planned(place.today)
    with access.territory(code):
        counts = progress_of(election, region, place.today)
        context = {
            **_frame(place, "pantarlih"),
            "now": now.astimezone(clock.ZONES[region.zone]),
            "counted": holds_until(counts, counted_until()).astimezone(clock.ZONES[region.zone]) if counts else None,
            "silent_days": SILENT_DAYS,
            "plan": plan,
            "sees_contacts": place.sees_contacts,
            "never": laggards.never_synced(election, region),
            "silent": laggards.silent_since(election, region, now - dt.timedelta(days=SILENT_DAYS)),
            "tps_columns": sheets.LATE_TPS_COLUMNS,
            "late": _tps_table(laggards.late_tps(election, region, plan), plan),
            "untouched": _tps_table(laggards.untouched_tps(election, region), plan),
            "unserved": _tps_table(laggards.unserved_tps(election, region), plan),
        }
        return render(request, "reports/pantarlih.html", context)


@signed_in
def tps_page(request: Request, slug: str, kabkota: str, tps: UUID) -> HttpResponse:
    """One TPS: its counts, who serves it, when something last came in. Nothing about single voters."""
    with access.territory(kabkota):
        found = TpsProgress.objects.filter(kabkota_id=kabkota, tps=tps, election__slug=slug)
        progress = get_object_or_404(found)
        place = place_of(request.user, slug, progress.kelurahan_id, clock.now())
        plan = window_of(place.stage, place.region).planned(place.today)
        serving = Assignment.objects.filter(kabkota_id=kabkota, tps=tps, to_day__isnull=True)
        context = {
            **_frame(place, "wilayah"),
            "progress": progress,
            "zone": clock.ZONES[place.region.zone],
            "cards": cards_of((COVERAGE, RECORD_SYNC), progress, None, plan),
            "cells": row_of(progress, sheets.VOTERS, plan).cells,
            "outcomes": outcomes_of(progress, codes_of(place.stage.election)),
            "sees_contacts": place.sees_contacts,
            "serving": list(serving.select_related("pantarlih").order_by("from_day")),
        }
        return render(request, "reports/tps.html", context)


@signed_in
def ecoklit_page(request: Request, slug: str, code: str) -> HttpResponse:
    """e-Coklit's recap beside our counts, TPS by TPS or kelurahan by kelurahan; from a kab/kota down."""
    place = place_of(request.user, slug, code, clock.now())
    election, region = place.stage.election, place.region
    if region.level < Level.KABKOTA:
        raise Http404(code)
    with access.territory(code):
        counts = progress_of(election, region, place.today)
        rows = reconciled(election, region, place.today)
        context = {
            **_frame(place, "wilayah"),
            "counted": holds_until(counts, counted_until()).astimezone(clock.ZONES[region.zone]) if counts else None,
            "rows": rows,
            "total": sum(rows[1:], rows[0]) if rows else None,
        }
        return render(request, "reports/ecoklit.html", context)


@signed_in
def figures_page(request: Request) -> HttpResponse:
    """How each figure is made."""
    return render(request, "reports/angka.html", {"figures": (*FIGURES, *ECOKLIT_FIGURES)})


def _to_start(request: Request, name: str) -> HttpResponse:
    day = clock.local_day(clock.now(), clock.WIB)
    mine = access.territories(request.user, day)
    if not mine:
        return render(request, "reports/kosong.html", {"reason": "territory"})
    stage = current_stage(day)
    if not stage:
        return render(request, "reports/kosong.html", {"reason": "election"})
    return redirect(name, slug=stage.election.slug, code=mine[0].region)


def _frame(place: Place, page: str) -> dict[str, Any]:
    """What every page of a region shows around its content."""
    region = place.region
    return {
        "line": place.line,
        "seen": place.seen,
        "stages": place.stages,
        "stage": place.stage,
        "region": region,
        "code": region.code,
        "page": page,
    }


def _day_asked(request: Request, place: Place) -> dt.date:
    """From the first day of coklit until today."""
    asked = request.GET.get("hari")
    if not asked:
        return place.today
    try:
        day = dt.date.fromisoformat(asked)
    except ValueError as error:
        raise Http404("hari") from error
    if not place.stage.first_day <= day <= place.today:
        raise Http404("hari")
    return day


def _version(place: Place, day: dt.date, until: dt.datetime | None) -> str:
    """Changes whenever the page would: a new count, a new minute of its time, a new day, another language.

    One read of one indexed row.
    """
    newest = progress_of(place.stage.election, place.region, day)
    counted = newest.as_of.timestamp() if newest else 0
    return f"{counted}-{until:%H%M}-{place.today}-{get_language()}" if until else f"{counted}-{get_language()}"


def _tps_table(late: LateTps, plan: Rate) -> dict[str, Any]:
    return {"count": late.count, "rows": [row_of(row, sheets.LATE_TPS_COLUMNS, plan) for row in late.rows]}


def _csv(overview: Overview) -> HttpResponse:
    rows = [*overview.table, *overview.special_table]
    response = HttpResponse(csv_of(overview.columns, rows), content_type="text/csv; charset=utf-8")
    name = f"coklit-{overview.election.slug}-{overview.region.code}-{overview.day}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
