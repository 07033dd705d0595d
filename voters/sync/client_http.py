"""How the phone's half of the protocol reaches a server: one request goes out, one answer comes back, or none.

Standard library only, and nothing of this project: a maker of a field app may take it over as it is.
"""

import http.client
import json
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

# The list of the largest TPS is a few hundred kilobytes; a portal's endless page is no answer.
MAX_ANSWER_BYTES = 16 * 1024 * 1024
# Servers and proxies close what lies idle, and a request written into a closed connection would count as unanswered.
_IDLE_SECONDS = 4.0
_KNOWN_BY_STATUS = (http.client.REQUEST_ENTITY_TOO_LARGE, http.client.TOO_MANY_REQUESTS)
# Nobody who means it sends a phone away for longer.
_MAX_RETRY_AFTER = 3600.0


class NoAnswer(Exception):
    """Nothing came back that the protocol knows: no network, a timeout, a broken connection, a captive portal."""


class Refused(Exception):
    """The server answered, and did not do it. `error` is its code, empty for a server or proxy in trouble."""

    def __init__(self, status: int, told: Mapping[str, Any], *, retry_after: float = 0.0) -> None:
        self.status, self.told, self.retry_after = status, told, retry_after
        self.error, self.message = str(told.get("error", "")), str(told.get("message", ""))
        super().__init__(f"{status} {self.error}".strip())


@dataclass(frozen=True)
class Reply:
    """An HTTP answer; the names of `headers` are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """One request to the server. Raises NoAnswer; whether the server did it is then unknown."""

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """`path` begins with a slash and may hold a query."""


class HttpTransport:
    """The real one: HTTP or HTTPS with one kept connection. `timeout` is for connecting and for each read, seconds."""

    def __init__(self, base_url: str, *, timeout: float = 30.0) -> None:
        parts = urlsplit(base_url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=timeout)
        self._prefix = parts.path.rstrip("/")
        self._used_at = 0.0

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """As in Transport. Never tries twice: that is the caller's to decide."""
        if time.monotonic() - self._used_at > _IDLE_SECONDS:
            self.close()
        try:
            self._connection.request(method, self._prefix + path, body=body, headers=dict(headers))
            answer = self._connection.getresponse()
            content = answer.read(MAX_ANSWER_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NoAnswer(type(error).__name__) from error
        if len(content) > MAX_ANSWER_BYTES:
            self.close()
            raise NoAnswer("TooLarge")
        self._used_at = time.monotonic()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)

    def close(self) -> None:
        """The next call connects anew."""
        self._connection.close()


def said(reply: Reply) -> dict[str, Any]:
    """The JSON object of a success, empty for 304. Raises Refused for the server's no, NoAnswer for anything else."""
    if reply.status == http.client.NOT_MODIFIED:
        return {}
    content = _json_object(reply)
    if content is not None and reply.status < http.client.MULTIPLE_CHOICES:
        return content
    told = content or {}
    # Servers and proxies in trouble may not say so in the protocol's form; another refusal without it is not ours.
    if reply.status >= http.client.INTERNAL_SERVER_ERROR or reply.status in _KNOWN_BY_STATUS or told.get("error"):
        raise Refused(reply.status, told, retry_after=retry_after(reply))
    raise NoAnswer(f"Status{reply.status}")


def retry_after(reply: Reply) -> float:
    """The seconds the server asks to wait, 0 if it does not say so in whole seconds."""
    text = reply.headers.get("retry-after", "").strip()
    return min(float(text), _MAX_RETRY_AFTER) if text.isascii() and text.isdigit() else 0.0


def _json_object(reply: Reply) -> dict[str, Any] | None:
    body = reply.body
    try:
        if reply.headers.get("content-encoding", "") == "gzip":
            body = _unzipped(body)
        content = json.loads(body)
    except (ValueError, zlib.error, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _unzipped(body: bytes) -> bytes:
    unzip = zlib.decompressobj(wbits=31)
    plain = unzip.decompress(body, MAX_ANSWER_BYTES)
    if not unzip.eof:
        raise ValueError("cut off, or far too large")
    return plain
