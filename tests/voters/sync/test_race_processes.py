"""Twenty-four processes at once, as several servers are: each event once, whoever was first."""

import multiprocessing
from collections import Counter

import pytest

from tests.scene import KOTA, NOW, make_tps, make_voters
from tests.voters.sync import racer
from tests.voters.sync.events import PERSON, said, upload
from voters.models import Assignment, Change, CoklitEvent, CoklitResult, HeldEvent, SyncBatch, Tps, Voter
from voters.sync.receive import receive_batch
from voters.sync.replay import check
from voters.tasks import apply_stored_batches

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PROCESSES = 24


@pytest.fixture(scope="module")
def racers(django_db_setup):
    """The processes, on this run's database, by their pipes."""
    forking = multiprocessing.get_context("forkserver")
    # Nothing of this process goes along, above all no connection.
    forking.set_forkserver_preload(["tests.voters.sync.racer"])
    start = forking.Barrier(PROCESSES)
    pipes = [forking.Pipe() for _ in range(PROCESSES)]
    started = [forking.Process(target=racer.serve, args=(theirs, start)) for _, theirs in pipes]
    for process in started:
        process.start()
    yield [ours for ours, _ in pipes]
    for ours, _ in pipes:
        ours.send(None)
    for process in started:
        process.join(timeout=60)
    assert [process.exitcode for process in started] == [0] * PROCESSES


def race(racers, act, *arguments):
    """Let every process do it with its own arguments at one moment; gives what came of it, in order."""
    for pipe, own in zip(racers, arguments, strict=True):
        pipe.send((act, own))
    assert all(pipe.poll(120) for pipe in racers), "A process does not answer; its words stand above."
    return [pipe.recv() for pipe in racers]


def sent(device, *bodies):
    return device.pk, bodies


def apply_what_waits():
    while SyncBatch.objects.filter(state="stored").exists():
        assert apply_stored_batches()


def answered(outcomes):
    """Ids by status, of all uploads that were applied at once."""
    return Counter((own, status) for told in outcomes for answers in told for own, status in answers or [])


def test_same_upload_from_all_processes_is_counted_once(scene, racers):
    voters = [*scene.voters, *make_voters(scene.tps, 47)]
    events = [said("0", voter.pk) for voter in voters]
    outcomes = race(racers, racer.receive, *[sent(scene.device, upload(scene.tps.pk, *events))] * PROCESSES)
    apply_what_waits()
    told = answered(outcomes)
    assert {status for _, status in told} <= {"accepted", "duplicate"}
    assert all(told[one["id"], "accepted"] <= 1 for one in events)
    assert {str(one) for one in CoklitEvent.objects.values_list("pk", flat=True)} == {one["id"] for one in events}
    assert (CoklitEvent.objects.count(), CoklitResult.objects.count()) == (50, 50)
    assert SyncBatch.objects.filter(state="applied").count() == PROCESSES
    assert check(KOTA).differing == 0


def test_overlapping_uploads_from_all_processes_leave_each_event_once(scene, racers):
    voters = [*scene.voters, *make_voters(scene.tps, 117)]
    events = [said(code, voter.pk) for voter, code in zip(voters, "01" * 60, strict=True)]
    # Each process sends two parts that others send as well, every other one of them backwards.
    twice = events * 2
    parts = [[twice[start : start + 20][:: 1 - 2 * (n % 2)] for start in (5 * n, 5 * n + 60)] for n in range(PROCESSES)]
    orders = [sent(scene.device, *[upload(scene.tps.pk, *part) for part in two]) for two in parts]
    outcomes = race(racers, racer.receive, *orders)
    apply_what_waits()
    told = answered(outcomes)
    assert {status for _, status in told} <= {"accepted", "duplicate"}
    assert all(told[one["id"], "accepted"] <= 1 for one in events)
    assert (CoklitEvent.objects.count(), CoklitResult.objects.count()) == (120, 120)
    assert CoklitEvent.objects.values("revision").distinct().count() == 120
    assert Change.objects.count() <= 2 * PROCESSES
    assert Tps.objects.get(kabkota_id=KOTA, pk=scene.tps.pk).revision == 20 * 2 * PROCESSES
    assert check(KOTA).differing == 0


def test_same_events_for_two_tps_at_once_are_applied_in_one_of_them(scene, racers):
    other = make_tps(scene.election, number=2)
    Assignment.objects.create(kabkota_id=KOTA, pantarlih=scene.pantarlih, tps=other, from_day=NOW.date())
    new = [said("B", new={**PERSON, "nik": f"62719901018000{number:02d}"}) for number in range(20)]
    bodies = [upload(tps.pk, *new) for tps in (scene.tps, other)]
    outcomes = race(racers, racer.receive, *[sent(scene.device, bodies[n % 2]) for n in range(PROCESSES)])
    apply_what_waits()
    told = answered(outcomes)
    assert {status for _, status in told} <= {"accepted", "duplicate"}
    assert all(told[one["id"], "accepted"] <= 1 for one in new)
    assert (CoklitEvent.objects.count(), CoklitResult.objects.count(), HeldEvent.objects.count()) == (20, 20, 0)
    where = dict(Voter.objects.filter(listed=False).values_list("pk", "tps_id"))
    assert where == dict(CoklitEvent.objects.values_list("voter_id", "tps_id"))
    assert check(KOTA).differing == 0


def test_held_event_released_by_all_processes_is_let_in_once(scene, racers):
    event = said("0", scene.voters[0].pk, at="2023-01-01T12:00:00+07:00")
    (told,) = receive_batch(upload(scene.tps.pk, event), device=scene.device, now=NOW).answers
    assert (told.status, told.late) == ("accepted", True)
    outcomes = race(racers, racer.let_in, *[(event["id"], scene.kpu.pk)] * PROCESSES)
    assert Counter(outcomes) == {"accepted": 1, "decided": PROCESSES - 1}
    assert [str(one) for one in CoklitEvent.objects.values_list("pk", flat=True)] == [event["id"]]
    assert HeldEvent.objects.get().state == "applied"
    assert check(KOTA).differing == 0
