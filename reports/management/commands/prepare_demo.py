"""`prepare_demo`: fill an empty installation with the demonstration's scene, or find it there and leave it."""

import datetime as dt
import json
import os
import secrets
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import msgspec
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from coklit import clock
from reports.demo import replay
from reports.rollup import rebuild
from voters import trail
from voters.demo.history import plan
from voters.demo.people import Phone, appoint_pantarlih, open_accounts
from voters.elections import DEMO_SLUG, create_demo_election, load_elections
from voters.models import Election, Region, Tps, TrailEntry, User
from voters.regions import load_regions
from voters.roster.importing import import_list
from voters.stations import load_shipped
from voters.synthetic.draws import draws
from voters.terms import StageKind

DAYS_PASSED = 20
DONE = "prepare_demo"
# What the page of an area must say of its list (docs/domain.md §11: no coklit list of Palangka Raya was published).
STANDS_IN = {
    ("62.71", "pemilu-2024"): "Daftar coklit Palangka Raya tidak dipublikasikan; DPT Pemilu 2024 menggantikannya.",
    ("62.71", "pilkada-2024"): "Daftar coklit Palangka Raya tidak dipublikasikan; DPT Pilkada 2024 menggantikannya.",
}
# Pemilu 2024's stations are known one by one; another election's come from its list.
STATIONS_KNOWN = "pemilu-2024"


class Command(BaseCommand):
    """Door of `make demo`."""

    help = (
        "Migrate, and prepare the demonstration (invented data)."
        " Refuses a database that holds anything else. Safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options with their defaults."""
        parser.add_argument(
            "--like", default=STATIONS_KNOWN, help="election whose rules it follows (default %(default)s)"
        )
        parser.add_argument("--area", default="62.71", help="region (default %(default)s, Kota Palangka Raya)")
        parser.add_argument("--dir", type=Path, required=True, help="where the list and the phones' tokens are kept")

    def handle(self, *args: Any, **options: Any) -> None:
        """Every step repeats harmlessly, so that an interrupted start goes on."""
        self.began = time.monotonic()
        # One process for all three: a warm start is to take seconds.
        call_command("migrate", database="owner", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        _refuse_other_data()
        if TrailEntry.objects.filter(verb=DONE).exists():
            self._tell("the scene is there already")
            return
        area, like, directory = options["area"], options["like"], options["dir"]
        directory.mkdir(parents=True, exist_ok=True)
        load_elections(now=clock.now())
        self._tell(f"{load_regions(now=clock.now()).written} regions")
        region = Region.objects.get(pk=area)
        now = clock.now()
        first_day = clock.local_day(now, region.zone) - dt.timedelta(days=DAYS_PASSED - 1)
        election = create_demo_election(like=like, first_day=first_day)
        # On a later day an interrupted start goes on with the days it began with.
        first_day = election.stages.get(kind=StageKind.COKLIT).first_day
        _say_what_stands_in(election, area, like)
        self._load_list(election, region, like, directory)
        logins = open_accounts(area, _password(directory), from_day=first_day)
        _write(directory / "logins.json", json.dumps(logins, indent=1))
        self._relive(election, region, directory, first_day)
        trail.record(verb=DONE, by=None, region=area, subject=f"election:{election.slug}", now=clock.now())

    def _load_list(self, election: Election, region: Region, like: str, directory: Path) -> None:
        stations_known = like == STATIONS_KNOWN
        if stations_known:
            load_shipped(election=election, area=region.pk, now=clock.now(), progress=lambda _: None)
        path = directory / "list.csv"
        stage = "coklit" if stations_known else "dpt"
        call_command("make_list", area=region.pk, stage=stage, election=like, out=str(path), force=True, processes=2)
        report = import_list(
            path, election=election, area=region, by=None, clock=clock.now, create_tps=not stations_known
        )
        path.unlink()
        self._tell(f"{report.rows} voters loaded")

    def _relive(self, election: Election, region: Region, directory: Path, first_day: dt.date) -> None:
        kept = directory / "phones.json"
        if kept.exists():
            phones = msgspec.json.decode(kept.read_bytes(), type=list[Phone])
        else:
            appointed = clock.day_start(first_day, region.zone)
            # Together or not at all: tokens are shown once, and nobody is appointed twice.
            with transaction.atomic():
                phones = appoint_pantarlih(election, region.pk, first_day=first_day, now=appointed)
                _write(kept, msgspec.json.encode(phones).decode())
        self._tell(f"{len(phones)} pantarlih appointed")
        now = clock.now()
        rebuild(now=clock.day_start(first_day, region.zone))
        minutes = int((now - clock.day_start(clock.local_day(now, region.zone), region.zone)).total_seconds() // 60)
        plans, simulated = plan(len(phones), DAYS_PASSED - 1, minutes, draws(election.pk, "history", region.pk))
        _write(directory / "simulated.json", msgspec.json.encode([phones[number] for number in simulated]).decode())
        days_done = directory / "days_done"

        def told(number: int, day: dt.date, results: int) -> None:
            self._tell(f"{day}: {results} results received")
            _write(days_done, str(number + 1))

        resume_at = int(days_done.read_text()) if days_done.exists() else 0
        replay(
            election,
            region.pk,
            phones,
            plans,
            first_day=first_day,
            zone=region.zone,
            now=now,
            resume_at=resume_at,
            told=told,
        )

    def _tell(self, what: str) -> None:
        sys.stdout.write(f"  {time.monotonic() - self.began:5.1f} s  {what}\n")
        sys.stdout.flush()


def _say_what_stands_in(election: Election, area: str, like: str) -> None:
    remark = STANDS_IN.get((area, like), "")
    if remark and remark not in election.note:
        election.note = f"{election.note} {remark}"
        election.save(update_fields=["note"])


def _refuse_other_data() -> None:
    others = Tps.objects.exclude(election__slug=DEMO_SLUG).exists() or (
        User.objects.exists() and not Election.objects.filter(slug=DEMO_SLUG).exists()
    )
    if others:
        raise CommandError(
            "This database holds other data than the demonstration's. Nothing was changed."
            " Point COKLIT_DATABASE_URL at an empty database."
        )


def _password(directory: Path) -> str:
    """One password for all demonstration accounts, made on first use and kept for this directory's owner only."""
    path = directory / "password"
    if not path.exists():
        _write(path, f"{secrets.choice(_WORDS)}-{secrets.choice(_WORDS)}-{secrets.randbelow(9000) + 1000}")
    return path.read_text(encoding="utf-8")


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


_WORDS = ["kelapa", "rambutan", "manggis", "durian", "salak", "nangka", "jambu", "pepaya", "sawo", "duku"]
