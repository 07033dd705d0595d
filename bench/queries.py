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
from reports.models import RegionProgress, TpsProgress
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
    _remove_province()
    client = Client(SERVER_NAME="localhost")
    client.force_login(scene.account(PROVINCE))
    page = f"/dasbor/{election.slug}/{PROVINCE}/"
    counts: dict[int, int] = {}
    for area in (FIRST, PROVINCE):
        scene.command("import_tps", election=election.slug, area=area)
        kabkota = _kabkota_within(area)
        for code in kabkota:
            rollup.rebuild(now=clock.now(), kabkota=code)
        counts[len(kabkota)] = _data_queries(client, page)
    _remove_province()
    told = ", ".join(f"{queries} with {number} kab/kota" for number, queries in counts.items())
    note = f"province {PROVINCE}: {told}"
    return [Figure("dashboard.queries", max(counts.values()), "queries", None, None, note, Limit(Bound.AT_MOST, 8))]


def _remove_province() -> None:
    """Every run begins with one kab/kota, and other figures know nothing of this province."""
    RegionProgress.objects.filter(within(PROVINCE, "region")).delete()
    TpsProgress.objects.filter(within(PROVINCE, "kabkota")).delete()
    Tps.objects.filter(within(PROVINCE, "kabkota")).delete()


def _kabkota_within(area: str) -> list[str]:
    rows = Tps.objects.filter(within(area, "kabkota"))
    return list(rows.order_by("kabkota").values_list("kabkota", flat=True).distinct())


def _data_queries(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        status = client.get(page).status_code
    if status != 200:
        raise RuntimeError(f"{page} answered {status}.")
    return sum(not _NOT_DATA.search(query["sql"]) for query in captured)
