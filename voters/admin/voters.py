"""The voter list: masked, never counted to the end, found by DPID, NIK or the beginning of a name."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from voters import access
from voters.access import Verb
from voters.admin import exports, results
from voters.admin.outcomes import NO_RESULT, colour_of, corrections_of, name_of
from voters.admin.site import offices
from voters.admin.territory import ReadOnlyAdmin, RegionFilter, kabkota_of
from voters.models import CoklitResult, Tps, Voter
from voters.nik import is_well_formed
from voters.privacy import masked


@admin.register(Voter)
class VoterAdmin(ReadOnlyAdmin):
    """One row per voter; results are recorded on a page of their own (results.py), through the result verb."""

    see = Verb.SEE_VOTERS
    region_field = "tps__kelurahan_id"
    list_display = ("name", "masked_nik", "masked_nkk", "sex", "rt_rw", "place", "outcome_label")
    list_filter = (RegionFilter, "listed")
    linked_by = ("tps",)
    list_select_related = ("tps__kelurahan",)
    sortable_by = ()
    # Only tells Django to show the search box; what is looked up stands in get_search_results.
    search_fields = ("dpid",)
    search_help_text = _("DPID, NIK or the beginning of a name")
    change_form_outer_before_template = "admin/voter_acts.html"  # type: ignore[assignment]  # Unfold says None
    list_before_template = "admin/voter_list_acts.html"  # type: ignore[assignment]  # Unfold says None
    fieldsets = (
        (None, {"fields": ("name", "masked_nik", "masked_nkk", "dpid", "place", "listed", "source", "doubts")}),
        (
            _("As on the list"),
            {
                "fields": (
                    "birth_place",
                    "birth_day",
                    "sex",
                    "marital",
                    "address",
                    "rt_rw",
                    "disability",
                    "ktp_el",
                )
            },
        ),
        (_("Result"), {"fields": ("outcome", "corrections", "evidence", "events_link")}),
    )
    readonly_fields = (
        "masked_nik",
        "masked_nkk",
        "place",
        "rt_rw",
        "outcome",
        "corrections",
        "evidence",
        "events_link",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Voter]:
        """Without those who were taken back; with the current result."""
        regions = access.regions_for(offices(request), self.see)
        results = CoklitResult.objects.filter(kabkota_of(regions))
        rows = super().get_queryset(request).filter(deleted_at__isnull=True)
        return rows.select_related("tps__kelurahan").prefetch_related(Prefetch("results", results, to_attr="current"))

    def in_regions(self, rows: QuerySet[Any], regions: Sequence[str]) -> QuerySet[Any]:
        """Below a kab/kota by the TPS themselves: an index of voters begins with the TPS, none with the kelurahan."""
        if not regions or any(len(region) <= 5 for region in regions):
            return super().in_regions(rows, regions)
        inside = Tps.objects.filter(kabkota_of(regions), access.any_within(regions, "kelurahan_id"))
        return rows.filter(kabkota_of(regions), tps_id__in=list(inside.values_list("pk", flat=True)))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """A single TPS in the order of the form (RW, RT, NKK, name), everything else by key."""
        return ("rw", "rt", "nkk", "name", "pk") if "tps" in request.GET else super().get_ordering(request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A NIK or DPID exactly, else the beginning of a name."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if is_well_formed(term):
            return queryset.filter(nik=term), False
        if term.isdigit():
            return queryset.filter(dpid=term), False
        return queryset.filter(name__istartswith=term), False

    def get_urls(self) -> list[URLPattern]:
        """With the pages that record results, and the one that gives out the list."""
        pages = [
            path("ekspor/", self._page(exports.export_page), name="voters_voter_export"),
            path("baru/<uuid:tps>/", self._page(results.new_voter_page), name="voters_voter_new"),
            path("<str:object_id>/hasil/", self._page(results.result_page), name="voters_voter_result"),
            path("<str:object_id>/ambil-kembali/", self._page(results.take_back_page), name="voters_voter_take_back"),
        ]
        return [*pages, *super().get_urls()]

    def _page(self, view: Callable[..., HttpResponseBase]) -> Callable[..., Any]:
        return self.admin_site.admin_view(partial(view, self))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """With the button to export; a single TPS has one for somebody who is not on its list."""
        may_set = access.regions_for(offices(request), Verb.SET_RESULT)
        tps = _uuid(request.GET.get("tps", "")) if may_set else None
        may_export = bool(access.regions_for(offices(request), Verb.EXPORT_LIST))
        context: dict[str, Any] = {**(extra_context or {}), "add_to_tps": tps, "may_export": may_export}
        return super().changelist_view(request, context)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """With the button to the result page for those who may record one."""
        voter = self.get_object(request, object_id) if object_id else None
        may_set = voter is not None and access.holds(offices(request), Verb.SET_RESULT, self.region_of(voter))
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), "may_set_result": may_set}
        )

    @admin.display(description=_("NIK"))
    def masked_nik(self, voter: Voter) -> str:
        """The first four digits."""
        return masked(voter.nik)

    @admin.display(description=_("NKK"))
    def masked_nkk(self, voter: Voter) -> str:
        """The first four digits."""
        return masked(voter.nkk)

    @admin.display(description=_("RT/RW"))
    def rt_rw(self, voter: Voter) -> str:
        """As on the form."""
        return f"{voter.rt:03d}/{voter.rw:03d}"

    @admin.display(description=_("TPS"))
    def place(self, voter: Voter) -> str:
        """TPS and kelurahan."""
        return f"{voter.tps}, {voter.tps.kelurahan.name}"

    @display(
        description=_("result"),  # type: ignore[arg-type]  # Unfold says str, Django takes lazy text as well
        label={"success": "success", "info": "info", "danger": "danger", "warning": "warning"},
    )
    def outcome_label(self, voter: Any) -> tuple[str, str]:
        """The current result, coloured by kind."""
        code = voter.current[0].code if voter.current else NO_RESULT
        return colour_of(code), name_of(code)

    @admin.display(description=_("result"))
    def outcome(self, voter: Any) -> str:
        """The current result."""
        return name_of(voter.current[0].code if voter.current else NO_RESULT)

    @admin.display(description=_("corrected fields"))
    def corrections(self, voter: Any) -> str:
        """What the current result corrects."""
        return corrections_of(voter.current[0].corrected) if voter.current else ""

    @admin.display(description=_("evidence"))
    def evidence(self, voter: Any) -> str:
        """State of the proof."""
        return str(voter.current[0].get_evidence_display()) if voter.current and voter.current[0].evidence else ""

    @admin.display(description=_("history"))
    def events_link(self, voter: Voter) -> str:
        """To the ledger's rows of this voter."""
        address = reverse("admin:voters_coklitevent_changelist")
        return format_html('<a class="text-primary-600" href="{}?voter={}">{}</a>', address, voter.pk, _("All results"))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
