"""Where the proofs take place: an invented election of today in Palangka Raya, its list, and a phone per pantarlih.

As in Pilkada 2024, where a large TPS has two pantarlih: half of the phones share their TPS with another one.
"""

import datetime as dt
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import connections, transaction

from coklit import clock
from voters.demo.people import Phone, appoint_pantarlih
from voters.elections import create_demo_election, load_elections
from voters.models import Region
from voters.regions import load_regions
from voters.roster.importing import import_list

AREA = "62.71"
LIKE = "pilkada-2024"
_DAYS_PASSED = 10
# Two pantarlih in most TPS; a few TPS more than needed, as small ones have one.
_TPS_PER_PHONE = 0.7


def prepared(place: Path, phones: int) -> list[Phone]:
    """Regions, election, list and pantarlih; returns so many phones with their tokens. No connection stays open."""
    now = clock.now()
    load_elections(now=now)
    load_regions(now=now)
    area = Region.objects.get(pk=AREA)
    first_day = clock.local_day(now, area.zone) - dt.timedelta(days=_DAYS_PASSED)
    election = create_demo_election(like=LIKE, first_day=first_day)
    file, tps = place / "list.csv", max(round(phones * _TPS_PER_PHONE), 2)
    told = StringIO()
    call_command(
        "make_list", area=AREA, stage="dpt", election=LIKE, out=str(file), limit_tps=tps, processes=2, stderr=told
    )
    import_list(file, election=election, area=area, by=None, clock=clock.now, create_tps=True)
    with transaction.atomic():
        appointed = appoint_pantarlih(election, AREA, first_day=first_day, now=clock.day_start(first_day, area.zone))
    connections.close_all()
    if len(appointed) < phones:
        raise RuntimeError(f"Only {len(appointed)} pantarlih for {phones} phones in {tps} TPS.")
    return appointed[:phones]
