"""Two results of one voter that disagree, side by side. To read: any later result of the office settles it."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voters import access
from voters.access import Verb
from voters.admin.defaulted import DefaultedFilter
from voters.admin.outcomes import corrections_of, field_name, name_of
from voters.admin.site import offices
from voters.admin.spoken import moment, number_up_to
from voters.admin.territory import CappedChangeList, ReadOnlyAdmin, RegionFilter
from voters.models import CoklitEvent, Conflict

BADGE = 99


class OpenFilter(DefaultedFilter):
    """Opens on what nobody settled."""

    title = _("state")
    parameter_name = "keadaan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Open, settled, all."""
        return [("terbuka", _("open")), ("selesai", _("settled")), ("semua", _("all"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Conflicts in that state."""
        chosen = self.chosen()
        return queryset if chosen == "semua" else queryset.filter(settled_at__isnull=chosen == "terbuka")


class ConflictList(CappedChangeList):
    """A page of conflicts, with both results of each from the ledger: one query more."""

    def get_results(self, request: HttpRequest) -> None:
        """The rows of the page know them."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        events = _events(rows)
        for row in rows:
            row.first, row.second = events.get(row.earlier), events.get(row.event)
        self.result_list = rows


@admin.register(Conflict)
class ConflictAdmin(ReadOnlyAdmin):
    """Conflicts of the account's territory."""

    see = Verb.SEE_VOTERS
    region_field = "tps__kelurahan_id"
    list_display = ("since", "voter_link", "place", "about", "first_said", "second_said", "settled")
    list_filter = (OpenFilter, RegionFilter)
    list_select_related = ("tps__kelurahan", "voter")
    linked_by = ("tps", "voter")
    sortable_by = ()
    change_form_outer_before_template = "admin/conflict_before.html"  # type: ignore[assignment]  # Unfold says None
    fields = ("voter_link", "place", "about", "since", "settled")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the voter."""
        return super().get_queryset(request).select_related("tps__kelurahan", "voter")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """With both results."""
        return ConflictList

    def badge(self, request: HttpRequest) -> str:
        """How many are open, up to 99: for the navigation."""
        rows = self.get_queryset(request).filter(settled_at__isnull=True).order_by()
        found = rows[: BADGE + 1].count()
        return number_up_to(found, BADGE) if found else ""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """With the two results side by side, and the way to the voter's form."""
        conflict = self.get_object(request, object_id) if object_id else None
        context: dict[str, Any] = {}
        if isinstance(conflict, Conflict):
            may_set = access.holds(offices(request), Verb.SET_RESULT, self.region_of(conflict))
            context = {"table": _side_by_side(conflict), "may_set_result": may_set and conflict.settled_at is None}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **context})

    @admin.display(description=_("since"))
    def since(self, conflict: Conflict) -> str:
        """In the kelurahan's own time."""
        return moment(conflict.opened_at, conflict.tps.kelurahan.zone)

    @admin.display(description=_("settled"))
    def settled(self, conflict: Conflict) -> str:
        """In the kelurahan's own time."""
        return moment(conflict.settled_at, conflict.tps.kelurahan.zone)

    @admin.display(description=_("TPS"))
    def place(self, conflict: Conflict) -> str:
        """TPS and kelurahan."""
        return f"{conflict.tps}, {conflict.tps.kelurahan.name}"

    @admin.display(description=_("voter"))
    def voter_link(self, conflict: Conflict) -> str:
        """The voter, by name."""
        address = reverse("admin:voters_voter_change", args=[conflict.voter_id])
        return format_html('<a href="{}">{}</a>', address, conflict.voter.name)

    @admin.display(description=_("disagreement"))
    def about(self, conflict: Conflict) -> str:
        """Of what kind, and on which fields."""
        fields = ", ".join(field_name(name) for name in conflict.fields)
        return f"{conflict.get_kind_display()}: {fields}" if fields else str(conflict.get_kind_display())

    @admin.display(description=_("first result"))
    def first_said(self, conflict: Any) -> str:
        """The one that stood."""
        return _said(conflict.first)

    @admin.display(description=_("second result"))
    def second_said(self, conflict: Any) -> str:
        """The one that disagreed."""
        return _said(conflict.second)


def _events(rows: list[Any]) -> dict[UUID, CoklitEvent]:
    """Both ledger events of these conflicts, by id. One query."""
    keys = [key for row in rows for key in (row.earlier, row.event)]
    found = CoklitEvent.objects.filter(kabkota_id__in={row.kabkota_id for row in rows}, pk__in=keys)
    return {event.pk: event for event in found.select_related("by_pantarlih", "by_user")}


def _said(event: CoklitEvent | None) -> str:
    if event is None:
        return "-"
    parts = [name_of(event.code), corrections_of(event.corrected), str(event.by_pantarlih or event.by_user or "")]
    return ", ".join(part for part in parts if part)


def _side_by_side(conflict: Conflict) -> dict[str, Any]:
    events = _events([conflict])
    both = [events.get(conflict.earlier), events.get(conflict.event)]
    zone = conflict.tps.kelurahan.zone
    lines: list[tuple[str, list[Any]]] = [
        (gettext("outcome"), [name_of(one.code) if one else "-" for one in both]),
        (gettext("corrected fields"), [corrections_of(one.corrected) if one else "" for one in both]),
        (gettext("evidence"), [one.get_evidence_display() if one and one.evidence else "" for one in both]),
        (gettext("by"), [str(one.by_pantarlih or one.by_user or "") if one else "" for one in both]),
        (gettext("door"), [one.get_door_display() if one else "" for one in both]),
        (gettext("made at"), [moment(one.event_at, zone) if one else "" for one in both]),
        (gettext("received at"), [moment(one.received_at, zone) if one else "" for one in both]),
        (gettext("effect"), [one.get_effect_display() if one else "" for one in both]),
    ]
    return {
        "headers": [gettext("field"), gettext("first result"), gettext("second result")],
        "rows": [[label, *(value or "-" for value in values)] for label, values in lines],
    }
