"""Who did what, to read."""

from django.contrib import admin

from voters.access import Verb
from voters.admin.territory import ReadOnlyAdmin, RegionFilter
from voters.models import TrailEntry


@admin.register(TrailEntry)
class TrailAdmin(ReadOnlyAdmin):
    """Acts within the account's territory, the latest first."""

    see = Verb.SEE_TRAIL
    region_field = "region"
    list_display = ("at", "by_name", "verb", "region", "subject", "reason")
    list_filter = (RegionFilter,)
    search_fields = ("subject__exact", "by_name__exact", "verb__exact")
    # The ids are made in the order of time.
    ordering = ("-pk",)
    sortable_by = ()
    fields = ("at", "by_name", "verb", "region", "subject", "reason", "before", "after")
