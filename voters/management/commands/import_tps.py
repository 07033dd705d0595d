"""`import_tps`: the polling stations of an area, from the shipped data. Those of a file: `import_file`."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coklit import clock
from voters.models import NATION, Election
from voters.shipped import TotalsDiffer
from voters.stations import StationsLoaded, UnknownArea, load_shipped


class Command(BaseCommand):
    help = "Load the polling stations of Pemilu 2024 that ship with the project into an election."

    def add_arguments(self, parser: CommandParser) -> None:
        """The options."""
        parser.add_argument("--election", default="pemilu-2024", metavar="SLUG", help="default: %(default)s")
        parser.add_argument(
            "--area", default=NATION, metavar="CODE", help="a region's code, such as 62.71 (default: the nation)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, telling each kab/kota on stderr, then the totals."""
        started = time.monotonic()
        election = Election.objects.filter(slug=options["election"]).first()
        if election is None:
            known = ", ".join(Election.objects.order_by("pk").values_list("slug", flat=True)) or "none"
            raise CommandError(f"--election: {options['election']!r} is not loaded (loaded: {known}).")
        try:
            loaded = load_shipped(election=election, area=options["area"], now=clock.now(), progress=self._tell)
        except (TotalsDiffer, UnknownArea) as error:
            raise CommandError(str(error)) from error
        regular, special = sum(one.regular for one in loaded), sum(one.special for one in loaded)
        self.stdout.write(
            f"{regular + special:,} TPS ({regular:,} regular, {special:,} special) stand in {election.slug};"
            f" {sum(one.added for one in loaded):,} of them are new ({time.monotonic() - started:.1f} s)."
        )

    def _tell(self, one: StationsLoaded) -> None:
        self.stderr.write(f"{one.kabkota}: {one.regular + one.special:,} TPS, {one.added:,} new")
