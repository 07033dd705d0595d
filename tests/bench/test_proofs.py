"""The proofs themselves: a proof that could not fail would prove nothing."""

import json
from random import Random

import pytest
from django.db import transaction

from bench.proofs.kills import TARGETS, planned
from bench.proofs.soak import FALLING, RISEN, scheduled
from bench.proofs.steadiness import Sample, faults
from bench.proofs.verdict import judged
from bench.proofs.work import UNREADABLE, Work, is_whole
from tests import scene as standing
from tests.scene import NOW
from tests.voters.sync.events import said, upload
from voters.models import CoklitEvent, CoklitResult, HeldEvent, SyncBatch
from voters.sync.client_queue import Event, Queue
from voters.sync.payload import BadEvent, read_event
from voters.sync.receive import receive_batch
from voters.terms import BatchState

VOTERS = [
    {"id": f"01990000-0000-7000-8000-{n:012d}", "nik": "6271990101800001", "nkk": "6271990101100001"}
    | {"birth_place": "PALANGKA RAYA", "address": "JL. CONTOH", "rt": 1, "rw": 2}
    for n in range(9)
]


@pytest.mark.unit
def test_kills_are_those_of_the_seed_and_take_every_part_in_turn():
    plan = planned(60, 600, Random(7))
    assert plan == planned(60, 600, Random(7)) != planned(60, 600, Random(8))
    assert [kill.at for kill in plan] == sorted(kill.at for kill in plan)
    assert all(8 <= [kill.target for kill in plan].count(target) <= 9 for target in TARGETS)


@pytest.mark.unit
def test_phone_that_was_killed_goes_on_with_the_same_work():
    work, again = (Work(seed=1, phone=3, events=500, seconds=60) for _ in range(2))
    assert work.moments == again.moments
    assert [work.event(n, VOTERS) for n in range(500)] == [again.event(n, VOTERS) for n in range(500)]
    assert work.due(-1) == 0 < work.due(30) < work.due(60) == 500


@pytest.mark.unit
def test_invented_results_are_readable_but_for_the_share_that_shall_not_be():
    work = Work(seed=1, phone=3, events=0, seconds=60)
    made = [{"id": VOTERS[0]["id"], "at": NOW.isoformat(), **work.event(n, VOTERS)} for n in range(4_000)]
    unreadable = sum(isinstance(read_event(json.dumps(one).encode()), BadEvent) for one in made)
    assert 0 < unreadable < 4_000 * UNREADABLE * 3
    assert {one["code"] for one in made} == {"0", "U", "B", "1"}


@pytest.mark.unit
def test_damaged_results_are_known_by_their_form():
    assert is_whole(b'{"corrected":{"rt":3}}')
    assert not is_whole(b'{"corrected":{"rt":3}')


@pytest.mark.unit
def test_evening_rises_stays_and_falls():
    moments = scheduled(10_000, 100, Random(7))
    assert moments == sorted(moments)
    early, late = (sum(begin <= one < begin + 10 for one in moments) for begin in (0, 90))
    peak = [
        sum(begin <= one < begin + 10 for one in moments) for begin in range(int(100 * RISEN), int(100 * FALLING), 10)
    ]
    assert max(early, late) < min(peak) / 2
    assert max(peak) < 1.2 * min(peak)


def samples(**last):
    steady = {"web": 300.0, "worker": 200.0, "sessions": 5, "idle": frozenset(), "stored": 0}
    return [Sample(float(at), **{**steady, **(last if at >= 80 else {})}) for at in range(0, 101, 5)]


STEADY = [(float(at), 60.0) for at in range(101)]


@pytest.mark.unit
def test_steady_evening_has_no_fault():
    assert faults(samples(), STEADY, 100) == []


