"""Files that go out: templates, and the rows that stay out for whoever brought them."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from coklit import clock
from voters import trail
from voters.admin.imports_rights import kinds_for, own_import
from voters.admin.imports_templates import template
from voters.admin.territory import TerritoryAdmin, account
from voters.intake import layout as layouts
from voters.intake import vault
from voters.intake.badfile import BadFile
from voters.intake.layout import Format
from voters.terms import ImportKind

TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def template_file(admin: TerritoryAdmin, request: HttpRequest, kind: str, ending: str) -> HttpResponseBase:
    """The columns of a kind with one invented row."""
    if kind not in kinds_for(request) or ending not in TYPES:
        raise Http404
    content = template(ImportKind(kind), Format(ending))
    answer = HttpResponse(content, content_type=TYPES[Format(ending)])
    return _to_keep(answer, f"contoh-{kind}.{ending}")


def error_file(admin: TerritoryAdmin, request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Personal data: for the account that uploaded the file, on the trail, and as long as it is kept."""
    record = own_import(request, pk)
    if record.by_id != account(request).pk:
        raise PermissionDenied
    try:
        path = vault.path(record.errors)
    except BadFile:
        raise Http404 from None
    trail.record(
        verb="download_import_errors",
        by=account(request),
        region=record.area_id,
        subject=f"import:{record.pk}",
        now=clock.now(),
    )
    ending = layouts.from_json(record.layout).format
    answer = FileResponse(path.open("rb"), content_type=TYPES[ending])
    return _to_keep(answer, f"perbaiki-{str(record.pk)[-8:]}.{ending}")


def _to_keep(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store, private"
    return answer
