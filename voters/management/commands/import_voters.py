"""`import_voters FILE`: load a Sidalih list."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coklit import clock
from voters.models import Election, Region
from voters.intake.badfile import BadFile
from voters.intake.findings import Severity
from voters.intake.kind import Progress, Refused
from voters.roster.importing import import_list


_KEEPS_OUT = (Severity.REFUSED, Severity.LEFT_OUT)


class Command(BaseCommand):
    """Door for operators; the office's web page comes with the import desk."""

    help = "Load a voter list (Sidalih CSV, '#'-separated) into one election: all rows or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options with their defaults."""
        parser.add_argument("file", type=Path, help="the list")
        parser.add_argument("--area", required=True, help="region the list is for, e.g. 62.71; rows outside are errors")
        parser.add_argument("--election", default="pemilu-2024", help="election (default %(default)s)")
        parser.add_argument("--create-tps", action="store_true", help="make the TPS that the list names")
        parser.add_argument("--dry-run", action="store_true", help="check and report, keep nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """One call; the report on stdout, progress on stderr."""
        election = Election.objects.filter(slug=options["election"]).first()
        if election is None:
            known = ", ".join(Election.objects.order_by("id").values_list("slug", flat=True))
            raise CommandError(
                f"No election {options['election']}. Known: {known or 'none; run import_elections first'}."
            )
        area = Region.objects.filter(pk=options["area"]).first()
        if area is None:
            raise CommandError(f"No region {options['area']}. Codes look like 62.71; run import_regions first.")
        try:
            report = import_list(
                options["file"],
                election=election,
                area=area,
                by=None,
                clock=clock.now,
                create_tps=options["create_tps"],
                dry_run=options["dry_run"],
                progress=_show if sys.stderr.isatty() else lambda _: None,
            )
        except BadFile as error:
            raise CommandError(f"{error}\nNothing was changed.") from error
        except Refused as refused:
            told = [f"{one.code}: {one.rows} row(s)" for one in refused.report.findings if one.severity in _KEEPS_OUT]
            raise CommandError("\n".join([*told, "Nothing was changed."])) from None
        seconds = max(((report.committed_at or clock.now()) - report.uploaded_at).total_seconds(), 0.001)
        self.stdout.write(
            f"{'Dry run, nothing kept: ' if options['dry_run'] else ''}{report.rows} rows in the file ="
            f" {report.created} created + {report.changed} changed + {report.unchanged} unchanged;"
            f" {report.missing} on the list but not in the file; {report.doubtful} to be checked;"
            f" {seconds:.1f} s, {report.rows / seconds:,.0f} rows/s"
        )


def _show(progress: Progress) -> None:
    share = f" {progress.done * 100 // progress.total} %" if progress.total else ""
    sys.stderr.write(f"\r{progress.step}{share}   ")
