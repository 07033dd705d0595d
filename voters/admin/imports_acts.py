"""The buttons of an import's page: check, load, cancel, take back. Each is one call of a verb."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from coklit import clock
from voters.admin.imports_rights import own_import
from voters.admin.territory import TerritoryAdmin, account
from voters.imports import asking
from voters.imports.asking import NotNow
from voters.models import FileImport
from voters.tasks import run_import
from voters.terms import CommitChoice

Act = Callable[[FileImport, HttpRequest], str]


def order(record: FileImport) -> None:
    """Once this page's transaction is committed, a worker is told; if that fails, beat does it within half a minute."""
    transaction.on_commit(partial(run_import.delay, str(record.pk)), robust=True)


def check(record: FileImport, request: HttpRequest) -> str:
    """Everything, and nothing is written."""
    asking.start_check(record, by=account(request), now=clock.now())
    order(record)
    return ""


def commit(record: FileImport, request: HttpRequest) -> str:
    """As chosen."""
    chosen = request.POST.get("choice", record.choice)
    asking.start_commit(
        record,
        choice=CommitChoice(chosen) if chosen in CommitChoice.values else CommitChoice(record.choice),
        create_tps="create_tps" in request.POST,
        by=account(request),
        now=clock.now(),
    )
    order(record)
    return ""


def cancel(record: FileImport, request: HttpRequest) -> str:
    """Stop the run."""
    asking.ask_cancel(record, by=account(request), now=clock.now())
    return _("The run is being stopped; nothing of it is kept.")


def undo(record: FileImport, request: HttpRequest) -> str:
    """Take back, or ask for a second person."""
    asking.start_undo(record, reason=request.POST.get("reason", ""), by=account(request), now=clock.now())
    if record.undone_by_id is None:
        return _("Asked for. Another account with the same right must confirm it on this page.")
    order(record)
    return ""


def confirm(record: FileImport, request: HttpRequest) -> str:
    """The second person."""
    asking.confirm_undo(record, by=account(request), now=clock.now())
    order(record)
    return ""


def withdraw(record: FileImport, request: HttpRequest) -> str:
    """It stays loaded."""
    asking.withdraw_undo(record, by=account(request), now=clock.now())
    return _("The import stays loaded.")


def _page(act: Act, admin: TerritoryAdmin, request: HttpRequest, pk: UUID) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    record = own_import(request, pk)
    try:
        with transaction.atomic():
            said = act(record, request)
    except NotNow as refused:
        messages.error(request, str(refused))
    else:
        if said:
            messages.success(request, said)
    return redirect("admin:voters_fileimport_change", record.pk)


# By the last word of their address.
ACTS = {
    "periksa": partial(_page, check),
    "muat": partial(_page, commit),
    "batal": partial(_page, cancel),
    "urungkan": partial(_page, undo),
    "urungkan-setuju": partial(_page, confirm),
    "urungkan-batal": partial(_page, withdraw),
}
