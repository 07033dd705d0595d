"""Results of phones that wait for an office: quarantined ones for PPS and KPU kab/kota, late ones for KPU kab/kota."""

from collections import Counter
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from voters import access
from voters.access import Verb
from voters.admin.decisions import ACCEPT, CARRY, DISCARD, REJECT, RELEASE, Decision, decide_selected, pages_of
from voters.admin.defaulted import DefaultedFilter
from voters.admin.lateness import days_of, why_late
from voters.admin.outcomes import name_of
from voters.admin.said import beside, field_said, masked_raw, said_by
from voters.admin.site import offices
from voters.admin.spoken import moment, number, number_up_to
from voters.admin.territory import CappedChangeList, ReadOnlyAdmin, RegionFilter
from voters.admin.uploads import problem_said
from voters.codes import BARU
from voters.models import CoklitResult, HeldEvent, LateEvent, Voter
from voters.sync.judge import TEXTS, Problem
from voters.terms import HeldKind, HeldState

# The summary above the list reads so many waiting rows at most.
SUMMED = 2_000
# "99+" in the navigation.
BADGE = 99
# Problems that an event of its own never has.
_NEVER_HELD = (Problem.NEWER_RESULT, Problem.PPS_DECIDED, Problem.SET_ASIDE, Problem.STAGE_SEALED)


