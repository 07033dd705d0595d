"""The phones' downloads: what is answered to whom, in which form."""

import datetime as dt

import pytest

from coklit import clock
from tests.scene import FOREIGN_KELURAHAN, KOTA, NOW, make_tps, make_voter
from tests.voters.api.calls import get, said, send, upload
from voters import notices
from voters.access import territory
from voters.models import Assignment, OutcomeCode, Voter
from voters.placement import new_id
from voters.sync.payload import MAX_BYTES

pytestmark = pytest.mark.integration

LIMITS = {"events": 1000, "bytes": MAX_BYTES}


def test_phone_is_told_its_open_tps_only(client, scene):
    second = make_tps(scene.election, number=2)
    Assignment.objects.create(kabkota_id=KOTA, pantarlih=scene.pantarlih, tps=second, from_day=NOW.date())
    closed = make_tps(scene.election, number=3)
    Assignment.objects.create(
        kabkota_id=KOTA, pantarlih=scene.pantarlih, tps=closed, from_day=NOW.date(), to_day=NOW.date()
    )
    expected = [
        {"id": str(tps.pk), "number": number, "kelurahan": "62.71.01.1001", "kelurahan_name": "Pahandut", "revision": 0}
        for number, tps in ((1, scene.tps), (2, second))
    ]
    answer = get(client, "tps", scene.token).json()
    assert dt.datetime.fromisoformat(answer.pop("next_sync_at")) > clock.now()
    assert answer == {"tps": expected, "limits": LIMITS}


def test_list_holds_whole_voters_with_codes_and_limits(client, scene):
    voter = scene.voters[0]
    answer = get(client, f"tps/{scene.tps.pk}/voters", scene.token).json()
    assert (answer["tps"], answer["revision"]) == (str(scene.tps.pk), 0)
    assert [code["code"] for code in answer["codes"]] == ["0", "1", "3", "6", "7", "B", "U"]
    assert answer["limits"] == LIMITS
    assert len(answer["voters"]) == 3
    row = next(row for row in answer["voters"] if row["id"] == str(voter.pk))
    assert (row["nik"], row["nkk"], row["name"], row["dpid"]) == (voter.nik, voter.nkk, voter.name, voter.dpid)
    assert (row["birth_day"], row["listed"], row["code"], row["corrected"]) == (
        *(voter.birth_day.isoformat(), True, None, None),
    )


def test_list_comes_in_door_to_door_order(client, scene):
    Voter.objects.all().delete()
    places = [(2, 1, "D", "1"), (1, 2, "C", "1"), (1, 1, "B", "2"), (1, 1, "A", "2"), (1, 1, "Z", "1")]
    for rw, rt, name, family in places:
        make_voter(scene.tps, rw=rw, rt=rt, name=name, nkk=family * 16)
    answer = get(client, f"tps/{scene.tps.pk}/voters", scene.token).json()
    assert [row["name"] for row in answer["voters"]] == ["Z", "A", "B", "C", "D"]


def test_list_tells_results_and_leaves_out_who_was_taken_back(client, scene):
    new, gone = said("B"), said("B")
    gone["new"] = {**gone["new"], "nik": "6271990101800009"}
    changed = said("U", scene.voters[0].pk, corrected={"rt": 9})
    send(client, upload(scene.tps.pk, new, gone, changed, said("X", gone["voter"])), scene.token)
    answer = get(client, f"tps/{scene.tps.pk}/voters", scene.token).json()
    rows = {row["id"]: row for row in answer["voters"]}
    assert (len(rows), answer["revision"]) == (4, 4)
    assert (rows[new["voter"]]["code"], rows[new["voter"]]["listed"]) == ("B", False)
    row = rows[str(scene.voters[0].pk)]
    assert (row["code"], row["corrected"], row["revision"], row["rt"]) == ("U", {"rt": 9}, 3, 1)


def test_list_of_another_tps_is_answered_404(client, scene):
    other = make_tps(scene.election, number=2)
    foreign = make_tps(scene.election, FOREIGN_KELURAHAN)
    for tps in (other.pk, foreign.pk, new_id()):
        response = get(client, f"tps/{tps}/voters", scene.token)
        assert (response.status_code, response.json()["error"]) == (404, "not_your_tps")


def test_list_of_a_closed_assignment_is_answered_404(client, scene):
    Assignment.objects.filter(kabkota_id=KOTA).update(to_day=NOW.date())
    assert get(client, f"tps/{scene.tps.pk}/voters", scene.token).status_code == 404


def test_switched_code_is_offered_at_once(client, scene):
    OutcomeCode.objects.filter(election=scene.election, code="4").update(by_pantarlih=True)
    answer = get(client, f"tps/{scene.tps.pk}/voters", scene.token).json()
    assert "4" in [code["code"] for code in answer["codes"]]


@pytest.mark.parametrize("voters", [1, 3])
def test_queries_of_the_list_do_not_grow_with_the_voters(client, scene, voters, django_assert_num_queries):
    Voter.objects.exclude(pk__in=[voter.pk for voter in scene.voters[:voters]]).delete()
    # Token; scope in a savepoint; assignment with TPS and election; notes; codes; days; voters.
    with django_assert_num_queries(9):
        get(client, f"tps/{scene.tps.pk}/voters", scene.token)


def test_list_that_did_not_change_is_answered_304(client, scene):
    address = f"tps/{scene.tps.pk}/voters"
    first = get(client, address, scene.token)
    assert first["Cache-Control"] == "private, no-cache"
    for tag in (first["ETag"], f"W/{first['ETag']}", f'"other", {first["ETag"]}'):
        response = get(client, address, scene.token, **{"If-None-Match": tag})
        assert (response.status_code, response.content, response["ETag"]) == (304, b"", first["ETag"])
    with territory(KOTA):
        notices.give(kelurahan=scene.tps.kelurahan, text="Datang malam hari.", by=scene.pps, now=clock.now())
    changed = get(client, address, scene.token, **{"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed.json()["notices"][0]["text"]) == (200, "Datang malam hari.")
    send(client, upload(scene.tps.pk, said("0", scene.voters[0].pk)), scene.token)
    again = get(client, address, scene.token, **{"If-None-Match": changed["ETag"]})
    assert again.status_code == 200


def test_list_after_a_cursor_is_what_changed(client, scene):
    address = f"tps/{scene.tps.pk}/voters"
    cursor = get(client, address, scene.token).json()["cursor"]
    send(client, upload(scene.tps.pk, said("0", scene.voters[0].pk)), scene.token)
    answer = get(client, f"{address}?after={cursor}", scene.token).json()
    assert (answer["whole"], [row["id"] for row in answer["voters"]]) == (False, [str(scene.voters[0].pk)])
    for nonsense in ("1-999", "x", "%00", "1" * 3000):
        assert get(client, f"{address}?after={nonsense}", scene.token).json()["whole"] is True


def test_list_is_compressed_for_who_accepts_it(client, scene):
    response = get(client, f"tps/{scene.tps.pk}/voters", scene.token, **{"Accept-Encoding": "gzip"})
    assert (response["Content-Encoding"], response["ETag"][:3]) == ("gzip", 'W/"')
