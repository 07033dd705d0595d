import os
import signal
import subprocess
import sys
import textwrap

import pytest

from coklit.localservices.processes import (
    ChildDied,
    InUse,
    claim,
    kept_secret,
    last_lines,
    spawn,
)
from tests.coklit.localservices.conftest import gone

pytestmark = pytest.mark.integration

FOREVER = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)


def python(name, code, directory, **options):
    return spawn(name, [sys.executable, "-c", code], log=directory / f"{name}.log", **options)


def is_up(child):
    return lambda: "up" in last_lines(child.log)


def test_child_is_stopped_by_its_signal(tmp_path):
    child = python("sleeper", FOREVER, tmp_path)
    child.wait_ready(is_up(child), timeout=30)
    assert child.exit_code() is None
    child.stop()
    assert child.exit_code() == -signal.SIGTERM
    assert gone(child.process.pid)


def test_child_hears_a_signal_that_we_ignore(tmp_path):
    before = signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    child = python("sleeper", FOREVER, tmp_path, stop_signal=signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, before)
    child.wait_ready(is_up(child), timeout=30)
    child.stop()
    assert child.exit_code() == -signal.SIGUSR1


def test_stubborn_child_is_killed(tmp_path):
    child = python("stubborn", STUBBORN, tmp_path, grace=0.2)
    child.wait_ready(is_up(child), timeout=30)
    child.stop()
    assert child.exit_code() == -signal.SIGKILL


def test_stop_also_ends_what_a_dead_child_started(tmp_path):
    code = (
        f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {FOREVER!r}]); print(p.pid, flush=True)"
    )
    child = python("parent", code, tmp_path)
    with pytest.raises(ChildDied, match="ended with exit code 0"):
        child.wait_ready(lambda: False, timeout=30)
    grandchild = int(last_lines(child.log).split()[0])
    child.stop()
    assert gone(grandchild)


def test_wait_ready_reports_a_death_with_the_last_lines(tmp_path):
    child = python("broken", "import sys; print('no such table'); sys.exit(3)", tmp_path)
    with pytest.raises(ChildDied, match=r"broken ended with exit code 3(.|\n)*no such table"):
        child.wait_ready(lambda: False, timeout=30)
    child.stop()


def test_wait_ready_gives_up(tmp_path):
    child = python("sleeper", FOREVER, tmp_path)
    with pytest.raises(ChildDied, match="not ready after 0 s"):
        child.wait_ready(lambda: False, timeout=0)
    child.stop()


def test_child_reads_its_config_from_standard_input(tmp_path):
    child = python("reader", "print(input())", tmp_path, config=b"requirepass rahasia\n")
    with pytest.raises(ChildDied, match="requirepass rahasia"):
        child.wait_ready(lambda: False, timeout=30)
    child.stop()


def test_children_of_a_killed_parent_die(tmp_path):
    code = f"""
        import time
        from pathlib import Path
        from coklit.localservices.processes import spawn
        child = spawn("child", [{sys.executable!r}, "-c", {FOREVER!r}], log=Path({str(tmp_path / "child.log")!r}))
        print(child.process.pid, flush=True)
        time.sleep(600)
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
    with parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    assert gone(pid)


def test_claim_is_refused_while_held(tmp_path):
    lock = claim(tmp_path / "server")
    with pytest.raises(InUse, match="is in use by a running server"):
        claim(tmp_path / "server", patience=0)
    os.close(lock)
    os.close(claim(tmp_path / "server", patience=0))


def test_claim_is_held_by_the_child_it_was_given(tmp_path):
    lock = claim(tmp_path / "server")
    child = python("server", FOREVER, tmp_path, lock=lock)
    os.close(lock)
    with pytest.raises(InUse):
        claim(tmp_path / "server", patience=0)
    child.stop()
    os.close(claim(tmp_path / "server", patience=0))


def test_secret_is_kept_and_private(tmp_path):
    secret = kept_secret(tmp_path / "one" / "secret")
    assert len(secret) >= 40
    assert kept_secret(tmp_path / "one" / "secret") == secret
    assert (tmp_path / "one" / "secret").stat().st_mode & 0o777 == 0o600
    assert kept_secret(tmp_path / "two" / "secret") != secret


def test_last_lines_are_the_last_and_few(tmp_path):
    log = tmp_path / "log"
    log.write_text("\n".join(f"baris {number}" for number in range(10_000)))
    assert last_lines(log, 2) == "baris 9998\nbaris 9999"
    assert last_lines(tmp_path / "none") == "(no log)"
