"""A Coklit installation on free ports of this machine, kept running as a service manager would: what dies is restarted.

PostgreSQL (fsync on), Valkey (kept on disk), granian with two workers, a Celery worker and beat, as children.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic

import django
from django.core.management import call_command
from django.db import connections

from bench.machine import ROOT
from bench.processes import below
from bench.site import answers
from coklit.localservices import postgres, valkey
from coklit.localservices.ports import HOST, free_port
from coklit.localservices.processes import Child, claim
from coklit.localservices.provision import provision
from coklit.localservices.stack import Server, Stack, environment

PLACES = ROOT / ".local"
# As in Dockerfile and docker-compose.yml: two web processes, one Celery worker for two tasks at once.
_WEB = ["granian", "--interface", "wsgi", "--host", HOST, "--workers", "2", "--blocking-threads", "4",
        "--respawn-failed-workers", "--no-ws"]  # fmt: skip
_CELERY = ["celery", "--app", "coklit"]


@dataclass
class Service:
    """One part of the installation; `start` starts it anew under the same address."""

    name: str
    child: Child
    start: Callable[[], Child]
    restarts: int = 0

    def tend(self) -> None:
        """Start it again if it died."""
        if self.child.exit_code() is None:
            return
        # Clears what the dead one left in its process group.
        self.child.stop()
        self.child = self.start()
        self.restarts += 1

    def processes(self) -> list[int]:
        """Its process and the living ones below."""
        return [self.child.process.pid, *below(self.child.process.pid)]


@dataclass
class Installation:
    """`services` by name: postgres, valkey, web, worker, beat. `stack` may run further children."""

    place: Path
    stack: Stack
    web_port: int
    superuser_url: str
    services: dict[str, Service] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        """The site's address."""
        return f"http://{HOST}:{self.web_port}"

    def serve(self) -> None:
        """Start web, worker and beat; the site answers on return."""
        python = [sys.executable, "-m"]
        web = [*python, *_WEB, "--port", str(self.web_port), "coklit.wsgi:application"]
        worker = [*python, *_CELERY, "worker", "--concurrency", "2", "--loglevel", "WARNING"]
        beat = [*python, *_CELERY, "beat", "--schedule", str(self.place / "beat-schedule"), "--pidfile", ""]
        pooled = {"COKLIT_DATABASE_POOL": "10"}
        for name, command, more in (("web", web, pooled), ("worker", worker, {}), ("beat", beat, {})):
            self._add(name, command, more)
        self.services["web"].child.wait_ready(lambda: answers(self.base_url), 120)

    def _add(self, name: str, command: list[str], more: dict[str, str]) -> None:
        def start() -> Child:
            return self.stack.start(name, command, environment=more)

        self.services[name] = Service(name, start(), start)

    def tend(self) -> None:
        """Restart whatever died, the stores first."""
        for service in self.services.values():
            service.tend()

    def stop_serving(self) -> None:
        """End web, worker and beat; the stores go on."""
        for name in ("beat", "worker", "web"):
            self.services.pop(name).child.stop()


@contextmanager
def standing(place: Path) -> Iterator[Installation]:
    """A new, migrated installation in `place`; what an earlier run left there is deleted. Ends with everything."""
    with Stack(place / "logs") as stack, ExitStack() as stores:
        stores.callback(os.close, _emptied(place))
        settings = postgres.sized_settings()
        database = _kept(stores, lambda port: postgres.start(place / "postgres", port=port, settings=settings))
        broker = _kept(stores, lambda port: valkey.start(place / "valkey", port=port))
        urls, port = provision(database.server), free_port()
        # Port 9 answers nobody: no proof sends mail.
        variables = environment(urls, broker.server, secrets=place, smtp_port=9, base_url=f"http://{HOST}:{port}")
        os.environ.update({**variables, "COKLIT_LOG_LEVEL": "WARNING", "DJANGO_SETTINGS_MODULE": "coklit.settings"})
        django.setup()
        call_command("migrate", database="owner", verbosity=0)
        connections.close_all()
        found = Installation(place, stack, port, database.server.url(database="coklit"))
        found.services = {
            "postgres": Service("postgres", database.server.child, database.again),
            "valkey": Service("valkey", broker.server.child, broker.again),
        }
        try:
            yield found
        finally:
            connections.close_all()
            for name in ("beat", "worker", "web"):
                if name in found.services:
                    found.services[name].child.stop()


@dataclass
class _Kept(Generic[Server]):
    """A store that comes back on its own port."""

    start: Callable[[int | None], Server]
    server: Server

    def again(self) -> Child:
        port = self.server.port
        # Gives the directory back, which the dead one's children keep until the last of them has ended.
        self.server.stop()
        self.server = self.start(port)
        if self.server.port != port:
            raise RuntimeError(f"Port {port} was taken meanwhile.")
        return self.server.child


def _kept(stores: ExitStack, start: Callable[[int | None], Server]) -> _Kept[Server]:
    kept = _Kept(start, start(None))
    stores.callback(lambda: kept.server.stop())
    return kept


def _emptied(place: Path) -> int:
    """Delete what an earlier run left; returns the descriptor that keeps the place ours."""
    lock = claim(place)
    if (place / "postgres").exists():
        postgres.discard(place / "postgres")
    for left in place.iterdir():
        if left.name != "lock":
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    return lock
