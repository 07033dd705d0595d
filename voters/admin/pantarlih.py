"""Pantarlih: who they are, which TPS they serve, and their phones."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from voters import access
from voters.access import Verb
from voters.admin import assignments, enrolment
from voters.admin.phones import PhoneFilter, phones_of, state_of
from voters.admin.site import offices
from voters.admin.territory import RegionFilter, TerritoryAdmin, kabkota_of
from voters.models import Assignment, Device, Pantarlih


class AssignmentInline(TabularInline):
    """Assignments past and present; they change through the verbs only."""

    model = Assignment
    extra = 0
    hide_title = True
    fields = ("tps", "from_day", "to_day", "reason", "sk_number", "sk_day")
    verbose_name_plural = _("assignments")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        """Within the account's kab/kota."""
        regions = access.regions_for(offices(request), Verb.SEE_CONTACTS)
        return super().get_queryset(request).filter(kabkota_of(regions)).select_related("tps").order_by("from_day")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see the pantarlih."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the verb `assign`."""
        return False

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission


@admin.register(Pantarlih)
class PantarlihAdmin(TerritoryAdmin):
    """The pantarlih of the account's territory; PPS and KPU kab/kota appoint and replace them."""

    see = Verb.SEE_CONTACTS
    write = Verb.MANAGE_PANTARLIH
    region_field = "kelurahan_id"
    list_display = ("name", "kelurahan", "serves", "phone", "own_phone", "last_synced_at")
    list_filter = (RegionFilter, PhoneFilter, "election")
    actions = (enrolment.PRINT_CODES,)  # type: ignore[assignment]  # the others have none
    list_select_related = ("kelurahan",)
    search_fields = ("name__istartswith", "phone__exact")
    sortable_by = ()
    fields = ("election", "kelurahan", "name", "phone", "email", "first_synced_at", "last_synced_at")
    readonly_fields = ("first_synced_at", "last_synced_at")
    inlines = (AssignmentInline,)
    change_form_outer_before_template = "admin/pantarlih_acts.html"  # type: ignore[assignment]  # Unfold says None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pantarlih]:
        """With the TPS each serves now, and the phones that are not revoked."""
        regions = access.regions_for(offices(request), self.see)
        serves = Assignment.objects.filter(kabkota_of(regions), to_day__isnull=True).select_related("tps")
        phones = Device.objects.filter(kabkota_of(regions), revoked_at__isnull=True)
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                Prefetch("assignments", serves, to_attr="serves_now"), Prefetch("devices", phones, to_attr="phones_now")
            )
        )

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Somebody new has no assignment yet."""
        return list(self.inlines) if obj else []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Somebody new has not synced yet."""
        return list(self.fields if obj else self.fields[:5])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The appointment itself stays."""
        return ("election", "kelurahan", *self.readonly_fields) if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The kab/kota is the beginning of the kelurahan's code."""
        if not change:
            obj.kabkota_id = obj.kelurahan_id[:5]
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        """With the pages of the verbs."""
        pages = [
            path("<str:object_id>/tugaskan/", self._page(assignments.assign_page), name="voters_pantarlih_assign"),
            path(
                "<str:object_id>/ganti/<uuid:assignment>/",
                self._page(assignments.replace_page),
                name="voters_pantarlih_replace",
            ),
            path("<str:object_id>/kode/", self._page(enrolment.code_page), name="voters_pantarlih_code"),
            path("<str:object_id>/kode/tarik/", self._page(enrolment.withdraw_page), name="voters_pantarlih_withdraw"),
            path(
                "<str:object_id>/ponsel/<uuid:device>/sahkan/",
                self._page(enrolment.confirm_page),
                name="voters_pantarlih_confirm",
            ),
            path(
                "<str:object_id>/ponsel/<uuid:device>/cabut/",
                self._page(enrolment.revoke_page),
                name="voters_pantarlih_revoke",
            ),
        ]
        return [*pages, *super().get_urls()]

    def _page(self, view: Callable[..., HttpResponse]) -> Callable[..., Any]:
        return self.admin_site.admin_view(partial(view, self))

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """With the buttons of the verbs for those who may use them."""
        pantarlih = self.get_object(request, object_id) if object_id else None
        acts: dict[str, Any] = {}
        if pantarlih is not None and self.has_change_permission(request, pantarlih):
            acts = {"may_manage": True, "phones": phones_of(pantarlih)}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **acts})

    @admin.display(description=_("serves"))
    def serves(self, pantarlih: Any) -> str:
        """The TPS of today."""
        return ", ".join(str(one.tps) for one in pantarlih.serves_now)

    @admin.display(description=_("own phone"))
    def own_phone(self, pantarlih: Any) -> str:
        """Whether it is known, and whether the office is waited for."""
        return state_of(pantarlih.phones_now)

    @admin.action(description=_("Print enrolment codes"), permissions=["change"])
    def print_codes(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """Cards for a training day."""
        return enrolment.sheet_page(self, request, rows)
