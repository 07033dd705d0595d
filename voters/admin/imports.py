"""Files that came in: the list of an office's own, and the pages of each (imports_*.py)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from unfold.decorators import display

from coklit import clock
from voters import access
from voters.admin import imports_acts, imports_columns, imports_files, imports_new, imports_page
from voters.admin.account_cards import account_cards_page
from voters.admin.imports_rights import kinds_for, may_bring
from voters.admin.site import offices
from voters.admin.spoken import moment, number
from voters.admin.territory import ReadOnlyAdmin, RegionFilter
from voters.imports.registry import KINDS
from voters.models import FileImport
from voters.terms import ImportState

STATE_COLOURS = {
    ImportState.UPLOADED.value: "info",
    ImportState.CHECKING.value: "info",
    ImportState.CHECKED.value: "warning",
    ImportState.COMMITTING.value: "info",
    ImportState.COMMITTED.value: "success",
    ImportState.UNDOING.value: "info",
    ImportState.UNDONE.value: "default",
    ImportState.CANCELLED.value: "default",
    ImportState.FAILED.value: "danger",
}


@admin.register(FileImport)
class FileImportAdmin(ReadOnlyAdmin):
    """Imports of the account's own regions, of the kinds that it may bring in itself; the newest first."""

    region_field = "area_id"
    list_display = ("file_name", "kind", "place", "state_said", "rows_said", "left_out_said", "when", "by")
    list_filter = (RegionFilter, "kind", "state")
    list_select_related = ("area", "by")
    list_before_template = "admin/import_list_before.html"  # type: ignore[assignment]  # Unfold says None
    # The ids are made in the order of time.
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("file_name__istartswith",)
    search_help_text = _("beginning of the file's name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """By the verb of each kind; what the checks said is read where it is shown."""
        allowed = Q(pk__in=[])
        for kind in kinds_for(request):
            regions = access.regions_for(offices(request), KINDS[kind].verb)
            allowed |= Q(kind=kind) & access.any_within(regions, "area_id")
        return FileImport.objects.filter(allowed).order_by("-pk")

    def get_list_filter(self, request: HttpRequest) -> Any:
        """By kind where the account has several."""
        return self.list_filter if len(kinds_for(request)) > 1 else (RegionFilter, "state")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever may bring in such a file."""
        if isinstance(obj, FileImport):
            return may_bring(request, obj.kind, obj.area_id)
        return bool(kinds_for(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The same."""
        return bool(kinds_for(request))

    def get_urls(self) -> list[URLPattern]:
        """In place of Django's forms."""
        pages = [
            path("add/", self._page(imports_new.kinds_page), name="voters_fileimport_add"),
            path("add/<str:kind>/", self._upload_page(), name="voters_fileimport_upload"),
            path(
                "contoh/<str:kind>.<str:ending>",
                self._page(imports_files.template_file),
                name="voters_fileimport_template",
            ),
            path("<uuid:pk>/change/", self._page(imports_page.import_page), name="voters_fileimport_change"),
            path("<uuid:pk>/kemajuan/", self._page(imports_page.progress_part), name="voters_fileimport_progress"),
            path("<uuid:pk>/kolom/", self._page(imports_columns.columns_page), name="voters_fileimport_columns"),
            path("<uuid:pk>/kartu/", self._page(account_cards_page), name="voters_fileimport_cards"),
            path("<uuid:pk>/kesalahan/", self._page(imports_files.error_file), name="voters_fileimport_errors"),
            *(
                path(f"<uuid:pk>/{name}/", self._page(act), name=f"voters_fileimport_{name}")
                for name, act in imports_acts.ACTS.items()
            ),
        ]
        return [*pages, *super().get_urls()]

    def _page(self, view: Callable[..., HttpResponseBase]) -> Callable[..., Any]:
        return self.admin_site.admin_view(partial(view, self))

    def _upload_page(self) -> Callable[..., HttpResponseBase]:
        """The page that takes a file: judged by its length, and by who sends it, before a byte of it is read.

        The body is then read for the check of the form's token, outside of the page's transaction.
        """

        @csrf_exempt
        def upload(request: HttpRequest, kind: str) -> HttpResponseBase:
            if request.method == "POST":
                if not self.admin_site.has_permission(request):
                    return self.admin_site.login(request)
                if refused := imports_new.too_large(request):
                    return refused
            answer: HttpResponse = self._page(imports_new.upload_page)(request, kind=kind)
            return answer

        return upload

    @admin.display(description=_("region"))
    def place(self, record: FileImport) -> str:
        """By name and code."""
        return f"{record.area} ({record.area_id})"

    @display(description=_("state"), label=STATE_COLOURS)  # type: ignore[arg-type]  # Unfold says str
    def state_said(self, record: FileImport) -> tuple[str, str]:
        """In words."""
        return record.state, str(ImportState(record.state).label)

    @admin.display(description=_("rows"))
    def rows_said(self, record: FileImport) -> str:
        """In the file."""
        return number(record.rows)

    @admin.display(description=_("left out"))
    def left_out_said(self, record: FileImport) -> str:
        """Of the rows."""
        return number(record.left_out)

    @admin.display(description=_("uploaded"))
    def when(self, record: FileImport) -> str:
        """In the area's own time."""
        return moment(record.uploaded_at, record.area.zone or clock.WIB)
