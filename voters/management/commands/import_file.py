"""`import_file KIND FILE`: bring a file in, check it, and load it."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from coklit import clock
from voters.imports import asking, outcomes, receiving, running, telling
from voters.imports.asking import NotNow
from voters.imports.receiving import AreaRefused
from voters.imports.registry import KINDS
from voters.intake import layout as layouts
from voters.intake.badfile import BadFile
from voters.intake.columns import plain
from voters.intake.kind import Progress
from voters.models import Election, FileImport, Region, User
from voters.terms import CommitChoice, ImportKind, ImportState

# How the process ends where rows stay out; 0: all is well, 1: nothing was loaded, 2: the options are wrong.
ROWS_LEFT_OUT = 3


class Command(BaseCommand):
    """Door for operators; offices have the pages of the admin, where this import is listed too."""

    help = (
        "Bring a file in as an office does on its page: read, check, and with --commit load. The report goes to"
        " standard output, progress to standard error. Ends with 0; 1: refused or failed, nothing was loaded; 3: rows"
        " stay out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options with their defaults."""
        parser.add_argument("kind", choices=ImportKind.values, help="what is in the file")
        parser.add_argument("file", type=Path, help="CSV or Excel (.xlsx)")
        parser.add_argument("--area", required=True, help="region the file is for, e.g. 62.71")
        parser.add_argument("--election", default="pemilu-2024", help="election (default %(default)s)")
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--check", action="store_true", help="check and report, load nothing (the default)")
        act.add_argument("--commit", choices=CommitChoice.values, help="load all rows or none, or those that can be")
        parser.add_argument("--create-tps", action="store_true", help="make the TPS that a voter list names")
        parser.add_argument("--sheet", default="", help="sheet of the workbook (default: the one that fits best)")
        parser.add_argument("--map", action="append", default=[], metavar="COLUMN=HEADING", help="what a heading means")
        parser.add_argument(
            "--by", metavar="USER", help="account in whose name, with its rights (default: the operator)"
        )
        parser.add_argument("--json", action="store_true", help="the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Receive, check, load; each as the pages do it."""
        try:
            record, by = _received(**options), _account(options["by"])
            _check(record, options["create_tps"], by)
            if options["commit"] and record.state == ImportState.CHECKED and not telling.refused(record):
                _commit(record, CommitChoice(options["commit"]), options["create_tps"], by)
        except (BadFile, AreaRefused, NotNow) as refused:
            raise CommandError(f"{refused}\nNothing was loaded.") from refused
        except PermissionDenied as refused:
            raise CommandError(f"{options['by']} may not: {refused}. Nothing was loaded.") from refused
        self.stdout.write(telling.as_json(record) if options["json"] else telling.as_text(record))
        wanted = ImportState.COMMITTED if options["commit"] else ImportState.CHECKED
        if record.state != wanted or telling.refused(record):
            raise CommandError(record.problem or "The file is refused. Nothing was loaded.")
        if record.left_out:
            sys.exit(ROWS_LEFT_OUT)


def _received(
    *, kind: str, file: Path, election: str, area: str, sheet: str, by: str | None, **options: Any
) -> FileImport:
    found = Election.objects.filter(slug=election).first()
    if found is None:
        known = ", ".join(Election.objects.order_by("id").values_list("slug", flat=True))
        raise CommandError(f"No election {election}. Known: {known or 'none; run import_elections first'}.")
    region = Region.objects.filter(pk=area).first()
    if region is None:
        raise CommandError(f"No region {area}. Codes look like 62.71; run import_regions first.")
    if not file.is_file():
        raise CommandError(f"No file {file}.")
    user, now = _account(by), clock.now()
    with file.open("rb") as stream:
        record = receiving.receive(
            File(stream, name=file.name),
            kind=ImportKind(kind),
            election=found,
            area=region,
            by=user,
            now=now,
            sheet=sheet,
        )
    if options["map"]:
        receiving.settle_layout(record, _mapped(record, options["map"]), by=user, now=now)
    return record


def _account(name: str | None) -> User | None:
    if name is None:
        return None
    user = User.objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"No account {name}.")
    return user


def _mapped(record: FileImport, given: Sequence[str]) -> dict[str, int]:
    """The guessed columns, and those that were given in their place."""
    layout = layouts.from_json(record.layout)
    names = [plain(heading) for heading in layout.headings]
    keys = [one.key for one in KINDS[ImportKind(record.kind)].columns]
    columns = dict(layout.columns)
    for text in given:
        key, _, heading = text.partition("=")
        if key not in keys or plain(heading) not in names:
            raise CommandError(
                f"--map {text}: columns are {', '.join(keys)}; headings of the file are {', '.join(layout.headings)}."
            )
        place = names.index(plain(heading))
        columns = {one: at for one, at in columns.items() if at != place} | {key: place}
    return columns


def _check(record: FileImport, create_tps: bool, by: User | None) -> None:
    # The numbers of the check are then those of the load.
    FileImport.objects.filter(pk=record.pk).update(create_tps=create_tps)
    with transaction.atomic():
        asking.start_check(record, by=by, now=clock.now())
        claimed = running.claim(record.pk)
    _work(record, claimed)


def _commit(record: FileImport, choice: CommitChoice, create_tps: bool, by: User | None) -> None:
    with transaction.atomic():
        asking.start_commit(record, choice=choice, create_tps=create_tps, by=by, now=clock.now())
        claimed = running.claim(record.pk)
    _work(record, claimed)


def _work(record: FileImport, claimed: FileImport | None) -> None:
    """Claimed in the transaction that asked for it, so that no worker can come between."""
    if claimed is None:
        raise CommandError(f"Import {record.pk} was taken by somebody else.")
    try:
        running.work(claimed, _show if sys.stderr.isatty() else lambda _: None)
    except KeyboardInterrupt:
        outcomes.cancel(claimed)
        raise CommandError("Cancelled. Nothing was loaded.") from None
    record.refresh_from_db()


def _show(progress: Progress) -> None:
    share = f" {progress.done * 100 // progress.total} %" if progress.total else ""
    sys.stderr.write(f"\r{progress.step}{share}   ")
