"""Pages of the verbs on pantarlih: assign to a TPS, replace."""

import datetime as dt
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coklit import clock
from voters.admin.pages import dressed, form_page
from voters.admin.site import today
from voters.admin.territory import TerritoryAdmin, account
from voters.assignments import AssignmentRefused, assign, replace
from voters.models import Assignment, Pantarlih, Tps
from voters.terms import TpsKind


class DecreeForm(forms.Form):
    """What every assignment carries: a day and the decree (SK)."""

    day = dressed(forms.DateField(label=gettext_lazy("from"), initial=today))
    sk_number = dressed(forms.CharField(label=gettext_lazy("decree (SK) number"), max_length=60, required=False))
    sk_day = dressed(forms.DateField(label=gettext_lazy("decree (SK) date"), required=False))


class AssignForm(DecreeForm):
    """A TPS for a pantarlih."""

    field_order = ("tps", "day", "sk_number", "sk_day")
    tps = dressed(forms.ModelChoiceField(Tps.objects.none(), label=gettext_lazy("TPS")))


class ReplaceForm(DecreeForm):
    """Somebody else for a TPS, with the reason."""

    field_order = ("pantarlih", "reason", "day", "sk_number", "sk_day")
    pantarlih = dressed(forms.ModelChoiceField(Pantarlih.objects.none(), label=gettext_lazy("replaced by")))
    reason = dressed(forms.CharField(label=gettext_lazy("reason"), max_length=200))


def assign_page(admin: TerritoryAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """The pantarlih gets a TPS of the own kelurahan and election."""
    pantarlih = managed(admin, request, object_id)
    form = AssignForm(request.POST or None)
    _offer(form, "tps", _neighbours(Tps, pantarlih).filter(kind=TpsKind.REGULAR).order_by("number"))
    if form.is_valid():
        given = form.cleaned_data
        done = _tried(
            form,
            request,
            lambda by, now: assign(
                pantarlih=pantarlih, tps=given["tps"], from_day=given["day"], by=by, now=now, **_decree(given)
            ),
        )
        if done:
            messages.success(request, _("The assignment is saved."))
            return redirect("admin:voters_pantarlih_change", pantarlih.pk)
    return _page(admin, request, form, pantarlih, title=_("Assign to a TPS"), submit=_("Assign"))


def replace_page(admin: TerritoryAdmin, request: HttpRequest, object_id: str, assignment: UUID) -> HttpResponse:
    """Another pantarlih of the kelurahan takes the TPS over."""
    pantarlih = managed(admin, request, object_id)
    ending = (
        Assignment.objects.filter(kabkota_id=pantarlih.kabkota_id, pk=assignment, pantarlih=pantarlih)
        .select_related("tps")
        .first()
    )
    if ending is None:
        raise Http404
    form = ReplaceForm(request.POST or None)
    _offer(form, "pantarlih", _neighbours(Pantarlih, pantarlih).exclude(pk=pantarlih.pk).order_by("name"))
    if form.is_valid():
        given = form.cleaned_data
        done = _tried(
            form,
            request,
            lambda by, now: replace(
                assignment=ending,
                pantarlih=given["pantarlih"],
                day=given["day"],
                reason=given["reason"],
                by=by,
                now=now,
                **_decree(given),
            ),
        )
        if done:
            messages.success(request, _("The replacement is saved."))
            return redirect("admin:voters_pantarlih_change", given["pantarlih"].pk)
    facts = [(_("TPS"), ending.tps)]
    return _page(admin, request, form, pantarlih, title=_("Replace a pantarlih"), submit=_("Replace"), facts=facts)


def managed(admin: TerritoryAdmin, request: HttpRequest, object_id: str) -> Pantarlih:
    """The pantarlih of a page, for an account that may manage them; 404 or 403 else."""
    found = admin.get_object(request, unquote(object_id))
    if not isinstance(found, Pantarlih):
        raise Http404
    if not admin.has_change_permission(request, found):
        raise PermissionDenied
    return found


def _neighbours(model: Any, pantarlih: Pantarlih) -> Any:
    """Rows of the pantarlih's kelurahan and election."""
    return model.objects.filter(
        kabkota_id=pantarlih.kabkota_id, kelurahan=pantarlih.kelurahan_id, election=pantarlih.election_id
    )


def _offer(form: forms.Form, name: str, rows: Any) -> None:
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows


def _decree(given: dict[str, Any]) -> dict[str, Any]:
    return {"sk_number": given["sk_number"], "sk_day": given["sk_day"]}


def _tried(form: forms.Form, request: HttpRequest, verb: Any) -> bool:
    """Whether the verb did it; a refusal becomes the form's error and leaves nothing behind."""
    now: dt.datetime = clock.now()
    try:
        with transaction.atomic():
            verb(account(request), now)
    except AssignmentRefused as refused:
        form.add_error(None, str(refused))
        return False
    return True


def _page(
    admin: TerritoryAdmin, request: HttpRequest, form: forms.Form, pantarlih: Pantarlih, **page: Any
) -> HttpResponse:
    facts = [(_("name"), pantarlih.name), (_("village"), pantarlih.kelurahan), *page.pop("facts", ())]
    back = reverse("admin:voters_pantarlih_change", args=[pantarlih.pk])
    return form_page(admin, request, form, back=back, facts=facts, **page)
