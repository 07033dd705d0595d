"""dashboard.queries: how often the province's page asks the database, for one and for many kab/kota."""

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import scene
from bench.figure import Bound, Figure, Limit
from bench.ground import Ground, Scale
from coklit import clock
from reports import rollup
from reports.models import RegionProgress
from voters.access import within
from voters.models import Tps

# Aceh: 23 kab/kota.
PROVINCE, FIRST = "11", "11.01"
# The session, the account with its roles, and the statements of a transaction are not data queries.
_NOT_DATA = re.compile(r"django_session|voters_user|voters_membership|set_config|^(SAVEPOINT|RELEASE|BEGIN|COMMIT)")


def figures(_ground: Ground, _scale: Scale) -> list[Figure]:
    """The larger of the two numbers."""
    election = scene.prepared_election()
    scene.command("collectstatic", interactive=False)
    client = Client(SERVER_NAME="localhost")
    client.force_login(scene.account(PROVINCE))
    page = f"/dasbor/{election.slug}/{PROVINCE}/"
    RegionProgress.objects.filter(within(PROVINCE, "region")).delete()
    counts = []
    for area in (FIRST, PROVINCE):
        scene.command("import_tps", election=election.slug, area=area)
        for kabkota in _kabkota_within(area):
            rollup.rebuild(now=clock.now(), kabkota=kabkota)
        counts.append(_data_queries(client, page))
    note = f"province {PROVINCE}: {counts[0]} with 1 kab/kota, {counts[1]} with {len(_kabkota_within(PROVINCE))}"
    return [Figure("dashboard.queries", max(counts), "queries", None, None, note, Limit(Bound.AT_MOST, 8))]


def _kabkota_within(area: str) -> list[str]:
    return list(
        Tps.objects.filter(within(area, "kabkota")).values_list("kabkota", flat=True).distinct().order_by("kabkota")
    )


def _data_queries(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        status = client.get(page).status_code
    if status != 200:
        raise RuntimeError(f"{page} answered {status}.")
    return sum(not _NOT_DATA.search(query["sql"]) for query in captured)
