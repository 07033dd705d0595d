import signal
import subprocess
import sys
import textwrap
import time

import pytest

from coklit.localservices import postgres, valkey
from coklit.localservices.processes import ChildDied, last_lines
from coklit.localservices.provision import DatabaseUrls
from coklit.localservices.stack import Stack, environment
from tests.coklit.localservices.conftest import SMALL, gone

pytestmark = pytest.mark.integration

FOREVER = "import time; print('up', flush=True); time.sleep(600)"
TELLING = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: (print(sys.argv[1], flush=True), sys.exit()));"
    "print('up', flush=True); time.sleep(600)"
)
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)
# Prints the children's pids, then watches.
SUPERVISOR = f"""
    import sys
    from pathlib import Path
    from coklit.localservices.processes import last_lines
    from coklit.localservices.stack import Stack
    logs = Path(sys.argv[1])
    with Stack(logs) as stack:
        for name, code in (("gentle", {FOREVER!r}), ("stubborn", {STUBBORN!r})):
            ready = lambda: "up" in last_lines(logs / f"{{name}}.log")
            child = stack.start(name, [sys.executable, "-c", code], ready=ready, grace=1)
            print(child.process.pid, flush=True)
        stack.watch()
    print("ended quietly", flush=True)
"""


@pytest.fixture
def supervisor(tmp_path):
    """A supervisor in its own process, and the pids of its two children."""
    command = [sys.executable, "-c", textwrap.dedent(SUPERVISOR), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process, [int(process.stdout.readline()) for _ in range(2)]
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_end_the_stack_leaves_nobody(supervisor, number):
    process, pids = supervisor
    process.send_signal(number)
    assert process.wait(30) == 0
    assert process.stdout.read() == "ended quietly\n"
    assert [gone(pid) for pid in pids] == [True, True]


def test_asked_twice_the_stack_still_leaves_nobody(supervisor):
    process, pids = supervisor
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert [gone(pid) for pid in pids] == [True, True]


def test_children_die_with_a_killed_supervisor(tmp_path):
    code = SUPERVISOR.replace(repr(STUBBORN), repr(FOREVER))
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        pids = [int(process.stdout.readline()) for _ in range(2)]
        process.kill()
    assert [gone(pid) for pid in pids] == [True, True]


def test_children_are_stopped_in_reverse_order(tmp_path):
    with Stack(tmp_path, prefix="demo-") as stack:
        for name in ("first", "second", "third"):
            log = tmp_path / f"demo-{name}.log"
            stack.start(name, [sys.executable, "-c", TELLING, name], ready=lambda log=log: "up" in last_lines(log))
        children = list(stack.children)
    ends = [(tmp_path / f"demo-{name}.log").stat().st_mtime_ns for name in ("third", "second", "first")]
    assert ends == sorted(ends)
    assert [child.exit_code() for child in children] == [0, 0, 0]


def watch_a_dying_worker(stack):
    with stack:
        stack.start("web", [sys.executable, "-c", FOREVER])
        stack.start("worker", [sys.executable, "-c", "import sys; print('broker gone'); sys.exit(4)"])
        stack.watch()


def test_watch_names_the_child_that_died_and_its_last_words(tmp_path):
    stack = Stack(tmp_path)
    with pytest.raises(ChildDied, match=r"worker ended with exit code 4(.|\n)*broker gone"):
        watch_a_dying_worker(stack)
    assert [gone(child.process.pid) for child in stack.children] == [True, True]


def test_start_hands_its_environment_to_the_child(tmp_path):
    with Stack(tmp_path) as stack:
        code = "import os; print(os.environ['COKLIT_DEMO'] + 'up', flush=True)" + "\nimport time; time.sleep(600)"
        command = [sys.executable, "-c", code]
        log = tmp_path / "web.log"
        stack.start("web", command, environment={"COKLIT_DEMO": "1"}, ready=lambda: "1up" in last_lines(log))


def test_signal_handlers_are_given_back(tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    with Stack(tmp_path):
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before


def test_adopted_servers_are_stopped(place):
    with Stack(place) as stack:
        database = stack.adopt(postgres.start(place / "postgres", settings=SMALL))
        broker = stack.adopt(valkey.start(place / "valkey"))
        assert database.child.exit_code() is None
    assert gone(database.child.process.pid)
    assert gone(broker.child.process.pid)


def test_environment_names_every_service(place):
    with Stack(place) as stack:
        broker = stack.adopt(valkey.start(place / "valkey"))
        urls = DatabaseUrls(owner="postgresql://o:p@127.0.0.1:1/c", web="postgresql://w:p@127.0.0.1:1/c")
        found = environment(urls, broker, secrets=place, smtp_port=1025, base_url="http://localhost:8000")
        again = environment(urls, broker, secrets=place, smtp_port=1025, base_url="http://localhost:8000")
    assert found == again
    assert len(found.pop("COKLIT_SECRET_KEY")) >= 40
    assert found == {
        "COKLIT_DATABASE_URL": urls.web,
        "COKLIT_DATABASE_OWNER_URL": urls.owner,
        "COKLIT_BROKER_URL": broker.url(0),
        "COKLIT_CACHE_URL": broker.url(1),
        "COKLIT_SMTP_URL": "smtp://127.0.0.1:1025",
        "COKLIT_BASE_URL": "http://localhost:8000",
        "COKLIT_ALLOWED_HOSTS": "localhost,127.0.0.1",
        "COKLIT_UPLOADS_DIR": str(place / "uploads"),
    }
