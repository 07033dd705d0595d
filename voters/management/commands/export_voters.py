"""`export_voters`: write a voter list to a file."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coklit import clock
from voters import access
from voters.exports import watermark
from voters.exports.exporting import Incomplete, announce, stream
from voters.exports.layouts import LAYOUTS
from voters.exports.selection import Order
from voters.models import Election, Region
from voters.nik import stands_in


class Command(BaseCommand):
    """Door for operators; offices have the page in the admin."""

    help = "Write the voter list of an area to a file. The file appears when it is complete, never in part."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options with their defaults."""
        parser.add_argument("--area", required=True, help="a regency/city (62.71) or a region below it")
        parser.add_argument("--layout", required=True, choices=LAYOUTS, help="of the file")
        parser.add_argument("--purpose", required=True, help="what for: stands on the file and on the trail")
        parser.add_argument("--out", type=Path, default=Path(), help="directory (default: the current one)")
        parser.add_argument("--election", default="pemilu-2024", help="election (default %(default)s)")
        parser.add_argument("--unmasked", action="store_true", help="with whole NIK and NKK")

    def handle(self, *args: Any, **options: Any) -> None:
        """One call; the file's path on stdout."""
        order = _order(**options)
        with access.territory(order.area.pk):
            announced = announce(order)
        path = options["out"] / watermark.file_name(order)
        part = path.with_name(f"{path.name}.part")
        try:
            # For its owner alone: it is personal data.
            with open(part, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                for piece in stream(order, announced):
                    file.write(piece)
            part.rename(path)
        except Incomplete as broken:
            raise CommandError(
                f"Rows are missing ({broken}): no file was kept. Try again; the trail has it."
            ) from broken
        finally:
            part.unlink(missing_ok=True)
        self.stdout.write(f"{path}: {announced.persons:,} persons announced, {path.stat().st_size:,} bytes")


def _order(*, election: str, area: str, layout: str, purpose: str, unmasked: bool, **_: Any) -> Order:
    found = Election.objects.filter(slug=election).first()
    if found is None:
        known = ", ".join(Election.objects.order_by("id").values_list("slug", flat=True))
        raise CommandError(f"No election {election}. Known: {known or 'none; run import_elections first'}.")
    region = Region.objects.select_related("parent__parent__parent").filter(pk=area).first()
    if region is None:
        raise CommandError(f"No region {area}. Codes look like 62.71; run import_regions first.")
    chosen = LAYOUTS[layout]
    if region.level not in chosen.levels:
        levels = ", ".join(str(level.label) for level in chosen.levels)
        raise CommandError(f"{area} is a {region.get_level_display()}; this layout is made for: {levels}.")
    if stands_in(purpose):
        raise CommandError("Leave NIK and NKK out of the purpose: it is printed on the file.")
    return Order(
        election=found, area=region, layout=chosen, by=None, purpose=purpose, now=clock.now(), masked=not unmasked
    )
