"""`check_ledger`: prove that the current results are what the ledger of events says."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from voters.access import territory
from voters.models import NATION, Tps
from voters.sync.replay import SAMPLES, check


class Command(BaseCommand):
    """Door for operators."""

    help = "Make every current result anew from the ledger and compare. Changes nothing; ends with 1 if any differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--kabkota", help="only this regency/city, e.g. 62.71")

    def handle(self, *args: Any, **options: Any) -> None:
        """One call for each kab/kota; one line for each, and one for the whole."""
        events = voters = differing = 0
        for kabkota in [options["kabkota"]] if options["kabkota"] else _kabkota_with_tps():
            found = check(kabkota)
            events, voters = events + found.events, voters + found.voters
            differing += found.differing
            if found.differing:
                first = ", ".join(str(voter) for voter in found.first)
                self.stdout.write(f"{kabkota}: {found.differing} differ, the first {SAMPLES} at most: {first}")
        self.stdout.write(f"{voters} voters with {events} events: {differing} differ from the ledger.")
        if differing:
            sys.exit(1)


def _kabkota_with_tps() -> list[str]:
    with territory(NATION):
        return list(Tps.objects.order_by("kabkota_id").values_list("kabkota_id", flat=True).distinct())
