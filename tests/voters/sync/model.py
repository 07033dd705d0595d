"""The server in miniature, in memory: what docs/sync-protocol.md says must become of uploads, edits and decisions.

Written from the document and not from the code, so that the one can be held against the other. It knows neither
database nor `voters.sync`. Ids are text, moments aware, `author` is a pantarlih's id or None for an office.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

WIB = dt.timedelta(hours=7)
TMS = {str(number) for number in range(1, 11)}
PROOF = ["", "belum_ada", "menyusul", "ada"]
AHEAD = dt.timedelta(minutes=5)


LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class Rules:
    """One election: its days, the codes by who may set them, and those that ask for proof."""

    first_day: dt.date
    last_day: dt.date
    codes: dict[str, set[str]]
    proof: set[str]


@dataclass
class Person:
    """A voter and the current result."""

    tps: str
    listed: bool
    values: dict[str, Any]
    gone: bool = False
    code: str | None = None
    corrected: dict[str, Any] = field(default_factory=dict)
    evidence: str = ""
    revision: int = 0
    synced: bool = False
    author: str | None = None
    door: str = ""
    event: str | None = None
    received: dt.datetime = LONG_AGO
    papers: tuple[bool | None, bool | None] = (None, None)
    # Open conflicts: the event that disagreed, with the kind and the fields.
    conflicts: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)

    @property
    def nik(self) -> str:
        return self.corrected.get("nik", self.values["nik"])

    @property
    def active(self) -> bool:
        return not self.gone and self.code not in TMS


@dataclass(frozen=True)
class Source:
    """Who says it, by which door, when it came in, and how many seconds the phone's clock was ahead."""

    door: str
    setter: str
    author: str | None
    received: dt.datetime
    offset: int = 0
    released: bool = False


