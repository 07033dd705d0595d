"""Cards to print: one for each pantarlih, with the code as text and as QR. Shown once, as codes are not kept."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString, mark_safe

from voters.offices import pps_of

CONTACTS = 2


@dataclass(frozen=True)
class Card:
    """What stands on one card."""

    name: str
    tps: str
    place: str
    pps: str
    code: str
    qr: SafeString


def cards_page(
    request: HttpRequest,
    people: Sequence[Any],
    codes: Sequence[str],
    *,
    last_day: dt.date,
    today: dt.date,
    back: str,
) -> TemplateResponse:
    """The cards of these pantarlih, rows of `PantarlihAdmin.get_queryset`, in their order."""
    contacts = contacts_in({one.kelurahan_id for one in people}, today)
    cards = [
        Card(
            name=one.name,
            tps=", ".join(str(served.tps) for served in one.serves_now),
            place=_place(one.kelurahan),
            pps=", ".join(contacts.get(one.kelurahan_id, [])[:CONTACTS]),
            code=code,
            qr=qr_of(address_of(code)),
        )
        for one, code in zip(people, codes, strict=True)
    ]
    context = {"cards": cards, "last_day": last_day, "back": back}
    return TemplateResponse(request, "admin/code_cards.html", context)


def address_of(code: str) -> str:
    """What the QR holds: the phone's page, which takes the code."""
    return f"{settings.BASE_URL}/hp/{code}"


def qr_of(text: str) -> SafeString:
    """The QR as SVG that scales to its place; on white, as cameras want it, on a dark screen too."""
    # Any of the eight masks can be read; trying all for the evenest takes most of the time of a sheet.
    drawn = segno.make(text, error="m", micro=False, mask=3)
    # Drawn from modules alone: nothing of the text stands in it.
    return mark_safe(drawn.svg_inline(omitsize=True, border=4, dark="#000", light="#fff"))  # noqa: S308


def contacts_in(kelurahan: set[str], day: dt.date) -> dict[str, list[str]]:
    """The PPS of each of these kelurahan on that day, "name (phone)", those with a phone number first. One query."""
    found: dict[str, list[str]] = {}
    for row in sorted(pps_of(kelurahan, day), key=lambda row: not row.user.phone):
        said = f"{row.user} ({row.user.phone})" if row.user.phone else str(row.user)
        found.setdefault(row.region_id, []).append(said)
    return found


def _place(kelurahan: Any) -> str:
    place = f"{kelurahan.kind.capitalize()} {kelurahan.name}"
    return f"{place}, Kecamatan {kelurahan.parent.name}" if kelurahan.parent else place
