"""The monitoring recap per TPS that PPS and PPK download from e-Coklit: what it says each TPS had reached by a day.

Its layout is not published, so its columns are mapped on screen. The counts are kept beside ours as they are told;
nothing is inferred from them. A later day adds, the same day replaces.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from coklit.clock import ZONES
from voters.access import Verb, within
from voters.imports import recap_rules, sheet, undoing
from voters.imports.places import Places
from voters.imports.recap_rules import AS_OF, COUNTS, LAST_SYNC, PANTARLIH
from voters.imports.said import moment_of
from voters.imports.sheet import Effect, Row, RowRefused, Sheet
from voters.intake import cells
from voters.intake.findings import Report, Rule
from voters.intake.kind import Job, Progress
from voters.intake.layout import Column
from voters.models import FileImport, ImportChange, Recap, Tps
from voters.terms import DeclaredBy, Level

columns: Sequence[Column] = recap_rules.COLUMNS
rules: Sequence[Rule] = recap_rules.RULES
verb = Verb.SET_RESULT
levels: tuple[Level, ...] = (Level.KABKOTA, Level.KECAMATAN, Level.KELURAHAN)

_TOLD = ("pantarlih", "listed", "sesuai", "ubah", "tms", "baru", "last_sync_at")


class _Line(NamedTuple):
    """One row of the recap, read."""

    row: int
    tps: UUID
    day: dt.date
    told: Mapping[str, Any]


def check(job: Job) -> Report:
    """What would be kept."""
    return sheet.tried(_load, job)


def commit(job: Job) -> Report:
    """Keep it."""
    return sheet.settled(_load, job)


def undo(record: FileImport, now: dt.datetime) -> Report:
    """Remove what the file added and give replaced counts back. Raises UndoRefused."""
    found = undoing.Undoing(record, rules)
    kabkota = record.area_id[:5]
    done = found.changes.get(kabkota, [])
    rows = {str(one.pk): one for one in _rows(kabkota, [undoing.uuid_of(one) for one in done])}
    names = {key: f"TPS {one.tps.number:03d}, {one.day:%d-%m-%Y}" for key, one in rows.items()}
    found.refuse_changed_later(kabkota, done, names)
    found.raise_refused()
    made = [undoing.uuid_of(one) for one in done if one.before is None]
    Recap.objects.filter(kabkota_id=kabkota, pk__in=made).delete()
    for one in done:
        if one.before is not None:
            Recap.objects.filter(kabkota_id=kabkota, pk=undoing.uuid_of(one)).update(**one.before)
    return found.report()


def _rows(kabkota: str, ids: Sequence[UUID]) -> Iterable[Recap]:
    return Recap.objects.filter(kabkota_id=kabkota, pk__in=ids).select_related("tps").select_for_update(of=("self",))


def _load(job: Job) -> Report:
    read = sheet.read(job, rules)
    if read.report().refused:
        # Nothing was read of it: no TPS is missing in it.
        return read.report()
    reading = _Reading(read)
    lines: dict[tuple[UUID, dt.date], _Line] = {}

    for row in read.rows:
        try:
            line = reading.line(row)
            if (line.tps, line.day) in lines:
                raise RowRefused("tps_twice", row.text("tps"), str(lines[line.tps, line.day].row))
        except RowRefused as refused:
            read.find(refused.code, row.number, refused.value, refused.hint)
        else:
            lines[line.tps, line.day] = line
    facts = _keep(read, list(lines.values()))
    return read.finished(missing=len(reading.missing(line.tps for line in lines.values())), facts=facts)


class _Reading:
    """Rows of the recap to lines."""

    def __init__(self, read: Sheet) -> None:
        record = read.job.record
        self._sheet = read
        self._places = Places(record.area)
        self._zone = ZONES[record.area.zone]
        self._today = read.job.now.astimezone(self._zone).date()
        stations = Tps.objects.filter(
            within(record.area_id, "kelurahan_id"), kabkota_id=record.area_id[:5], election=record.election_id
        )
        self._tps = {(code, number): pk for pk, code, number in stations.values_list("pk", "kelurahan_id", "number")}

    def line(self, row: Row) -> _Line:
        """The row, read. Raises RowRefused."""
        kelurahan = self._places.find(row, Level.KELURAHAN)
        if name := self._places.differs(row, kelurahan):
            self._sheet.find("region_names_differ", row.number, name, kelurahan.name)
        number = cells.whole(row.text("tps"))
        if number is None:
            raise RowRefused("tps_not_a_number", row.text("tps"))
        if (kelurahan.code, number) not in self._tps:
            raise RowRefused("tps_unknown", f"{kelurahan.code} TPS {number:03d}")
        told = {column.key: self._count(row, column) for column in COUNTS}
        done = told["sesuai"] + told["ubah"] + told["tms"]
        if done > told["listed"]:
            raise RowRefused("more_than_listed", f"TPS {number:03d}", f"{done} > {told['listed']}")
        day = self._day(row)
        synced = moment_of(row.text(LAST_SYNC.key), "last_sync_unreadable")
        last_sync = synced.replace(tzinfo=self._zone) if synced else None
        if synced and synced.date() > day:
            self._sheet.find("sync_after_day", row.number, f"TPS {number:03d}", synced.date().isoformat())
        values = {**told, "pantarlih": row.text(PANTARLIH.key)[:100], "last_sync_at": last_sync}
        return _Line(row.number, self._tps[kelurahan.code, number], day, values)

    def missing(self, named: Iterable[UUID]) -> set[UUID]:
        """The TPS of the area that the recap does not name."""
        return set(self._tps.values()) - set(named)

    def _count(self, row: Row, column: Column) -> int:
        text = row.text(column.key)
        if text.startswith("-") and text != "-":
            raise RowRefused("count_negative", text, str(column.key))
        number = cells.count(text)
        if number is None or number > recap_rules.LARGEST_COUNT:
            raise RowRefused("count_unreadable", text[:40], str(column.key))
        return number

    def _day(self, row: Row) -> dt.date:
        text = row.text(AS_OF.key) or self._sheet.job.layout.constants.get(AS_OF.key, "")
        if not text:
            raise RowRefused("day_missing")
        found = recap_rules.day_of(text)
        if found is None or found > self._today:
            raise RowRefused("day_impossible", text[:40])
        return found


def _keep(read: Sheet, lines: Sequence[_Line]) -> dict[str, int]:
    """Add what is new and replace what differs, of one kab/kota."""
    job = read.job
    kabkota = job.record.area_id[:5]
    known = _known(kabkota, lines)
    made, replaced, changes = [], 0, []
    for done, line in enumerate(lines):
        job.tell(Progress("load", done, len(lines)))
        row = known.get((line.tps, line.day))
        before = {name: getattr(row, name) for name in _TOLD} if row else None
        if before == line.told:
            read.effects[Effect.UNCHANGED] += 1
            continue
        own = {**line.told, "file_import": job.record.pk, "recorded_at": job.now}
        if row and before:
            read.changed_fields.update([name for name in _TOLD if before[name] != line.told[name]])
            kept = {**before, "file_import": row.file_import, "recorded_at": row.recorded_at}
            changes.append(_change(job.record, row.pk, kabkota, kept))
            Recap.objects.filter(kabkota_id=kabkota, pk=row.pk).update(**own)
            replaced += 1
        else:
            new = Recap(kabkota_id=kabkota, tps_id=line.tps, source=DeclaredBy.ECOKLIT, day=line.day, **own)
            made.append(new)
            changes.append(_change(job.record, new.pk, kabkota, None))
    Recap.objects.bulk_create(made)
    ImportChange.objects.bulk_create(changes)
    read.effects[Effect.CREATED] += len(made)
    read.effects[Effect.CHANGED] += replaced
    return {"days": len({line.day for line in lines})}


def _known(kabkota: str, lines: Sequence[_Line]) -> dict[tuple[UUID, dt.date], Recap]:
    rows = Recap.objects.filter(
        kabkota_id=kabkota,
        source=DeclaredBy.ECOKLIT,
        day__in={line.day for line in lines},
        tps__in={line.tps for line in lines},
    )
    return {(one.tps_id, one.day): one for one in rows.select_for_update()}


def _change(record: FileImport, key: UUID, kabkota: str, before: dict[str, Any] | None) -> ImportChange:
    told = before and {
        name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in before.items()
    }
    if told:
        told["file_import"] = str(told["file_import"])
    return ImportChange(kabkota_id=kabkota, file_import=record.pk, subject=f"recap:{key}", before=told)
