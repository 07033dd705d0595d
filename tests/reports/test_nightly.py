"""Who gets the nightly mail, when, and that nobody gets it twice: with a real database and a real mail receiver."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from coklit import mail
from reports import nightly
from reports.models import Delivery
from tests.reports.counted import counted_region, counted_tps
from tests.scene import FOREIGN_KOTA, KECAMATAN, KELURAHAN, KOTA, NEXT_KELURAHAN, TODAY, make_user
from voters.models import Membership, Region, WindowExtension
from voters.placement import new_id
from voters.terms import Role

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

# 21.00 WIB on the scene's day.
EVENING = dt.datetime(2023, 3, 4, 14, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
COMMITTEES = ["kpu-lain", "kpu-provinsi", "kpu-ri", "kpu", "ppk", "pps"]


@pytest.fixture
def counted(scene):
    """Counts for the nation down to one kelurahan of the scene, and its TPS."""
    for code in ("ID", "62", KOTA, KECAMATAN, KELURAHAN):
        counted_region(scene.election, code)
    counted_tps(scene.tps)
    return scene


def received_by(smtp_server):
    """Accounts that a mail came in for, sorted."""
    return sorted(address.removesuffix("@example.com") for one in smtp_server.recipients for address in one)


def test_each_committee_gets_one_mail_and_oversight_none(counted, smtp_server):
    assert nightly.send_due(now=EVENING) == 6
    assert received_by(smtp_server) == sorted(COMMITTEES)
    assert set(Delivery.objects.values_list("state", "sent_at", "day", "error")) == {("sent", EVENING, TODAY, "")}


def test_nothing_is_sent_before_nine(counted, smtp_server):
    assert nightly.send_due(now=EVENING - MINUTE) == 0
    assert smtp_server.messages == []


def test_nothing_is_sent_after_midnight_for_the_day_before(counted, smtp_server):
    assert nightly.send_due(now=EVENING + dt.timedelta(hours=3)) == 0
    assert smtp_server.messages == []


def test_a_second_run_sends_nothing(counted, smtp_server):
    nightly.send_due(now=EVENING)
    assert nightly.send_due(now=EVENING + MINUTE) == 0
    assert len(smtp_server.messages) == 6


def test_the_next_evening_brings_the_next_mail(counted, smtp_server):
    nightly.send_due(now=EVENING)
    assert nightly.send_due(now=EVENING + dt.timedelta(days=1)) == 6


def test_each_zone_is_due_at_its_own_nine(counted, smtp_server):
    Region.objects.filter(pk=KELURAHAN).update(zone="WITA")
    Region.objects.filter(pk=KECAMATAN).update(zone="WIT")
    assert nightly.send_due(now=EVENING - dt.timedelta(hours=2)) == 1
    assert received_by(smtp_server) == ["ppk"]
    assert nightly.send_due(now=EVENING - dt.timedelta(hours=1)) == 1
    assert received_by(smtp_server) == ["ppk", "pps"]
    assert nightly.send_due(now=EVENING) == 4


def test_two_runs_at_the_same_time_send_each_mail_once(counted, smtp_server):
    for number in range(20):
        make_user(f"pps-{number}", Role.PPS, KELURAHAN)
    with ThreadPoolExecutor(2) as pool:
        sent = sum(pool.map(_run, [EVENING, EVENING]))
    assert sent == 26
    assert len(received_by(smtp_server)) == len(set(received_by(smtp_server))) == 26


def _run(now):
    try:
        return nightly.send_due(now=now)
    finally:
        connections.close_all()


def test_two_offices_over_one_region_are_one_mail(counted, smtp_server):
    Membership.objects.create(user=counted.pps, role=Role.PPS, region_id=KELURAHAN, from_day=TODAY)
    nightly.send_due(now=EVENING)
    assert received_by(smtp_server).count("pps") == 1


def test_two_regions_are_two_mails(counted, smtp_server):
    Membership.objects.create(user=counted.pps, role=Role.PPS, region_id=NEXT_KELURAHAN, from_day=TODAY)
    nightly.send_due(now=EVENING)
    assert received_by(smtp_server).count("pps") == 2


@pytest.mark.parametrize(
    "office",
    [
        {"gets_nightly": False},
        {"to_day": TODAY - dt.timedelta(days=1)},
        {"from_day": TODAY + dt.timedelta(days=1)},
    ],
)
def test_offices_without_a_mail_that_day_get_none(counted, smtp_server, office):
    Membership.objects.filter(user=counted.pps).update(**office)
    nightly.send_due(now=EVENING)
    assert received_by(smtp_server) == sorted(set(COMMITTEES) - {"pps"})


@pytest.mark.parametrize("account", [{"is_active": False}, {"email": ""}])
def test_accounts_that_cannot_be_written_to_get_none(counted, smtp_server, account):
    type(counted.pps).objects.filter(pk=counted.pps.pk).update(**account)
    nightly.send_due(now=EVENING)
    assert received_by(smtp_server) == sorted(set(COMMITTEES) - {"pps"})


def test_after_the_window_only_a_kelurahan_with_a_longer_one_gets_it(counted, smtp_server):
    stage = counted.election.stages.get(kind="coklit")
    after = EVENING + dt.timedelta(days=11)
    assert nightly.send_due(now=after) == 0
    WindowExtension.objects.create(
        id=new_id(),
        kabkota_id=KOTA,
        kelurahan_id=KELURAHAN,
        stage=stage,
        last_day=after.date(),
        reason="banjir",
        given_by=counted.kpu,
        given_at=after,
    )
    assert nightly.send_due(now=after) == 1
    assert received_by(smtp_server) == ["pps"]


def test_a_refused_recipient_does_not_keep_the_others_from_theirs(counted, refusing_server):
    refusing_server.refused = "ppk@example.com"
    assert nightly.send_due(now=EVENING) == 5
    assert received_by(refusing_server) == sorted(set(COMMITTEES) - {"ppk"})
    failed = Delivery.objects.get(state="failed")
    assert (failed.user, failed.error) == (counted.ppk, "550 5.1.1 No such mailbox")


def test_a_refused_mail_is_tried_again_ten_minutes_later(counted, refusing_server):
    refusing_server.refused = "ppk@example.com"
    nightly.send_due(now=EVENING)
    refusing_server.refused = ""
    assert nightly.send_due(now=EVENING + MINUTE) == 0
    assert nightly.send_due(now=EVENING + 10 * MINUTE) == 1
    assert received_by(refusing_server) == sorted(COMMITTEES)


def test_a_line_that_breaks_before_the_answer_leaves_the_mail_uncertain(counted, refusing_server):
    refusing_server.hangs_up_on = "ppk@example.com"
    assert nightly.send_due(now=EVENING) == 5
    claimed = Delivery.objects.get(state="claimed")
    assert (claimed.user, claimed.error[:22]) == (counted.ppk, "SMTPServerDisconnected")
    refusing_server.hangs_up_on = ""
    assert nightly.send_due(now=EVENING + dt.timedelta(hours=2)) == 0


def test_an_unreachable_server_leaves_nothing_claimed(counted, settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(mail.Unreachable, match=r"127\.0\.0\.1:9: ConnectionRefusedError"):
        nightly.send_due(now=EVENING)
    assert Delivery.objects.count() == 0


def test_a_run_ends_after_its_bound_and_the_next_goes_on(counted, smtp_server, monkeypatch):
    monkeypatch.setattr(nightly, "MAILS_PER_RUN", 4)
    monkeypatch.setattr(nightly, "_PAGE", 2)
    assert [nightly.send_due(now=EVENING + n * MINUTE) for n in range(3)] == [4, 2, 0]
    assert received_by(smtp_server) == sorted(COMMITTEES)


def test_nobody_gets_figures_of_another_territory(counted, smtp_server):
    nightly.send_due(now=EVENING)
    theirs = {
        recipients[0]: message.get_body(("plain",)).get_content()
        for recipients, message in zip(smtp_server.recipients, smtp_server.messages, strict=True)
    }
    for account, code in {"pps": KELURAHAN, "ppk": KECAMATAN, "kpu": KOTA, "kpu-lain": FOREIGN_KOTA}.items():
        assert f"({code})" in theirs[f"{account}@example.com"]
    assert "1.234" in theirs["pps@example.com"]
    assert "1.234" not in theirs["kpu-lain@example.com"]


def test_one_connection_carries_a_whole_run(counted, refusing_server):
    nightly.send_due(now=EVENING)
    assert refusing_server.greetings == 1


@pytest.mark.parametrize("readers", [1, 3])
def test_another_reader_of_a_region_costs_four_statements(counted, smtp_server, readers):
    Membership.objects.exclude(user=counted.pps).delete()
    for number in range(1, readers):
        make_user(f"pps-{number}", Role.PPS, KELURAHAN)
    with CaptureQueriesContext(connections["default"]) as captured:
        nightly.send_due(now=EVENING)
    # For each: begin, claim, commit, mark. Once: the stages and a page of readers (begin, scope, rows, commit) for each
    # of three zones, and the letter's 17.
    assert len(captured) == 3 * 5 + 17 + 4 * readers
