"""The doors of the pantarlih's page: who it is says the cookie; everything is read and rendered in one territory.

Each answer tells the service worker by `X-Coklit-Page` what to do with the page it keeps: "keep" this one in its place,
"forget" it, or nothing (another page, or an answer that is not ours).
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from coklit import clock
from voters import access, devices, enrolment
from voters.api.guesses import STATUS, TooManyGuesses, exchange
from voters.declarations import DeclarationRefused, declare
from voters.enrolment import CodeRefused
from voters.models import Device
from voters.phone import cookies
from voters.phone.forms import DayForms, day_from
from voters.phone.page import PhonePage, contacts_of, page_of

KEEP, FORGET = "keep", "forget"
# Before Chrome 59 a worker needed a rule of its own.
WORKERS = {"worker-src": [SELF], "child-src": [SELF]}

View = Callable[..., HttpResponse]


def own_page(view: View) -> View:
    """A page about one person: nobody on the way keeps it, and it may start the service worker."""
    guarded: Any = csp_update(WORKERS)(view)
    private: View = cache_control(private=True, no_store=True)(guarded)
    return require_http_methods(["GET", "HEAD", "POST"])(private)


@own_page
def home(request: HttpRequest) -> HttpResponse:
    """The page, its states without a phone in use, and the declared counts (POST)."""
    token = cookies.token_of(request)
    if token is None:
        return _shown(request, "phone/masuk.html", keep=FORGET)
    kabkota = devices.kabkota_of(token)
    if kabkota is None:
        return _revoked(request)
    now = clock.now()
    with access.territory(kabkota):
        device = cookies.device_of(kabkota, token)
        if device is None or device.revoked_at is not None:
            return _revoked(request)
        if device.confirmed_at is None:
            return _waiting(request, device, now)
        page = page_of(device, now)
        if request.method == "POST":
            return _declare(request, device, page, now)
        asked = day_from(request.GET.get("hari", ""))
        day = asked if asked and page.days.first <= asked <= page.days.last else page.days.last
        return _page(request, device, page, now, DayForms(page, device.pantarlih_id, day))


@own_page
def enrol(request: HttpRequest, code: str = "") -> HttpResponse:
    """Shows the code and one button; only the button (POST) uses the code: previews of messengers do not."""
    code = code or request.POST.get("kode", "")
    if request.method != "POST":
        return _code_page(request, code)
    try:
        enrolled = exchange(request, code, now=clock.now(), app_version="web")
    except CodeRefused as refused:
        return _shown(request, "phone/masuk.html", STATUS[refused.code], code=code, error=refused.message)
    except TooManyGuesses as many:
        error = _("Too many unknown codes. Wait a minute, then type the printed code.")
        answer = _shown(request, "phone/masuk.html", 429, code=code, error=error)
        answer["Retry-After"] = str(many.seconds)
        return answer
    answer = redirect("hp")
    cookies.remember(answer, enrolled.token)
    return answer


@own_page
def leave(request: HttpRequest) -> HttpResponse:
    """Asks first; then this browser forgets the phone, which stays enrolled."""
    if request.method != "POST":
        return _shown(request, "phone/keluar.html")
    answer = redirect("hp")
    cookies.forget(answer)
    return answer


@require_GET
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the last page. It stands under /hp/ and so sees these pages only."""
    return render(request, "phone/sw.js", content_type="text/javascript; charset=utf-8")


def _code_page(request: HttpRequest, code: str) -> HttpResponse:
    if not code:
        return redirect("hp")
    if enrolment.kabkota_of(code) is None:
        error = _("This is not an enrolment code. It looks like 6271-7KQ2M-4XW9T; type it as it is printed.")
        return _shown(request, "phone/masuk.html", 404, code=code, error=error)
    return _shown(request, "phone/kode.html", code=code, enrolled_already=cookies.token_of(request) is not None)


def _revoked(request: HttpRequest) -> HttpResponse:
    return _shown(request, "phone/dicabut.html", 403, keep=FORGET)


def _waiting(request: HttpRequest, device: Device, now: dt.datetime) -> HttpResponse:
    contacts = contacts_of(device.pantarlih, now)
    status = 403 if request.method == "POST" else 200
    return _shown(request, "phone/menunggu.html", status, pantarlih=device.pantarlih, contacts=contacts)


def _declare(request: HttpRequest, device: Device, page: PhonePage, now: dt.datetime) -> HttpResponse:
    day = day_from(request.POST.get("hari", ""))
    forms = DayForms(page, device.pantarlih_id, day or page.days.last, request.POST)
    if forms.is_valid():
        told = [(one.own.tps, counts) for one in forms.each if (counts := one.counts()) is not None]
        try:
            if day is None:
                raise DeclarationRefused("day_not_open", _("Choose the day that the numbers are of."))
            if not told:
                raise DeclarationRefused("nothing_typed", _("Type one number at least; 0 is one."))
            with transaction.atomic():
                # Each locks its TPS: in the order of their ids, as everywhere.
                for tps, counts in sorted(told, key=lambda one: one[0].pk):
                    declare(device=device, tps=tps, day=day, counts=counts, now=now)
        except DeclarationRefused as refused:
            forms.error = str(refused)
        else:
            asked = "" if day == page.days.last else f"?hari={day.isoformat()}"
            return redirect(f"{reverse('hp')}{asked}#lapor")
    return _page(request, device, page, now, forms, status=422)


def _page(
    request: HttpRequest, device: Device, page: PhonePage, now: dt.datetime, forms: DayForms, status: int = 200
) -> HttpResponse:
    zone = device.pantarlih.kelurahan.zone
    days = [page.days.last - dt.timedelta(days=back) for back in range((page.days.last - page.days.first).days + 1)]
    # Another day's page is not the one to keep.
    keep = KEEP if status == 200 and forms.day == page.days.last else ""
    return _shown(
        request,
        "phone/halaman.html",
        status,
        keep=keep,
        page=page,
        device=device,
        pantarlih=device.pantarlih,
        now=now.astimezone(clock.ZONES[zone]),
        zone=clock.ZONES[zone],
        zone_name=zone,
        forms=forms,
        days=days,
    )


def _shown(request: HttpRequest, template: str, status: int = 200, *, keep: str = "", **context: Any) -> HttpResponse:
    answer = render(request, template, {"forget": keep == FORGET, **context}, status=status)
    if keep:
        answer["X-Coklit-Page"] = keep
    return answer
