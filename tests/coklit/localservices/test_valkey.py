import subprocess
import sys
import textwrap

import pytest
import redis

from coklit.localservices import valkey
from coklit.localservices.processes import InUse
from tests.coklit.localservices.conftest import gone

pytestmark = pytest.mark.integration

HOLDER = """
    import sys, time
    from pathlib import Path
    from coklit.localservices import valkey
    print(valkey.start(Path(sys.argv[1])).child.process.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def running(place):
    server = valkey.start(place)
    yield server
    server.stop()


def test_server_asks_for_its_password(running):
    with redis.Redis(host="127.0.0.1", port=running.port) as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_password_is_not_among_the_arguments(running):
    arguments = running.child.process.args
    password = (running.directory / "valkey.password").read_text()
    assert password not in " ".join(map(str, arguments))
    assert (running.directory / "valkey.password").stat().st_mode & 0o777 == 0o600


def test_numbered_databases_are_apart(running):
    with redis.Redis.from_url(running.url(0)) as first, redis.Redis.from_url(running.url(1)) as second:
        first.set("satu", 1)
        assert second.get("satu") is None


def test_stopped_server_resumes_with_its_data(place):
    first = valkey.start(place)
    with redis.Redis.from_url(first.url()) as client:
        client.set("kept", "7")
    first.stop()
    second = valkey.start(place, port=first.port)
    assert second.url() == first.url()
    with redis.Redis.from_url(second.url()) as client:
        assert client.get("kept") == b"7"
    second.stop()


def test_server_told_to_forget_keeps_nothing(place):
    first = valkey.start(place, keep=False)
    with redis.Redis.from_url(first.url()) as client:
        client.set("kept", "7")
    first.stop()
    second = valkey.start(place, keep=False)
    with redis.Redis.from_url(second.url()) as client:
        assert client.get("kept") is None
    second.stop()


def test_second_server_on_one_directory_is_refused(running):
    with pytest.raises(InUse):
        valkey.start(running.directory, patience=0)


def test_port_in_use_is_stepped_around(running, tmp_path):
    other = valkey.start(tmp_path, port=running.port)
    assert other.port > running.port
    other.stop()


def test_killed_parent_leaves_no_server_and_its_data_is_kept(place):
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLDER), str(place)], stdout=subprocess.PIPE, text=True
    )
    with parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    assert gone(pid)
    valkey.start(place, patience=5).stop()
