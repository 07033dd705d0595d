"""The phones' HTTP doors: what is answered to whom, in which form."""

import json

import pytest
from django.core.management import call_command
from django.db import connections

from tests.scene import FOREIGN_KELURAHAN, KOTA, NOW, make_device, make_pantarlih, make_tps, make_voter
from tests.voters.sync.events import said, upload
from voters import devices
from voters.models import Assignment, CoklitEvent, OutcomeCode, SyncBatch, Voter
from voters.placement import new_id
from voters.sync.payload import MAX_BYTES as MAX_BODY_BYTES

pytestmark = pytest.mark.integration


def headers(token):
    return {"Authorization": f"Bearer {token}"} if token else {}


def send(client, body, token):
    return client.post("/api/v1/batches", body, content_type="application/json", headers=headers(token))


def get(client, address, token):
    return client.get(f"/api/v1/{address}", headers=headers(token))


def test_upload_is_applied_and_answered(client, scene):
    said_here, unknown = said("0", scene.voters[0].pk), said("0", new_id())
    body = upload(scene.tps.pk, said_here, unknown)
    response = send(client, body, scene.token)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    answer = response.json()
    assert (answer["batch"], answer["status"]) == (json.loads(body)["batch"], "applied")
    accepted, refused = answer["results"]
    assert accepted == {"id": said_here["id"], "status": "accepted"}
    assert refused.pop("message")
    assert refused == {
        **{"id": unknown["id"], "status": "quarantined", "problem": "unknown_voter", "field": "voter"},
    }


def test_upload_sent_again_is_answered_duplicate(client, scene):
    body = upload(scene.tps.pk, said("0", scene.voters[0].pk))
    send(client, body, scene.token)
    response = send(client, body, scene.token)
    assert [one["status"] for one in response.json()["results"]] == ["duplicate"]
    assert CoklitEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_upload_that_cannot_be_applied_is_answered_202(client, scene):
    with connections["owner"].cursor() as owner:
        owner.execute("ALTER TABLE voters_coklitresult ADD CONSTRAINT broken CHECK (code <> '0')")
        try:
            response = send(client, upload(scene.tps.pk, said("0", scene.voters[0].pk)), scene.token)
        finally:
            owner.execute("ALTER TABLE voters_coklitresult DROP CONSTRAINT broken")
    assert (response.status_code, response.json()["status"], response.json()["results"]) == (202, "stored", [])
    assert SyncBatch.objects.get().state == "stored"


@pytest.mark.parametrize("body", [b"", b"{}", b"[1", upload(new_id(), sent_at="kemarin")])
def test_unreadable_upload_is_answered_400(client, scene, body):
    response = send(client, body, scene.token)
    assert (response.status_code, response.json()["error"]) == (400, "unreadable")
    assert SyncBatch.objects.count() == 0


@pytest.mark.parametrize(
    "token", ["", "ck1_6271_" + "A" * 43, "ck1_3171_" + "A" * 43, "bukan-token", "ck1_6271_\xff", "x" * 5000]
)
def test_unknown_token_is_answered_401(client, scene, token):
    for response in (
        send(client, upload(scene.tps.pk), token),
        get(client, "tps", token),
        get(client, f"tps/{scene.tps.pk}/voters", token),
    ):
        assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
        assert response.json()["error"] == "unknown_device"
    assert SyncBatch.objects.count() == 0


def test_account_of_an_office_is_no_phone(client, scene):
    client.force_login(scene.kpu)
    assert get(client, "tps", "").status_code == 401


def test_revoked_token_is_answered_401(client, scene):
    devices.revoke(device=scene.device, now=NOW)
    assert send(client, upload(scene.tps.pk), scene.token).status_code == 401
    assert get(client, "tps", scene.token).status_code == 401


def test_401_speaks_indonesian(client, scene):
    said = "Perangkat ini tidak dikenal atau sudah dicabut. Minta kode baru kepada PPS."
    answer = {"error": "unknown_device", "message": said}
    assert get(client, "tps", "ck1_6271_" + "A" * 43).json() == answer
    assert get(client, "tps", "").json() == answer


def test_tps_of_somebody_else_is_answered_403(client, scene):
    other = make_tps(scene.election, number=2)
    response = send(client, upload(other.pk), scene.token)
    assert (response.status_code, response.json()["error"]) == (403, "not_your_tps")


def test_upload_that_is_too_large_is_answered_413_with_the_limit(client, scene):
    response = send(client, b" " * (MAX_BODY_BYTES + 1), scene.token)
    assert (response.status_code, response.json()["error"]) == (413, "too_large")
    assert response.json()["limit"] == MAX_BODY_BYTES
    assert send(client, b" " * MAX_BODY_BYTES, scene.token).status_code == 400


def test_get_of_uploads_is_no_method(client, scene):
    assert get(client, "batches", scene.token).status_code == 405


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
    assert get(client, "tps", scene.token).json() == expected


def test_list_holds_whole_voters_with_codes_and_limits(client, scene):
    voter = scene.voters[0]
    answer = get(client, f"tps/{scene.tps.pk}/voters", scene.token).json()
    assert (answer["tps"], answer["revision"]) == (str(scene.tps.pk), 0)
    assert [code["code"] for code in answer["codes"]] == ["0", "1", "3", "6", "7", "B", "U"]
    assert answer["limits"] == {"events": 1000, "bytes": MAX_BODY_BYTES}
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
    # Token; scope in a savepoint; assignment with TPS and election; codes; voters.
    with django_assert_num_queries(7):
        get(client, f"tps/{scene.tps.pk}/voters", scene.token)


def test_two_phones_of_one_tps_see_each_others_results(client, scene):
    colleague = make_pantarlih(scene.tps, name="REKAN")[0]
    _, token = make_device(colleague)
    send(client, upload(scene.tps.pk, said("1", scene.voters[0].pk)), scene.token)
    response = send(client, upload(scene.tps.pk, said("0", scene.voters[0].pk)), token)
    assert [(one["status"], one["problem"]) for one in response.json()["results"]] == [("conflict", "newer_result")]


def test_schema_describes_every_door_without_a_warning(db, tmp_path, client):
    out = tmp_path / "schema.yml"
    call_command("spectacular", file=str(out), validate=True, fail_on_warn=True)
    described = out.read_text(encoding="utf-8")
    for path in ("/api/v1/batches", "/api/v1/tps", "/api/v1/tps/{tps}/voters"):
        assert f"\n  {path}:\n" in described
    assert "deviceToken" in described
    assert client.get("/api/schema").status_code == 200
