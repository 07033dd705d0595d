"""Held results: seen by those who decide, masked, released when the rule has changed, set aside with a note."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import scene as standing
from tests.voters.admin.waiting import held_for_code, held_new, late, send
from tests.voters.sync.events import PERSON, said
from voters.models import CoklitEvent, CoklitResult, HeldEvent, OutcomeCode, TrailEntry, Voter
from voters.sync.judge import TEXTS, Problem
from voters.terms import HeldState

pytestmark = pytest.mark.integration

LIST = "/admin/voters/heldevent/"


def page_of(held, name="change"):
    return f"{LIST}{held.pk}/{name}/"


def allow_5(scene):
    OutcomeCode.objects.filter(election=scene.election, stage="coklit", code="5").update(by_pantarlih=True)


def release_all(client, *held):
    return client.post(LIST, {"action": "release_selected", "_selected_action": [one.pk for one in held]}, follow=True)


def test_list_shows_what_waits_with_problem_voter_and_pantarlih(scene, enter):
    held_for_code(scene)
    page = enter(scene.pps).get(LIST).text
    for text in (str(TEXTS[Problem.CODE_NOT_ALLOWED]), scene.voters[0].name, scene.pantarlih.name, "Pahandut"):
        assert text in page


def test_list_names_no_voter_whom_the_office_may_not_see(scene, enter):
    far = standing.make_tps(scene.election, standing.FAR_KELURAHAN)
    elsewhere = standing.make_voter(far, name="ORANG SEBERANG")
    held_for_code(scene, elsewhere)
    gone = standing.make_voter(scene.tps, name="ORANG TERHAPUS", listed=False, dpid=None)
    held_for_code(scene, gone)
    Voter.objects.filter(kabkota_id=gone.kabkota_id, pk=gone.pk).update(deleted_at=standing.NOW)
    of_pps, of_kpu = (enter(user).get(LIST) for user in (scene.pps, scene.kpu))
    assert of_pps.context["cl"].result_count == of_kpu.context["cl"].result_count == 2
    assert ("ORANG SEBERANG" in of_pps.text, "ORANG SEBERANG" in of_kpu.text) == (False, True)
    assert "ORANG TERHAPUS" not in of_pps.text + of_kpu.text


def test_list_opens_on_what_waits_and_shows_the_decided_on_request(scene, enter):
    client, held = enter(scene.pps), held_for_code(scene)
    HeldEvent.objects.filter(kabkota_id=held.kabkota_id, pk=held.pk).update(state=HeldState.DISCARDED)
    assert scene.voters[0].name not in client.get(LIST).text
    for state in ("discarded", "semua"):
        assert scene.voters[0].name in client.get(LIST, {"keadaan": state}).text


def test_list_narrows_by_problem_tps_and_pantarlih(scene, enter):
    client, held = enter(scene.pps), held_for_code(scene)
    send(scene, said("0", uuid4()))
    assert client.get(LIST).context["cl"].result_count == 2
    found = {"masalah": "code_not_allowed"}, {"tps": held.tps_id, "masalah": "unknown_voter"}, {"pantarlih": uuid4()}
    assert [client.get(LIST, query).context["cl"].result_count for query in found] == [1, 1, 0]


def test_summary_says_how_many_wait_for_which_reason(scene, enter):
    send(scene, *(said("5", voter.pk) for voter in scene.voters), said("0", uuid4()))
    client = enter(scene.pps)
    summed = client.get(LIST).context["problems"]
    assert [(n, problem) for _text, n, problem in summed] == [("3", "code_not_allowed"), ("1", "unknown_voter")]


def test_late_results_are_not_among_the_held(scene, enter):
    held = late(scene)
    client = enter(scene.kpu)
    assert scene.voters[0].name not in client.get(LIST).text
    assert client.get(page_of(held)).status_code == 302
    assert client.post(page_of(held, "lepaskan")).status_code == 404


@pytest.mark.parametrize("name", ["ppk", "kpu_province", "kpu_ri", "bawaslu"])
def test_offices_that_do_not_decide_see_nothing(scene, enter, name):
    held = held_for_code(scene)
    client = enter(getattr(scene, name))
    assert client.get(LIST).status_code == 403
    assert client.post(page_of(held, "lepaskan")).status_code == 404
    assert HeldEvent.objects.get().state == HeldState.WAITING


def test_foreign_office_neither_sees_nor_decides(scene, enter):
    held = held_for_code(scene)
    client = enter(scene.foreign_kpu)
    assert scene.voters[0].name not in client.get(LIST).text
    assert client.get(page_of(held)).status_code == 302
    for name in ("lepaskan", "sisihkan"):
        assert client.post(page_of(held, name), {"note": "x"}).status_code == 404
    allow_5(scene)
    release_all(client, held)
    assert HeldEvent.objects.get().state == HeldState.WAITING


def test_detail_shows_what_the_phone_said_beside_what_stands(scene, enter):
    voter = scene.voters[0]
    held = send(scene, {**said("U", voter.pk, corrected={"rt": 7, "birth_day": "1990-02-03"}), "salah": 1})[0]
    table = enter(scene.pps).get(page_of(held)).context["table"]["rows"]
    rows = {label: (told, now) for label, told, now in table}
    assert rows["RT"] == ("7", str(voter.rt))
    assert len(rows) == 3


def test_numbers_of_a_held_result_are_masked_everywhere(scene, enter):
    held = held_new(scene, {**PERSON, "nik": PERSON["nik"] + "9"})
    page = enter(scene.pps).get(page_of(held)).text
    assert "6271" + "•" * 12 in page
    assert PERSON["name"] in page
    for number in (PERSON["nik"], PERSON["nkk"]):
        assert number not in page


def test_event_that_is_hardly_one_is_still_shown(scene, enter):
    held = send(scene, {"id": 3, "voter": None, "code": "B", "new": {"name": "A\x00B\ud800", "rt": [], "nik": 6271}})[0]
    page = enter(scene.pps).get(page_of(held))
    assert page.status_code == 200
    assert page.context["said"].reason
    assert page.context["correct"]


def test_release_applies_once_the_rule_has_changed(scene, enter):
    client, held = enter(scene.pps), held_for_code(scene)
    refused = client.post(page_of(held, "lepaskan"))
    assert refused.context["form"].non_field_errors() == [str(TEXTS[Problem.CODE_NOT_ALLOWED])]
    assert (CoklitEvent.objects.count(), HeldEvent.objects.get().state) == (0, HeldState.WAITING)
    allow_5(scene)
    assert client.post(page_of(held, "lepaskan"), {"note": "kode dibuka"}).status_code == 302
    event, result = CoklitEvent.objects.get(), CoklitResult.objects.get()
    assert (event.pk, event.by_pantarlih_id, result.code, result.synced) == (held.pk, scene.pantarlih.pk, "5", True)
    entry = TrailEntry.objects.get(verb="held_applied")
    assert (entry.by_user, entry.reason) == (scene.pps.pk, "kode dibuka")


def test_result_is_set_aside_with_a_note_only(scene, enter):
    client, held = enter(scene.pps), held_for_code(scene)
    assert client.post(page_of(held, "sisihkan"), {"note": " "}).context["form"].errors
    assert client.post(page_of(held, "sisihkan"), {"note": "salah orang"}).status_code == 302
    row = HeldEvent.objects.get()
    assert (row.state, row.note, row.settled_by_id) == (HeldState.DISCARDED, "salah orang", scene.pps.pk)


def test_decided_result_is_not_decided_again(scene, enter):
    client, held = enter(scene.pps), held_for_code(scene)
    client.post(page_of(held, "sisihkan"), {"note": "salah orang"})
    allow_5(scene)
    assert client.post(page_of(held, "lepaskan")).context["form"].non_field_errors()
    assert not client.get(page_of(held)).context["acts"]
    assert CoklitEvent.objects.count() == 0


def test_selected_are_released_and_those_that_cannot_say_why(scene, enter):
    first, second, third = send(scene, *(said("5", voter.pk) for voter in scene.voters[:2]), said("0", uuid4()))
    allow_5(scene)
    told = [str(one) for one in release_all(enter(scene.pps), first, second, third).context["messages"]]
    states = list(HeldEvent.objects.order_by("problem").values_list("problem", "state"))
    assert states == [("code_not_allowed", "applied")] * 2 + [("unknown_voter", "waiting")]
    assert CoklitResult.objects.count() == 2
    assert len(told) == 2
    assert str(TEXTS[Problem.UNKNOWN_VOTER]) in told[1]


def test_bulk_release_is_bounded_and_says_that_there_are_more(scene, enter, monkeypatch):
    monkeypatch.setattr("voters.admin.decisions.AT_ONCE", 2)
    held = send(scene, *(said("5", voter.pk) for voter in scene.voters))
    allow_5(scene)
    told = release_all(enter(scene.pps), *held).context["messages"]
    assert HeldEvent.objects.filter(state=HeldState.APPLIED).count() == 2
    assert len(told) == 2


def test_bulk_release_locks_every_tps_in_the_order_of_all_writers_before_it_decides(scene, enter):
    held = send(scene, *(said("5", voter.pk) for voter in scene.voters[:2]))
    client = enter(scene.pps)
    allow_5(scene)
    texts = []

    def note(execute, statement, *more):
        texts.append(statement)
        return execute(statement, *more)

    # A prepared statement stands in Django's log without its text.
    with connection.execute_wrapper(note):
        release_all(client, *held)
    locks = [n for n, text in enumerate(texts) if "voters_tps" in text and "FOR NO KEY UPDATE" in text]
    raised = [n for n, text in enumerate(texts) if "UPDATE voters_tps" in text]
    assert (len(locks), len(raised)) == (1, 2)
    assert texts[locks[0]].startswith('SELECT "voters_tps"."id"')
    assert "ORDER BY 1 ASC" in texts[locks[0]]
    assert locks[0] < raised[0]


def test_bulk_release_costs_the_same_for_each(scene, enter):
    allow_5(scene)
    OutcomeCode.objects.filter(election=scene.election, code="5").update(by_pantarlih=False)
    held = send(scene, *(said("5", voter.pk) for voter in scene.voters))
    client = enter(scene.pps)
    allow_5(scene)
    costs = []
    for some in (held[:1], held[1:]):
        with CaptureQueriesContext(connection) as queries:
            release_all(client, *some)
        costs.append(len(queries))
    per_event = (costs[1] - costs[0]) / (len(held) - 2)
    assert 0 < per_event < 30


def test_navigation_says_how_many_wait(scene, enter):
    assert enter(scene.pps).get(LIST).status_code == 200
    send(scene, *(said("5", voter.pk) for voter in scene.voters))
    page = enter(scene.pps).get(LIST)
    badges = {
        item["link"]: item.get("badge") for group in page.context["sidebar_navigation"] for item in group["items"]
    }
    assert badges[LIST] == "3"
    assert standing.KOTA not in str(badges)
