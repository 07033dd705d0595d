"""Polling stations: the way to their voters and pantarlih."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from voters import access
from voters.access import Verb
from voters.admin.site import offices
from voters.admin.territory import ReadOnlyAdmin, RegionFilter, kabkota_of
from voters.models import Assignment, Tps


@admin.register(Tps)
class TpsAdmin(ReadOnlyAdmin):
    """The TPS of the account's territory, in the order of their key."""

    region_field = "kelurahan_id"
    list_filter = (RegionFilter, "election", "kind")
    list_select_related = ("kelurahan", "election")
    search_fields = ("number__exact", "kelurahan_id__exact")
    sortable_by = ()
    fields = ("number", "kelurahan", "kind", "election")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Names of pantarlih and voters only for those who may see them."""
        own = offices(request)
        pantarlih = ("serving",) if access.regions_for(own, Verb.SEE_CONTACTS) else ()
        voters = ("voters_link",) if access.regions_for(own, Verb.SEE_VOTERS) else ()
        return ("number", "kelurahan", "code", "kind", "election", *pantarlih, *voters)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tps]:
        """With those who serve there now."""
        now = Assignment.objects.filter(
            kabkota_of(access.regions_for(offices(request), self.see)), to_day__isnull=True
        ).select_related("pantarlih")
        return super().get_queryset(request).prefetch_related(Prefetch("assignments", now, to_attr="serving_now"))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """By kelurahan and number: there are at most some thousand in a kab/kota."""
        return ("kelurahan_id", "number")

    @admin.display(description=_("region code"))
    def code(self, tps: Tps) -> str:
        """Names of villages repeat."""
        return tps.kelurahan_id

    @admin.display(description=_("pantarlih"))
    def serving(self, tps: Any) -> str:
        """Who serves there now."""
        return ", ".join(one.pantarlih.name for one in tps.serving_now)

    @admin.display(description=_("voters"))
    def voters_link(self, tps: Tps) -> str:
        """To its voters."""
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}?tps={}">{}</a>',
            reverse("admin:voters_voter_changelist"),
            tps.pk,
            _("Open the list"),
        )
