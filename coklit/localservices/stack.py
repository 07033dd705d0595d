"""Starts named child processes in order, watches them, and stops them all in reverse order, however we end."""

import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self, TypeVar

from coklit.localservices.ports import HOST
from coklit.localservices.postgres import Postgres
from coklit.localservices.processes import Child, ChildDied, kept_secret, spawn
from coklit.localservices.provision import DatabaseUrls
from coklit.localservices.valkey import Valkey

Server = TypeVar("Server", Postgres, Valkey)

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_WATCH_SECONDS = 0.5


class Stopped(BaseException):
    """Somebody asked us to end. Like KeyboardInterrupt it passes every `except Exception`."""


class Stack:
    """A context in which children run: `start` and `adopt` add them, `watch` waits, leaving stops all of them.

    To be used in the main thread, which the children's lives are tied to (`processes.py`).
    """

    def __init__(self, logs: Path, *, prefix: str = "") -> None:
        """`logs` gets one file per child, named `<prefix><child>.log`."""
        self.logs = logs
        self.prefix = prefix
        self.children: list[Child] = []
        # Runs every stop, in reverse, even when one of them fails.
        self._stops = ExitStack()

    def __enter__(self) -> Self:
        self._handlers = {number: signal.signal(number, _raise_stopped) for number in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        # A second Ctrl-C must not leave half of them running.
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        try:
            self._stops.close()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)
        return kind is Stopped

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str] | None = None,
        ready: Callable[[], bool] | None = None,
        timeout: float = 60,
        grace: float = 10,
    ) -> Child:
        """Start a child and wait until `ready()`; it is sent SIGTERM at the end, and SIGKILL `grace` seconds later."""
        log = self.logs / f"{self.prefix}{name}.log"
        child = spawn(name, command, log=log, environment=environment, grace=grace)
        self.children.append(child)
        self._stops.callback(child.stop)
        if ready:
            child.wait_ready(ready, timeout)
        return child

    def adopt(self, server: Server) -> Server:
        """Watch a PostgreSQL or Valkey that was just started, and stop it in its turn."""
        self.children.append(server.child)
        self._stops.callback(server.stop)
        return server

    def watch(self) -> None:
        """Wait until somebody asks us to end (the context then ends quietly); raise ChildDied if a child does first."""
        while True:
            for child in self.children:
                if child.exit_code() is not None:
                    raise ChildDied(child.obituary())
            time.sleep(_WATCH_SECONDS)


def environment(urls: DatabaseUrls, valkey: Valkey, *, secrets: Path, smtp_port: int, base_url: str) -> dict[str, str]:
    """The settings (COKLIT_…) of processes that use these services.

    Django's key and uploads are kept in the directory `secrets`.
    """
    return {
        "COKLIT_SECRET_KEY": kept_secret(secrets / "django.secret"),
        "COKLIT_DATABASE_URL": urls.web,
        "COKLIT_DATABASE_OWNER_URL": urls.owner,
        "COKLIT_BROKER_URL": valkey.url(0),
        "COKLIT_CACHE_URL": valkey.url(1),
        "COKLIT_SMTP_URL": f"smtp://{HOST}:{smtp_port}",
        "COKLIT_BASE_URL": base_url,
        "COKLIT_ALLOWED_HOSTS": f"localhost,{HOST}",
        "COKLIT_UPLOADS_DIR": str(secrets / "uploads"),
    }


def _raise_stopped(number: int, _frame: FrameType | None) -> None:
    raise Stopped(signal.Signals(number).name)
