"""Late results: KPU kab/kota sees why each is late, and accepts it, carries it on or rejects it."""

import datetime as dt

import pytest

from tests import scene as standing
from tests.voters.admin.waiting import held_for_code, late, send
from tests.voters.sync.events import said
from voters.models import CoklitEvent, CoklitResult, HeldEvent, Region, Stage, TrailEntry
from voters.terms import HeldState, StageKind, Timing

pytestmark = pytest.mark.integration

LIST = "/admin/voters/lateevent/"


def page_of(held, name="change"):
    return f"{LIST}{held.pk}/{name}/"


def act_on(client, action, *held):
    return client.post(LIST, {"action": action, "_selected_action": [one.pk for one in held]}, follow=True)


@pytest.fixture
def kpu(scene, enter):
    return enter(scene.kpu)


@pytest.mark.parametrize("name", ["pps", "ppk", "kpu_province", "bawaslu"])
def test_only_kpu_kabkota_decides_on_late_results(scene, enter, name):
    held = late(scene)
    client = enter(getattr(scene, name))
    assert client.get(LIST).status_code == 403
    for act in ("terima", "bawa", "tolak"):
        assert client.post(page_of(held, act), {"note": "x"}).status_code == 404
    assert HeldEvent.objects.get().state == HeldState.WAITING


def test_foreign_kpu_neither_sees_nor_decides(scene, enter):
    held = late(scene)
    client = enter(scene.foreign_kpu)
    assert scene.voters[0].name not in client.get(LIST).text
    assert client.post(page_of(held, "terima")).status_code == 404
    act_on(client, "accept_selected", held)
    assert HeldEvent.objects.get().state == HeldState.WAITING


def test_held_results_are_not_among_the_late(scene, kpu):
    held = held_for_code(scene)
    assert scene.voters[0].name not in kpu.get(LIST).text
    assert kpu.post(page_of(held, "bawa")).status_code == 404


def test_result_made_before_the_first_day_says_so_in_local_time(scene, kpu):
    Region.objects.filter(pk=standing.KELURAHAN).update(zone="WIT")
    held = late(scene)
    for page in (kpu.get(LIST).text, kpu.get(page_of(held)).text):
        assert "5 Januari 2023 12.00 WIT" in page
        assert "4 Maret 2023 14.00 WIT" in page
        assert "12 Februari 2023" in page


def test_result_received_after_the_seal_says_so(scene, kpu):
    Stage.objects.filter(election=scene.election, kind=StageKind.COKLIT).update(
        sealed_at=standing.NOW - dt.timedelta(hours=1)
    )
    send(scene, said("0", scene.voters[0].pk))
    page = kpu.get(LIST).text
    assert "4 Maret 2023 11.00 WIB" in page
    assert "12 Februari 2023" not in page


def test_accepted_result_counts_and_is_marked_late(scene, kpu):
    held = late(scene)
    assert kpu.post(page_of(held, "terima"), {"note": ""}).status_code == 302
    assert CoklitEvent.objects.get().timing == Timing.LATE
    assert CoklitResult.objects.get().code == "0"
    assert TrailEntry.objects.filter(verb="held_applied", by_user=scene.kpu.pk).exists()


def test_carried_result_never_counts(scene, kpu):
    held = late(scene)
    assert kpu.post(page_of(held, "bawa"), {"note": ""}).status_code == 302
    assert (HeldEvent.objects.get().state, CoklitEvent.objects.count()) == (HeldState.CARRIED, 0)


def test_rejection_needs_its_note(scene, kpu):
    held = late(scene)
    assert kpu.post(page_of(held, "tolak"), {"note": ""}).context["form"].errors
    assert kpu.post(page_of(held, "tolak"), {"note": "tidak dikunjungi"}).status_code == 302
    assert HeldEvent.objects.get().state == HeldState.DISCARDED


@pytest.mark.parametrize(
    ("action", "state", "results"), [("accept_selected", "applied", 3), ("carry_selected", "carried", 0)]
)
def test_selected_are_accepted_or_carried_together(scene, kpu, action, state, results):
    held = [late(scene, voter) for voter in scene.voters]
    act_on(kpu, action, *held)
    assert set(HeldEvent.objects.values_list("state", flat=True)) == {state}
    assert CoklitResult.objects.count() == results
