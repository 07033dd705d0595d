"""`rebuild_progress`: count every TPS anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from coklit import clock
from reports.rollup import rebuild


class Command(BaseCommand):
    """Door for operators."""

    help = "Recount the progress of every TPS from the voters' rows and sum it upward. Safe at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--kabkota", help="only this regency/city, e.g. 62.71")

    def handle(self, *args: Any, **options: Any) -> None:
        """One call."""
        self.stdout.write(f"{rebuild(now=clock.now(), kabkota=options['kabkota'])} TPS recounted.")
