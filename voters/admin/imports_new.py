"""A new import: which kind of file, for which election and region, and the file itself."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget

from coklit import clock
from voters.admin.imports_rights import areas_for, kinds_for
from voters.admin.pages import dressed
from voters.admin.site import today
from voters.admin.spoken import number
from voters.admin.territory import RegionChoiceField, TerritoryAdmin, account
from voters.imports import receiving
from voters.imports.registry import KINDS
from voters.intake import vault
from voters.intake.badfile import BadFile
from voters.intake.sheetsize import ROWS
from voters.models import Election, Stage
from voters.terms import ImportKind, StageKind

# What the form's other fields and the boundaries between them may take.
FORM_BYTES = 64 * 1024

# What each kind is for, below its name.
ABOUT = {
    ImportKind.VOTERS: gettext_lazy("The list from Sidalih, DP4 or a workbook: every voter, with TPS."),
    ImportKind.TPS: gettext_lazy("Which TPS there are in each village, special locations included."),
    ImportKind.COMMITTEES: gettext_lazy("Accounts of PPK and PPS, with the regions they work for."),
    ImportKind.PANTARLIH: gettext_lazy("Who does coklit in which TPS, with phone number and decree."),
    ImportKind.PAPER: gettext_lazy("Results that pantarlih wrote on paper and somebody typed into Excel."),
    ImportKind.RECAP: gettext_lazy("What e-Coklit's monitoring says per TPS: declared counts of a day."),
    ImportKind.ECOKLIT: gettext_lazy("The three CSV files of e-Coklit: new, ineligible or changed voters."),
}


class UploadForm(forms.Form):
    """The file and what it is for."""

    election = dressed(forms.ModelChoiceField(Election.objects.none(), label=gettext_lazy("election")))
    area = dressed(RegionChoiceField(Election.objects.none(), label=gettext_lazy("region that the file is for")))
    file = forms.FileField(
        label=gettext_lazy("CSV or Excel file"),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.txt,.xlsx"}),
        # Reading says of an empty one how to mend it.
        allow_empty_file=True,
    )

    def __init__(self, request: HttpRequest, kind: ImportKind, data: Any = None, files: Any = None) -> None:
        elections = Election.objects.order_by("-voting_day")
        areas = areas_for(request, kind)
        begun = Stage.objects.filter(kind=StageKind.COKLIT, first_day__lte=today()).order_by("-first_day").first()
        election = begun.election_id if begun else elections.first()
        super().__init__(data, files, initial={"election": election, "area": areas.first()})
        fields: Any = self.fields
        for name, rows in (("election", elections), ("area", areas)):
            fields[name].queryset, fields[name].empty_label = rows, None


def kinds_page(admin: TerritoryAdmin, request: HttpRequest) -> HttpResponse:
    """Which kind of file: those the account may bring in, with templates."""
    kinds = kinds_for(request)
    if not kinds:
        raise PermissionDenied
    shown = [(kind.value, kind.label, ABOUT[kind]) for kind in kinds]
    return _page(admin, request, "admin/import_kinds.html", _("New import"), kinds=shown)


def upload_page(admin: TerritoryAdmin, request: HttpRequest, kind: str) -> HttpResponse:
    """The form; a file that cannot be read is refused here, with the reason, and not kept."""
    if kind not in kinds_for(request):
        raise Http404
    chosen = ImportKind(kind)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(request, chosen, *sent)
    if form.is_valid():
        try:
            record = receiving.receive(
                form.cleaned_data["file"],
                kind=chosen,
                election=form.cleaned_data["election"],
                area=form.cleaned_data["area"],
                by=account(request),
                now=clock.now(),
            )
        except BadFile as bad:
            form.add_error("file", str(bad))
        else:
            return redirect("admin:voters_fileimport_columns", record.pk)
    columns = [(one.title, one.required) for one in KINDS[chosen].columns]
    return _page(
        admin,
        request,
        "admin/import_upload.html",
        _("Import: %(kind)s") % {"kind": chosen.label},
        form=form,
        kind=chosen.value,
        about=ABOUT[chosen],
        columns=columns,
        limits=limits(),
        largest=vault.LARGEST,
    )


def too_large(request: HttpRequest) -> HttpResponse | None:
    """The answer to a body that no file can need, before it is read; None for any other."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    if told.isdecimal() and int(told) <= vault.LARGEST + FORM_BYTES:
        return None
    reason = _("The file is larger than %(limit)s MB. Split it by region, or save it as CSV.")
    return render(request, "403.html", {"reason": reason % {"limit": megabytes(vault.LARGEST)}}, status=413)


def limits() -> str:
    """How large a file may be, in words."""
    return _("CSV up to %(size)s MB, any number of rows. Excel (.xlsx) up to %(workbook)s MB and %(rows)s rows.") % {
        "size": megabytes(vault.LARGEST_CSV),
        "workbook": megabytes(vault.LARGEST_WORKBOOK),
        "rows": number(ROWS),
    }


def megabytes(size: int) -> str:
    """ "600"."""
    return number(size // 1024**2)


def _page(admin: TerritoryAdmin, request: HttpRequest, template: str, title: str, **more: Any) -> TemplateResponse:
    context = {**admin.admin_site.each_context(request), "opts": admin.model._meta, "title": title, **more}
    return TemplateResponse(request, template, context)
