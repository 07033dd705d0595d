"""The phone's half against a server that plays the protocol's answers over real HTTP."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from tests.voters.sync.phone_server import LIST, TPS, DropAfter, DropBefore, Said, applied, refused, stored, visit
from voters.sync.client_queue import Counts

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[3]


def test_client_works_without_django_and_without_this_project():
    program = (
        "import sys\n"
        "class Blocked:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name.partition('.')[0] in ('django', 'rest_framework', 'coklit', 'msgspec'):\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, Blocked())\n"
        "import voters.sync.client\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_sync_sends_the_envelope_of_the_protocol(server, phone):
    ids = visit(phone, 2)
    run = phone.sync_once()
    sent = server.uploads[0]
    assert sent.headers["authorization"] == "Bearer ck1_6271_x"
    assert sent.headers["content-encoding"] == "gzip"
    assert {name: sent.body[name] for name in sent.body if name not in ("batch", "events")} == {
        "tps": TPS, "sent_at": "2024-07-03T12:00:00+00:00", "app_version": "uji 1", "attempts": 1, "recorded": 2,
        "waiting": 2, "failed": 0,
    }  # fmt: skip
    assert sent.body["events"][0] == {
        "id": ids[0], "at": "2024-07-03T12:00:00+00:00", "base_revision": 0, "voter": "v0", "code": "0"
    }  # fmt: skip
    assert (run.answers, run.wait, phone.queue.counts().waiting) == ({"accepted": 2}, 0, 0)


@pytest.mark.parametrize("status", ["accepted", "duplicate", "conflict", "quarantined"])
def test_event_is_forgotten_after_its_final_answer(phone, server, status):
    server.otherwise = lambda asked: applied(asked, status)
    visit(phone)
    phone.sync_once()
    assert phone.queue.counts().waiting == 0


def test_quarantined_result_keeps_the_message(phone, server):
    server.play(lambda asked: applied(asked, "quarantined", problem="nik_taken", message="NIK sudah dipakai."))
    (own,) = visit(phone)
    phone.sync_once()
    ((event, answer),) = phone.queue.answered("quarantined")
    assert (event.id, answer["message"], phone.queue.counts().failed) == (own, "NIK sudah dipakai.", 1)


def test_retry_is_sent_again_in_a_new_batch(phone, server, time):
    server.play(lambda asked: applied(asked, "retry"))
    visit(phone)
    assert phone.sync_until_answered().answers == {"accepted": 1}
    first, second = server.uploads
    assert first.ids == second.ids
    assert first.body["batch"] != second.body["batch"]
    assert len(time.slept) == 1


@pytest.mark.parametrize("lost", [DropBefore, DropAfter])
def test_lost_answer_repeats_the_same_batch_with_the_same_events(phone, server, switch_on, lost):
    server.play(DropAfter, lost)
    visit(phone, 2)
    assert phone.sync_once().stopped == "no_answer"
    crashed = switch_on()
    visit(crashed)  # Newer results do not mix into the upload whose fate is unknown.
    crashed.sync_until_answered()
    first, *middle, again, newer = server.uploads
    assert (again.body["batch"], again.body["events"]) == (first.body["batch"], first.body["events"])
    assert len(middle) == (lost is DropAfter)
    assert again.body["attempts"] == 3
    assert newer.body["batch"] != first.body["batch"]
    assert newer.body["attempts"] == 1


def test_limits_of_the_server_are_kept(phone, server):
    server.play(Said(200, LIST))
    phone.download(TPS)
    visit(phone, 7)
    server.asked.clear()
    phone.sync_once()
    assert [len(one.ids) for one in server.uploads] == [3, 3, 1]


def test_bytes_are_kept_within_the_limit(phone, server):
    phone.queue.remember(limits={"events": 1000, "bytes": 3000})
    visit(phone, 20, padding="x" * 400)
    phone.sync_until_answered()
    assert len(server.uploads) > 1
    assert all(len(one.raw) <= 3000 for one in server.uploads)


def test_too_large_is_divided_and_its_limit_learned(phone, server):
    server.play(refused(413, "too_large", limit=1500))
    ids = visit(phone, 8)
    phone.sync_once()
    assert [one.ids for one in server.uploads[:3]] == [ids, ids[:4], ids[4:]]
    assert phone.queue.fact("limits")["bytes"] == 1500


def test_proxy_that_finds_one_event_too_large_sets_nothing_aside(phone, server):
    server.play(Said(413, b"<html>"))
    visit(phone)
    assert phone.sync_once().stopped == "413"
    assert phone.queue.counts().waiting == 1


def test_unreadable_batch_is_halved_down_to_the_event_that_breaks_it(phone, server):
    ids = visit(phone, 5)
    (bad,) = visit(phone, 1, position={"latitude": float("nan")})
    ids += [bad, *visit(phone, 5)]
    server.otherwise = lambda asked: refused(400, "unreadable", position=9) if b"NaN" in asked.raw else applied(asked)
    run = phone.sync_once()
    assert run.answers == {"accepted": 10, "unreadable": 1}
    ((event, answer),) = phone.queue.answered("unreadable")
    assert (event.id, answer["error"]) == (bad, "unreadable")
    assert phone.queue.counts() == Counts(recorded=11, waiting=0, failed=1)
    arrived = [own for one in server.uploads if b"NaN" not in one.raw for own in one.ids]
    assert arrived == [own for own in ids if own != bad]


def test_envelope_at_fault_sets_no_event_aside(phone, server):
    server.play(refused(400, "unreadable", field="$.sent_at"))
    visit(phone, 2)
    run = phone.sync_once()
    assert (run.stopped, len(server.uploads), phone.queue.counts().waiting) == ("unreadable", 1, 2)


def test_bad_encoding_is_repeated_and_then_sent_plain(phone, server):
    server.play(refused(400, "bad_encoding"), refused(400, "bad_encoding"))
    visit(phone)
    assert phone.sync_once().answers == {"accepted": 1}
    assert ["content-encoding" in one.headers for one in server.uploads] == [True, True, False]


def test_server_that_knows_no_gzip_gets_plain_from_then_on(phone, server):
    server.play(refused(415, "unknown_encoding"))
    visit(phone)
    phone.sync_once()
    visit(phone)
    phone.sync_once()
    assert ["content-encoding" in one.headers for one in server.uploads] == [True, False, False]


@pytest.mark.parametrize(
    "portal",
    [
        Said(200, b"<html>Sign in to the hotel's network</html>"),
        Said(200, {"status": "applied"}),
        Said(200, {}),
        Said(200, b""),
        Said(204),
        Said(302, b"", {"Location": "http://portal.invalid/"}),
        Said(304),
        Said(403, b"<html>"),
        Said(200, {"batch": "another", "status": "applied", "results": []}),
    ],
)
def test_what_is_not_the_typed_body_is_no_answer(phone, server, portal):
    server.play(portal)
    visit(phone)
    run = phone.sync_once()
    assert (run.stopped, phone.queue.counts().waiting, phone.queue.fact("no_answer")) == ("no_answer", 1, 1)


def test_answers_for_other_ids_change_nothing(phone, server):
    strange = {"id": "01990000-0000-7000-8000-00000000ffff", "status": "accepted"}

    def passing_over(asked):
        own = {"id": asked.ids[0], "status": "accepted"}
        unknown = {"id": asked.ids[1], "status": "loved"}
        return Said(200, {"batch": asked.body["batch"], "status": "applied", "results": [strange, "x", own, unknown]})

    server.play(passing_over)
    ids = visit(phone, 3)
    assert phone.sync_once().answers == {"accepted": 1}
    phone.sync_until_answered()
    assert [one.ids for one in server.uploads[1:]] == [[ids[1]], [ids[2]]]


def test_event_whose_id_the_server_cannot_read_gets_its_answer_alone(phone, server):
    unnamed = {"id": "", "status": "quarantined", "problem": "bad_value", "field": "events[1]"}

    def one_unnamed(asked):
        named = [{"id": own, "status": "accepted"} for own in asked.ids if own != bad]
        return Said(200, {"batch": asked.body["batch"], "status": "applied", "results": [*named, unnamed]})

    ids = visit(phone, 3)
    bad = ids[1]
    server.play(one_unnamed, one_unnamed)
    phone.sync_until_answered()
    ((event, answer),) = phone.queue.answered("quarantined")
    assert (event.id, answer["problem"]) == (bad, "bad_value")


def test_stored_upload_is_asked_for_after_its_time(phone, server, time):
    server.play(lambda asked: stored(asked, 90))
    (own,) = visit(phone)
    run = phone.sync_once()
    assert (run.stored, run.wait, phone.queue.counts().waiting) == (1, 90, 1)
    assert phone.sync_once().wait == 90
    assert len(server.asked) == 1
    batch = server.uploads[0].body["batch"]
    server.play(
        Said(200, {"batch": batch, "status": "stored", "results": []}, {"Retry-After": "30"}),
        Said(200, {"batch": batch, "status": "applied", "results": [{"id": own, "status": "accepted"}]}),
    )
    assert phone.sync_until_answered().answers == {"accepted": 1}
    assert [one.path for one in server.asked[1:]] == [f"/api/v1/batches/{batch}"] * 2
    assert time.slept == [90, 30]


@pytest.mark.parametrize("fate", ["retry", "unknown"])
def test_stored_upload_that_could_not_be_applied_is_sent_again(phone, server, fate):
    server.play(stored)
    ids = visit(phone, 2)
    phone.sync_once()
    batch = server.uploads[0].body["batch"]
    again = {"batch": batch, "status": "applied", "results": [{"id": own, "status": "retry"} for own in ids]}
    server.play(Said(200, again) if fate == "retry" else refused(404, "unknown_batch"))
    phone.sync_until_answered()
    assert [one.ids for one in server.uploads] == [ids, ids]
    assert server.uploads[1].body["batch"] != batch


def test_newer_results_go_up_while_older_ones_are_stored(phone, server):
    server.play(stored)
    visit(phone)
    phone.sync_once()
    newer = visit(phone)
    assert phone.sync_once().answers == {"accepted": 1}
    assert server.uploads[1].ids == newer


@pytest.mark.parametrize(
    "said",
    [
        refused(429, "too_often", retry_after=77),
        refused(503, "busy", retry_after=77),
        Said(503, b"<html>", {"Retry-After": "77"}),
    ],
)
def test_run_ends_at_the_first_no_of_the_server_and_waits_as_told(phone, server, time, said):
    server.play(said)
    visit(phone)
    phone.record("01990000-0000-7000-8000-000000000008", {"voter": "w", "code": "0"})
    run = phone.sync_once()
    assert run.wait >= 77
    assert phone.sync_once().stopped == run.stopped
    assert len(server.asked) == 1
    assert phone.sync_until_answered().answers == {"accepted": 2}
    assert sum(time.slept) >= 77


def test_wait_survives_a_crash_and_ends_when_the_clock_is_put_back(phone, server, switch_on, time):
    server.play(refused(503, "busy", retry_after=300))
    visit(phone)
    phone.sync_once()
    assert switch_on().sync_once().stopped == "busy"
    time.now -= dt.timedelta(days=1)
    assert switch_on().sync_once().answers == {"accepted": 1}


def test_waits_grow_up_to_ten_minutes_and_begin_anew_after_success(phone, server, time):
    server.play(*[Said(500)] * 40)
    visit(phone)
    phone.sync_until_answered()
    assert len(time.slept) == 40
    assert all(wait <= min(600, 2**n) for n, wait in enumerate(time.slept, start=1))
    assert max(time.slept) > 300
    server.play(Said(500))
    visit(phone)
    assert phone.sync_once().wait <= 2


@pytest.mark.parametrize(("status", "error"), [(401, "unknown_device"), (403, "device_unconfirmed")])
def test_phone_that_may_not_enter_stops_and_tells(phone, server, time, status, error):
    server.otherwise = lambda _: refused(status, error)
    visit(phone)
    run = phone.sync_until_answered()
    assert (run.stopped, run.message, phone.queue.counts().waiting, time.slept) == (error, "…", 1, [])


def test_tps_of_somebody_else_does_not_hold_up_the_others(phone, server):
    phone.record("01990000-0000-7000-8000-000000000008", {"voter": "w", "code": "0"})
    visit(phone)
    server.play(refused(403, "not_your_tps"))
    run = phone.sync_until_answered()
    assert (run.not_ours, run.answers) == (["01990000-0000-7000-8000-000000000008"], {"accepted": 1})
    assert phone.queue.counts().waiting == 1


def test_event_never_changes_after_it_was_recorded(phone):
    (own,) = visit(phone)
    event = phone.queue.open_events(TPS)[0]
    phone.queue.record([event])
    with pytest.raises(ValueError, match="never changes"):
        phone.record(TPS, {"id": own, "voter": "v0", "code": "1"})
    assert phone.queue.counts().recorded == 1
