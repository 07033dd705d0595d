"""Pages by which PPS and KPU kab/kota make phones known: codes for one pantarlih or a training day, a second phone
confirmed, a lost one revoked.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coklit import clock
from voters import devices, enrolment
from voters.admin.assignments import managed
from voters.admin.code_cards import cards_page
from voters.admin.pages import dressed, form_page
from voters.admin.phones import described, open_code_of, phones_of
from voters.admin.site import today
from voters.admin.territory import TerritoryAdmin, account
from voters.models import Device, Pantarlih

MAX_CARDS = 500
# The list's action, by its name in the address' form.
PRINT_CODES = "print_codes"


class CodeForm(forms.Form):
    """Until when a code is good."""

    last_day = dressed(forms.DateField(label=gettext_lazy("valid through")))


class SheetForm(CodeForm):
    """The same for the selected of a list. It comes back to the list's address, as one of its actions."""

    def __init__(self, data: Any, selected: list[str], last_day: dt.date) -> None:
        hidden = {"action": PRINT_CODES, ACTION_CHECKBOX_NAME: selected}
        super().__init__(data, initial={"last_day": last_day, **hidden})
        self.fields["action"] = forms.CharField(widget=forms.HiddenInput)
        self.fields[ACTION_CHECKBOX_NAME] = forms.MultipleChoiceField(
            choices=[(one, one) for one in selected], widget=forms.MultipleHiddenInput
        )


def code_page(admin: TerritoryAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """A code, shown this once. Posted without a day, as the pantarlih's own page does, it takes the usual one."""
    pantarlih = managed(admin, request, object_id)
    usual = enrolment.default_last_day(pantarlih, clock.now())
    given = {"last_day": usual, **request.POST.dict()} if request.method == "POST" else None
    form = CodeForm(given, initial={"last_day": usual})
    cards = _cards(request, form, [pantarlih], admin, back=_back(pantarlih)) if form.is_valid() else None
    return cards or _page(admin, request, form, pantarlih, title=_("Enrolment code for a phone"), submit=_("Issue"))


def sheet_page(admin: TerritoryAdmin, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
    """Codes for the selected of the list: first the last day, then the cards. None, with a word, for too many."""
    people = list(rows.select_related("kelurahan__parent")[: MAX_CARDS + 1])
    # What was selected may lie outside the account's territory, or be only seen.
    if not people or not all(admin.has_change_permission(request, one) for one in people):
        raise PermissionDenied
    if len(people) > MAX_CARDS:
        messages.error(request, _("Print the codes of at most %(n)d pantarlih at once.") % {"n": MAX_CARDS})
        return None
    people.sort(key=_place_of)
    asked = "last_day" in request.POST
    usual = enrolment.default_last_day(people[0], clock.now())
    form = SheetForm(request.POST if asked else None, [str(one.pk) for one in people], usual)
    back = reverse("admin:voters_pantarlih_changelist")
    cards = _cards(request, form, people, admin, back=back) if form.is_valid() else None
    phones = sum(any(phone.confirmed_at for phone in one.phones_now) for one in people)
    return cards or form_page(
        admin,
        request,
        form,
        title=_("Print enrolment codes"),
        submit=_("Issue and print"),
        back=back,
        facts=[(_("pantarlih"), len(people)), (_("of them with a phone in use"), phones)],
        notice=_("Codes that were issued to them before and not used yet are withdrawn. Phones in use stay in use."),
    )


def withdraw_page(admin: TerritoryAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """The open code is worth nothing any more, for one that was lost or shown to somebody else."""
    pantarlih = managed(admin, request, object_id)
    code = open_code_of(pantarlih)
    if code is None:
        raise Http404
    if request.method == "POST":
        enrolment.withdraw(code=code, now=clock.now(), by=account(request))
        messages.success(request, _("The code is withdrawn."))
        return redirect(_back(pantarlih))
    return _page(admin, request, forms.Form(), pantarlih, title=_("Withdraw the enrolment code"), submit=_("Withdraw"))


def confirm_page(admin: TerritoryAdmin, request: HttpRequest, object_id: str, device: UUID) -> HttpResponse:
    """A second phone takes the place of the first, once it is known what the first still holds."""
    pantarlih = managed(admin, request, object_id)
    phone = _phone(pantarlih, device)
    if request.method == "POST":
        try:
            devices.confirm(device=phone, now=clock.now(), by=account(request))
        except devices.ConfirmRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The new phone is in use. The earlier one is signed out."))
        return redirect(_back(pantarlih))
    notice = _("The earlier phone is signed out at once. Let it send what it still holds before, if it can.")
    return _page(
        *(admin, request, forms.Form(), pantarlih),
        title=_("Confirm the new phone"),
        submit=_("Confirm"),
        notice=notice,
    )


def revoke_page(admin: TerritoryAdmin, request: HttpRequest, object_id: str, device: UUID) -> HttpResponse:
    """A lost phone is out at once."""
    pantarlih = managed(admin, request, object_id)
    phone = _phone(pantarlih, device)
    if request.method == "POST":
        devices.revoke(device=phone, now=clock.now(), by=account(request))
        messages.success(request, _("The phone is signed out."))
        return redirect(_back(pantarlih))
    notice = _("The phone is signed out at once, and what only it holds does not come any more.")
    return _page(
        *(admin, request, forms.Form(), pantarlih),
        title=_("Phone lost or given up"),
        submit=_("Sign the phone out"),
        notice=notice,
        facts=[(_("this phone"), described(phone, pantarlih))],
    )


def _cards(
    request: HttpRequest, form: forms.Form, people: list[Any], admin: TerritoryAdmin, *, back: str
) -> HttpResponse | None:
    """The cards with new codes; None where the day is refused, which the form then says."""
    last_day: dt.date = form.cleaned_data["last_day"]
    try:
        codes = enrolment.issue_all(people, last_day=last_day, now=clock.now(), by=account(request))
    except enrolment.LastDayRefused as refused:
        form.add_error("last_day", str(refused))
        return None
    return cards_page(request, people, codes, last_day=last_day, today=today(), back=back)


def _place_of(one: Any) -> tuple[str, int, str]:
    """As a training room is seated: by kelurahan, first TPS and name."""
    return one.kelurahan_id, min((served.tps.number for served in one.serves_now), default=0), one.name


def _phone(pantarlih: Pantarlih, device: UUID) -> Device:
    found = Device.objects.filter(
        kabkota_id=pantarlih.kabkota_id, pantarlih=pantarlih, pk=device, revoked_at__isnull=True
    ).first()
    if found is None:
        raise Http404
    return found


def _back(pantarlih: Pantarlih) -> str:
    return reverse("admin:voters_pantarlih_change", args=[pantarlih.pk])


def _page(
    admin: TerritoryAdmin, request: HttpRequest, form: forms.Form, pantarlih: Pantarlih, **page: Any
) -> HttpResponse:
    own = [(_("name"), pantarlih.name), (_("village"), pantarlih.kelurahan)]
    facts = [*own, *page.pop("facts", phones_of(pantarlih).facts())]
    return form_page(admin, request, form, back=_back(pantarlih), facts=facts, **page)
