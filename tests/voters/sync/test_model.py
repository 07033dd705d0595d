"""Random phones, offices and workers over a network that loses things: what stands afterwards is what the model says.

The real client sends to the real application and database; `model.Model` is told only what reached the server and was
committed. Each example is rolled back as a whole, so that the next one begins at the same scene.
"""

import datetime as dt
import gzip
import json
import random
import sys
from pathlib import Path
from uuid import UUID

import pytest
import redis
from django.db import connection, transaction
from hypothesis import settings as budget
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from coklit import clock
from reports.rollup import roll_up
from tests.scene import (
    FOREIGN_KELURAHAN,
    KOTA,
    NEXT_KELURAHAN,
    NOW,
    make_device,
    make_pantarlih,
    make_tps,
    make_voters,
)
from tests.voters.sync import found
from tests.voters.sync.model import Model, Person, Rules
from tests.voters.sync.network import Network
from tests.voters.sync.visits import FATES, PHONES, SAID, SPOILT, VISITS, VOTERS, likely
from voters import changes
from voters.access import territory
from voters.models import HeldEvent, OutcomeCode, Stage
from voters.placement import new_id
from voters.sync import held, pressure
from voters.sync.apply import Answer, Source, apply_results
from voters.sync.client import Phone
from voters.sync.client_queue import Queue
from voters.sync.payload import ResultEvent, read_event
from voters.tasks import apply_stored_batches
from voters.terms import Door, Setter

pytestmark = [pytest.mark.integration, pytest.mark.slow]

WIB = dt.timezone(dt.timedelta(hours=7))
DAY = 24 * 3600


