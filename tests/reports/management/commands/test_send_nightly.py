"""The nightly mail by hand: on the real clock, in a window around today."""

import datetime as dt
import os
import signal
import subprocess
import sys
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from coklit import clock
from reports.deliveries import UNCERTAIN_AFTER
from reports.models import Delivery
from tests.scene import KECAMATAN, KELURAHAN
from voters.models import Membership, Stage, TrailEntry

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def running(scene):
    """The scene with coklit running today, by the real clock."""
    today = clock.local_day(clock.now(), clock.WIB)
    Stage.objects.filter(election=scene.election, kind="coklit").update(
        first_day=today - dt.timedelta(days=19), last_day=today + dt.timedelta(days=11)
    )
    return scene


def run(*arguments):
    out = StringIO()
    call_command("send_nightly", *arguments, stdout=out)
    return out.getvalue()


def age(delivery):
    """As if it had been claimed long ago."""
    Delivery.objects.filter(pk=delivery.pk).update(claimed_at=clock.now() - UNCERTAIN_AFTER)


def test_now_sends_at_any_hour_and_only_once(running, smtp_server):
    assert run("--now") == "6 sent, 0 failed, 0 uncertain.\n"
    assert run("--now") == "0 sent, 0 failed, 0 uncertain.\n"
    assert len(smtp_server.messages) == 6


def test_again_sends_another_message_to_those_who_have_it(running, smtp_server):
    run("--now", "--region", KELURAHAN)
    assert run("--now", "--again", "--region", KELURAHAN) == "1 sent, 0 failed, 0 uncertain.\n"
    first, second = smtp_server.messages
    assert first["Message-ID"] != second["Message-ID"]


def test_region_keeps_to_itself_and_below(running, smtp_server):
    assert run("--now", "--region", KECAMATAN) == "2 sent, 0 failed, 0 uncertain.\n"
    assert sorted(smtp_server.recipients) == [["ppk@example.com"], ["pps@example.com"]]


def test_an_election_outside_its_window_sends_nothing(running, smtp_server):
    assert run("--now", "--election", "pilkada-2024") == "0 sent, 0 failed, 0 uncertain.\n"
    assert run("--now", "--election", "pemilu-2024") == "6 sent, 0 failed, 0 uncertain.\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--region", "99.99"), "--region 99.99: there is no such region"),
        (("--election", "pemilu-1955"), "There are: pemilu-2024, pilkada-2024"),
    ],
)
def test_unknown_names_are_refused(running, arguments, words):
    with pytest.raises(CommandError, match=words):
        run("--now", *arguments)


def test_dry_run_names_the_readers_and_sends_nothing(running, smtp_server):
    out = run("--now", "--dry-run")
    today = clock.local_day(clock.now(), clock.WIB)
    assert f"{today}  pemilu-2024  {KELURAHAN} Kel. Pahandut  pps\n" in out
    assert out.endswith("6 would be sent; nothing was.\n")
    assert (smtp_server.messages, Delivery.objects.count()) == ([], 0)


def test_a_mail_that_failed_makes_the_command_fail_and_is_tried_again(running, refusing_server):
    refusing_server.refused = "ppk@example.com"
    with pytest.raises(CommandError, match="Not every mail went out"):
        run("--now")
    refusing_server.refused = ""
    assert run("--now") == "1 sent, 0 failed, 0 uncertain.\n"


def test_an_unreachable_server_is_an_error_that_says_what_to_check(running, settings):
    settings.EMAIL_PORT = 9
    with pytest.raises(CommandError, match="Check COKLIT_SMTP_URL"):
        run("--now")


def test_a_killed_run_leaves_one_uncertain_mail_for_a_person(running, refusing_server):
    refusing_server.silent_to = "ppk@example.com"
    _kill_a_run(refusing_server)
    claimed = Delivery.objects.get(state="claimed")
    assert claimed.user == running.ppk
    refusing_server.silent_to = ""
    run("--now")
    assert refusing_server.recipients.count(["ppk@example.com"]) == 0
    assert run("--list") == "0 uncertain.\n"
    age(claimed)
    assert f"{claimed.pk}  {claimed.day}  pemilu-2024  {KECAMATAN} Kec. Pahandut  ppk  claimed" in run("--list")
    assert run("--resend", str(claimed.pk)) == f"{claimed.pk}: 1 sent, 0 failed, 0 uncertain.\n"
    assert refusing_server.recipients.count(["ppk@example.com"]) == 1
    assert TrailEntry.objects.filter(verb="resend_nightly", subject=f"delivery:{claimed.pk}").count() == 1


def _kill_a_run(server):
    command = [sys.executable, "manage.py", "send_nightly", "--now"]
    with subprocess.Popen(command, env=os.environ) as process:
        assert server.is_silent.wait(timeout=60)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def test_resend_refuses_what_is_not_uncertain(running, smtp_server):
    run("--now", "--region", KELURAHAN)
    sent = Delivery.objects.get()
    for key in (sent.pk, uuid4()):
        with pytest.raises(CommandError, match=f"nothing was sent: {key}"):
            run("--resend", str(key))
    assert len(smtp_server.messages) == 1


def test_resend_leaves_out_a_person_who_left_the_office(running, smtp_server):
    run("--now", "--region", KELURAHAN)
    Delivery.objects.update(state="claimed")
    delivery = Delivery.objects.get()
    age(delivery)
    Membership.objects.filter(user=running.pps).delete()
    assert "does not get the mail any more" in run("--resend", str(delivery.pk))
    assert len(smtp_server.messages) == 1