class StateFilter(DefaultedFilter):
    """Opens on what waits."""

    title = _("state")
    parameter_name = "keadaan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Each state, and all."""
        return [*HeldState.choices, ("semua", _("all"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows in that state."""
        chosen = self.chosen()
        return queryset if chosen == "semua" else queryset.filter(state=chosen)


class ProblemFilter(admin.SimpleListFilter):
    """By the rule that was broken."""

    title = _("problem")
    parameter_name = "masalah"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every problem for which an event can be held."""
        return [(problem.value, TEXTS[problem]) for problem in Problem if problem not in _NEVER_HELD]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows with that problem."""
        return queryset.filter(problem=self.value()) if self.value() else queryset


class HeldList(CappedChangeList):
    """A page of held results, with the names of its voters and the days of coklit where they live: three queries."""

    def get_results(self, request: HttpRequest) -> None:
        """The rows of the page know them."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        names = _names(request, [row for row in rows if row.voter])
        days = days_of([row.tps for row in rows]) if self.model is LateEvent else {}
        for row in rows:
            row.voter_name = names.get((row.kabkota_id, row.voter), "")
            row.days = days.get((row.tps.election_id, row.tps.kelurahan_id))
        self.result_list = rows


class WaitingAdmin(ReadOnlyAdmin):
    """What both lists share: one kind of held events, the oldest first, and decisions through the verbs alone."""

    kind: HeldKind
    decisions: tuple[Decision, ...]
    region_field = "tps__kelurahan_id"
    list_select_related = ("tps__kelurahan", "pantarlih")
    linked_by = ("tps", "pantarlih", "device")
    search_fields = ("pantarlih__name__istartswith",)
    search_help_text = _("beginning of the pantarlih's name")
    sortable_by = ()
    ordering = ("received_at", "pk")
    change_form_outer_before_template = "admin/held_before.html"  # type: ignore[assignment]  # Unfold says None
    readonly_fields: ClassVar[tuple[str, ...]] = ("place", "received", "made", "outcome", "trouble", "settled")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Of this kind; the bytes are read where they are shown."""
        rows = super().get_queryset(request).filter(kind=self.kind).defer("raw", "content_hash")
        return rows.select_related("tps__kelurahan", "pantarlih", "settled_by")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """With the names of voters."""
        return HeldList

    def get_urls(self) -> list[URLPattern]:
        """With a page for each decision."""
        return [*pages_of(self, self.decisions), *super().get_urls()]

    def badge(self, request: HttpRequest) -> str:
        """How many wait, up to 99: for the navigation."""
        rows = self.get_queryset(request).filter(state=HeldState.WAITING).order_by()
        waiting = rows[: BADGE + 1].count()
        return number_up_to(waiting, BADGE) if waiting else ""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """With what the phone said beside what stands, and the decisions."""
        held = self.get_object(request, object_id) if object_id else None
        context = self._page_of(request, held) if isinstance(held, HeldEvent) else {}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def _page_of(self, request: HttpRequest, held: HeldEvent) -> dict[str, Any]:
        said = said_by(held)
        voter = self._voter(request, held, said.voter)
        results = CoklitResult.objects.filter(kabkota_id=held.kabkota_id, voter=voter) if voter else None
        result = results.first() if results is not None else None
        model = self.model._meta.model_name
        waits = held.state == HeldState.WAITING
        acts = self.decisions if waits else ()
        return {
            "said": said,
            "voter": voter,
            "table": {
                "headers": [gettext("field"), gettext("the phone said"), gettext("stands now")],
                "rows": beside(said, voter, result),
            },
            "raw": masked_raw(held) if said.reason else "",
            "problem": problem_said(held.problem),
            "wrong_field": field_said(said.field) or said.field,
            "acts": [(one.submit, reverse(f"admin:voters_{model}_{one.name}", args=[held.pk])) for one in acts],
            "correct": self.correction(held, voter, said.code) if waits else "",
        }

    def correction(self, held: HeldEvent, voter: Voter | None, code: str) -> str:
        """The address of the form in which the office enters the result itself; empty where there is none."""
        return ""

    def _voter(self, request: HttpRequest, held: HeldEvent, said: UUID | None) -> Voter | None:
        """The voter that the event is about, where the account may see them."""
        known = held.voter or said
        if known is None:
            return None
        rows = _seen(request).filter(kabkota_id=held.kabkota_id, pk=known)
        return rows.select_related("tps__kelurahan").first()

    @admin.display(description=_("received at"))
    def received(self, held: HeldEvent) -> str:
        """In the kelurahan's own time."""
        return moment(held.received_at, held.tps.kelurahan.zone)

    @admin.display(description=_("made at"))
    def made(self, held: HeldEvent) -> str:
        """In the kelurahan's own time, with a mark where the phone's clock ran ahead."""
        at = moment(held.event_at, held.tps.kelurahan.zone)
        return gettext("%(moment)s, in the future") % {"moment": at} if held.ahead else at

    @admin.display(description=_("TPS"))
    def place(self, held: HeldEvent) -> str:
        """A link that narrows the list to it."""
        return self._narrowed("tps", held.tps_id, f"{held.tps}, {held.tps.kelurahan.name}")

    @admin.display(description=_("pantarlih"))
    def whose(self, held: HeldEvent) -> str:
        """A link that narrows the list to them."""
        return self._narrowed("pantarlih", held.pantarlih_id, held.pantarlih.name)

    @admin.display(description=_("voter"))
    def who(self, held: Any) -> str:
        """The voter's name, where there is such a voter."""
        return held.voter_name or (gettext("new voter") if held.code == BARU else "-")

    @admin.display(description=_("outcome"))
    def outcome(self, held: HeldEvent) -> str:
        """The code in words."""
        return name_of(held.code) if held.code else "-"

    @admin.display(description=_("problem"))
    def trouble(self, held: HeldEvent) -> str:
        """In words, with the field."""
        said, field = problem_said(held.problem), field_said(held.field)
        return f"{said} ({field})" if field else said or "-"

    @display(
        description=_("state"),  # type: ignore[arg-type]  # Unfold says str, Django takes lazy text as well
        label={HeldState.WAITING.value: "warning", HeldState.DISCARDED.value: "danger"},
    )
    def state_said(self, held: HeldEvent) -> tuple[str, str]:
        """In words."""
        return held.state, held.get_state_display()

    @admin.display(description=_("decided"))
    def settled(self, held: HeldEvent) -> str:
        """By whom, when and why."""
        if held.settled_at is None:
            return "-"
        when = moment(held.settled_at, held.tps.kelurahan.zone)
        return ", ".join(filter(None, [str(held.settled_by or ""), when, held.note]))

    def _narrowed(self, name: str, key: UUID, text: str) -> str:
        address = reverse(f"admin:voters_{self.model._meta.model_name}_changelist")
        return format_html('<a href="{}?{}={}">{}</a>', address, name, key, text)


@admin.register(HeldEvent)
class HeldEventAdmin(WaitingAdmin):
    """Events that broke a rule: released when the rule has changed, corrected by the office, or set aside."""

    see = Verb.DECIDE_HELD
    kind = HeldKind.QUARANTINED
    decisions = (RELEASE, DISCARD)
    actions = ("release_selected",)  # type: ignore[assignment]  # the others have none
    list_display = ("received", "trouble", "outcome", "who", "place", "whose", "state_said")
    list_filter = (StateFilter, ProblemFilter, RegionFilter)
    list_before_template = "admin/held_list_before.html"  # type: ignore[assignment]  # Unfold says None
    fields = ("trouble", "outcome", "place", "pantarlih", "received", "made", "state", "settled")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """With what waits, by problem."""
        context: dict[str, Any] = {**(extra_context or {}), "problems": self._summary(request)}
        return super().changelist_view(request, context)

    def _summary(self, request: HttpRequest) -> list[tuple[str, str, str]]:
        """Text, number and filter of each problem among the waiting; of the first 2,000 rows."""
        waiting = self.get_queryset(request).filter(state=HeldState.WAITING).order_by()
        numbers = Counter(waiting.values_list("problem", flat=True)[:SUMMED])
        return [(problem_said(problem), number(n), problem) for problem, n in numbers.most_common()]

    @admin.action(description=_("Release the selected"), permissions=["view"])
    def release_selected(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """For a switch that was turned: each is judged anew."""
        decide_selected(request, rows, RELEASE)

    def correction(self, held: HeldEvent, voter: Voter | None, code: str) -> str:
        """The voter's own form, or that of a new voter."""
        if voter is not None:
            return f"{reverse('admin:voters_voter_result', args=[voter.pk])}?held={held.pk}"
        if code == BARU:
            return f"{reverse('admin:voters_voter_new', args=[held.tps_id])}?held={held.pk}"
        return ""


@admin.register(LateEvent)
class LateEventAdmin(WaitingAdmin):
    """Events made outside the days of coklit, or received after the seal."""

    see = Verb.DECIDE_LATE
    kind = HeldKind.LATE
    decisions = (ACCEPT, CARRY, REJECT)
    actions = ("accept_selected", "carry_selected")  # type: ignore[assignment]  # the others have none
    list_display = ("made", "received", "lateness", "outcome", "who", "place", "whose", "state_said")
    list_filter = (StateFilter, RegionFilter)
    fields = ("lateness", "outcome", "place", "pantarlih", "made", "received", "state", "settled")
    readonly_fields = (*WaitingAdmin.readonly_fields, "lateness")

    @admin.display(description=_("why it is late"))
    def lateness(self, held: Any) -> str:
        """By the days of coklit as they are now."""
        days = (
            held.days
            if hasattr(held, "days")
            else days_of([held.tps]).get((held.tps.election_id, held.tps.kelurahan_id))
        )
        return why_late(held, days) if days else "-"

    @admin.action(description=_("Accept the selected"), permissions=["view"])
    def accept_selected(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """They count as coklit, marked as late."""
        decide_selected(request, rows, ACCEPT)

    @admin.action(description=_("Carry the selected to the next stage"), permissions=["view"])
    def carry_selected(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """They never count as coklit."""
        decide_selected(request, rows, CARRY)


def _names(request: HttpRequest, rows: list[Any]) -> dict[tuple[str, UUID], str]:
    """The names of the rows' voters, where the account may see them, by kab/kota and id. One query."""
    voters = _seen(request).filter(kabkota_id__in={row.kabkota_id for row in rows}, pk__in=[row.voter for row in rows])
    return {(kabkota, key): name for kabkota, key, name in voters.values_list("kabkota_id", "pk", "name")}


def _seen(request: HttpRequest) -> QuerySet[Voter]:
    """Voters that the account may see: a phone may name one of anywhere."""
    own = access.rows_of(offices(request), Verb.SEE_VOTERS, "tps__kelurahan_id")
    return Voter.objects.filter(own, deleted_at__isnull=True)
