"""Brings the rows of a file of results to voters and TPS, before anything is given. Reads only."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from coklit.clock import ZONES
from voters.access import within
from voters.codes import BARU
from voters.elections import CoklitDays, coklit_days
from voters.imports import persons, said
from voters.imports.content import Content, event_id, person_id
from voters.imports.persons import Person, Persons
from voters.imports.places import Places
from voters.imports.said import Said, differing
from voters.imports.sheet import Effect, Row, RowRefused, Sheet
from voters.intake import cells
from voters.models import OutcomeCode, Tps
from voters.sync.apply import Source
from voters.terms import Level, Setter


@dataclass(frozen=True, slots=True)
class Given:
    """One row's result, its TPS, and the voter it is about; None for somebody new. `at` is when the visit was.

    `gone` are rows of the same new voter that were taken back.
    """

    said: Said
    tps: UUID
    person: Person | None
    at: dt.datetime | None
    gone: tuple[UUID, ...] = ()


@dataclass
class Placing:
    """What one run needs to bring its rows to their places. `source` is who gives them."""

    sheet: Sheet
    source: Source
    moment: str
    _days: dict[str, CoklitDays] = field(default_factory=dict)
    _stations: dict[tuple[str, int], UUID] = field(default_factory=dict)
    _places: Places | None = None

    def given(self) -> list[Given]:
        """The rows that have an outcome and a place, one for each person; the others are told to the sheet."""
        told = self._said()
        if self.sheet.report().refused:
            return []
        rows = {row.number: row for row in self.sheet.rows}
        known = self._persons(told)
        found: dict[tuple[str, ...], list[Given]] = defaultdict(list)
        for one in told:
            try:
                given = self._placed(rows[one.row], one, known)
            except RowRefused as refused:
                self.sheet.find(refused.code, one.row, refused.value, refused.hint)
                continue
            found[given.person.key if given.person else (one.nik,)].append(given)
        return [kept for same in found.values() for kept in self._once(same)]

    def _said(self) -> list[Said]:
        codes = OutcomeCode.objects.filter(election=self.sheet.job.record.election_id)
        labels = {said.same_name(label): code for code, label in codes.values_list("code", "label").distinct()}
        told: list[Said] = []
        for row in self.sheet.rows:
            for key in ("nik", "nkk"):
                if cells.is_lost(row.text(key)):
                    self.sheet.find("nik_lost", row.number, row.text(key))
            try:
                one = said.read(row, labels, self.moment)
            except RowRefused as refused:
                self.sheet.find(refused.code, row.number, refused.value, refused.hint)
                continue
            if one is None:
                self.sheet.find("not_visited", row.number)
                self.sheet.effects[Effect.UNCHANGED] += 1
                continue
            for cell in one.unread:
                self.sheet.find("paper_unread", row.number, row.text(cell)[:40], cell)
            told.append(one)
        return told

    def _persons(self, told: list[Said]) -> Persons:
        dpids, niks = persons.numbers_of(told)
        new = [person_id(event_id(self.content_of_new(one))) for one in told if one.code == BARU]
        record = self.sheet.job.record
        return persons.read(record.area_id[:5], record.election_id, dpids, niks, new)

    def content_of_new(self, one: Said) -> Content:
        """What a row says of a new voter. An empty disability is none, as on the form."""
        return Content(
            source=self.source.door.value,
            election=self.sheet.job.record.election.slug,
            kabkota=self.sheet.job.record.area_id[:5],
            key=(one.nik, one.name),
            code=BARU,
            values={"disability": 0, **one.values},
            sticker=one.sticker,
            receipt=one.receipt,
        )

    def _placed(self, row: Row, one: Said, known: Persons) -> Given:
        area = self.sheet.job.record.area_id
        if one.code == BARU:
            return self._placed_new(row, one, known)
        person = known.listed(one, area)
        if one.tps and cells.whole(one.tps) != person.number:
            raise RowRefused("tps_differs", one.shown, f"TPS {person.number:03d}")
        if one.code != "U" and (fields := differing(one.values, person.values)):
            self.sheet.find("values_differ", one.row, one.shown, ", ".join(fields))
        return Given(one, person.tps, person, self._visited(one, person.kelurahan))

    def _placed_new(self, row: Row, one: Said, known: Persons) -> Given:
        found = known.new(one, person_id(event_id(self.content_of_new(one))))
        person = next(iter(found), None)
        kelurahan, tps = self._place_of_new(row, one)
        if person and not person.gone and person.tps != tps:
            raise RowRefused("tps_differs", one.shown, f"TPS {person.number:03d}")
        return Given(one, tps, person, self._visited(one, kelurahan), tuple(one.id for one in found if one.gone))

    def _place_of_new(self, row: Row, one: Said) -> tuple[str, UUID]:
        record = self.sheet.job.record
        if self._places is None:
            self._places = Places(record.area)
            stations = Tps.objects.filter(
                within(record.area_id, "kelurahan_id"), kabkota_id=record.area_id[:5], election=record.election_id
            )
            self._stations = {
                (code, number): pk for pk, code, number in stations.values_list("pk", "kelurahan_id", "number")
            }
        found = self._places.find(row, Level.KELURAHAN)
        if name := self._places.differs(row, found):
            self.sheet.find("region_names_differ", one.row, name, found.name)
        kelurahan = found.code
        number = cells.whole(one.tps)
        if number is None:
            raise RowRefused("tps_not_a_number", one.tps)
        if (kelurahan, number) not in self._stations:
            raise RowRefused("tps_unknown", f"{kelurahan} TPS {number:03d}")
        return kelurahan, self._stations[kelurahan, number]

    def _visited(self, one: Said, kelurahan: str) -> dt.datetime | None:
        """When the visit was, None where nothing is said. Raises RowRefused."""
        now = self.sheet.job.now
        if kelurahan not in self._days:
            self._days[kelurahan] = coklit_days(self.sheet.job.record.election_id, kelurahan)
        days = self._days[kelurahan]
        zone = ZONES[days.zone]
        today = now.astimezone(zone).date()
        if one.moment is None:
            if today > days.last_day:
                self.sheet.find("after_last_day", one.row, one.shown)
            return None
        if one.moment.date() > today:
            raise RowRefused("visit_day_impossible", one.moment.date().isoformat())
        # KPU kab/kota decides on what lies outside the days, as with late results of phones.
        if not days.first_day <= one.moment.date() <= days.last_day and self.source.setter is not Setter.KPU:
            raise RowRefused("visit_outside_days", one.moment.date().isoformat(), kelurahan)
        return min(one.moment.replace(tzinfo=zone), now)

    def _once(self, same: list[Given]) -> list[Given]:
        """One row of a person: further ones that say the same are told, others that disagree are all left out."""
        if len({_words(given) for given in same}) > 1:
            rows = ", ".join(str(given.said.row) for given in same[:5])
            for given in same:
                self.sheet.find("rows_disagree", given.said.row, given.said.shown, rows)
            return []
        for given in same[1:]:
            self.sheet.find("row_twice", given.said.row, given.said.shown, str(same[0].said.row))
            self.sheet.effects[Effect.UNCHANGED] += 1
        return same[:1]


def _words(given: Given) -> tuple[object, ...]:
    one = given.said
    values = tuple(sorted(one.values.items())) if one.code in ("U", BARU) else ()
    return one.code, values, one.evidence, one.sticker, one.receipt
