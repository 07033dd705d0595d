"""The process that sends: uploads over HTTP, or the rows of the floor over SQL. `python -m bench.sync.sender ORDER`

It reads its order, connects, says "ready", begins when it is sent a line, and tells as JSON what happened. So its CPU
is known apart from the server's, and nothing but sending is within the time.
"""

import gzip
import http.client
import json
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from bench.floors import write_upload

READY = "ready"
_TIMEOUT = 60.0


class Request(msgspec.Struct):
    """One upload over HTTP."""

    headers: dict[str, str]
    body: bytes
    events: int


class Order(msgspec.Struct):
    """What to send, over how many connections: `requests` to `address` (host:port), or `rows` to `database`.

    `due` says at which second after the beginning each is to be sent; without it a connection sends the next one as
    soon as it has its answer. Latency counts from then: an upload that waits for a free connection has begun.
    """

    connections: int
    address: str = ""
    requests: list[Request] = []
    database: str = ""
    rows: list[list[list[Any] | None]] = []
    due: list[float] | None = None


class Outcome(msgspec.Struct):
    """`seconds` from the beginning to the last answer, `cpu` seconds of this process, one latency for each upload."""

    seconds: float
    cpu: float
    latencies: list[float]
    faults: list[str]


# Sends the one of that number; returns what was wrong with the answer, or nothing. Told apart after the time is taken.
Send = Callable[[int], Callable[[], str]]


def main() -> None:
    """Send what the order says."""
    order = msgspec.msgpack.decode(Path(sys.argv[1]).read_bytes(), type=Order)
    connect = _over_http if order.address else _over_sql
    senders = [connect(order) for _ in range(order.connections)]
    print(READY, flush=True)
    sys.stdin.readline()
    print(msgspec.json.encode(sent(order, senders)).decode(), flush=True)


def sent(order: Order, senders: list[Send]) -> Outcome:
    """Everything of the order, by one thread for each of the connections."""
    answers: list[tuple[float, Callable[[], str]]] = []
    numbers, number = count(), max(len(order.requests), len(order.rows))
    cpu, begin = time.process_time(), time.perf_counter()
    threads = [
        threading.Thread(target=_work, args=(send, numbers, number, order.due, begin, answers)) for send in senders
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    faults = [fault for _, told in answers if (fault := told())]
    return Outcome(seconds, cpu, [latency for latency, _ in answers], faults)


def _work(
    send: Send,
    numbers: "count[int]",
    number: int,
    due: list[float] | None,
    begin: float,
    answers: list[tuple[float, Callable[[], str]]],
) -> None:
    """One connection: the next one that nobody has taken, until none is left."""
    while (mine := next(numbers)) < number:
        if due is None:
            started = time.perf_counter()
        else:
            started = begin + due[mine]
            time.sleep(max(started - time.perf_counter(), 0))
        try:
            told = send(mine)
        except (OSError, http.client.HTTPException, psycopg.Error) as error:
            told = partial(str, f"{type(error).__name__}: {error}")
        answers.append((time.perf_counter() - started, told))


def _over_http(order: Order) -> Send:
    connection = http.client.HTTPConnection(order.address, timeout=_TIMEOUT)
    connection.connect()

    def send(number: int) -> Callable[[], str]:
        request = order.requests[number]
        connection.request("POST", "/api/v1/batches", request.body, request.headers)
        answer = connection.getresponse()
        content = answer.read()
        status, encoding = answer.status, answer.getheader("Content-Encoding", "")
        return lambda: fault_of(status, encoding, content, request.events)

    return send


def fault_of(status: int, encoding: str, content: bytes, events: int) -> str:
    """What is wrong with an answer that should accept all events, empty for nothing."""
    content = gzip.decompress(content) if encoding == "gzip" else content
    if status != 200:
        return f"HTTP {status}: {content[:200]!r}"
    told = json.loads(content)
    accepted = sum(result["status"] == "accepted" for result in told["results"])
    if (told["status"], accepted) == ("applied", events):
        return ""
    other = next((result for result in told["results"] if result["status"] != "accepted"), None)
    return f"{told['status']}, {accepted} of {events} accepted; the first other one: {other}"


def _over_sql(order: Order) -> Send:
    connection = psycopg.connect(order.database)

    def send(number: int) -> Callable[[], str]:
        write_upload(connection, order.rows[number])
        return str

    return send


if __name__ == "__main__":
    main()
