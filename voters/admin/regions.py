"""Regions, to look up codes."""

from django.contrib import admin

from voters.admin.territory import ReadOnlyAdmin, RegionFilter
from voters.models import Region


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    """The official codes of the account's territory."""

    region_field = "code"
    list_display = ("code", "name", "level", "kind", "zone")
    list_filter = (RegionFilter, "level")
    search_fields = ("code__startswith", "name__istartswith")
    ordering = ("code",)
    fields = ("code", "name", "level", "kind", "parent", "zone", "source")
