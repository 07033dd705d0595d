"""Loads the region tree that ships with the project: official codes of 2025, and what KPU used in Pemilu 2024.

In come three data files; afterwards every region stands in the table once, under the parent that its code names.
It never keeps a tree whose levels do not come to the official totals, and never removes a region.

Eight villages with polling stations in 2024 (12 TPS) have no code of 2025; they keep KPU's. Seven stand under a
kecamatan that has the same code still. The eighth, 96.01.51.2001, stood in KPU's Klasafet, which is 96.01.26 now:
96.01.51 is kept as well, because a territory is the range of codes below it, so a parent must be its code's prefix.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Count

from coklit.sqlfiles import sql
from voters import trail
from voters.models import NATION, Region
from voters.shipped import TotalsDiffer, csv_rows, require_totals, toml
from voters.terms import Level

OFFICIAL = "Kepmendagri 2025"
FROM_KPU = "KPU 2024"
TOTALS_OF = {OFFICIAL: "wilayah", FROM_KPU: "wilayah_kpu_2024"}
LEVEL_NAMES = {
    Level.PROVINCE: "provinsi",
    Level.KABKOTA: "kabkota",
    Level.KECAMATAN: "kecamatan",
    Level.KELURAHAN: "kelurahan",
}


@dataclass(frozen=True)
class RegionsLoaded:
    """What a load did: `written` rows were new or differed; `totals` counts the table by source and level name."""

    written: int
    totals: dict[str, dict[str, int]]


def load_regions(*, now: dt.datetime) -> RegionsLoaded:
    """Load the shipped tree in one transaction of its own; repeating it writes nothing. Raises TotalsDiffer."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql("voters", "stage_regions"))
        # The caller may load twice in one transaction.
        cursor.execute("DELETE FROM incoming_region")
        with cursor.copy("COPY incoming_region (code, name, kind, source, zone) FROM STDIN") as copy:
            for row in _shipped_regions():
                copy.write_row(row)
        cursor.execute(sql("voters", "orphan_regions"))
        _refuse_orphans(cursor.fetchall())
        cursor.execute(sql("voters", "load_regions"))
        written = cursor.rowcount
        totals = _totals()
        _check(totals)
        if written:
            trail.record(
                verb="import_regions", by=None, region=NATION, subject="region:ID", now=now, after={"written": written}
            )
    return RegionsLoaded(written, totals)


def _shipped_regions() -> Iterator[tuple[str, str, str, str, str]]:
    """(code, name, kind, source, zone); the zone is its province's."""
    zones = {code: zone for zone, codes in toml("zona_waktu.toml").items() for code in codes}
    official = csv_rows("wilayah_kemendagri_2025.csv.gz")
    from_kpu = toml("wilayah_kpu_2024.toml")["regions"]
    yield NATION, "Indonesia", "negara", OFFICIAL, zones[NATION]
    for source, rows in ((OFFICIAL, official), (FROM_KPU, from_kpu)):
        for row in rows:
            province = row["kode"][:2]
            if province not in zones:
                raise TotalsDiffer(
                    f"Region {row['kode']} of {source}: voters/data/zona_waktu.toml gives province {province} no time"
                    " zone. Nothing was kept. Add its code there."
                )
            yield row["kode"], row["nama"], row["jenis"], source, zones[province]


def _refuse_orphans(orphans: list[tuple[str, str]]) -> None:
    if orphans:
        listed = ", ".join(f"{code} {name}" for code, name in orphans)
        raise TotalsDiffer(f"The shipped regions name no parent for: {listed}. Nothing was kept. Add its region.")


def _totals() -> dict[str, dict[str, int]]:
    """Source -> level name -> regions in the table; the nation is left out."""
    totals: dict[str, dict[str, int]] = {source: {} for source in TOTALS_OF}
    rows = Region.objects.filter(source__in=TOTALS_OF, level__gt=Level.NATION).values_list("source", "level")
    for source, level, number in rows.annotate(number=Count("code")).order_by("source", "level"):
        totals[source][LEVEL_NAMES[Level(level)]] = number
    return totals


def _check(totals: dict[str, dict[str, int]]) -> None:
    expected = toml("jumlah_resmi.toml")
    for source, section in TOTALS_OF.items():
        require_totals(
            totals[source],
            {name: expected[section].get(name, 0) for name in LEVEL_NAMES.values()},
            of=f"The regions of source {source}",
            where="the table of regions after loading voters/data",
            mend="Restore the shipped files, or mend voters/data/jumlah_resmi.toml if the official list has changed.",
        )
