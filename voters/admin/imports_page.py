"""The one page of an import, whatever it is at: running, checked, loaded, failed. Its address stays."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from voters.admin import imports_said
from voters.admin.imports_rights import may_bring, own_import
from voters.admin.spoken import moment, number
from voters.admin.territory import TerritoryAdmin, account
from voters.imports.asking import WORKING, needs_two
from voters.imports.outcomes import same_bytes
from voters.imports.progress import standing_of
from voters.models import FileImport
from voters.terms import CommitChoice, ImportKind, ImportState

# Where an import stands on its way, for the line of steps above every page.
STEP_OF = {
    ImportState.UPLOADED: 2,
    ImportState.CHECKING: 3,
    ImportState.CHECKED: 4,
    ImportState.FAILED: 3,
    ImportState.CANCELLED: 3,
    ImportState.COMMITTING: 4,
    ImportState.COMMITTED: 5,
    ImportState.UNDOING: 5,
    ImportState.UNDONE: 5,
}


def import_page(admin: TerritoryAdmin, request: HttpRequest, pk: UUID) -> HttpResponse:
    """What there is to see and to do now."""
    record = own_import(request, pk)
    if record.state == ImportState.UPLOADED:
        return redirect("admin:voters_fileimport_columns", record.pk)
    context = {
        **admin.admin_site.each_context(request),
        **described(request, record),
        "opts": admin.model._meta,
        "title": record.file_name,
    }
    if record.state in WORKING:
        said = imports_said.progress_said(record, standing_of(record.pk))
        return TemplateResponse(request, "admin/import_running.html", context | {"said": said})
    return TemplateResponse(request, "admin/import_report.html", context | _reported(record) | _acts(request, record))


def progress_part(admin: TerritoryAdmin, request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part that asks for itself every two seconds; once the run is over the whole page is asked for."""
    record = own_import(request, pk)
    said = imports_said.progress_said(record, standing_of(record.pk))
    answer = render(request, "admin/import_progress.html", {"record": record, "said": said})
    if record.state not in WORKING:
        answer.headers["HX-Refresh"] = "true"
    return answer


def described(request: HttpRequest, record: FileImport) -> dict[str, Any]:
    """What every page of an import says of it."""
    zone = record.area.zone
    twin = same_bytes(record) if record.state != ImportState.UNDONE else None
    earlier = FileImport.objects.filter(pk=twin).select_related("committed_by").first() if twin else None
    return {
        "record": record,
        "kind_label": ImportKind(record.kind).label,
        "state_label": ImportState(record.state).label,
        "step": STEP_OF[ImportState(record.state)],
        "uploaded": moment(record.uploaded_at, zone),
        "twin": earlier,
        "twin_when": moment(earlier.committed_at, zone) if earlier else "",
        "twin_link": bool(earlier and may_bring(request, earlier.kind, earlier.area_id)),
        "is_uploader": record.by_id == account(request).pk,
    }


def _reported(record: FileImport) -> dict[str, Any]:
    report = imports_said.report_of(record)
    done = record.state in (ImportState.COMMITTED, ImportState.UNDONE)
    if report is None:
        return {"report": None, "done": done}
    loaded = report.created + report.changed + report.unchanged
    return {
        "report": report,
        "done": done,
        "figures": imports_said.figures(report, done=done),
        "asides": imports_said.asides(report),
        "changed_fields": imports_said.changed_fields(record, report),
        "groups": imports_said.groups(record, report.findings),
        "refused_undo": imports_said.groups(record, report.refused_undo),
        "rows": number(report.rows),
        "loaded": number(loaded),
        "left_out": number(report.left_out),
        "checked": moment(record.checked_at, record.area.zone),
        "committed": moment(record.committed_at, record.area.zone),
        "undone": moment(record.undone_at, record.area.zone),
    }


def _acts(request: HttpRequest, record: FileImport) -> dict[str, Any]:
    report = imports_said.report_of(record)
    checked = record.state == ImportState.CHECKED and report is not None and not report.refused
    choices = [
        (CommitChoice.VALID.value, _("Load the rows that can be loaded; the others stay out and are listed")),
        (CommitChoice.ALL.value, _("Load nothing unless every row can be loaded")),
    ]
    asked = record.state == ImportState.COMMITTED and record.undo_asked_at is not None
    mine = record.by_id == account(request).pk
    return {
        "may_print_cards": mine and record.kind == ImportKind.COMMITTEES and record.state == ImportState.COMMITTED,
        "may_commit": checked
        and report is not None
        and bool(report.created + report.changed + report.unchanged or report.tps_created),
        "choices": choices if record.left_out else [],
        "may_create_tps": checked and record.kind == ImportKind.VOTERS and bool(report and report.tps_created),
        "tps_created": number(report.tps_created) if report else "",
        "may_check": record.state in (ImportState.CHECKED, ImportState.FAILED, ImportState.CANCELLED),
        "may_undo": record.state == ImportState.COMMITTED and not asked,
        "undo_needs_two": needs_two(record),
        "undo_asked": asked,
        "undo_asked_when": moment(record.undo_asked_at, record.area.zone),
        "undo_asked_by_me": record.undo_asked_by_id == account(request).pk,
    }