class Sync(RuleBasedStateMachine):
    """Three phones: two at TPS 1, of which the first serves TPS 2 of the next kelurahan as well, and one far away."""

    # Set by the test.
    scene = valkey = set_clock = None

    block = None

    @initialize(seeds=st.lists(st.integers(0, 2**20), max_size=2))
    def begin(self, seeds):
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now, self.chance = NOW, random.Random(7)
        self.set_clock(lambda: self.now)
        self._people()
        self.recorded = {}
        self.batches = [str(UUID(int=1))]
        for seed in seeds:
            self.let_a_busy_hour_pass(seed, [])

    def _people(self):
        scene = self.scene
        second, far = make_tps(scene.election, NEXT_KELURAHAN), make_tps(scene.election, FOREIGN_KELURAHAN)
        self.tps = [scene.tps, second, far]
        voters = [*scene.voters[:2], *make_voters(second, 2), *make_voters(far, 2), scene.voters[2]]
        owners = [make_pantarlih(scene.tps, second)[0], scene.pantarlih, make_pantarlih(far)[0]]
        tokens = [make_device(owners[0])[1], scene.token, make_device(owners[2])[1]]
        people = {str(v.pk): Person(str(v.tps_id), True, {"nik": v.nik}) for v in voters}
        self.model = Model(_rules(scene.election), {str(tps.pk): tps.kabkota_id for tps in self.tps}, people)
        self.serves = [self.tps[:2], self.tps[:1], self.tps[2:]]
        self.networks = [Network(self, f"phone {n}", *one) for n, one in enumerate(zip(owners, tokens, strict=True))]
        self.skews, self.waits = [0, 0, 0], [0.0, 0.0, 0.0]
        self.phones = [self._phone(number, network) for number, network in enumerate(self.networks)]
        for tps in self.tps:
            changes.mark(kabkota=tps.kabkota_id, tps=[tps.pk], now=NOW)

    def _phone(self, number, network):
        # In memory: what a crash of the phone does is tested where its queue is.
        queue = Queue(Path(":memory:"))
        return Phone(
            queue,
            network,
            token=network.token,
            clock=lambda: (self.now + dt.timedelta(seconds=self.skews[number])).astimezone(WIB),
            draw=self.chance,
        )

    def let_apply(self, yes):
        """Fill or empty the real bucket that decides whether an upload is applied at once."""
        self.valkey.delete("coklit:sync:apply")
        if not yes:
            assert pressure.ask(kabkota=KOTA, device=new_id(), size=1).kind == "apply"

    def voter_at(self, tps, place, said):
        """Of the listed voters of the kab/kota, the new ones, and somebody unknown, who is often the new voter."""
        own = [voter for voter, who in self.model.people.items() if self.model.kabkota[who.tps] == tps.kabkota_id]
        unknown = str(UUID(int=self.chance.getrandbits(128), version=4))
        return unknown if said.get("code") == "B" and place > 0 else [*own, unknown][place]

    # What phones do.

    @rule(number=PHONES, at=st.integers(0, 1), visits=st.lists(VISITS, min_size=1, max_size=4))
    def record(self, number, at, visits):
        tps = self.serves[number][at % len(self.serves[number])]
        for who, said, base in visits:
            voter, based = self.voter_at(tps, who, said), {} if base is None else {"base_revision": base}
            self._record(number, tps, {"voter": voter, **said, **based})

    @rule(seed=st.integers(0, 2**20), fates=FATES)
    def let_a_busy_hour_pass(self, seed, fates):
        """Twelve acts at few voters, most of them right: drawn one by one they too rarely meet."""
        chance = random.Random(seed)
        for _ in range(12):
            number = chance.randrange(2)
            tps = self.serves[number][0]
            event = likely(chance, self.model, str(tps.pk), self.voter_at(tps, -1, {}))
            if chance.random() < 0.3:
                self._enter(tps, event.pop("voter"), event, informed=chance.random() < 0.5)
                continue
            self._record(number, tps, {**event, **({"base_revision": 0} if chance.random() < 0.5 else {})})
            if chance.random() < 0.6:
                self._sync(number, [fate for fate in fates if chance.random() < 0.3])

    @rule(number=PHONES, who=VOTERS, spoilt=SPOILT)
    def record_what_cannot_be_read(self, number, who, spoilt):
        tps = self.serves[number][0]
        own = str(UUID(int=self.chance.getrandbits(128), version=4))
        if spoilt.get("id"):
            own = f"kaputt {len(self.recorded)}"
        self.model.unreadable.add(own)
        self._record(number, tps, {"voter": self.voter_at(tps, who, {}), "code": "0", **spoilt, "id": own})

    def _record(self, number, tps, event):
        (own,) = self.phones[number].record(tps.pk, event)
        (body,) = [json.loads(e.body) for e in self.phones[number].queue.open_events(str(tps.pk)) if e.id == own]
        self.recorded[own] = (number, tps, body)

    @rule(number=PHONES, fates=FATES)
    def sync(self, number, fates):
        self._sync(number, fates)

    def _sync(self, number, fates=()):
        self.now += dt.timedelta(seconds=round(self.waits[number]) + 1)
        self.networks[number].fates = list(fates)
        self.waits[number] = self.phones[number].sync_once().wait
        self.networks[number].fates = []

    @rule(number=PHONES, at=st.integers(0, 1))
    def download(self, number, at):
        tps = self.serves[number][at % len(self.serves[number])]
        self.phones[number].download(tps.pk)
        kept = self.phones[number].list_of(tps.pk)
        assert {one["id"]: found.as_listed(one) for one in kept["voters"]} == found.expected_list(self.model, tps)

    @precondition(lambda self: self.recorded)
    @rule(
        number=PHONES,
        picks=st.lists(st.integers(0, 50), min_size=1, max_size=6),
        again=st.booleans(),
        other=st.sampled_from([None, None, None, "0", "1"]),
        zipped=st.booleans(),
        fate=st.sampled_from(["arrives", "busy"]),
    )
    def send_anything_again(self, number, picks, again, other, zipped, fate):
        """Events that some phone of this kab/kota recorded: in any order, twice, late, or with another content."""
        tps = self.serves[number][0]
        here = [body for _, at, body in self.recorded.values() if at.kabkota_id == tps.kabkota_id]
        if not here:
            return
        readable = {body["id"] for body in here} - self.model.unreadable
        picked = [(here[pick % len(here)], pick) for pick in picks]
        events = [_rewritten(one, pick) if pick % 3 and one["id"] in readable else one for one, pick in picked]
        if other and events[0]["id"] in readable:
            events.append({**events[0], "code": other})
        if not again:
            self.batches.append(str(UUID(int=self.chance.getrandbits(128), version=4)))
        sent_at = self.now + dt.timedelta(seconds=1 + self.skews[number])
        said = {"batch": self.batches[-1], "tps": str(tps.pk), "sent_at": sent_at.isoformat(), "events": events}
        body = json.dumps(said, indent=1 if zipped else None).encode()
        headers = {"Authorization": f"Bearer {self.networks[number].token}", "Content-Type": "application/json"}
        if zipped:
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        self.networks[number].fates = [fate]
        self.networks[number]("POST", "/api/v1/batches", {**headers, "Content-Length": str(len(body))}, body)

    @rule(number=PHONES, skew=st.sampled_from([0, 0, 90, -3600, 3 * DAY, -40 * DAY]))
    def set_a_phones_clock(self, number, skew):
        self.skews[number] = skew

    # What others do.

    @rule(at=st.integers(0, 2), who=VOTERS, said=SAID, informed=st.booleans())
    def enter_in_the_office(self, at, who, said, informed):
        tps = self.tps[at]
        self._enter(tps, self.voter_at(tps, who, said), said, informed=informed)

    def _enter(self, tps, voter, said, *, informed):
        own = str(UUID(int=self.chance.getrandbits(128), version=4))
        base = self.model.revision[str(tps.pk)] if informed else 0
        event = {
            "id": own,
            "voter": voter,
            "at": self.now.isoformat(),
            "base_revision": base,
            **said,
        }
        typed = read_event(json.dumps(event).encode())
        assert isinstance(typed, ResultEvent)
        source = Source(Door.PPS_FORM, Setter.PPS, user=self.scene.pps)
        with territory(tps.kabkota_id):
            (answer,) = apply_results(kabkota=tps.kabkota_id, tps=tps.pk, events=[typed], source=source, now=self.now)
        self._same([self.model.office(str(tps.pk), event, self.now, "pps", "pps")], [found.told(answer)])

    @rule()
    def let_the_worker_work(self):
        apply_stored_batches()
        self.model.work()

    @precondition(lambda self: any(one.state == "waiting" for one in self.model.held.values()))
    @rule(pick=st.integers(0, 20), decision=st.sampled_from(["release", "release", "discard", "carry"]))
    def decide(self, pick, decision):
        waiting = [key for key, one in self.model.held.items() if one.state == "waiting"]
        key = waiting[pick % len(waiting)]
        row = HeldEvent.objects.get(kabkota_id=key[0], pk=key[1])
        if decision == "release":
            self._release(key, row)
            return
        decide = held.discard if decision == "discard" else held.carry
        late = self.model.held[key].late
        refused = None
        try:
            with territory(key[0]):
                decide(held=row, by=self.scene.kpu, now=self.now, note="dilihat")
        except held.DecisionRefused as error:
            refused = error.code
        assert refused == ("not_late" if decision == "carry" and not late else None)
        if refused is None:
            self.model.held[key].state = "discarded" if decision == "discard" else "carried"

    def _release(self, key, row):
        expected = self.model.release(key)
        try:
            with territory(key[0]):
                answer = held.release(held=row, by=self.scene.kpu, now=self.now)
        except held.DecisionRefused as refused:
            answer = Answer(key[1], "quarantined", refused.code)
        self._same([expected], [found.told(answer)])

    @rule(seconds=st.sampled_from([60, 3600, DAY]))
    def let_time_pass(self, seconds):
        self.now += dt.timedelta(seconds=seconds)

    @precondition(lambda self: len(self.recorded) > 12 and self.now < NOW + dt.timedelta(days=12))
    @rule()
    def let_coklit_end(self):
        self.now += dt.timedelta(days=12)

    @precondition(lambda self: len(self.recorded) > 16 and not self.model.sealed)
    @rule()
    def seal_the_stage(self):
        self.model.sealed = self.now
        Stage.objects.filter(election=self.scene.election, kind="coklit").update(sealed_at=self.now)

    @rule()
    def recount(self):
        roll_up(now=self.now)

    # What must be so.

    def compare(self, expected, reply):
        """The answer to an upload."""
        said = reply.json()
        if expected is None:
            assert (reply.status_code, said["status"], said["results"]) == (202, "stored", [])
            assert all((said["receipt"], reply["Retry-After"]))
        else:
            assert (reply.status_code, said["status"]) == (200, "applied")
            self._same(expected, [found.told_in_json(one) for one in said["results"]])

    def compare_receipt(self, name, batch, reply):
        """The answer to the question what became of an upload; accepted and duplicate are not told apart there."""
        expected = self.model.answers[(name, batch)]
        assert (reply.status_code, reply.json()["status"]) == (
            (202, "stored") if expected is None else (200, "applied")
        )
        for one in reply.json()["results"]:
            statuses = {told.status for told in expected if told.id == one["id"]}
            assert one["status"] in statuses | ({"accepted"} if "duplicate" in statuses else set())

    def _same(self, expected, told):
        assert [(one.id, one.status, one.late) for one in expected] == [(one.id, one.status, one.late) for one in told]
        for mine, theirs in zip(expected, told, strict=True):
            assert theirs.problems <= mine.problems
            assert bool(theirs.problems) == bool(mine.problems)

    def teardown(self):
        """Everything gets through in the end; then the server is what the model is, and its counts add up."""
        try:
            if self.block and sys.exception() is None:
                self._settle()
                found.assert_same(self.model, self.scene.election, self.now)
                connection.check_constraints()
        finally:
            if self.block:
                transaction.set_rollback(True)
                self.block.__exit__(None, None, None)

    def _settle(self):
        for _ in range(12):
            for number in range(3):
                self._sync(number)
            self.let_the_worker_work()
        for number, phone in enumerate(self.phones):
            assert phone.queue.counts().waiting == 0
            sent = {own for own, (recorder, _, _) in self.recorded.items() if recorder == number}
            answered = phone.queue.answered("accepted", "duplicate", "conflict", "quarantined")
            assert {event.id for event, _ in answered} == sent