@pytest.mark.unit
@pytest.mark.parametrize(
    ("last", "told"),
    [
        ({"web": 400.0}, "memory of web"),
        ({"worker": 400.0}, "memory of worker"),
        ({"idle": frozenset({"17/2024"})}, "a transaction stayed open"),
    ],
)
def test_what_grows_or_stays_open_is_told(last, told):
    assert faults(samples(**last), STEADY, 100)[0].startswith(told)


@pytest.mark.unit
def test_answers_that_grow_are_told():
    growing = [(float(at), 60.0 + at) for at in range(101)]
    assert faults(samples(), growing, 100)[0].startswith("answers grew")


@pytest.fixture
def scene(db):
    with transaction.atomic():
        return standing.build()


@pytest.fixture
def phone(scene, tmp_path):
    """A phone's file with three answered results, which the server has."""
    events = [said("0", voter.pk) for voter in scene.voters]
    file = tmp_path / "phone.db"
    queue = Queue(file)
    queue.record(Event(one["id"], str(scene.tps.pk), one["voter"], _bytes(one)) for one in events)
    sent = queue.pack(str(scene.tps.pk), after=0, upto=9, events=9, size=9_999)
    receipt = receive_batch(upload(scene.tps.pk, *events), device=scene.device, now=NOW)
    queue.take(sent, {answer.id: {"status": answer.status} for answer in receipt.answers})
    queue.close()
    return file


def _bytes(event):
    return json.dumps(event, separators=(",", ":")).encode()


def _wrong(phone):
    return [sentence.partition(": ")[0].partition(" ")[2] for sentence in judged([phone]).wrong]


@pytest.mark.integration
def test_verdict_of_an_undisturbed_day_is_clean(phone):
    verdict = judged([phone])
    assert verdict.wrong == []
    assert (verdict.numbers["results recorded"], verdict.numbers["in the ledger"]) == (3, 3)


@pytest.mark.integration
def test_verdict_finds_a_result_that_has_no_answer(phone, scene):
    queue = Queue(phone)
    queue.record([Event("e-4", str(scene.tps.pk), "v", b"{}")])
    queue.close()
    assert _wrong(phone) == ["results without an answer"]


@pytest.mark.integration
def test_verdict_finds_lost_results(phone, scene):
    queue = Queue(phone)
    queue.record([Event("e-4", str(scene.tps.pk), "v", b"{}")])
    queue.take(queue.pack(str(scene.tps.pk), after=0, upto=9, events=9, size=9_999), {"e-4": {"status": "accepted"}})
    queue.close()
    assert _wrong(phone)[0] == "LOST"


@pytest.mark.integration
def test_verdict_finds_results_of_nobody(phone, scene):
    (stranger,) = [said("1", scene.voters[0].pk)]
    receive_batch(upload(scene.tps.pk, stranger), device=scene.device, now=NOW)
    assert _wrong(phone) == ["results of nobody"]


@pytest.mark.integration
def test_verdict_finds_doubled_results(phone, scene):
    event = CoklitEvent.objects.order_by("pk")[0]
    batch = SyncBatch.objects.get()
    HeldEvent.objects.create(
        kabkota_id=event.kabkota_id, kind="quarantine", tps=scene.tps, raw=b'{"id":"%s"}' % str(event.pk).encode(),
        content_hash=bytes(16), pantarlih=scene.pantarlih, device=scene.device, batch=batch, received_at=NOW,
    )  # fmt: skip
    assert _wrong(phone) == ["DOUBLED"]


@pytest.mark.integration
def test_verdict_finds_uploads_that_still_wait(phone):
    SyncBatch.objects.update(state=BatchState.STORED)
    assert _wrong(phone) == ["uploads that still wait to be applied"]


@pytest.mark.integration
def test_verdict_finds_a_result_that_is_not_its_ledgers(phone):
    CoklitResult.objects.filter(voter=CoklitResult.objects.order_by("pk")[0].voter_id).update(code="3")
    assert "voters whose result is not what the ledger says" in _wrong(phone)
