"""The admin's frame: who enters, in which transaction a page runs, its policy, and the navigation.

Every page, rendering included, runs in one transaction limited to the account's territory; what raises or answers with
a server error leaves nothing behind.
"""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.sites import UnfoldAdminSite

from coklit import clock
from voters import access
from voters.access import Territory

View = Callable[..., HttpResponseBase]

# Group, then (model, label, icon); an account sees what it may see.
NAVIGATION = (
    (
        gettext_lazy("Voter list"),
        (
            ("tps", gettext_lazy("TPS"), "how_to_vote"),
            ("voter", gettext_lazy("Voters"), "groups"),
            ("fileimport", gettext_lazy("Imports"), "upload_file"),
            ("coklitevent", gettext_lazy("Ledger of results"), "receipt_long"),
        ),
    ),
    (
        gettext_lazy("Field work"),
        (
            ("pantarlih", gettext_lazy("Pantarlih"), "badge"),
            ("notice", gettext_lazy("Notes to pantarlih"), "sticky_note_2"),
            ("device", gettext_lazy("Phones"), "smartphone"),
            ("heldevent", gettext_lazy("Held results"), "front_hand"),
            ("lateevent", gettext_lazy("Late results"), "schedule"),
            ("conflict", gettext_lazy("Conflicts"), "call_split"),
            ("syncbatch", gettext_lazy("Uploads from phones"), "cloud_upload"),
            ("windowextension", gettext_lazy("Longer windows"), "event_repeat"),
        ),
    ),
    (
        gettext_lazy("Committees"),
        (
            ("user", gettext_lazy("Accounts and offices"), "manage_accounts"),
            ("trailentry", gettext_lazy("Trail"), "history"),
        ),
    ),
    (
        gettext_lazy("Reference data"),
        (
            ("election", gettext_lazy("Elections"), "ballot"),
            ("outcomecode", gettext_lazy("Outcome codes"), "rule"),
            ("region", gettext_lazy("Regions"), "account_tree"),
        ),
    ),
)


def today() -> dt.date:
    """The day by which offices are judged."""
    return clock.local_day(clock.now(), clock.WIB)


def offices(request: HttpRequest) -> list[Territory]:
    """The account's roles today, read once per request."""
    own: list[Territory] | None = request.__dict__.get("offices")
    if own is None:
        own = request.__dict__["offices"] = access.territories(request.user, today())
    return own


def refusal(request: HttpRequest, reason: str) -> HttpResponse:
    """403 with its reason, where "not your region" would be the wrong one."""
    return render(request, "403.html", {"reason": reason}, status=403)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar (UNFOLD in the settings names this function)."""
    # Imported by name in the settings, before there is a site.
    from django.contrib.admin import site  # noqa: PLC0415

    seen: dict[str | None, Any] = {
        model._meta.model_name: one for model, one in site._registry.items() if one.has_view_permission(request)
    }
    groups: list[dict[str, Any]] = [
        {
            "title": _("Monitoring"),
            "items": [
                {
                    "title": _("Dashboard"),
                    "icon": "monitoring",
                    "link": reverse(settings.LOGIN_REDIRECT_URL),
                    "active": False,
                }
            ],
        }
    ]
    for title, entries in NAVIGATION:
        items = [
            {
                "title": label,
                "icon": icon,
                "link": reverse(f"admin:voters_{name}_changelist"),
                "badge": seen[name].badge(request),
            }
            for name, label, icon in entries
            if name in seen
        ]
        if items:
            groups.append({"title": title, "items": items})
    return groups


def _in_territory(view: View) -> View:
    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        region = access.spanning(offices(request))
        if region is None:
            raise PermissionDenied
        with access.territory(region):
            response = view(request, *args, **kwargs)
            # Django would render after the view: outside the transaction, where the scope is gone.
            if isinstance(response, SimpleTemplateResponse):
                response.render()
            if response.status_code >= 500:
                transaction.set_rollback(True)
            return response

    return inside


class RowsByName(AutocompleteJsonView):
    """What a search field of a form offers: names of regions repeat, so the code stands beside."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        """The row's key and what is shown."""
        return {"id": str(obj.pk), "text": f"{obj} ({obj.pk})"}


class CoklitAdminSite(UnfoldAdminSite):
    """The admin for those who hold an office today. Signing in and out goes through the site's own pages."""

    index_title = gettext_lazy("Overview")

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff with an office today."""
        return bool(request.user.is_active and request.user.is_staff and offices(request))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """One page: the looser policy, the account's territory, one transaction."""
        loosened = csp_replace(settings.ADMIN_CONTENT_SECURITY_POLICY)
        return super().admin_view(loosened(_in_territory(view)), cacheable)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """To the site's own page; somebody who is signed in but may not enter is told why."""
        if request.user.is_authenticated:
            return refusal(
                request,
                _("This account holds no office today that works in the admin. Ask the KPU level above yours."),
            )
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse(settings.LOGIN_URL))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Back to the site's own page."""
        return LogoutView.as_view(next_page=settings.LOGIN_URL)(request)

    def autocomplete_view(self, request: HttpRequest) -> Any:
        """Regions are the only rows that are searched for in a form."""
        return RowsByName.as_view(admin_site=self)(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Work starts at the TPS."""
        return redirect("admin:voters_tps_changelist")
