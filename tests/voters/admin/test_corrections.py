"""The office enters itself what a phone's held result meant: prefilled, NIK and NKK never in the open, one commit."""

import re
from uuid import uuid4

import pytest

from tests import scene as standing
from tests.voters.admin.waiting import held_correction, held_for_code, held_new, late, raw_of, send
from tests.voters.sync.events import PERSON, said
from voters.models import CoklitEvent, CoklitResult, HeldEvent, TrailEntry, Voter
from voters.terms import HeldState

pytestmark = pytest.mark.integration


def result_of(voter, held):
    return f"/admin/voters/voter/{voter.pk}/hasil/?held={held.pk}"


def new_in(held):
    return f"/admin/voters/voter/baru/{held.tps_id}/?held={held.pk}"


def filled(client, address):
    """The form as a browser would send it back untouched."""
    form = client.get(address).context["form"]
    values = {field.name: field.value() for field in form}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def test_form_of_a_listed_voter_is_filled_with_what_the_phone_said(scene, enter):
    held = held_correction(scene, scene.voters[0], {"rt": 7, "name": "NAMA BARU"})
    values = filled(enter(scene.pps), result_of(scene.voters[0], held))
    assert (values["code"], values["rt"], values["name"]) == ("U", 7, "NAMA BARU")


def test_saved_correction_settles_the_held_result_in_the_same_commit(scene, enter):
    client, voter = enter(scene.pps), scene.voters[0]
    held = held_correction(scene, voter, {"rt": 7})
    address = result_of(voter, held)
    sent = filled(client, address)
    assert [client.post(address, sent).status_code for _ in range(2)] == [302, 302]
    event, row = CoklitEvent.objects.get(), HeldEvent.objects.get()
    assert (row.state, row.event, row.settled_by_id) == (HeldState.CORRECTED, event.pk, scene.pps.pk)
    assert (event.door, event.corrected) == ("pps", {"rt": 7})
    assert TrailEntry.objects.filter(verb="held_corrected").count() == 1


def test_nik_of_the_phone_is_taken_without_being_shown(scene, enter):
    client, voter = enter(scene.pps), scene.voters[0]
    nik = standing.nik_of(voter.birth_day, voter.sex, 4321)
    held = held_correction(scene, voter, {"nik": nik})
    address = result_of(voter, held)
    assert nik not in client.get(address).text
    assert client.post(address, filled(client, address)).status_code == 302
    assert CoklitResult.objects.get().corrected == {"nik": nik}


def test_nik_of_the_phone_is_left_out_or_typed_anew(scene, enter):
    client, voter = enter(scene.pps), scene.voters[0]
    nik, right = (standing.nik_of(voter.birth_day, voter.sex, serial) for serial in (4321, 4322))
    address = result_of(voter, held_correction(scene, voter, {"nik": nik, "rt": 7}))
    sent = filled(client, address)
    del sent["said_nik"]
    assert client.post(address, {**sent, "nik": right}).status_code == 302
    assert CoklitResult.objects.get().corrected == {"nik": right, "rt": 7}


def test_code_that_the_pantarlih_may_not_set_is_set_by_the_office(scene, enter):
    client, voter = enter(scene.pps), scene.voters[0]
    address = result_of(voter, held_for_code(scene))
    assert client.post(address, filled(client, address)).status_code == 302
    assert CoklitResult.objects.get().code == "5"


def test_new_voter_is_entered_with_the_phones_own_id_and_numbers(scene, enter):
    client = enter(scene.pps)
    held = held_new(scene, PERSON, sticker="ya")
    sent = filled(client, new_in(held))
    shown = client.get(new_in(held)).text
    assert not re.search(f"{PERSON['nik']}|{PERSON['nkk']}", shown)
    assert client.post(new_in(held), sent).status_code == 302
    voter = Voter.objects.get(listed=False)
    assert (str(voter.pk), voter.nik, voter.name) == (raw_of(held)["voter"], PERSON["nik"], PERSON["name"])
    assert HeldEvent.objects.get().state == HeldState.CORRECTED


def test_number_that_is_none_is_typed(scene, enter):
    client = enter(scene.pps)
    held = held_new(scene, {**PERSON, "nik": "62719941018055"})
    sent = filled(client, new_in(held))
    assert "nik" in client.post(new_in(held), sent).context["form"].errors
    assert client.post(new_in(held), {**sent, "nik": PERSON["nik"]}).status_code == 302
    assert Voter.objects.get(listed=False).nik == PERSON["nik"]


def test_result_that_was_decided_meanwhile_leaves_nothing_behind(scene, enter):
    client, voter = enter(scene.pps), scene.voters[0]
    held = held_correction(scene, voter, {"rt": 7})
    sent = filled(client, result_of(voter, held))
    client.post(f"/admin/voters/heldevent/{held.pk}/sisihkan/", {"note": "salah orang"})
    answer = client.post(result_of(voter, held), sent)
    assert answer.context["form"].non_field_errors()
    assert (CoklitEvent.objects.count(), HeldEvent.objects.get().state) == (0, HeldState.DISCARDED)


def test_refused_correction_leaves_the_held_result_waiting(scene, enter):
    client, (voter, other) = enter(scene.pps), scene.voters[:2]
    held = held_correction(scene, voter, {"rt": 7})
    address = result_of(voter, held)
    answer = client.post(address, {**filled(client, address), "nik": other.nik})
    assert "nik" in answer.context["form"].errors
    assert HeldEvent.objects.get().state == HeldState.WAITING


def test_form_takes_no_held_result_that_is_not_the_offices_to_correct(scene, enter):
    client, voter = enter(scene.pps), scene.voters[0]
    far = standing.make_tps(scene.election, standing.FAR_KELURAHAN)
    pantarlih, _assignment = standing.make_pantarlih(far)
    device, _token = standing.make_device(pantarlih)
    foreign = held_for_code(scene, standing.make_voter(far), device=device, tps=far)
    for key in (foreign.pk, late(scene).pk, uuid4(), "x"):
        assert client.get(f"/admin/voters/voter/{voter.pk}/hasil/?held={key}").status_code == 404


def test_held_result_of_one_voter_is_not_corrected_as_anothers(scene, enter):
    client, (voter, other) = enter(scene.pps), scene.voters[:2]
    held = held_for_code(scene, voter)
    assert client.get(result_of(voter, held)).status_code == 200
    assert client.get(result_of(other, held)).status_code == 404
    assert client.post(result_of(other, held), {"code": "5"}).status_code == 404
    assert HeldEvent.objects.get().state == HeldState.WAITING


def test_held_result_of_nobody_known_is_corrected_as_whose_it_is(scene, enter):
    held = send(scene, said("0", uuid4()))[0]
    assert enter(scene.pps).get(result_of(scene.voters[0], held)).status_code == 200
