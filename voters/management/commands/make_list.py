"""`make_list`: write an invented voter list in Sidalih's layout."""

import os
import sys
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from voters.synthetic.apportion import DoesNotFit
from voters.synthetic.elections import ELECTIONS, SOURCES
from voters.synthetic.planning import Plan, plan_of
from voters.synthetic.quotas import NoFigures, UnknownArea
from voters.synthetic.sidalih import Edition
from voters.synthetic.writing import pieces

EXAMPLES = """
examples:
  manage.py make_list --area 62.71 --stage coklit --out palangkaraya.csv
  manage.py make_list --area 31 --stage coklit --out dki.csv --processes 2
  manage.py make_list --area 62.71 --stage dpt --election pilkada-2024 --out pilkada.csv
  manage.py make_list --area 31.71.01 --stage dpt --limit-tps 5 --out -

Every person in the list is invented. The same arguments give the same bytes.
"""


class Command(BaseCommand):
    help = (
        "Write an invented voter list: #-separated, UTF-8, one row per voter, filled to the official numbers of "
        "voters by sex. NIK and NKK are well-formed but carry kecamatan 99, which does not exist."
    )
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLES, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--area", required=True, help="dotted code of a province, kab/kota, kecamatan or kelurahan")
        parser.add_argument("--stage", required=True, choices=list(SOURCES), help="the list before coklit, or the DPT")
        parser.add_argument("--election", default="pemilu-2024", choices=list(ELECTIONS), help="default: %(default)s")
        parser.add_argument("--seed", type=int, default=2024, help="another seed, other people; default: %(default)s")
        parser.add_argument("--out", required=True, metavar="FILE", help="file to write, or - for standard output")
        parser.add_argument("--force", action="store_true", help="overwrite FILE")
        parser.add_argument("--limit-tps", type=_at_least_one, metavar="N", help="only the first N TPS of the area")
        parser.add_argument(
            "--official-columns",
            action="store_true",
            help="leave out the first column, KODE WILAYAH, which Sidalih's own export does not have",
        )
        parser.add_argument("--processes", type=_at_least_one, default=1, metavar="N", help="default: %(default)s")

    def handle(self, **options: Any) -> None:
        edition = Edition(options["election"], options["stage"], options["seed"], not options["official_columns"])
        try:
            plan = plan_of(options["area"], edition, options["limit_tps"])
        except (UnknownArea, NoFigures, DoesNotFit) as error:
            raise CommandError(str(error)) from error
        for remark in plan.remarks:
            self.stderr.write(f"note: {remark}")
        started = time.monotonic()
        with _opened(options["out"], force=options["force"]) as file:
            size = self.write(file, edition, plan, options["processes"])
        seconds = time.monotonic() - started
        self.stderr.write(
            f"{plan.voters:,} voters ({plan.men:,} L, {plan.voters - plan.men:,} P) in {plan.tps:,} TPS of "
            f"{len(plan.villages):,} kelurahan/desa: {size / 1e6:,.1f} MB in {seconds:.1f} s, "
            f"{plan.voters / seconds:,.0f} rows/s"
        )

    def write(self, file: BinaryIO, edition: Edition, plan: Plan, processes: int) -> int:
        """Write the list, telling each tenth of the way; returns bytes written."""
        size = voters = tenths = 0
        whole = plan.voters
        for piece in pieces(edition, plan, processes):
            size += file.write(piece.text)
            voters += piece.voters
            if voters * 10 // whole > tenths:
                tenths = voters * 10 // whole
                self.stderr.write(f"{tenths * 10:3d} %  {voters:,} voters")
        return size


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


@contextmanager
def _opened(out: str, *, force: bool) -> Iterator[BinaryIO]:
    """The file under a passing name, renamed when it is whole; nothing is left of an unfinished one."""
    if out == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(out)
    if target.exists() and not force:
        raise CommandError(f"{out} exists: give another --out, or --force to overwrite it")
    passing = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with passing.open("xb") as file:
            yield file
        passing.replace(target)
    except OSError as error:
        raise CommandError(f"cannot write {out}: {error.strerror}") from error
    finally:
        passing.unlink(missing_ok=True)
