"""Device tokens: readable kab/kota, 256 random bits, kept as a hash, one in use per pantarlih."""

import datetime as dt
import re

import pytest
from django.db import connection

from tests import scene as standing
from voters import devices
from voters.models import Device, TrailEntry

pytestmark = pytest.mark.integration

LATER = standing.NOW + dt.timedelta(hours=1)


def test_token_names_its_kabkota_and_identifies_its_pantarlih(scene):
    assert re.fullmatch(r"ck1_6271_[A-Za-z0-9_-]{43}", scene.token)
    assert devices.kabkota_of(scene.token) == standing.KOTA
    device = devices.identify(scene.token)
    assert device == scene.device
    assert device.pantarlih == scene.pantarlih


def test_identifying_is_one_query_that_names_the_kabkota(scene, django_assert_num_queries):
    sent = []

    def note(execute, statement, params, many, context):
        sent.append((statement, params))
        return execute(statement, params, many, context)

    with django_assert_num_queries(1), connection.execute_wrapper(note):
        devices.identify(scene.token)
    ((statement, params),) = sent
    assert "device.kabkota_id = %(kabkota)s" in statement
    assert params["kabkota"] == standing.KOTA


def test_token_is_not_kept(scene):
    kept = bytes(Device.objects.get().token_hash)
    assert len(kept) == 32
    assert scene.token.encode() not in kept
    assert scene.token not in str(list(TrailEntry.objects.values()))


def test_issued_token_counts_at_once_and_revokes_the_one_before(scene):
    second = devices.issue(pantarlih=scene.pantarlih, now=standing.NOW, by=scene.pps)
    assert second != scene.token
    assert devices.identify(scene.token) is None
    assert devices.identify(second).confirmed_at == standing.NOW
    assert Device.objects.filter(revoked_at__isnull=True).count() == 1


def test_first_phone_counts_and_a_second_one_waits(scene):
    newcomer = standing.make_pantarlih(scene.tps, name="ORANG BARU")[0]
    _, first = devices.enrol(pantarlih=newcomer, now=standing.NOW)
    token, second = devices.enrol(pantarlih=newcomer, now=standing.NOW)
    assert (first.confirmed_at, second.confirmed_at) == (standing.NOW, None)
    assert devices.identify(token) == second


def test_confirmed_phone_revokes_the_other_one(scene):
    token, second = devices.enrol(pantarlih=scene.pantarlih, now=standing.NOW)
    devices.confirm(device=second, now=LATER, by=scene.pps)
    devices.confirm(device=second, now=LATER, by=scene.pps)
    assert devices.identify(token).confirmed_at == LATER
    assert devices.identify(scene.token) is None
    acts = TrailEntry.objects.filter(by_name="pps").order_by("pk").values_list("verb", "subject")
    assert list(acts) == [
        ("revoke_device", f"device:{scene.device.pk}"),
        ("confirm_device", f"device:{second.pk}"),
    ]


def test_phone_that_was_revoked_meanwhile_is_not_confirmed(scene):
    _, second = devices.enrol(pantarlih=scene.pantarlih, now=standing.NOW)
    devices.enrol(pantarlih=scene.pantarlih, now=standing.NOW)
    with pytest.raises(devices.ConfirmRefused) as refused:
        devices.confirm(device=second, now=LATER, by=scene.pps)
    assert refused.value.code == "device_revoked"
    assert devices.identify(scene.token) is not None


def test_lost_phone_leaves_the_waiting_one_to_be_confirmed(scene):
    token, _ = devices.enrol(pantarlih=scene.pantarlih, now=standing.NOW)
    devices.revoke(device=scene.device, now=LATER, by=scene.pps)
    assert devices.identify(token).confirmed_at is None


def test_phone_that_takes_anothers_place_says_so_on_the_trail(scene):
    _, second = devices.enrol(pantarlih=scene.pantarlih, now=standing.NOW)
    _, third = devices.enrol(pantarlih=scene.pantarlih, now=standing.NOW)
    entry = TrailEntry.objects.get(verb="revoke_device")
    assert (entry.by_name, entry.by_user, entry.subject) == (f"device:{third.pk}", None, f"device:{second.pk}")


def test_revoked_device_is_nobody_and_stays_revoked(scene):
    devices.revoke(device=scene.device, now=standing.NOW, by=scene.pps)
    devices.revoke(device=scene.device, now=standing.NOW, by=scene.pps)
    assert devices.identify(scene.token) is None
    assert TrailEntry.objects.filter(verb="revoke_device", by_user=scene.pps.pk).count() == 1


def test_enrolment_leaves_a_trail_where_the_pantarlih_works(scene):
    entry = TrailEntry.objects.get(verb="enrol_device")
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
