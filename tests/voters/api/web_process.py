"""The site in a process of its own, as an installation runs it, with its memory in view; and calls byte by byte."""

import http.client
import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coklit.localservices.ports import HOST, answers, free_port
from coklit.localservices.processes import Child, spawn

MIB = 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back; `said` is None for what is no JSON."""

    status: int
    kind: str
    said: Any


@dataclass(frozen=True)
class Web:
    """The running server."""

    child: Child
    port: int

    def call(self, head: bytes, body: bytes = b"", *, cut: bool = False) -> Answer | None:
        """Send these bytes and read one answer. With `cut` nothing more comes, and there may be no answer: None."""
        with socket.create_connection((HOST, self.port), timeout=60) as line:
            # Refused before all of it is read: the answer is there already.
            with suppress(BrokenPipeError, ConnectionResetError):
                line.sendall(head + body)
            if cut:
                line.shutdown(socket.SHUT_WR)
            reply = http.client.HTTPResponse(line)
            try:
                reply.begin()
            except http.client.RemoteDisconnected:
                if cut:
                    return None
                raise
            return _answer(reply)

    def resident(self) -> int:
        """Bytes of memory that the server's processes hold together."""
        return sum(self._memory("VmRSS"))

    def forget_peak(self) -> None:
        """From here on `peak` counts anew."""
        for pid in self._pids():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def peak(self) -> int:
        """The sum of the most that each of the processes held."""
        return sum(self._memory("VmHWM"))

    def _memory(self, name: str) -> Iterator[int]:
        for pid in self._pids():
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            yield next(1024 * int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))

    def _pids(self) -> list[int]:
        own = self.child.process.pid
        below = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return [own, *map(int, below)]


@contextmanager
def serving(log: Path, **environment: str) -> Iterator[Web]:
    """The server on this test run's database, as one process of four threads. Nothing is limited."""
    port = free_port()
    unlimited = {f"COKLIT_SYNC_{name}": "0" for name in ("DEVICE_PER_MINUTE", "KABKOTA_PER_SECOND")}
    unlimited |= {f"COKLIT_SYNC_{name}": "0" for name in ("SYSTEM_PER_SECOND", "APPLY_PER_SECOND")}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
               "--workers", "1", "--blocking-threads", "4", "--no-ws", "coklit.wsgi:application"]  # fmt: skip
    child = spawn("web", command, log=log, environment={**os.environ, **unlimited, **environment})
    try:
        child.wait_ready(lambda: answers(port), 60)
        yield Web(child, port)
    finally:
        child.stop()


def _answer(reply: http.client.HTTPResponse) -> Answer:
    content, kind = reply.read(), reply.headers.get("Content-Type", "")
    try:
        return Answer(reply.status, kind, json.loads(content))
    except ValueError:
        return Answer(reply.status, kind, None)
