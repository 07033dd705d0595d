"""Valkey that is down, silent or full: syncing goes on, and hardly notices."""

import socket
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from coklit.localservices import valkey as local
from coklit.localservices.ports import HOST, free_port
from voters.sync import pressure, refused
from voters.sync import valkey as asking
from voters.sync.pressure import Verdict, ask, ask_state, note_backlog

pytestmark = pytest.mark.integration


def asked(times, device=None):
    return {ask(kabkota="62.71", device=device or uuid4(), size=100).kind for _ in range(times)}


def warnings(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "voters.sync.valkey"]


@pytest.fixture
def at(settings):
    """Use the Valkey of an address."""

    def use(address):
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": address}}

    # One upload of a phone is its limit: whether it was counted shows at the second.
    settings.SYNC_DEVICE_PER_MINUTE = 0.001
    return use


@pytest.fixture
def own(tmp_path):
    """A Valkey of this test alone, which it may stop and start again."""
    servers = []

    def start(**how):
        servers.append(local.start(tmp_path / "valkey", keep=False, **how))
        return servers[-1]

    yield start
    for server in servers:
        if server.child.exit_code() is None:
            server.stop()


def test_uploads_are_applied_while_nobody_listens(at, caplog):
    at(f"redis://{HOST}:{free_port()}/0")
    assert asked(20, device=uuid4()) == {"apply"}
    assert warnings(caplog) == ["Valkey is not asked for 5 s: ConnectionError. Syncing goes on."]


def test_every_other_question_goes_without_an_answer_too(at, caplog):
    at(f"redis://{HOST}:{free_port()}/0")
    assert ask_state(device=uuid4()) == Verdict("apply")
    note_backlog(batches=5, per_second=1)
    assert refused.keep_refused() == 0
    assert len(warnings(caplog)) == 1


def test_silent_valkey_is_not_waited_for_again_and_again(at, caplog):
    with socket.create_server((HOST, 0)) as silent:
        at(f"redis://{HOST}:{silent.getsockname()[1]}/0")
        silent.settimeout(10)
        assert asked(50) == {"apply"}
        silent.accept()[0].close()
        silent.setblocking(False)
        # One connection for fifty uploads.
        with pytest.raises(BlockingIOError):
            silent.accept()
    assert warnings(caplog) == ["Valkey is not asked for 5 s: TimeoutError. Syncing goes on."]


def test_threads_that_meet_the_same_failure_say_so_once(at, caplog):
    with socket.create_server((HOST, 0), backlog=64) as silent:
        at(f"redis://{HOST}:{silent.getsockname()[1]}/0")
        with ThreadPoolExecutor(8) as pool:
            assert [found for part in pool.map(lambda _: asked(3), range(8)) for found in part] == ["apply"] * 8
    assert len(warnings(caplog)) == 1


def test_limits_hold_again_once_valkey_is_back(at, own, caplog, monkeypatch):
    monkeypatch.setattr(asking, "PAUSE_SECONDS", 0)
    server, device = own(), uuid4()
    at(server.url())
    assert [ask(kabkota="62.71", device=device, size=1).kind for _ in range(2)] == ["apply", "refuse"]
    server.stop()
    assert asked(3, device=device) == {"apply"}
    assert own(port=server.port).port == server.port
    # It forgot the tokens, and the script as well.
    assert [ask(kabkota="62.71", device=device, size=1).kind for _ in range(2)] == ["apply", "refuse"]


def test_valkey_without_memory_limits_nothing(at, own, caplog):
    server = own()
    at(server.url())
    asking._client(server.url()).config_set("maxmemory", 1)
    assert asked(5, device=uuid4()) == {"apply"}
    assert warnings(caplog) == ["Valkey is not asked for 5 s: OutOfMemoryError. Syncing goes on."]


def test_warning_tells_neither_address_nor_password(at, own, caplog):
    server = own()
    at(f"redis://:salah-sekali@{HOST}:{server.port}/0")
    assert asked(2) == {"apply"}
    assert warnings(caplog) == ["Valkey is not asked for 5 s: AuthenticationError. Syncing goes on."]


def test_pause_of_one_address_is_not_that_of_another(at, valkey, settings):
    good = settings.CACHES["default"]["LOCATION"]
    at(f"redis://{HOST}:{free_port()}/0")
    asked(1)
    at(good)
    assert ask(kabkota="62.71", device=(device := uuid4()), size=1).kind == "apply"
    assert ask(kabkota="62.71", device=device, size=1).limit == pressure.LIMITS[0]
