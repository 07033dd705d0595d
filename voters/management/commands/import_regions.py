"""`import_regions`: the 91,599 official regions, and the nine that Pemilu 2024 still needs."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coklit import clock
from voters.regions import load_regions
from voters.shipped import TotalsDiffer


class Command(BaseCommand):
    help = "Load the region tree that ships with the project. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then say what stands in the table."""
        started = time.monotonic()
        try:
            loaded = load_regions(now=clock.now())
        except TotalsDiffer as error:
            raise CommandError(str(error)) from error
        for source, levels in loaded.totals.items():
            self.stdout.write(f"{source}: " + ", ".join(f"{number:,} {name}" for name, number in levels.items()))
        self.stdout.write(f"{loaded.written:,} regions written in {time.monotonic() - started:.1f} s.")
