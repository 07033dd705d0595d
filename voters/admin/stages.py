"""Pages by which KPU RI closes the coklit of an election, and opens it again with a reason."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coklit import clock
from voters import access
from voters.access import Verb
from voters.admin.pages import dressed, form_page
from voters.admin.site import offices, today
from voters.admin.spoken import moment, number_up_to
from voters.admin.territory import TerritoryAdmin, account
from voters.elections import SealRefused, seal_stage, unseal_stage
from voters.models import Stage, WindowExtension
from voters.terms import StageKind

# Villages with a longer window are counted so far.
COUNTED = 999


class ReasonForm(forms.Form):
    """Why a closed stage is opened again."""

    reason = dressed(forms.CharField(label=gettext_lazy("reason"), max_length=200))


def pages_of(admin: TerritoryAdmin) -> list[URLPattern]:
    """To close and to open, by the election's key."""

    def page(view: Any) -> Any:
        return admin.admin_site.admin_view(partial(view, admin))

    return [
        path("<str:object_id>/kunci/", page(seal_page), name="voters_election_seal"),
        path("<str:object_id>/buka/", page(unseal_page), name="voters_election_unseal"),
    ]


def coklit_of(election: str) -> Stage | None:
    """The coklit of an election, by the key in an address. The other stages have nothing yet that a seal would end."""
    key = unquote(election)
    if not key.isdecimal():
        return None
    return Stage.objects.filter(election=int(key), kind=StageKind.COKLIT).select_related("election").first()


def seal_page(admin: TerritoryAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Says what closing means, and who still has a longer window."""
    stage = _own(request, object_id)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            with transaction.atomic():
                seal_stage(stage=stage, by=account(request), now=clock.now())
        except SealRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The stage is closed."))
            return redirect("admin:voters_election_change", stage.election_id)
    longer = WindowExtension.objects.filter(stage=stage, last_day__gte=today())[: COUNTED + 1].count()
    facts = [(_("villages with a longer window that is not over"), number_up_to(longer, COUNTED))]
    notice = _("Results that come in from now on are late, in every village: KPU regency/city decides on each of them.")
    return _page(admin, request, form, stage, _("Close the stage"), facts=facts, notice=notice)


def unseal_page(admin: TerritoryAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Asks for the reason."""
    stage = _own(request, object_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            with transaction.atomic():
                unseal_stage(stage=stage, reason=form.cleaned_data["reason"], by=account(request), now=clock.now())
        except SealRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The stage is open again."))
            return redirect("admin:voters_election_change", stage.election_id)
    facts = [(_("closed"), moment(stage.sealed_at, clock.WIB))]
    notice = _("What came in meanwhile stays with KPU regency/city until it is accepted there.")
    return _page(admin, request, form, stage, _("Open the stage again"), facts=facts, notice=notice)


def _own(request: HttpRequest, object_id: str) -> Stage:
    if not access.regions_for(offices(request), Verb.SET_RULES):
        raise PermissionDenied
    stage = coklit_of(object_id)
    if stage is None:
        raise Http404
    return stage


def _page(
    admin: TerritoryAdmin,
    request: HttpRequest,
    form: forms.Form,
    stage: Stage,
    title: str,
    *,
    facts: list[tuple[str, str]],
    notice: str,
) -> HttpResponse:
    days = f"{date_format(stage.first_day, 'j F Y')} - {date_format(stage.last_day, 'j F Y')}"
    own = [(_("election"), str(stage.election)), (_("stage"), stage.get_kind_display()), (_("days"), days)]
    back = reverse("admin:voters_election_change", args=[stage.election_id])
    return form_page(admin, request, form, title=title, submit=title, back=back, facts=[*own, *facts], notice=notice)
