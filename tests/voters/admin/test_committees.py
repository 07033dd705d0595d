"""Accounts and offices: only below one's own, at the role's level, with a trail; never a superuser."""

import pytest

from tests import scene as standing
from voters.models import Membership, OutcomeCode, TrailEntry, User
from voters.terms import Role

pytestmark = pytest.mark.integration

ADD = "/admin/voters/user/add/"
NEW = {
    "username": "pps-baru",
    "password1": "sandi-panjang-sekali",
    "password2": "sandi-panjang-sekali",
    "usable_password": "true",
    "name": "PPS BARU",
}


def page_of(user, *rest):
    return "/admin/voters/user/" + "/".join(map(str, [user.pk, *rest])) + "/"


def office(role, region, **fields):
    return {
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-role": role,
        "memberships-0-region": region,
        "memberships-0-from_day": "2023-01-24",
        **fields,
    }


def errors_of(answer):
    return [errors for one in answer.context["inline_admin_formsets"] for errors in one.formset.errors if errors]


def test_kpu_makes_an_account_with_an_office_below_its_own(scene, enter):
    assert enter(scene.kpu).post(ADD, NEW | office(Role.PPS, standing.NEXT_KELURAHAN)).status_code == 302
    made = User.objects.get(username="pps-baru")
    assert (made.is_staff, made.is_superuser) == (True, False)
    assert made.check_password(NEW["password1"])
    entry = TrailEntry.objects.get(verb="add_user")
    assert (entry.region, entry.by_user) == (standing.NEXT_KELURAHAN, scene.kpu.pk)
    assert NEW["password1"] not in str(entry.after)
    assert standing.NEXT_KELURAHAN in entry.after.values()


@pytest.mark.parametrize(
    ("role", "region"),
    [
        (Role.KPU_KABKOTA, standing.KOTA),
        (Role.KPU_PROVINCE, standing.PROVINCE),
        (Role.PPS, standing.FOREIGN_KELURAHAN),
        (Role.PPS, standing.KECAMATAN),
    ],
)
def test_office_beside_above_or_at_the_wrong_level_is_refused(scene, enter, role, region):
    answer = enter(scene.kpu).post(ADD, NEW | office(role, region))
    assert "region" in errors_of(answer)[0]
    assert not User.objects.filter(username="pps-baru").exists()


def test_account_needs_an_office(scene, enter):
    nobody = NEW | {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    assert enter(scene.kpu).post(ADD, nobody).status_code == 200
    assert not User.objects.filter(username="pps-baru").exists()


def test_accounts_beside_above_or_with_an_office_elsewhere_are_out_of_reach(scene, enter):
    client = enter(scene.kpu)
    Membership.objects.create(user=scene.ppk, role=Role.PPK, region_id="31.71.01", from_day=standing.IN_OFFICE_SINCE)
    root = standing.make_user("root", Role.PPS, standing.KELURAHAN, is_superuser=True)
    for user in (scene.kpu, scene.kpu_province, scene.kpu_ri, scene.foreign_kpu, scene.ppk, scene.bawaslu, root):
        assert client.get(page_of(user, "change")).status_code == 302
        assert client.post(page_of(user, "password"), {"password1": "x", "password2": "x"}).status_code in (302, 404)
    assert client.get(page_of(scene.pps, "change")).status_code == 200


def test_superuser_flag_cannot_be_set(scene, enter):
    form = NEW | office(Role.PPS, standing.KELURAHAN) | {"is_superuser": "on", "groups": "1"}
    enter(scene.kpu).post(ADD, form)
    assert not User.objects.get(username="pps-baru").is_superuser


def test_password_is_set_by_djangos_form_and_leaves_a_trail_without_it(scene, enter):
    form = {"password1": "sandi-panjang-lain", "password2": "sandi-panjang-lain", "usable_password": "true"}
    assert enter(scene.kpu).post(page_of(scene.pps, "password"), form).status_code == 302
    scene.pps.refresh_from_db()
    assert scene.pps.check_password("sandi-panjang-lain")
    assert TrailEntry.objects.get(verb="change_user").after == {"password": "changed"}


def test_office_is_ended_and_leaves_a_trail(scene, enter):
    held = Membership.objects.get(user=scene.pps)
    form = {
        "username": "pps",
        "name": "PPS",
        "email": scene.pps.email,
        "is_active": "on",
        **office(Role.PPS, standing.KELURAHAN),
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": held.pk,
        "memberships-0-user": scene.pps.pk,
        "memberships-0-to_day": "2023-03-04",
        "memberships-0-gets_nightly": "on",
    }
    assert enter(scene.kpu).post(page_of(scene.pps, "change"), form).status_code == 302
    held.refresh_from_db()
    assert held.to_day == standing.TODAY
    assert TrailEntry.objects.get(verb="change_user").after == {f"membership:{held.pk}.to_day": "2023-03-04"}


def test_regions_are_offered_by_name_and_code_within_the_territory(scene, enter):
    asked = {"app_label": "voters", "model_name": "membership", "field_name": "region", "term": "pahandut"}
    offered = enter(scene.kpu).get("/admin/autocomplete/", asked).json()["results"]
    assert [one["text"] for one in offered] == ["Pahandut (62.71.01)", "Pahandut (62.71.01.1001)"]
    assert enter(scene.foreign_kpu).get("/admin/autocomplete/", asked).json()["results"] == []


def test_committee_below_kpu_manages_nobody(scene, enter):
    assert enter(scene.ppk).get("/admin/voters/user/").status_code == 403
    assert enter(scene.ppk).get(ADD).status_code == 403


def test_code_table_is_changed_by_kpu_ri_alone(scene, enter):
    code = OutcomeCode.objects.filter(election=scene.election, code="2", stage="coklit").get()
    address = f"/admin/voters/outcomecode/{code.pk}/change/"
    assert enter(scene.kpu_province).post(address, {"by_pantarlih": "on"}).status_code == 403
    assert enter(scene.kpu_ri).post(address, {"by_pantarlih": "on", "label": "lain"}).status_code == 302
    after = OutcomeCode.objects.get(pk=code.pk)
    assert (after.by_pantarlih, after.by_pps, after.label) == (True, False, code.label)
    assert TrailEntry.objects.get(verb="change_outcomecode").after == {
        "by_pantarlih": True,
        "by_pps": False,
        "by_kpu": False,
    }
