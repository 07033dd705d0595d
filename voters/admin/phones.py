"""The phones of pantarlih as the office sees them: which is in use, which waits to be confirmed, what each holds."""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from voters import access
from voters.admin.site import offices
from voters.admin.spoken import moment
from voters.admin.territory import kabkota_of
from voters.models import Device, EnrolmentCode, Pantarlih


@dataclass(frozen=True)
class Phones:
    """What a pantarlih has: the phone in use, one that waits for the PPS, a code nobody used yet."""

    pantarlih: Pantarlih
    in_use: Device | None
    waiting: Device | None
    open_code: EnrolmentCode | None

    def facts(self) -> list[tuple[str, str]]:
        """Label and text of each, for a page."""
        found: list[tuple[str, str]] = []
        if self.in_use:
            found.append((_("phone in use"), described(self.in_use, self.pantarlih)))
        if self.waiting:
            found.append((_("phone that waits for you"), described(self.waiting, self.pantarlih)))
        if self.open_code:
            day = date_format(self.open_code.last_day, "j F Y")
            found.append((_("code not used yet"), _("valid through %(day)s") % {"day": day}))
        return found


def phones_of(pantarlih: Pantarlih) -> Phones:
    """Two queries."""
    rows = Device.objects.filter(kabkota_id=pantarlih.kabkota_id, pantarlih=pantarlih, revoked_at__isnull=True)
    phones = list(rows)
    return Phones(
        pantarlih=pantarlih,
        in_use=next((one for one in phones if one.confirmed_at), None),
        waiting=next((one for one in phones if not one.confirmed_at), None),
        open_code=open_code_of(pantarlih),
    )


def open_code_of(pantarlih: Pantarlih) -> EnrolmentCode | None:
    """The code that was issued last, if nobody used or withdrew it."""
    return EnrolmentCode.objects.filter(
        kabkota_id=pantarlih.kabkota_id, pantarlih=pantarlih, used_at__isnull=True, withdrawn_at__isnull=True
    ).first()


def described(phone: Device, pantarlih: Pantarlih) -> str:
    """When it came, when it was seen last, and what it said it still holds."""
    zone = pantarlih.kelurahan.zone
    parts = [_("enrolled %(when)s") % {"when": moment(phone.issued_at, zone)}]
    if phone.seen_at:
        parts.append(_("last seen %(when)s") % {"when": moment(phone.seen_at, zone)})
    if phone.waiting is None:
        parts.append(_("has not told what it holds"))
    else:
        holds = ngettext(
            "held %(n)d result not sent yet when it last told",
            "held %(n)d results not sent yet when it last told",
            phone.waiting,
        )
        parts.append(holds % {"n": phone.waiting})
    return "; ".join(parts)


def state_of(phones: list[Device]) -> str:
    """The list's column, of the phones that are not revoked."""
    if any(not one.confirmed_at for one in phones):
        return _("new phone waits to be confirmed")
    return _("phone in use") if phones else _("no phone yet")


class PhoneFilter(SimpleListFilter):
    """Whose phone needs the office: it waits to be confirmed, or there is none."""

    title = gettext_lazy("own phone")
    parameter_name = "ponsel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Three states."""
        return [
            ("menunggu", _("new phone waits to be confirmed")),
            ("dipakai", _("phone in use")),
            ("belum", _("no phone yet")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Pantarlih with or without such a phone."""
        rows = Device.objects.filter(
            kabkota_of(access.regions_for(offices(request), access.Verb.SEE_CONTACTS)),
            kabkota_id=OuterRef("kabkota_id"),
            pantarlih=OuterRef("pk"),
            revoked_at__isnull=True,
        )
        match self.value():
            case "menunggu":
                return queryset.filter(Exists(rows.filter(confirmed_at__isnull=True)))
            case "dipakai":
                return queryset.filter(Exists(rows.filter(confirmed_at__isnull=False)))
            case "belum":
                return queryset.filter(~Exists(rows))
        return queryset
