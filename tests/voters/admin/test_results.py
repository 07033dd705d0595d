"""Results recorded at a desk: one event for one form, the rules of the verb, and its answer shown."""

import re

import pytest
from django.utils.translation import gettext, override

from tests import scene as standing
from voters.models import Change, CoklitEvent, CoklitResult, OutcomeCode, Voter
from voters.placement import new_id

pytestmark = pytest.mark.integration

PERSON = {
    "nkk": "6271990101105555",
    "nik": "6271994101805555",
    "name": "ORANG BARU",
    "birth_place": "PALANGKA RAYA",
    "birth_day": "1980-01-01",
    "sex": "P",
    "marital": "S",
    "address": "JALAN CONTOH",
    "rt": "1",
    "rw": "2",
    "disability": "0",
    "ktp_el": "S",
}


def page_of(voter, name="hasil"):
    return f"/admin/voters/voter/{voter.pk}/{name}/"


def form_of(client, address):
    """The hidden fields of the form as a browser would send them."""
    shown = client.get(address).content.decode()
    inputs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', shown)
    return {name: value for name, value in inputs if name != "csrfmiddlewaretoken"}


def send(client, voter, **fields):
    return client.post(page_of(voter), {**form_of(client, page_of(voter)), **fields})


def test_form_makes_event_result_and_change_mark(scene, enter):
    voter = scene.voters[0]
    assert send(enter(scene.pps), voter, code="0").status_code == 302
    event, result = CoklitEvent.objects.get(), CoklitResult.objects.get()
    assert (event.voter_id, event.code, event.door, event.by_user_id) == (voter.pk, "0", "pps", scene.pps.pk)
    assert (result.voter_id, result.code, result.synced) == (voter.pk, "0", False)
    assert Change.objects.get().tps_id == scene.tps.pk


def test_form_sent_twice_is_one_event(scene, enter):
    client, voter = enter(scene.pps), scene.voters[0]
    sent = {**form_of(client, page_of(voter)), "code": "1", "evidence": "ada"}
    answers = [client.post(page_of(voter), sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert CoklitEvent.objects.count() == 1
    assert CoklitResult.objects.get().evidence == "ada"


def test_ubah_keeps_the_list_and_records_the_new_values(scene, enter):
    voter = scene.voters[0]
    send(enter(scene.pps), voter, code="U", name="NAMA BENAR", rt="7")
    assert CoklitResult.objects.get().corrected == {"name": "NAMA BENAR", "rt": 7}
    voter.refresh_from_db()
    assert voter.name != "NAMA BENAR"


def test_ubah_without_a_corrected_field_is_answered_and_not_saved(scene, enter):
    answer = send(enter(scene.pps), scene.voters[0], code="U")
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert not CoklitEvent.objects.exists()


def test_tms_is_activated_again(scene, enter):
    client, voter = enter(scene.kpu), scene.voters[0]
    send(client, voter, code="1")
    send(client, voter, code="0")
    assert CoklitResult.objects.get().code == "0"
    assert CoklitEvent.objects.count() == 2


def test_form_offers_what_the_code_table_allows_the_setter(scene, enter):
    OutcomeCode.objects.filter(election=scene.election, code="1").update(by_pps=False)
    for user, offered in ((scene.pps, False), (scene.kpu, True)):
        form = enter(user).get(page_of(scene.voters[0])).context["form"]
        assert ("1" in dict(form.fields["code"].choices)) is offered
    assert send(enter(scene.pps), scene.voters[0], code="1").status_code == 200
    assert not CoklitEvent.objects.exists()


def test_office_that_only_sees_records_nothing(scene, enter):
    client = enter(scene.bawaslu)
    assert client.get(page_of(scene.voters[0])).status_code == 403
    assert client.post(page_of(scene.voters[0]), {"code": "0", "event": new_id()}).status_code == 403


def test_new_voter_is_added_mended_and_taken_back(scene, enter):
    client = enter(scene.pps)
    address = f"/admin/voters/voter/baru/{scene.tps.pk}/"
    assert client.post(address, {**form_of(client, address), **PERSON}).status_code == 302
    voter = Voter.objects.get(listed=False)
    assert (voter.name, voter.nik, voter.dpid) == ("ORANG BARU", PERSON["nik"], None)
    mended = {**PERSON, "name": "ORANG BENAR", "nik": "", "nkk": ""}
    assert send(client, voter, **mended).status_code == 302
    voter.refresh_from_db()
    assert (voter.name, voter.nik) == ("ORANG BENAR", PERSON["nik"])
    address = page_of(voter, "ambil-kembali")
    assert client.post(address, form_of(client, address)).status_code == 302
    assert "ORANG BENAR" not in client.get("/admin/voters/voter/").content.decode()


def test_listed_voter_is_never_deleted(scene, enter):
    client, voter = enter(scene.kpu), scene.voters[0]
    address = page_of(voter, "ambil-kembali")
    assert client.post(address, form_of(client, address)).status_code == 200
    assert client.post(f"/admin/voters/voter/{voter.pk}/delete/", {"post": "yes"}).status_code == 403
    voter.refresh_from_db()
    assert voter.deleted_at is None


def test_new_voter_cannot_be_added_outside_the_territory(scene, enter):
    sibling = standing.make_tps(scene.election, standing.NEXT_KELURAHAN)
    client = enter(scene.pps)
    assert client.get(f"/admin/voters/voter/baru/{sibling.pk}/").status_code == 404


def test_new_voter_at_the_wrong_stage_is_refused_with_the_reason(scene, enter):
    OutcomeCode.objects.filter(election=scene.election, code="B").update(by_pps=False)
    answer = enter(scene.pps).get(f"/admin/voters/voter/baru/{scene.tps.pk}/")
    with override("id"):
        reason = gettext("New voters may not be recorded here at this stage.")
    assert (answer.status_code, reason in answer.text) == (403, True)
