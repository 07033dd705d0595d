"""`simulate_phones`: the demonstration's pantarlih go on working, over HTTP."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand

from voters.demo.live import run
from voters.demo.people import Phone


class Command(BaseCommand):
    """Door of `make demo`; needs no database, only the server's address."""

    help = "Simulate the phones in FILE against a running server, over HTTP only, until stopped."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options with their defaults."""
        parser.add_argument("file", type=Path, help="the phones and their tokens, as prepare_demo wrote them")
        parser.add_argument("--url", required=True, help="where the server is, e.g. http://localhost:8000")
        parser.add_argument(
            "--dir", type=Path, help="where the phones keep their queues (default: phones, beside FILE)"
        )
        parser.add_argument("--pace", type=float, default=1.0, help="2 is twice as fast as life (default %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        """One call; each outing is a line of the log."""
        phones = msgspec.json.decode(options["file"].read_bytes(), type=list[Phone])
        place = options["dir"] or options["file"].with_name("phones")
        run(options["url"], phones, place=place, pace=options["pace"], told=self.stdout.write)