@dataclass
class Held:
    """An event beside the ledger. `problem` is "" for a late one."""

    event: dict[str, Any]
    tps: str
    source: Source
    problems: set[str]
    state: str = "waiting"

    @property
    def late(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class Told:
    """An answer; `problems` are those that would be right."""

    id: str
    status: str
    problems: frozenset[str] = frozenset()
    late: bool = False


@dataclass(frozen=True)
class Upload:
    """One that came in."""

    phone: str
    author: str
    tps: str
    batch: str
    events: list[dict[str, Any]]
    received: dt.datetime
    offset: int


def content(event: dict[str, Any]) -> tuple[Any, ...]:
    """Equal for equal typed values."""
    said = {"base_revision": 0, **event, "at": dt.datetime.fromisoformat(event["at"])}
    said |= {name: said[name].lower() for name in ("id", "voter")}
    kept = {name: value for name, value in said.items() if value not in (None, "")}
    return tuple(sorted((name, repr(_plain(value))) for name, value in kept.items()))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted(value.items())
    return value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value


class Model:
    """`kabkota` by TPS, `people` by id. What is unreadable is known by the ids in `unreadable`."""

    def __init__(self, rules: Rules, kabkota: dict[str, str], people: dict[str, Person]) -> None:
        self.rules, self.kabkota, self.people = rules, kabkota, people
        self.revision = dict.fromkeys(kabkota, 0)
        self.ledger: dict[tuple[str, str], tuple[Any, ...]] = {}
        self.lines: dict[tuple[str, str], dict[str, Any]] = {}
        self.held: dict[tuple[str, str], Held] = {}
        # Held under ids of their own, by phone: other content under a known id, and what cannot be read.
        self.beside: set[tuple[Any, ...]] = set()
        self.unreadable: set[str] = set()
        self.stored: list[Upload] = []
        self.answers: dict[tuple[str, str], list[Told] | None] = {}
        self.synced: set[str] = set()
        self.sealed: dt.datetime | None = None

    def upload(self, one: Upload, *, busy: bool) -> list[Told] | None:
        """The answers, or None: stored."""
        key = (one.phone, one.batch)
        if busy or any((other.phone, other.tps) == (one.phone, one.tps) for other in self.stored):
            self.stored.append(one)
            self.answers[key] = None
        else:
            self.answers[key] = self._apply(one)
        return self.answers[key]

    def work(self) -> None:
        """A worker applies what was stored."""
        for one in self.stored:
            self.answers[(one.phone, one.batch)] = self._apply(one)
        self.stored.clear()

    def _apply(self, one: Upload) -> list[Told]:
        source = Source("phone", "pantarlih", one.author, one.received, one.offset)
        readable = [event for event in one.events if event["id"] not in self.unreadable]
        told = self._results(one.tps, readable, source, one.phone)
        for event in one.events:
            if event["id"] in self.unreadable:
                self.beside.add((one.phone, event["id"]))
                known = event["id"] if len(event["id"]) == 36 else ""
                told.append(Told(known, "quarantined", frozenset({"bad_value"})))
        return told

    def office(self, tps: str, event: dict[str, Any], now: dt.datetime, door: str, setter: str) -> Told:
        """The result of a form."""
        return self._results(tps, [event], Source(door, setter, None, now), "")[0]

    def release(self, key: tuple[str, str]) -> Told:
        """An office lets a held event in, as its pantarlih's; a refused one stays held."""
        held = self.held[key]
        source = Source(**{**held.source.__dict__, "released": True})
        broken = self._broken(held.tps, held.event, source)
        who = self.people.get(held.event["voter"].lower())
        if who and who.door == "phone" and who.author == source.author and who.received > source.received:
            broken.add("newer_result")
        if broken:
            return Told(key[1], "quarantined", frozenset(broken))
        held.state = "applied"
        self.revision[held.tps] += 1
        return self._enter(held.tps, held.event, source, self.revision[held.tps])

    def _results(self, tps: str, events: list[dict[str, Any]], source: Source, phone: str) -> list[Told]:
        revision = self.revision[tps]
        self.revision[tps] += len(events)
        told = []
        for event in events:
            answer = self._known(tps, event, phone) or self._judged(tps, event, source)
            if answer is None:
                revision += 1
                answer = self._enter(tps, event, source, revision)
            told.append(answer)
        return told

    def _known(self, tps: str, event: dict[str, Any], phone: str) -> Told | None:
        key = (self.kabkota[tps], event["id"].lower())
        held = self.held.get(key)
        known = self.ledger.get(key) or (content(held.event) if held else None)
        if known is None:
            return None
        if known != content(event):
            if phone:
                self.beside.add((phone, content(event)))
            return Told(key[1], "conflict", frozenset({"id_reused"}))
        if key in self.ledger:
            return Told(key[1], "duplicate")
        assert held is not None
        if held.late:
            return Told(key[1], "accepted", late=True)
        discarded = held.state == "discarded"
        return Told(key[1], "quarantined", frozenset({"set_aside"} if discarded else held.problems))

    def _judged(self, tps: str, event: dict[str, Any], source: Source) -> Told | None:
        key = (self.kabkota[tps], event["id"].lower())
        if source.door == "phone" and self._timing(event, source) == "late":
            self.held[key] = Held(event, tps, source, set())
            return Told(key[1], "accepted", late=True)
        broken = self._broken(tps, event, source)
        if not broken:
            return None
        if source.door == "phone":
            self.held[key] = Held(event, tps, source, broken)
        return Told(key[1], "quarantined", frozenset(broken))

    def _made(self, event: dict[str, Any], source: Source) -> dt.datetime:
        return dt.datetime.fromisoformat(event["at"]) - dt.timedelta(seconds=source.offset)

    def _timing(self, event: dict[str, Any], source: Source) -> str:
        if source.door != "phone":
            return ""
        made, received = (
            (moment.astimezone(dt.UTC) + WIB).date() for moment in (self._made(event, source), source.received)
        )
        if not self.rules.first_day <= made <= self.rules.last_day or (self.sealed and source.received >= self.sealed):
            return "late"
        return "after" if received > self.rules.last_day else ""

    def _broken(self, tps: str, event: dict[str, Any], source: Source) -> set[str]:
        """Every rule that the event breaks."""
        code, who = event["code"], self.people.get(event["voter"].lower())
        new, said = event.get("new"), event.get("corrected") or {}
        taken = [
            person
            for voter, person in self.people.items()
            if person.nik == (new or {} if code == "B" else said).get("nik")
            and person.active
            and self.kabkota[person.tps] == self.kabkota[tps]
            and voter != event["voter"].lower()
        ]
        here = who is not None and who.tps == tps
        rules = {
            "stage_sealed": source.door != "phone" and self.sealed and source.received >= self.sealed,
            "unknown_voter": (who and not here) or (not who and code != "B"),
            "code_not_allowed": ("B" if code == "X" else code) not in self.rules.codes[source.setter],
            "new_fields_missing": code == "B" and not new,
            "listed_is_not_new": (code == "B" and who and who.listed) or (code != "B" and new),
            "listed_is_never_deleted": code == "X" and who and who.listed,
            "taken_back": code != "X" and who and who.gone,
            "new_voter_needs_b": code not in "BX" and who and not who.listed,
            "correction_missing": code == "U" and not said,
            "correction_unwanted": code != "U" and said,
            "evidence_unwanted": event.get("evidence") and code not in TMS,
            "birth_day_impossible": not _possible({**(new or {}), **said}, source.received),
            "nik_taken": bool(taken),
        }
        return {problem for problem, broken in rules.items() if broken}

    def _enter(self, tps: str, event: dict[str, Any], source: Source, revision: int) -> Told:
        key, voter = (self.kabkota[tps], event["id"].lower()), event["voter"].lower()
        who = self.people.get(voter) or Person(tps, False, {"nik": ""})
        self.people[voter] = who
        self.ledger[key] = content(event)
        ahead = self._made(event, source) > source.received + AHEAD
        timing = self._timing(event, source)
        self.lines[key] = {"voter": voter, "code": event["code"], "timing": timing, "ahead": ahead, "door": source.door}
        if source.author:
            self.synced.add(source.author)
        disagreement = self._say(who, event, source, revision)
        if disagreement is None:
            return Told(key[1], "accepted")
        who.conflicts[key[1]] = disagreement
        problem = "pps_decided" if disagreement[0] == "decided" else "newer_result"
        return Told(key[1], "conflict", frozenset({problem}))

    def _say(
        self, who: Person, event: dict[str, Any], source: Source, revision: int
    ) -> tuple[str, frozenset[str]] | None:
        """Change the current result; gives the kind and the fields of a conflict, or None."""
        code, said, base = event["code"], event.get("corrected") or {}, event.get("base_revision", 0)
        office = source.door != "phone"
        evidence = event.get("evidence") or ("belum_ada" if code in self.rules.proof & TMS else "")
        unseen = who.code is not None and who.revision > base and who.author != source.author
        settles = bool(who.conflicts) and (office or base >= who.revision)
        if unseen and who.code == code:
            evidence = max(evidence, who.evidence, key=PROOF.index)
        same = who.code == code not in ("B", "X") and who.corrected == {**who.corrected, **said}
        same = same and (unseen or evidence == who.evidence)
        who.synced = who.synced or not office
        papers = tuple(old if now is None else now for old, now in zip(who.papers, _papers(event), strict=True))
        new_papers, who.papers = papers != who.papers, papers
        differing = frozenset(name for name, value in said.items() if who.corrected.get(name, value) != value)
        if same and not settles:
            who.revision = revision if new_papers or evidence != who.evidence else who.revision
            who.evidence = evidence
            return None
        if unseen and not office and who.door != "phone":
            return _beside_the_decision(who, code, said, differing, revision)
        conflict = None
        if unseen and (who.code != code or code == "B"):
            conflict = ("outcome", frozenset[str]())
        elif unseen and differing:
            conflict = ("fields", differing)
        if settles:
            who.conflicts.clear()
        who.corrected = {**(who.corrected if who.code == "U" else {}), **said} if code == "U" else {}
        who.code, who.evidence, who.revision, who.event = code, evidence, revision, event["id"].lower()
        who.author, who.door, who.received = source.author, source.door, source.received
        who.gone = who.gone or code == "X"
        who.values = event["new"] if code == "B" else who.values
        return conflict


def _beside_the_decision(
    who: Person, code: str, said: dict[str, Any], differing: frozenset[str], revision: int
) -> tuple[str, frozenset[str]] | None:
    """What an office decided stays; fields that it left alone are mended. Who sees the new revision has seen both."""
    who.revision = revision
    if not code == who.code == "U":
        return "decided", frozenset()
    who.corrected = {**said, **who.corrected}
    return ("decided", differing) if differing else None


def _papers(event: dict[str, Any]) -> tuple[bool | None, bool | None]:
    return event.get("sticker"), event.get("receipt")


def _possible(values: dict[str, Any], now: dt.datetime) -> bool:
    day = values.get("birth_day")
    return day is None or "1880-01-01" <= day <= now.date().isoformat()
