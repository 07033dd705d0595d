"""Files of polling stations: region, number, kind. One that is new is made, one of another kind is changed.

In come rows of an area; afterwards each station of the file stands once, and what changed is marked to be counted.
A station that the election has and the file has not is told, never removed.
"""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext_lazy as _

from coklit.sqlfiles import sql
from voters import changes
from voters.access import Verb
from voters.imports import places, sheet, undoing
from voters.imports.places import Places
from voters.imports.sheet import Effect, Row, RowRefused, Sheet
from voters.intake import cells
from voters.intake.findings import SAMPLES, Report, Rule, Severity
from voters.intake.kind import Job, Progress
from voters.intake.layout import Column
from voters.models import Assignment, FileImport, ImportChange, Tps
from voters.stations import Station, stage
from voters.terms import Level, TpsKind

LARGEST = 999
KINDS = {
    "": "",
    "REGULER": TpsKind.REGULAR.value,
    "BIASA": TpsKind.REGULAR.value,
    "UMUM": TpsKind.REGULAR.value,
    "KHUSUS": TpsKind.SPECIAL.value,
    "LOKASIKHUSUS": TpsKind.SPECIAL.value,
    "LOKSUS": TpsKind.SPECIAL.value,
}

columns: Sequence[Column] = (
    places.CODE,
    places.KECAMATAN,
    places.KELURAHAN,
    Column("tps", _("TPS number"), ("NOMOR TPS", "NO TPS", "TPS", "NOMOR"), required=True),
    Column("kind", _("kind of TPS"), ("JENIS", "JENIS TPS", "TIPE TPS")),
)
rules: Sequence[Rule] = (
    *sheet.RULES,
    *places.RULES,
    Rule(
        "tps_not_a_number",
        Severity.LEFT_OUT,
        "tps",
        _("TPS number is no whole number from 1 to 999"),
        _("Enter the number alone, such as 1 or 001."),
    ),
    Rule(
        "tps_kind_unknown",
        Severity.LEFT_OUT,
        "kind",
        _("Kind of TPS is neither reguler nor khusus"),
        _("Enter reguler or khusus, or leave it empty: 901 and above are khusus then."),
    ),
    Rule(
        "tps_twice",
        Severity.LEFT_OUT,
        "tps",
        _("The same TPS stands in an earlier row"),
        _("Remove one of the two rows."),
    ),
    Rule(
        "special_with_pantarlih",
        Severity.NOTE,
        "kind",
        _("Becomes a special location, but pantarlih serve it"),
        _("A special location expects no pantarlih: end their assignments, or correct the kind."),
    ),
    Rule(
        "tps_missing",
        Severity.NOTE,
        "tps",
        _("The election has this TPS in the area, the file has not"),
        _("It stays as it is. Add a row if the file should be complete."),
    ),
    Rule(
        "tps_in_use",
        Severity.REFUSED,
        "",
        _("Voters, pantarlih or reports belong to this TPS by now"),
        _("Take those back first, or keep the TPS."),
    ),
    undoing.CHANGED_SINCE,
)
verb = Verb.IMPORT_LIST
levels: tuple[Level, ...] = tuple(Level)


class _Place(NamedTuple):
    kelurahan: str
    number: int


def check(job: Job) -> Report:
    """What would be made and changed, and what is missing in the file."""
    return sheet.tried(_load, job)


def commit(job: Job) -> Report:
    """Make and change them."""
    return sheet.settled(_load, job)


def undo(record: FileImport, now: dt.datetime) -> Report:
    """Remove the stations that the import made and give the others their kind back. Raises UndoRefused."""
    found = undoing.Undoing(record, rules)
    for kabkota, done in found.changes.items():
        ids = [undoing.key_of(change) for change in done]
        # Nobody can give a locked station a voter or a pantarlih.
        locked = Tps.objects.filter(kabkota_id=kabkota, pk__in=ids).order_by("pk").select_for_update()
        stations = {str(one.pk): one for one in locked}
        _refuse_used(found, kabkota, [undoing.key_of(one) for one in done if one.before is None], stations)
        found.refuse_changed_later(kabkota, done, names={key: _name(one) for key, one in stations.items()})
    found.raise_refused()
    for kabkota, done in found.changes.items():
        _take_back(kabkota, done, now)
    return found.report()


def _load(job: Job) -> Report:
    read = sheet.read(job, rules)
    if read.report().refused:
        # Nothing was read of it: no station is missing in it.
        return read.report()
    stations = _stations(read)
    missing, created = 0, 0
    for kabkota in undoing.kabkota_in(job.record.area_id):
        here = {place: one for place, one in stations.items() if place.kelurahan[:5] == kabkota}
        job.tell(Progress("load", created, len(stations)))
        created += _write(read, kabkota, here)
        missing += _tell_missing(read, kabkota)
    return read.finished(missing=missing, tps_created=created)


