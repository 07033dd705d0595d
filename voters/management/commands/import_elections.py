"""`import_elections`: the elections of voters/data/elections.toml, and the invented one of the demonstration."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coklit import clock
from voters.elections import create_demo_election, load_elections


class Command(BaseCommand):
    help = "Load elections, stages and outcome codes. Safe to repeat: switches that people changed are kept."

    def add_arguments(self, parser: CommandParser) -> None:
        """The options."""
        parser.add_argument("--reset", action="store_true", help="overwrite switches and days as well")
        parser.add_argument(
            "--demo-first-day", type=_day, metavar="YYYY-MM-DD", help="also make the invented election, beginning then"
        )
        parser.add_argument(
            "--demo-like", default="pemilu-2024", metavar="SLUG", help="whose rules it follows (default: %(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then name what stands."""
        elections = load_elections(now=clock.now(), reset=options["reset"])
        if options["demo_first_day"]:
            if options["demo_like"] not in {election.slug for election in elections}:
                raise CommandError(f"--demo-like: there is no election {options['demo_like']!r} in elections.toml.")
            elections.append(create_demo_election(like=options["demo_like"], first_day=options["demo_first_day"]))
        for election in elections:
            self.stdout.write(f"{election.slug}: {election.name}")


def _day(text: str) -> dt.date:
    """An argparse type: its ValueError becomes argparse's own message."""
    return dt.date.fromisoformat(text)
