"""Device tokens: readable kab/kota, 256 random bits, kept as a hash, one in use per pantarlih."""

import re

import pytest

from tests import scene as standing
from voters import devices
from voters.models import Device, TrailEntry

pytestmark = pytest.mark.integration


def test_token_names_its_kabkota_and_identifies_its_pantarlih(scene):
    assert re.fullmatch(r"ck1_6271_[A-Za-z0-9_-]{43}", scene.token)
    assert devices.kabkota_of(scene.token) == standing.KOTA
    device = devices.identify(scene.token)
    assert device == scene.device
    assert device.pantarlih == scene.pantarlih


def test_identifying_is_one_query_that_names_the_kabkota(scene, django_assert_num_queries):
    with django_assert_num_queries(1) as queries:
        devices.identify(scene.token)
    assert f"\"kabkota_id\" = '{standing.KOTA}'" in queries[0]["sql"]


def test_token_is_not_kept(scene):
    kept = bytes(Device.objects.get().token_hash)
    assert len(kept) == 32
    assert scene.token.encode() not in kept
    assert scene.token not in str(list(TrailEntry.objects.values()))


def test_second_token_revokes_the_first(scene):
    second = devices.issue(pantarlih=scene.pantarlih, now=standing.NOW, by=scene.pps)
    assert second != scene.token
    assert devices.identify(scene.token) is None
    assert devices.identify(second) is not None
    assert Device.objects.filter(revoked_at__isnull=True).count() == 1


def test_revoked_device_is_nobody_and_stays_revoked(scene):
    devices.revoke(device=scene.device, now=standing.NOW, by=scene.pps)
    devices.revoke(device=scene.device, now=standing.NOW, by=scene.pps)
    assert devices.identify(scene.token) is None
    assert TrailEntry.objects.filter(verb="revoke_device", by_user=scene.pps.pk).count() == 1


def test_issue_leaves_a_trail_where_the_pantarlih_works(scene):
    entry = TrailEntry.objects.get(verb="issue_device")
    assert (entry.region, entry.subject) == (standing.KELURAHAN, f"device:{scene.device.pk}")
    assert entry.after == {"pantarlih": str(scene.pantarlih.pk)}


@pytest.mark.parametrize(
    "change", [lambda t: "", lambda t: t[:-1], lambda t: t + "A", lambda t: t.replace("ck1", "ck2")]
)
def test_malformed_token_is_nobody_and_asks_nothing(scene, django_assert_num_queries, change):
    with django_assert_num_queries(0):
        assert devices.identify(change(scene.token)) is None


def test_token_of_another_kabkota_is_nobody(scene):
    assert devices.identify(scene.token.replace("ck1_6271", "ck1_3171")) is None