def _rewritten(event, pick):
    """The same event, as another app might write it."""
    moment = dt.datetime.fromisoformat(event["at"]).astimezone(dt.timezone(dt.timedelta(hours=pick % 9)))
    return dict(reversed({**event, "at": moment.isoformat(), "voter": event["voter"].upper()}.items()))


def _rules(election):
    stage = Stage.objects.get(election=election, kind="coklit")
    codes = list(OutcomeCode.objects.filter(election=election, stage="coklit"))
    allowed = {setter: {c.code for c in codes if getattr(c, f"by_{setter}")} for setter in ("pantarlih", "pps")}
    return Rules(stage.first_day, stage.last_day, allowed, {c.code for c in codes if c.proof})


@pytest.fixture
def machine(scene, settings, monkeypatch):
    """The machine at this scene. One bucket alone limits: it holds one token, and gets the next in 1000 seconds."""
    settings.SYNC_DEVICE_PER_MINUTE = settings.SYNC_KABKOTA_PER_SECOND = settings.SYNC_SYSTEM_PER_SECOND = 0
    settings.SYNC_APPLY_PER_SECOND = 0.001
    valkey = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])

    def set_clock(now):
        monkeypatch.setattr(clock, "now", now)

    yield type("SyncHere", (Sync,), {"scene": scene, "valkey": valkey, "set_clock": staticmethod(set_clock)})
    valkey.close()


def test_server_is_what_the_protocol_says(machine):
    run_state_machine_as_test(machine, settings=budget(max_examples=40, stateful_step_count=30, deadline=None))
