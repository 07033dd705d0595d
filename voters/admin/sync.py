"""What came in: the ledger of results, uploads of phones, imported lists. All to read, never to change."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from voters.access import Verb
from voters.admin.outcomes import corrections_of, name_of
from voters.admin.territory import ReadOnlyAdmin, RegionFilter
from voters.admin.uploads import problems_said
from voters.models import CoklitEvent, SyncBatch
from voters.terms import BatchState, Effect, Timing


@admin.register(CoklitEvent)
class CoklitEventAdmin(ReadOnlyAdmin):
    """The ledger: every result ever accepted, the latest first."""

    see = Verb.SEE_VOTERS
    region_field = "tps__kelurahan_id"
    list_display = ("event_at", "outcome", "voter_link", "tps", "door", "author", "remarks", "received_at")
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
        "effect",
        "timing",
        "ahead",
        "contested",
        "sticker",
        "receipt",
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

    @admin.display(description=_("remarks"))
    def remarks(self, event: CoklitEvent) -> str:
        """Whatever is not as usual: contested, without effect of its own, late, from a clock that ran ahead."""
        said = [
            event.contested and gettext("contested"),
            event.effect != Effect.SET and event.get_effect_display(),
            event.timing != Timing.ORDINARY and event.get_timing_display(),
            event.ahead and gettext("made in the future"),
        ]
        return "; ".join(str(one) for one in said if one)

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
    list_display = ("received_at", "pantarlih", "tps", "state_said", "events", "accepted", "troubles", "waiting")
    list_filter = (RegionFilter, "state")
    list_select_related = ("tps", "device__pantarlih")
    linked_by = ("device",)
    sortable_by = ()
    fields = (
        "received_at",
        "applied_at",
        "pantarlih",
        "tps",
        "state",
        "events",
        "accepted",
        "problems_said",
        "took_ms",
        "recorded",
        "waiting",
        "failed",
        "attempts",
        "phone_at",
        "clock_offset",
        "app_version",
    )
    readonly_fields = ("pantarlih", "problems_said")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SyncBatch]:
        """Without the raw upload."""
        return super().get_queryset(request).defer("body", "body_hash")

    @admin.display(description=_("pantarlih"))
    def pantarlih(self, batch: SyncBatch) -> str:
        """Whose phone."""
        return str(batch.device.pantarlih)

    @display(
        description=_("state"),  # type: ignore[arg-type]  # Unfold says str, Django takes lazy text as well
        label={
            BatchState.APPLIED.value: "success",
            BatchState.STORED.value: "warning",
            BatchState.UNREADABLE.value: "danger",
        },
    )
    def state_said(self, batch: SyncBatch) -> tuple[str, str]:
        """In words."""
        return batch.state, batch.get_state_display()

    @admin.display(description=_("problems"))
    def problems_said(self, batch: SyncBatch) -> str:
        """Each kind once, with its number."""
        return problems_said(batch.problems) or "-"

    @admin.display(description=_("problems"))
    def troubles(self, batch: SyncBatch) -> int:
        """How many of its results were not simply accepted."""
        return len(batch.problems or ())