def _stations(read: Sheet) -> dict[_Place, tuple[int, Station]]:
    """Place -> row number and station; the kind is empty where the file says none."""
    regions = Places(read.job.record.area)
    found: dict[_Place, tuple[int, Station]] = {}

    def take(row: Row) -> None:
        kelurahan = regions.find(row, Level.KELURAHAN)
        number = cells.whole(row.text("tps"))
        if number is None or not 1 <= number <= LARGEST:
            raise RowRefused("tps_not_a_number", row.text("tps"))
        kind = KINDS.get(re.sub(r"[^A-Z]", "", row.text("kind").upper().removeprefix("TPS")))
        if kind is None:
            raise RowRefused("tps_kind_unknown", row.text("kind"))
        place = _Place(kelurahan.code, number)
        if place in found:
            raise RowRefused("tps_twice", f"{place.kelurahan} TPS {place.number:03d}", str(found[place][0]))
        if name := regions.differs(row, kelurahan):
            read.find("region_names_differ", row.number, name, kelurahan.name)
        found[place] = row.number, Station(*place, kind)

    read.each("check", take, writes=False)
    return found


def _write(read: Sheet, kabkota: str, stations: dict[_Place, tuple[int, Station]]) -> int:
    """Make and change the stations of one kab/kota; returns how many were made."""
    record, now = read.job.record, read.job.now
    named: dict[str, Any] = {"kabkota": kabkota, "election": record.election_id, "now": now, "import": record.pk}
    with connection.cursor() as cursor:
        stage(cursor, [station for _row, station in stations.values()])
        cursor.execute(sql("voters", "stations_keep_kind"), named)
        cursor.execute(sql("voters", "stations_of_another_kind"), named)
        differ = cursor.fetchall()
        cursor.execute(sql("voters", "load_stations"), named)
        created: int = cursor.rowcount
        cursor.execute(sql("voters", "stations_made"), named)
        cursor.execute(sql("voters", "mark_stations"), named)
        cursor.execute(sql("voters", "stations_change_kind"), named)
    _keep_before(read, kabkota, stations, differ)
    read.effects[Effect.CREATED] += created
    read.effects[Effect.CHANGED] += len(differ)
    read.effects[Effect.UNCHANGED] += len(stations) - created - len(differ)
    return created


def _keep_before(
    read: Sheet, kabkota: str, stations: dict[_Place, tuple[int, Station]], differ: list[tuple[Any, str, int, str, str]]
) -> None:
    """Before-values, marks and findings of the stations that get another kind: (id, kelurahan, number, old, new)."""
    record = read.job.record
    ImportChange.objects.bulk_create(
        ImportChange(kabkota_id=kabkota, file_import=record.pk, subject=f"tps:{key}", before={"kind": old})
        for key, _kelurahan, _number, old, _new in differ
    )
    changes.mark(kabkota=kabkota, tps=[row[0] for row in differ], now=read.job.now)
    if differ:
        read.changed_fields["kind"] += len(differ)
    special = [row[0] for row in differ if row[4] == TpsKind.SPECIAL]
    serving = Assignment.objects.filter(kabkota_id=kabkota, tps__in=special, to_day__isnull=True)
    served = set(serving.values_list("tps_id", flat=True))
    for key, kelurahan, number, _old, _new in differ:
        if key in served:
            row, station = stations[_Place(kelurahan, number)]
            read.find("special_with_pantarlih", row, f"{station.kelurahan} TPS {number:03d}")


def _tell_missing(read: Sheet, kabkota: str) -> int:
    """How many stations of the area stand in the election and not in the file; the first of them become samples."""
    record = read.job.record
    named: dict[str, Any] = {
        "kabkota": kabkota,
        "election": record.election_id,
        "area": record.area_id,
        "first": SAMPLES,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "stations_missing"), named)
        missing = cursor.fetchall()
    if not missing:
        return 0
    number: int = missing[0][2]
    for place, (kelurahan, tps, _all) in enumerate(missing):
        # The first row stands for all that have no sample of their own.
        read.find("tps_missing", 0, f"{kelurahan} TPS {tps:03d}", rows=1 if place else number - len(missing) + 1)
    return number


def _refuse_used(found: undoing.Undoing, kabkota: str, ids: list[str], stations: dict[str, Tps]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "stations_in_use"), {"kabkota": kabkota, "ids": ids})
        for (key,) in cursor.fetchall():
            found.refuse("tps_in_use", _name(stations[str(key)]))


def _take_back(kabkota: str, done: list[ImportChange], now: dt.datetime) -> None:
    made = [undoing.key_of(one) for one in done if one.before is None]
    for kind in TpsKind:
        had = [undoing.key_of(one) for one in done if one.before is not None and one.before["kind"] == kind]
        Tps.objects.filter(kabkota_id=kabkota, pk__in=had).update(kind=kind)
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "remove_stations"), {"kabkota": kabkota, "ids": made})
    # A mark on a station that is gone makes the sums above it anew.
    changes.mark(kabkota=kabkota, tps=[undoing.uuid_of(one) for one in done], now=now)


def _name(one: Tps) -> str:
    return f"{one.kelurahan_id} TPS {one.number:03d}"
