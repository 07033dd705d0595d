"""Elections and their rules, and the windows that a kab/kota made longer."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from coklit import clock
from voters import access
from voters.access import Verb
from voters.admin import stages
from voters.admin.pages import dressed, form_page
from voters.admin.site import offices
from voters.admin.territory import ReadOnlyAdmin, RegionChoiceField, RegionFilter, TerritoryAdmin, account
from voters.elections import SWITCHES, WindowRefused, extend_window
from voters.models import Election, OutcomeCode, Region, Stage, WindowExtension


class StageInline(TabularInline):
    """The stages of one election."""

    model = Stage
    extra = 0
    hide_title = True
    fields = ("kind", "first_day", "last_day", "verified", "sealed_at")
    ordering = ("first_day",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see the election."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Stages come with the election's data file."""
        return False

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission


@admin.register(Election)
class ElectionAdmin(ReadOnlyAdmin):
    """The elections' own rules."""

    list_display = ("name", "voting_day", "work_end_day", "voters_per_tps_planned", "two_pantarlih_above")
    ordering = ("id",)
    inlines = (StageInline,)
    change_form_outer_before_template = "admin/election_acts.html"  # type: ignore[assignment]  # Unfold says None
    fields = (
        "name",
        "slug",
        "ballots",
        "voting_day",
        "work_end_day",
        "voters_per_tps_planned",
        "voters_per_tps_limit",
        "two_pantarlih_above",
        "two_pantarlih_at_limit",
        "evaluation_days",
        "note",
    )

    def get_urls(self) -> list[URLPattern]:
        """With the pages that close and open the coklit."""
        return [*stages.pages_of(self), *super().get_urls()]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """With their buttons for KPU RI."""
        coklit = None
        if object_id and access.regions_for(offices(request), Verb.SET_RULES):
            coklit = stages.coklit_of(object_id)
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), "coklit": coklit})


@admin.register(OutcomeCode)
class OutcomeCodeAdmin(TerritoryAdmin):
    """Which code means what, and who may set it: KPU RI turns the switches, everybody reads."""

    write = Verb.SET_RULES
    list_display = ("election", "stage", "code", "label", "by_pantarlih", "by_pps", "by_kpu")
    list_filter = ("election", "stage")
    list_select_related = ("election",)
    ordering = ("election_id", "stage", "code")
    fields = ("election", "stage", "code", "label", "proof", "needs_pair", "verified", *SWITCHES)
    readonly_fields = ("election", "stage", "code", "label", "proof", "needs_pair", "verified")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Codes come with the election's data file."""
        return False


class WindowForm(forms.Form):
    """A longer window for one kelurahan of the account's territory."""

    election = dressed(forms.ModelChoiceField(Election.objects.order_by("id"), label=_("election")))
    kelurahan = dressed(RegionChoiceField(Region.objects.none(), label=_("village")))
    last_day = dressed(forms.DateField(label=_("last day")))
    reason = dressed(forms.CharField(label=_("reason"), max_length=200))


@admin.register(WindowExtension)
class WindowExtensionAdmin(TerritoryAdmin):
    """Given by KPU kab/kota with a reason, through the verb; a second one for the same kelurahan takes its place."""

    region_field = "kelurahan_id"
    write = Verb.EXTEND_WINDOW
    list_display = ("kelurahan", "stage", "last_day", "reason", "given_by", "given_at")
    list_filter = (RegionFilter,)
    list_select_related = ("kelurahan", "stage__election", "given_by")
    sortable_by = ()
    fields = ("kelurahan", "stage", "last_day", "reason", "given_by", "given_at")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A new one is given instead."""
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form; the verb decides."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = WindowForm(request.POST or None)
        cast("forms.ModelChoiceField[Any]", form.fields["kelurahan"]).queryset = self.kelurahan_of(request)
        if form.is_valid():
            try:
                extend_window(**form.cleaned_data, by=account(request), now=clock.now())
            except WindowRefused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, gettext("The window is longer now."))
                return redirect("admin:voters_windowextension_changelist")
        return form_page(
            self,
            request,
            form,
            title=gettext("Extend a village's window"),
            submit=gettext("Extend"),
            back=reverse("admin:voters_windowextension_changelist"),
        )
