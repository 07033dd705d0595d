"""What the columns of a file mean: guessed, shown with samples, settled by a person and kept for the office."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from coklit import clock
from voters.admin.imports_acts import order
from voters.admin.imports_page import described
from voters.admin.imports_rights import own_import
from voters.admin.territory import TerritoryAdmin, account
from voters.imports import asking, receiving
from voters.imports.asking import OPEN, NotNow
from voters.imports.registry import kind_of
from voters.intake import layout as layouts
from voters.intake.badfile import BadFile
from voters.intake.layout import Layout
from voters.models import FileImport

SAMPLES = 3
# Before the column's key, in the names of the form's fields.
FIELD = "kolom-"


@dataclass(frozen=True)
class Row:
    """A column of the kind, the heading it is given to ("" for none), and what stands below that heading."""

    key: str
    title: str
    required: bool
    place: str
    constant: str
    samples: list[str]


def columns_page(admin: TerritoryAdmin, request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form; settled, the check begins at once."""
    record = own_import(request, pk)
    if record.state not in OPEN:
        return redirect("admin:voters_fileimport_change", record.pk)
    problem, given = "", None
    if request.method == "POST":
        given = _given(request)
        try:
            with transaction.atomic():
                if "sheet" in request.POST and request.POST["sheet"] != layouts.from_json(record.layout).sheet:
                    receiving.choose_sheet(record, request.POST["sheet"])
                    return redirect("admin:voters_fileimport_columns", record.pk)
                receiving.settle_layout(record, given, by=account(request), now=clock.now())
                asking.start_check(record, by=account(request), now=clock.now())
                order(record)
            return redirect("admin:voters_fileimport_change", record.pk)
        except (NotNow, BadFile) as refused:
            problem = str(refused)
            record.refresh_from_db()
    return TemplateResponse(request, "admin/import_columns.html", _context(admin, request, record, given, problem))


def _context(
    admin: TerritoryAdmin, request: HttpRequest, record: FileImport, given: dict[str, int] | None, problem: str
) -> dict[str, Any]:
    layout = layouts.from_json(record.layout)
    rows = _rows(record, layout, layout.columns if given is None else given)
    missing = [row.title for row in rows if row.required and not row.place and not row.constant]
    return {
        **admin.admin_site.each_context(request),
        **described(request, record),
        "opts": admin.model._meta,
        "title": record.file_name,
        "step": 2,
        "layout": layout,
        "rows": rows,
        "field": FIELD,
        "headings": [
            (str(place), name or _("column %(n)d") % {"n": place + 1}) for place, name in enumerate(layout.headings)
        ],
        "guessed": given is None,
        "missing": missing,
        "problem": problem,
    }


def _rows(record: FileImport, layout: Layout, mapped: dict[str, int]) -> list[Row]:
    return [
        Row(
            key=one.key,
            title=str(one.title),
            required=one.required,
            place=str(mapped[one.key]) if one.key in mapped else "",
            constant=layout.constants.get(one.key, ""),
            samples=_samples(layout, mapped.get(one.key)),
        )
        for one in kind_of(record).columns
    ]


def _samples(layout: Layout, place: int | None) -> list[str]:
    if place is None:
        return []
    found = [row[place] for row in layout.samples if place < len(row) and row[place]]
    return list(dict.fromkeys(found))[:SAMPLES]


def _given(request: HttpRequest) -> dict[str, int]:
    """Keys to places, of what was chosen."""
    chosen = {name.removeprefix(FIELD): text for name, text in request.POST.items() if name.startswith(FIELD)}
    return {key: int(text) for key, text in chosen.items() if isinstance(text, str) and text.isdecimal()}
