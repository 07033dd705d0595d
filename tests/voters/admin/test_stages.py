"""Closing the coklit: by KPU RI alone, after its last day, on the trail; opened again with a reason."""

import datetime as dt

import pytest

from coklit import clock
from voters.models import Stage, TrailEntry
from voters.terms import StageKind

pytestmark = pytest.mark.integration

AFTER = dt.datetime(2023, 4, 1, tzinfo=dt.UTC)


@pytest.fixture
def coklit(scene, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    return Stage.objects.get(election=scene.election, kind=StageKind.COKLIT)


def page_of(stage, name="change"):
    return f"/admin/voters/election/{stage.election_id}/{name}/"


def test_kpu_ri_closes_and_opens_again_with_a_reason(scene, enter, coklit):
    client = enter(scene.kpu_ri)
    assert page_of(coklit, "kunci") in client.get(page_of(coklit)).text
    assert client.get(page_of(coklit, "kunci")).status_code == 200
    coklit.refresh_from_db()
    assert coklit.sealed_at is None
    assert client.post(page_of(coklit, "kunci")).status_code == 302
    coklit.refresh_from_db()
    assert coklit.sealed_at == AFTER
    assert client.post(page_of(coklit, "buka"), {"reason": ""}).context["form"].errors
    assert client.post(page_of(coklit, "buka"), {"reason": "keputusan baru"}).status_code == 302
    coklit.refresh_from_db()
    assert coklit.sealed_at is None
    verbs = dict(TrailEntry.objects.filter(by_user=scene.kpu_ri.pk).values_list("verb", "reason"))
    assert verbs == {"seal_stage": "", "unseal_stage": "keputusan baru"}


@pytest.mark.parametrize("name", ["kpu_province", "kpu", "pps", "bawaslu"])
def test_nobody_else_closes(scene, enter, coklit, name):
    client = enter(getattr(scene, name))
    assert page_of(coklit, "kunci") not in client.get(page_of(coklit)).text
    for act in ("kunci", "buka"):
        assert client.post(page_of(coklit, act), {"reason": "x"}).status_code == 403
    coklit.refresh_from_db()
    assert coklit.sealed_at is None


def test_stage_that_is_not_over_says_so(scene, enter, coklit, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2023, 3, 14, 16, 59, tzinfo=dt.UTC))
    assert enter(scene.kpu_ri).post(page_of(coklit, "kunci")).context["form"].non_field_errors()
    assert not TrailEntry.objects.filter(verb="seal_stage").exists()


@pytest.mark.parametrize("key", ["99", "x"])
def test_unknown_election_is_not_found(scene, enter, coklit, key):
    assert enter(scene.kpu_ri).get(f"/admin/voters/election/{key}/kunci/").status_code == 404
