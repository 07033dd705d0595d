"""What is measured upon: an invented list of East Jakarta cut to size, its TPS, and an invented day of results."""

import datetime as dt
from io import StringIO
from itertools import accumulate
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection

from bench.ground import Ground
from coklit import clock
from coklit.sqlfiles import sql
from voters.elections import DEMO_SLUG
from voters.intake.layout import Layout
from voters.models import Election, FileImport, Membership, Region, Stage, User, Voter
from voters.roster.importing import import_list
from voters.synthetic.planning import plan_of
from voters.synthetic.sidalih import Edition
from voters.terms import Role, StageKind

AREA = "31.75"
DAYS_SINCE_FIRST, DAYS_IN_ALL = 20, 30
ACCOUNT, PASSWORD = "bench", "kata-sandi-bench"  # an invented account of a private server


def command(name: str, **options: Any) -> None:
    """A management command without its report: a failure raises all the same."""
    call_command(name, stdout=StringIO(), stderr=StringIO(), **options)


def prepared_election() -> Election:
    """Regions, the invented election on its 21st day, and the TPS of the area. Repeating it changes nothing."""
    command("import_regions")
    first_day = clock.local_day(clock.now(), clock.WIB) - dt.timedelta(days=DAYS_SINCE_FIRST)
    command("import_elections", demo_first_day=first_day)
    election = Election.objects.get(slug=DEMO_SLUG)
    # A ground that is kept for weeks would leave the days of coklit behind.
    last_day = first_day + dt.timedelta(days=DAYS_IN_ALL)
    Stage.objects.filter(election=election, kind=StageKind.COKLIT).update(first_day=first_day, last_day=last_day)
    command("import_tps", election=election.slug, area=AREA)
    return election


def written_list(place: Path, voters: int) -> Path:
    """The list of the area's first TPS that hold at least `voters` voters; made once."""
    tps = _first_tps(voters)
    file = place / f"list-{AREA}-{tps}.csv"
    if not file.exists():
        command("make_list", area=AREA, stage="coklit", limit_tps=tps, out=str(file), processes=2)
    return file


def written_area(place: Path, area: str) -> Path:
    """The list of all TPS of an area; made once."""
    file = place / f"list-{area}.csv"
    if not file.exists():
        command("make_list", area=area, stage="coklit", out=str(file), processes=2)
    return file


def load(file: Path, election: Election, area: str = AREA, layout: Layout | None = None) -> FileImport:
    """Ours, as the worker does it; without a layout the file is looked at first, as an upload is."""
    where = Region.objects.get(pk=area)
    return import_list(file, election=election, area=where, by=None, clock=clock.now, layout=layout)


def loaded_election(ground: Ground, voters: int) -> Election:
    """The election with its list in the database; loaded if it is not there at this size."""
    election, file = prepared_election(), written_list(ground.place, voters)
    last = FileImport.objects.order_by("-committed_at").first()
    if last is None or last.file_name != file.name or Voter.objects.count() != last.rows:
        ground.empty()
        load(file, election)
    return election


def invent_results(ground: Ground, election: Election) -> int:
    """Results for 64 % of the voters by one statement, for the bench only: no ledger stands behind them."""
    ground.empty(("voters_coklitresult", "voters_coklitevent", "voters_change"))
    with connection.cursor() as cursor:
        parameters: dict[str, Any] = {"election": election.pk, "kabkota": AREA, "now": clock.now()}
        cursor.execute(sql("bench", "appoint_pantarlih"), parameters)
        cursor.execute(sql("bench", "invent_results"), parameters)
        results = int(cursor.rowcount)
    ground.settle(("voters_voter", "voters_coklitresult", "voters_pantarlih", "voters_assignment"))
    return results


def account(region: str) -> User:
    """An account that sees the region, with PASSWORD."""
    user, is_new = User.objects.get_or_create(username=f"{ACCOUNT}-{region}", defaults={"name": "Bench"})
    if is_new:
        user.set_password(PASSWORD)
        user.save()
        role = Role.KPU_PROVINCE
        Membership.objects.create(user=user, role=role, region_id=region, from_day=dt.date(2023, 1, 1))
    return user


def _first_tps(voters: int) -> int:
    plan = plan_of(AREA, Edition("pemilu-2024", "coklit", 2024, True))
    sums = accumulate(one.voters for village in plan.villages for one in village.tps)
    return next((number for number, total in enumerate(sums, start=1) if total >= voters), plan.tps)
