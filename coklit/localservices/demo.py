"""`make demo`: everything of a Coklit installation on this machine, with invented data, until Ctrl-C.

Starts a private PostgreSQL and Valkey, migrates, prepares the scene, then serves web, worker, beat, a mail catcher and
the simulated phones. Every process is a child of this one and ends with it. The data stay for the next start.
"""

import argparse
import http.client
import json
import os
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from coklit.localservices import ports, postgres, valkey
from coklit.localservices.processes import ChildDied, InUse, write_private
from coklit.localservices.provision import provision
from coklit.localservices.stack import Stack, environment

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
TITLES = {
    "kpu_ri": "KPU RI",
    "kpu_prov": "KPU provinsi",
    "kpu_kab": "KPU kabupaten/kota",
    "ppk": "PPK",
    "pps": "PPS",
    "bawaslu_ri": "Bawaslu RI",
    "bawaslu_prov": "Bawaslu provinsi",
    "bawaslu_kab": "Bawaslu kabupaten/kota",
    "panwascam": "Panwascam",
}


@dataclass(frozen=True)
class Addresses:
    """Ports chosen for this run."""

    web: int
    smtp: int
    mail: int

    @property
    def url(self) -> str:
        """Where the pages are; passkeys refuse an IP address as host."""
        return f"http://localhost:{self.web}"


def main() -> None:
    """Start, serve, stop."""
    parser = argparse.ArgumentParser(prog="make demo", description="Coklit with invented data; Ctrl-C stops it.")
    parser.add_argument("--election", default="pemilu-2024", choices=["pemilu-2024", "pilkada-2024"])
    parser.add_argument("--area", default="62.71", help="region by its official code (default %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="wished-for web port; one in use is stepped around")
    parser.add_argument("--pace", default="1", help="speed of the simulated phones; 2 is twice as fast as life")
    parser.add_argument("--prepare-only", action="store_true", help="prepare the data and stop")
    options = parser.parse_args()
    home = ROOT / ".local" / f"demo-{options.election}-{options.area}"
    began = time.monotonic()
    try:
        with Stack(home / "logs") as stack:
            _serve(stack, home, options, began)
    except (ChildDied, InUse, ports.NoFreePort) as error:
        sys.exit(f"make demo: {error}")
    print("Berhenti. Data tetap tersimpan; `make demo` melanjutkannya.", flush=True)


def _serve(stack: Stack, home: Path, options: argparse.Namespace, began: float) -> None:
    addresses = _choose_ports(options.port)
    server = stack.adopt(postgres.start(home / "postgres", settings=postgres.sized_settings()))
    broker = stack.adopt(valkey.start(home / "valkey"))
    variables = environment(
        provision(server), broker, secrets=home, smtp_port=addresses.smtp, base_url=addresses.url
    ) | {"COKLIT_DEMO": "1", "COKLIT_LOG_LEVEL": "WARNING", "PYTHONUNBUFFERED": "1"}
    _write_manage(home / "manage", variables)
    _manage(variables, "prepare_demo", "--like", options.election, "--area", options.area, "--dir", home / "scene")
    if options.prepare_only:
        return
    _start(stack, variables, addresses, home)
    phones = ["simulate_phones", str(home / "scene" / "simulated.json"), "--url", addresses.url, "--pace", options.pace]
    stack.start("phones", [sys.executable, "manage.py", *phones], environment=variables, grace=3)
    _greet(addresses, home, time.monotonic() - began)
    stack.watch()


def _choose_ports(wished: int) -> Addresses:
    web = ports.free_port(wished)
    smtp = ports.free_port(2525, avoid=[web])
    return Addresses(web, smtp, ports.free_port(8025, avoid=[web, smtp]))


def _manage(variables: dict[str, str], *command: str | Path) -> None:
    """Run a management command to its end, its output shown."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env={**os.environ, **variables}, check=False
    )
    if done.returncode:
        raise ChildDied(f"manage.py {command[0]} failed; what it says stands above.")


def _write_manage(script: Path, variables: dict[str, str]) -> None:
    """A script that runs a management command on this installation, such as `send_nightly --now`."""
    exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())
    write_private(script, f'#!/bin/sh\n{exports}cd {shlex.quote(str(ROOT))} && exec {sys.executable} manage.py "$@"\n')
    script.chmod(0o700)


def _start(stack: Stack, variables: dict[str, str], addresses: Addresses, home: Path) -> None:
    # The pages first and alone: on two cores, every process that starts beside them makes them later.
    web: list[str | Path] = [
        BIN / "granian",
        "--interface",
        "wsgi",
        "--host",
        ports.HOST,
        "--port",
        str(addresses.web),
        "--workers",
        "1",
    ]
    web += ["--blocking-threads", "8", "--no-ws", "--respawn-failed-workers", "coklit.wsgi:application"]
    pooled = variables | {"COKLIT_DATABASE_POOL": "10"}
    stack.start("web", web, environment=pooled, ready=lambda: _pages_come(addresses.web))
    mailbox = [sys.executable, "-m", "coklit.localservices.mailbox", "--smtp-port", str(addresses.smtp)]
    mailbox += ["--http-port", str(addresses.mail), "--dir", str(home / "mail")]
    stack.start("mail", mailbox, environment=variables)
    celery: list[str | Path] = [BIN / "celery", "-A", "coklit"]
    stack.start("worker", [*celery, "worker", "--concurrency", "1", "--loglevel", "WARNING"], environment=variables)
    mailer = [*celery, "worker", "--queues", "mail", "--concurrency", "1", "--loglevel", "WARNING"]
    stack.start("mailer", mailer, environment=variables)
    importer = [*celery, "worker", "--queues", "imports", "--concurrency", "1", "--loglevel", "WARNING"]
    stack.start("importer", importer, environment=variables)
    schedule = str(home / "beat-schedule")
    stack.start("beat", [*celery, "beat", "--schedule", schedule, "--loglevel", "WARNING"], environment=variables)


def _pages_come(port: int) -> bool:
    """The server listens before it can answer: ask it for something."""
    connection = http.client.HTTPConnection(ports.HOST, port, timeout=5)
    try:
        connection.request("GET", "/sehat")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _greet(addresses: Addresses, home: Path, seconds: float) -> None:
    logins = json.loads((home / "scene" / "logins.json").read_text(encoding="utf-8"))
    password = (home / "scene" / "password").read_text(encoding="utf-8")
    print(f"\nSiap: {addresses.url}   ({seconds:.0f} detik; semua orang dan pemilih rekaan)")
    print(f"Surel tertangkap di {f'http://localhost:{addresses.mail}'}; catatan proses di {home / 'logs'}")
    print(f"\nMasuk dengan sandi  {password}  sebagai:")
    for role, username in logins.items():
        print(f"  {TITLES[role]:24} {username}")
    print(f"\nPerintah pada instalasi ini, misalnya:  {(home / 'manage').relative_to(ROOT)} send_nightly --now")
    print("Ctrl-C menghentikan semuanya.", flush=True)


if __name__ == "__main__":
    main()
