"""The phones of pantarlih: which are stuck, what each still holds, and whom to call."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.db.models import F, Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from coklit import clock
from voters import access
from voters.access import Verb
from voters.admin.defaulted import DefaultedFilter
from voters.admin.site import offices
from voters.admin.spoken import ago, clock_off, moment, number, number_up_to
from voters.admin.stuck import needs_somebody, what_to_do
from voters.admin.territory import ReadOnlyAdmin, RegionFilter, kabkota_of
from voters.admin.uploads import attempts_table, held_table, uploads_table
from voters.models import Assignment, Device, HeldEvent
from voters.phone.page import Contact
from voters.terms import HeldState

HELD_SHOWN = 99


class DeviceFilter(DefaultedFilter):
    """Opens on the phones that need somebody."""

    title = _("state")
    parameter_name = "keadaan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Five choices."""
        return [
            ("perhatian", _("needs attention")),
            ("semua", _("all phones")),
            ("aktif", _("in use")),
            ("menunggu", _("waits to be confirmed")),
            ("dicabut", _("signed out")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Phones in that state."""
        match self.chosen():
            case "perhatian":
                own = kabkota_of(access.regions_for(offices(request), Verb.SEE_CONTACTS))
                return queryset.filter(needs_somebody(clock.now(), own))
            case "aktif":
                return queryset.filter(confirmed_at__isnull=False, revoked_at__isnull=True)
            case "menunggu":
                return queryset.filter(confirmed_at__isnull=True, revoked_at__isnull=True)
            case "dicabut":
                return queryset.filter(revoked_at__isnull=False)
        return queryset


@admin.register(Device)
class DeviceAdmin(ReadOnlyAdmin):
    """Phones of the account's territory, for committees only: the page is there to call somebody."""

    see = Verb.SEE_CONTACTS
    region_field = "pantarlih__kelurahan_id"
    list_display = ("owner", "places", "state", "contact", "on_phone", "trouble_said", "held_waiting", "app_version")
    list_filter = (DeviceFilter, RegionFilter)
    list_select_related = ("pantarlih__kelurahan",)
    search_fields = ("pantarlih__name__istartswith", "pantarlih__phone__exact")
    search_help_text = _("beginning of the pantarlih's name, or phone number")
    sortable_by = ()
    list_before_template = "admin/device_list_before.html"  # type: ignore[assignment]  # Unfold says None
    change_form_outer_before_template = "admin/device_before.html"  # type: ignore[assignment]  # Unfold says None
    change_form_outer_after_template = "admin/device_after.html"  # type: ignore[assignment]  # Unfold says None
    fields = (
        "places",
        "state_said",
        "issued",
        "confirmed",
        "contact",
        "on_phone",
        "trouble_said",
        "clock",
        "app_version",
        "revoked",
    )
    readonly_fields = tuple(name for name in fields if name != "app_version")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Device]:
        """With the TPS served now, and up to a hundred held results of each; without the token's hash."""
        own = kabkota_of(access.regions_for(offices(request), self.see))
        serves = Assignment.objects.filter(own, to_day__isnull=True).select_related("tps")
        held = HeldEvent.objects.filter(own, state=HeldState.WAITING).only("kabkota", "device").order_by("received_at")
        return (
            super()
            .get_queryset(request)
            .defer("token_hash")
            .select_related("pantarlih__kelurahan")
            .prefetch_related(
                Prefetch("pantarlih__assignments", serves, to_attr="serves_now"),
                Prefetch("held", held[: HELD_SHOWN + 1], to_attr="held_now"),
            )
        )

    def get_ordering(self, request: HttpRequest) -> Any:
        """The longest without contact first, where a kab/kota at most is sorted for it."""
        region = request.GET.get("wilayah") or access.spanning(offices(request)) or ""
        return (F("seen_at").asc(nulls_first=True), "pk") if len(region) >= 5 else super().get_ordering(request)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """With what to do, whom to call, and what came last."""
        device = self.get_object(request, object_id) if object_id else None
        context = _page_of(device, offices(request), clock.now()) if isinstance(device, Device) else {}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **context})

    @admin.display(description=_("pantarlih"))
    def owner(self, device: Device) -> str:
        """Whose phone."""
        return str(device.pantarlih)

    @admin.display(description=_("TPS"))
    def places(self, device: Any) -> str:
        """The TPS served now, and the kelurahan."""
        served = ", ".join(str(one.tps) for one in device.pantarlih.serves_now)
        return f"{served or '-'}, {device.pantarlih.kelurahan.name}"

    @display(
        description=_("state"),  # type: ignore[arg-type]  # Unfold says str, Django takes lazy text as well
        label={"active": "success", "waiting": "warning", "revoked": "danger"},
    )
    def state(self, device: Device) -> tuple[str, str]:
        """Waits to be confirmed, in use, or signed out."""
        if device.revoked_at:
            return "revoked", gettext("signed out")
        return ("active", gettext("in use")) if device.confirmed_at else ("waiting", gettext("waits to be confirmed"))

    @admin.display(description=_("state"))
    def state_said(self, device: Device) -> str:
        """The same, without its colour."""
        return str(self.state(device)[1])

    @admin.display(description=_("last contact"))
    def contact(self, device: Device) -> str:
        """How long ago."""
        return ago(device.seen_at, clock.now()) if device.seen_at else gettext("never")

    @admin.display(description=_("on the phone"))
    def on_phone(self, device: Device) -> str:
        """Its own counts, as it told them last."""
        if device.recorded is None and device.waiting is None:
            return "-"
        parts = [gettext("%(n)s not sent yet") % {"n": number(device.waiting)}]
        if device.failed:
            parts.append(gettext("%(n)s refused") % {"n": number(device.failed)})
        if device.recorded is not None:
            parts.append(gettext("%(n)s recorded") % {"n": number(device.recorded)})
        return ", ".join(parts)

    @admin.display(description=_("trouble"))
    def trouble_said(self, device: Device) -> str:
        """What its last attempt failed of, since when; and a clock that is wrong."""
        said = []
        if device.trouble:
            since = ago(device.trouble_at or device.issued_at, clock.now())
            said.append(
                gettext("%(trouble)s (since %(when)s)") % {"trouble": device.get_trouble_display(), "when": since}
            )
        return "; ".join([*said, *filter(None, [clock_off(device.clock_offset)])]) or "-"

    @admin.display(description=_("held"))
    def held_waiting(self, device: Any) -> str:
        """Its results that wait for a decision, with the way to them for those who decide."""
        return number_up_to(len(device.held_now), HELD_SHOWN) if device.held_now else "-"

    @admin.display(description=_("phone's clock"))
    def clock(self, device: Device) -> str:
        """Right, as far as anybody notices, or by how much not."""
        if device.clock_offset is None:
            return "-"
        return clock_off(device.clock_offset) or gettext("right within five minutes")

    @admin.display(description=_("enrolled"))
    def issued(self, device: Device) -> str:
        """In the kelurahan's own time."""
        return moment(device.issued_at, device.pantarlih.kelurahan.zone)

    @admin.display(description=_("confirmed"))
    def confirmed(self, device: Device) -> str:
        """In the kelurahan's own time."""
        return moment(device.confirmed_at, device.pantarlih.kelurahan.zone)

    @admin.display(description=_("signed out at"))
    def revoked(self, device: Device) -> str:
        """In the kelurahan's own time."""
        return moment(device.revoked_at, device.pantarlih.kelurahan.zone)


def _page_of(device: Any, own: list[access.Territory], now: dt.datetime) -> dict[str, Any]:
    """What stands around the device's own fields."""
    pantarlih = device.pantarlih
    decides = access.holds(own, Verb.DECIDE_HELD, pantarlih.kelurahan_id)
    held = reverse("admin:voters_heldevent_changelist")
    return {
        "advice": what_to_do(device, len(device.held_now), now),
        "person": Contact(pantarlih.name, pantarlih.phone),
        "may_manage": access.holds(own, Verb.MANAGE_PANTARLIH, pantarlih.kelurahan_id),
        "held_link": f"{held}?device={device.pk}" if decides and device.held_now else "",
        "uploads": uploads_table(device),
        "failures": attempts_table(device),
        "held": held_table(device),
    }
