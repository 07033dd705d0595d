"""Forms on pantarlih: appointed in the own kelurahan, assigned, replaced with a reason."""

import pytest

from tests import scene as standing
from voters.models import Assignment, Pantarlih, TrailEntry, WindowExtension

pytestmark = pytest.mark.integration

ADD = "/admin/voters/pantarlih/add/"


def page_of(pantarlih, *rest):
    return "/admin/voters/pantarlih/" + "/".join(map(str, [pantarlih.pk, *rest])) + "/"


def appointed(client, scene, kelurahan=standing.KELURAHAN, name="ORANG TERPILIH"):
    return client.post(ADD, {"election": scene.election.pk, "kelurahan": kelurahan, "name": name})


def test_pps_appoints_a_pantarlih_of_its_own_kelurahan(scene, enter):
    assert appointed(enter(scene.pps), scene).status_code == 302
    made = Pantarlih.objects.get(name="ORANG TERPILIH")
    assert (made.kabkota_id, made.kelurahan_id) == (standing.KOTA, standing.KELURAHAN)
    entry = TrailEntry.objects.get(verb="add_pantarlih")
    assert (entry.by_user, entry.region, entry.after["name"]) == (scene.pps.pk, standing.KELURAHAN, "ORANG TERPILIH")


def test_pps_appoints_nobody_elsewhere(scene, enter):
    answer = appointed(enter(scene.pps), scene, standing.NEXT_KELURAHAN)
    assert "kelurahan" in answer.context["adminform"].form.errors
    assert not Pantarlih.objects.filter(name="ORANG TERPILIH").exists()


def test_ppk_sees_but_does_not_appoint(scene, enter):
    client = enter(scene.ppk)
    assert client.get(page_of(scene.pantarlih, "change")).status_code == 200
    assert client.get(ADD).status_code == 403
    for page in ("tugaskan", f"ganti/{scene.assignment.pk}"):
        assert client.get(page_of(scene.pantarlih, page)).status_code == 403


def test_pantarlih_is_assigned_and_a_full_tps_is_refused(scene, enter):
    client = enter(scene.pps)
    appointed(client, scene)
    new, free = Pantarlih.objects.get(name="ORANG TERPILIH"), standing.make_tps(scene.election, number=2)
    form = {"day": "2023-03-04", "sk_number": "2/2023"}
    answer = client.post(page_of(new, "tugaskan"), {**form, "tps": scene.tps.pk})
    assert answer.context["form"].non_field_errors()
    assert client.post(page_of(new, "tugaskan"), {**form, "tps": free.pk}).status_code == 302
    assert Assignment.objects.get(pantarlih=new).tps_id == free.pk


def test_replacement_closes_the_old_assignment_with_its_reason(scene, enter):
    client = enter(scene.pps)
    appointed(client, scene)
    new = Pantarlih.objects.get(name="ORANG TERPILIH")
    form = {"pantarlih": new.pk, "day": "2023-03-04", "reason": "mengundurkan diri"}
    assert client.post(page_of(scene.pantarlih, "ganti", scene.assignment.pk), form).status_code == 302
    scene.assignment.refresh_from_db()
    assert (scene.assignment.to_day, scene.assignment.reason) == (standing.TODAY, "mengundurkan diri")
    assert Assignment.objects.get(to_day__isnull=True).pantarlih_id == new.pk


def test_window_is_extended_by_kpu_kabkota_alone(scene, enter):
    address = "/admin/voters/windowextension/add/"
    form = {
        "election": scene.election.pk,
        "kelurahan": standing.KELURAHAN,
        "last_day": "2023-03-20",
        "reason": "banjir",
    }
    assert enter(scene.pps).post(address, form).status_code == 403
    assert enter(scene.kpu).post(address, {**form, "last_day": "2023-03-01"}).status_code == 200
    assert enter(scene.kpu).post(address, form).status_code == 302
    assert WindowExtension.objects.get().reason == "banjir"
