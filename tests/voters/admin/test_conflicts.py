"""Conflicts: both results side by side, open ones first; only read here."""

import pytest

from tests import scene as standing
from tests.voters.admin.waiting import send
from tests.voters.sync.events import said
from voters.models import Conflict

pytestmark = pytest.mark.integration

LIST = "/admin/voters/conflict/"


@pytest.fixture
def conflict(scene):
    """Two pantarlih of one TPS who disagree, the second without having seen the first."""
    second, _assignment = standing.make_pantarlih(scene.tps, name="PANTARLIH KEDUA")
    device, _token = standing.make_device(second)
    voter = scene.voters[0]
    send(scene, said("0", voter.pk))
    send(scene, said("U", voter.pk, corrected={"nik": voter.nik[:-1] + "9", "rt": 9}), device=device)
    return Conflict.objects.get()


def test_both_results_stand_side_by_side(scene, enter, conflict):
    client = enter(scene.pps)
    row = client.get(LIST).context["cl"].result_list[0]
    assert (row.first.code, row.second.code) == ("0", "U")
    page = client.get(f"{LIST}{conflict.pk}/change/")
    assert [line[1:] for line in page.context["table"]["rows"]][3] == [scene.pantarlih.name, "PANTARLIH KEDUA"]
    assert f"/admin/voters/voter/{scene.voters[0].pk}/hasil/" in page.text


def test_numbers_are_masked(scene, enter, conflict):
    client = enter(scene.pps)
    for page in (client.get(LIST).text, client.get(f"{LIST}{conflict.pk}/change/").text):
        assert scene.voters[0].nik[:-1] not in page
        assert "6271" + "•" * 12 in page


def test_settled_one_leaves_the_first_page(scene, enter, conflict):
    client = enter(scene.pps)
    Conflict.objects.filter(kabkota_id=standing.KOTA).update(settled_at=standing.NOW)
    found = [client.get(LIST, query).context["cl"].result_count for query in ({}, {"keadaan": "selesai"})]
    assert found == [0, 1]


def test_oversight_reads_and_strangers_do_not(scene, enter, conflict):
    assert scene.voters[0].name in enter(scene.bawaslu).get(LIST).text
    page = enter(scene.bawaslu).get(f"{LIST}{conflict.pk}/change/")
    assert not page.context["may_set_result"]
    assert scene.voters[0].name not in enter(scene.foreign_kpu).get(LIST).text
    assert enter(scene.kpu_ri).get(LIST).status_code == 403
