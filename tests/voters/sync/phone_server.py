"""A server that plays the answers of the protocol, over real HTTP: what the phone's half is tested against."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from voters.sync.client import Phone

TPS = "01990000-0000-7000-8000-000000000007"
LIST = {
    "tps": TPS,
    "revision": 412,
    "cursor": "1-412",
    "whole": True,
    "limits": {"events": 3, "bytes": 1_048_576},
    "next_sync_at": "2024-07-03T19:42:10+07:00",
    "voters": [
        {"id": "v1", "rw": 1, "rt": 1, "nkk": "1", "name": "A", "code": None},
        {"id": "v2", "rw": 1, "rt": 2, "nkk": "2", "name": "B", "code": None},
    ],
    "gone": [],
}


@dataclass(frozen=True)
class Asked:
    """A request as it came in, its body decompressed."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    raw: bytes

    @property
    def ids(self) -> list[str]:
        """The events of an upload, in their order."""
        return [event["id"] for event in self.body["events"]]


@dataclass(frozen=True)
class Said:
    """An answer: an object is sent as JSON, bytes as they are."""

    status: int
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)


class DropBefore:
    """The connection breaks before the server saw anything."""


class DropAfter:
    """The connection breaks after the server did it."""


Play = Callable[[Asked], Any]


def applied(asked: Asked, status: str = "accepted", **more: Any) -> Said:
    """200 with this status for every event."""
    results = [{"id": own, "status": status, **more} for own in asked.ids]
    return Said(200, {"batch": asked.body["batch"], "status": "applied", "results": results})


def stored(asked: Asked, wait: int = 7) -> Said:
    """202: safe, not applied yet."""
    batch = asked.body["batch"]
    body = {"batch": batch, "status": "stored", "results": [], "receipt": f"/api/v1/batches/{batch}"}
    return Said(202, body, {"Retry-After": str(wait)})


def refused(status: int, error: str, **more: Any) -> Said:
    """The server's no, in the protocol's form."""
    wait = {"Retry-After": str(more.pop("retry_after"))} if "retry_after" in more else {}
    return Said(status, {"error": error, "message": "…", **more}, wait)


def visit(phone: Phone, number: int = 1, **fields: Any) -> list[str]:
    """Record so many results of different voters; their ids."""
    return phone.record(TPS, *[{"voter": f"v{n}", "code": "0", **fields} for n in range(number)])


@dataclass
class PhoneServer:
    """`plays` are what the next requests get, in turn; afterwards `otherwise`. `asked` is what came in."""

    url: str = ""
    plays: list[Any] = field(default_factory=list)
    otherwise: Play = applied
    asked: list[Asked] = field(default_factory=list)

    def play(self, *plays: Any) -> None:
        """A function of the request, an answer, or a way to break off, for each of the next requests."""
        self.plays += plays

    @property
    def uploads(self) -> list[Asked]:
        """The uploads that came in."""
        return [one for one in self.asked if one.path == "/api/v1/batches"]

    def answer(self, asked: Asked) -> Said | None:
        """None: break the connection."""
        now = self.plays.pop(0) if self.plays else self.otherwise
        if now is DropBefore:
            return None
        self.asked.append(asked)
        if now is DropAfter:
            return None
        said: Said = now(asked) if callable(now) else now
        return said


@contextmanager
def running() -> Iterator[PhoneServer]:
    """The server, listening until the end of the context."""
    server = PhoneServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            plain = gzip.decompress(raw) if headers.get("content-encoding") == "gzip" else raw
            try:
                body = json.loads(plain) if plain else None
            except ValueError:
                body = None
            said = server.answer(Asked(self.command, self.path, headers, body, plain))
            if said is None:
                self.close_connection = True
                return
            content = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        server.url = f"http://127.0.0.1:{listening.server_port}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()
