"""Cards to print: one for each account that a file made, with the address at which its holder sets a password."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from coklit import clock
from voters.admin.code_cards import qr_of
from voters.admin.territory import TerritoryAdmin, account
from voters.imports.invitations import Invitation, invitations
from voters.models import FileImport


@dataclass(frozen=True)
class AccountCard:
    """What stands on one card."""

    name: str
    username: str
    offices: str
    address: str
    qr: SafeString


def account_cards_page(admin: TerritoryAdmin, request: HttpRequest, pk: UUID) -> HttpResponse:
    """New cards of an import's accounts, for its uploader alone; older cards of them are worthless from now on.

    POST only, as each call makes new cards.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    record = get_object_or_404(FileImport, pk=pk)
    cards = [_card(one) for one in invitations(record, by=account(request), now=clock.now())]
    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 3600)
    back = reverse("admin:voters_fileimport_change", args=[record.pk])
    context = {"cards": cards, "days": days, "back": back}
    response = TemplateResponse(request, "admin/account_cards.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _card(one: Invitation) -> AccountCard:
    address = settings.BASE_URL + reverse("sandi", args=[one.uid, one.token])
    offices = "; ".join(f"{held.get_role_display()}, {held.region.name}" for held in one.user.memberships.all())
    return AccountCard(one.user.name, one.user.username, offices, address, qr_of(address))
