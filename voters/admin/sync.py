"""What came in: the ledger of results, uploads of phones, imported lists. All to read, never to change."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from voters.access import Verb
from voters.admin.outcomes import corrections_of, name_of
from voters.admin.territory import ReadOnlyAdmin, RegionFilter
from voters.models import CoklitEvent, ListImport, SyncBatch


@admin.register(CoklitEvent)
class CoklitEventAdmin(ReadOnlyAdmin):
    """The ledger: every result ever accepted, the latest first."""

    see = Verb.SEE_VOTERS
    region_field = "tps__kelurahan_id"
    list_display = ("event_at", "outcome", "voter_link", "tps", "door", "author", "contest", "received_at")
    list_filter = (RegionFilter,)
    linked_by = ("voter",)
    list_select_related = ("tps", "voter", "by_pantarlih", "by_user")
    sortable_by = ()
    fields = (
        "event_at",
        "received_at",
        "outcome",
        "evidence",
        "corrections",
        "voter_link",
        "tps",
        "door",
        "author",
        "contested",
        "revision",
        "base_revision",
    )
    readonly_fields = ("outcome", "corrections", "voter_link", "author")

    @admin.display(description=_("voter"))
    def voter_link(self, event: CoklitEvent) -> str:
        """The voter, by name."""
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:voters_voter_change", args=[event.voter_id]), event.voter.name
        )

    @admin.display(description=_("outcome"))
    def outcome(self, event: CoklitEvent) -> str:
        """The code in words."""
        return name_of(event.code)

    @admin.display(description=_("contested"))
    def contest(self, event: CoklitEvent) -> Any:
        """Only where it is so."""
        return _("yes") if event.contested else ""

    @admin.display(description=_("by"))
    def author(self, event: CoklitEvent) -> str:
        """The pantarlih or the account."""
        return str(event.by_pantarlih or event.by_user or "")

    @admin.display(description=_("corrected fields"))
    def corrections(self, event: CoklitEvent) -> str:
        """Field by field, NIK and NKK masked."""
        return corrections_of(event.corrected)


@admin.register(SyncBatch)
class SyncBatchAdmin(ReadOnlyAdmin):
    """Uploads of phones. The raw bytes are neither read from the database nor shown."""

    see = Verb.SEE_CONTACTS
    region_field = "device__pantarlih__kelurahan_id"
    list_display = ("received_at", "pantarlih", "tps", "state", "events", "accepted", "troubles", "waiting")
    list_filter = (RegionFilter,)
    list_select_related = ("tps", "device__pantarlih")
    sortable_by = ()
    fields = (
        "received_at",
        "applied_at",
        "pantarlih",
        "tps",
        "state",
        "events",
        "accepted",
        "problems",
        "recorded",
        "waiting",
        "failed",
        "attempts",
        "phone_at",
        "clock_offset",
        "app_version",
    )
    readonly_fields = ("pantarlih",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SyncBatch]:
        """Without the raw upload."""
        return super().get_queryset(request).defer("body", "body_hash")

    @admin.display(description=_("pantarlih"))
    def pantarlih(self, batch: SyncBatch) -> str:
        """Whose phone."""
        return str(batch.device.pantarlih)

    @admin.display(description=_("problems"))
    def troubles(self, batch: SyncBatch) -> int:
        """How many of its results were not simply accepted."""
        return len(batch.problems or ())


@admin.register(ListImport)
class ListImportAdmin(ReadOnlyAdmin):
    """Imported lists with their proof."""

    see = Verb.IMPORT_LIST
    region_field = "area_id"
    list_display = ("file_name", "election", "area", "rows", "created", "changed", "missing", "doubtful", "finished_at")
    list_select_related = ("election", "area")
    ordering = ("-pk",)
    fields = (
        "file_name",
        "election",
        "area",
        "rows",
        "created",
        "changed",
        "unchanged",
        "missing",
        "doubtful",
        "tps_created",
        "by",
        "started_at",
        "finished_at",
    )
