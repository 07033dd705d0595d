"""Loads the shipped polling stations of Pemilu 2024 into an election.

Afterwards every station stands once and each new one is marked to be counted, in one transaction per kab/kota. It
never changes or removes a station that stands already. Those of a file come in by voters/imports/stations.py.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from coklit.sqlfiles import sql
from voters import trail
from voters.access import covers, territory
from voters.models import Election
from voters.shipped import csv_rows, require_totals, toml
from voters.terms import TpsKind

FIRST_SPECIAL = 901


class Station(NamedTuple):
    """One polling station of a kelurahan."""

    kelurahan: str
    number: int
    kind: str


@dataclass(frozen=True)
class StationsLoaded:
    """What a load did in one kab/kota: `added` were new, `regular` and `special` count all that were to be loaded."""

    kabkota: str
    added: int
    regular: int
    special: int


Progress = Callable[[StationsLoaded], None]


class UnknownArea(LookupError):
    """There is no such region, or it has no stations to load."""

    code = "unknown_area"


def load_shipped(*, election: Election, area: str, now: dt.datetime, progress: Progress) -> list[StationsLoaded]:
    """Load the stations of Pemilu 2024 in `area` (a region's code or "ID"), one transaction per kab/kota.

    Raises UnknownArea, and TotalsDiffer where the totals of the nation or of a kab/kota do not come out.
    """
    villages = _shipped_villages(area)
    if not villages:
        raise UnknownArea(f"No station of Pemilu 2024 lies in {area!r}. Give a region's code, such as 62.71, or ID.")
    loaded = []
    for kabkota, counts in sorted(villages.items()):
        stations = [station for village in counts for station in _numbered(*village)]
        loaded.append(_load(election, kabkota, stations, now))
        progress(loaded[-1])
    return loaded


def stage(cursor: Any, stations: Iterable[Station]) -> None:
    """Put stations of one kab/kota into the temporary table `incoming_station`, in place of what it held."""
    cursor.execute(sql("voters", "stage_stations"))
    # A file's kab/kota follow one another in one transaction.
    cursor.execute("DELETE FROM incoming_station")
    with cursor.copy("COPY incoming_station (kelurahan, number, kind) FROM STDIN") as copy:
        for station in stations:
            copy.write_row(station)


def _shipped_villages(area: str) -> dict[str, list[tuple[str, int, int]]]:
    """Kab/kota -> (kelurahan, regular, special) of the area, after checking the nation's total.

    A village is found by its code of 2025, by KPU's only where it has none: KPU uses 231 of the codes of 2025 for
    other villages.
    """
    villages: dict[str, list[tuple[str, int, int]]] = {}
    totals: Counter[str] = Counter()
    for row in csv_rows("tps_pemilu_2024.csv.gz"):
        code = row["kode_kemendagri"] or row["kode_kpu"]
        regular, special = int(row["tps_reguler"]), int(row["tps_khusus"])
        totals["reguler"] += regular
        totals["khusus"] += special
        if covers(area, code):
            villages.setdefault(code[:5], []).append((code, regular, special))
    official = toml("jumlah_resmi.toml")["tps_pemilu_2024"]
    require_totals(
        totals,
        {kind.value: official[kind.value] for kind in TpsKind},
        of="The stations of Pemilu 2024",
        where="voters/data/tps_pemilu_2024.csv.gz",
        mend="Restore the shipped file.",
    )
    return villages


def _numbered(kelurahan: str, regular: int, special: int) -> Iterable[Station]:
    for number in range(1, regular + 1):
        yield Station(kelurahan, number, TpsKind.REGULAR.value)
    for number in range(FIRST_SPECIAL, FIRST_SPECIAL + special):
        yield Station(kelurahan, number, TpsKind.SPECIAL.value)


def _load(election: Election, kabkota: str, stations: Sequence[Station], now: dt.datetime) -> StationsLoaded:
    """One kab/kota, in one transaction."""
    named: dict[str, Any] = {"kabkota": kabkota, "election": election.pk, "now": now}
    with territory(kabkota), connection.cursor() as cursor:
        stage(cursor, stations)
        cursor.execute(sql("voters", "stations_without_village"), named)
        _refuse_unknown(cursor.fetchall())
        cursor.execute(sql("voters", "load_stations"), named)
        added: int = cursor.rowcount
        if added:
            cursor.execute(sql("voters", "mark_stations"), named)
            subject, after = f"election:{election.pk}", {"added": added}
            trail.record(verb="import_tps", by=None, region=kabkota, subject=subject, now=now, after=after)
        expected = Counter(station.kind for station in stations)
        cursor.execute(sql("voters", "count_stations"), named)
        require_totals(
            dict(cursor.fetchall()),
            expected,
            of=f"The stations of {kabkota}",
            where=f"election {election.slug}",
            mend="A station there has the same number and another kind (reguler or khusus): correct it, then repeat.",
        )
    return StationsLoaded(kabkota, added, expected[TpsKind.REGULAR.value], expected[TpsKind.SPECIAL.value])


def _refuse_unknown(villages: list[tuple[str]]) -> None:
    if villages:
        codes = ", ".join(code for (code,) in villages)
        raise UnknownArea(f"There is no village with the code {codes}. Run import_regions first.")
