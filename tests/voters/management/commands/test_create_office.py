"""The first account of an installation, as an operator opens it."""

import os
import pty
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from tests import scene as standing
from voters.models import Membership, TrailEntry, User

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[4]
COMMAND = [sys.executable, "manage.py", "create_office", "--user", "kpu-ri", "--role", "kpu_ri", "--region", "ID"]


@pytest.fixture
def regions(db):
    standing.make_regions()


def create_office(user="kpu-ri", role="kpu_ri", region="ID", *more):
    out = StringIO()
    call_command("create_office", "--user", user, "--role", role, "--region", region, *more, stdout=out)
    return out.getvalue()


def test_create_office_lets_the_first_office_in_with_the_password_it_showed(regions, client):
    password = create_office("kpu-ri", "kpu_ri", "ID", "--email", "kpu@example.com").split()[-1]
    user = User.objects.get()
    assert (user.username, user.email, user.is_superuser) == ("kpu-ri", "kpu@example.com", False)
    assert client.login(username="kpu-ri", password=password)
    assert client.get(reverse("admin:voters_user_add")).status_code == 200


def test_create_office_leaves_a_trail_without_the_password(regions):
    create_office("kpu-6271", "kpu_kab", "62.71")
    office, entry = Membership.objects.get(), TrailEntry.objects.get(verb="create_office")
    assert (office.role, office.region_id, office.to_day) == ("kpu_kab", "62.71", None)
    assert (entry.by_name, entry.region, entry.subject) == ("operator", "62.71", f"user:{office.user_id}")
    assert entry.after == {"role": "kpu_kab", "region": "62.71", "from_day": office.from_day.isoformat()}


def test_create_office_of_an_account_that_exists_keeps_its_password(scene):
    before = scene.pps.password
    said = create_office("pps", "pps", standing.NEXT_KELURAHAN)
    scene.pps.refresh_from_db()
    assert scene.pps.password == before
    assert "Password" not in said
    assert scene.pps.memberships.count() == 2


@pytest.mark.parametrize(
    ("user", "role", "region", "reason"),
    [
        ("kpu-ri", "kpu_ri", "62.71", "kpu_ri stands at the level nation; 62.71 Kota Palangkaraya is a kabkota"),
        ("pps", "pps", "62.71.01", "pps stands at the level kelurahan; 62.71.01 Pahandut is a kecamatan"),
        ("kpu", "kpu_kab", "62.99", "There is no region 62.99"),
        ("kpu ri", "kpu_ri", "ID", "No such account can be made. username: "),
    ],
)
def test_create_office_refuses_and_changes_nothing(regions, user, role, region, reason):
    with pytest.raises(CommandError, match=reason):
        create_office(user, role, region)
    assert not User.objects.exists()
    assert not TrailEntry.objects.exists()


def test_create_office_refuses_an_office_that_is_held(regions):
    create_office()
    with pytest.raises(CommandError, match="holds this office already"):
        create_office()
    assert Membership.objects.count() == 1


def test_create_office_names_the_roles_there_are(db):
    with pytest.raises(CommandError, match=r"argument --role: invalid choice: 'ketua'.*'kpu_ri'"):
        create_office("a", "ketua", "ID")


def test_create_office_asks_nobody_without_a_terminal(regions):
    done = subprocess.run(
        [*COMMAND, "--ask-password"],
        cwd=ROOT,
        env=os.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "--ask-password needs a terminal" in done.stderr


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("typed", "told", "accounts"),
    [
        ("mangga-manis-9\nmangga-manis-9\n", "kpu-ri: kpu_ri of ID", 1),
        ("mangga-manis-9\nmangga-manis-8\n", "The two passwords differ", 0),
        ("12345\n12345\n", "terlalu pendek", 0),
    ],
)
def test_create_office_asks_for_the_password_at_a_terminal(typed, told, accounts):
    standing.make_regions()
    assert told in at_a_terminal(typed)
    assert User.objects.count() == accounts
    assert [user.check_password("mangga-manis-9") for user in User.objects.all()] == [True] * accounts


def at_a_terminal(typed):
    """What the command says to somebody who types that."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "--ask-password"],
        cwd=ROOT,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )
    os.close(theirs)
    assert process.stdout
    said = ""
    for line in typed.splitlines(keepends=True):
        while not said.endswith(": "):
            said += process.stdout.read(1)
        os.write(ours, line.encode())
        said = ""
    said = process.communicate(timeout=60)[0]
    os.close(ours)
    return said
