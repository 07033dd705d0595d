"""Lets ours, the DRF endpoint and the floor take the same uploads, and counts what each of them costs."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from bench.cpu import cpu_seconds
from bench.machine import ROOT
from bench.site import answers
from bench.sync.ground import VoterList
from bench.sync.rows import Rows
from bench.sync.sender import READY, Order, Outcome, Request
from bench.sync.uploads import Upload
from coklit.localservices.ports import HOST, free_port
from coklit.localservices.processes import Child

CONNECTIONS = 16
_IDLE_SECONDS = 3.0
# As in docker-compose.yml and the Dockerfile. The buckets count as they do there, but are too large to refuse anybody.
_SETTINGS = {
    "COKLIT_DATABASE_POOL": "8",
    "COKLIT_SYNC_DEVICE_PER_MINUTE": "1000000",
    "COKLIT_SYNC_KABKOTA_PER_SECOND": "1000000",
    "COKLIT_SYNC_SYSTEM_PER_SECOND": "1000000",
    "COKLIT_SYNC_APPLY_PER_SECOND": "1000000",
}


@dataclass(frozen=True)
class Run:
    """What sending `results` took: seconds, CPU seconds of what answers (or, for the floor, of all that writes), those
    of the sending process, and the latency of each upload."""

    results: int
    seconds: float
    cpu: float
    sender_cpu: float
    latencies: Sequence[float]

    @property
    def per_second(self) -> float:
        """Results a second."""
        return self.results / self.seconds

    @property
    def cpu_per_1000(self) -> float:
        """CPU seconds for 1,000 results."""
        return self.cpu / self.results * 1000


class Failed(RuntimeError):
    """An upload was not answered as it should be: the figure would be of something else."""


@dataclass
class Site:
    """A web server on one list: ours, or with other `settings` the DRF endpoint."""

    on: VoterList
    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    idle: float = 0.0
    child: Child | None = None

    def start(self) -> None:
        """Two processes with four threads each, as an installation has them on two cores."""
        self.port = free_port()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(self.port),
                   "--workers", "2", "--blocking-threads", "4", "--no-ws", "coklit.wsgi:application"]  # fmt: skip
        environment = {**_SETTINGS, "COKLIT_DATABASE_URL": self.on.urls.web, **self.settings}
        url = f"http://{HOST}:{self.port}"
        stack = self.on.ground.stack
        self.child = stack.start(self.name, command, environment=environment, ready=lambda: answers(url))

    def stop(self) -> None:
        """If it was started."""
        if self.child:
            self.child.stop()

    def measure_idle(self) -> None:
        """What the servers cost while nobody calls, to be taken off."""
        before = self._cpu()
        time.sleep(_IDLE_SECONDS)
        self.idle = (self._cpu() - before) / _IDLE_SECONDS

    def send(self, uploads: Sequence[Upload], due: list[float] | None = None) -> Run:
        """Raises Failed unless every result is accepted."""
        requests = [Request(one.headers, one.body, one.events) for one in uploads]
        order = Order(CONNECTIONS, address=f"{HOST}:{self.port}", requests=requests, due=due)
        with _Sender(order, self.on) as sender:
            before = self._cpu()
            outcome = sender.run()
            cpu = self._cpu() - before - self.idle * outcome.seconds
        results = sum(one.events for one in uploads)
        return Run(results, outcome.seconds, cpu, outcome.cpu, outcome.latencies)

    def _cpu(self) -> float:
        ground = self.on.ground
        servers = (self.child, ground.server.child, ground.broker.child)
        return cpu_seconds([child.process.pid for child in servers if child])


def write_floor(one: VoterList, uploads: Sequence[Upload], rows: list[Rows]) -> Run:
    """The same rows by the floor's statements. Its sender is a part of it: the rows come from there."""
    order = Order(CONNECTIONS, database=one.urls.web, rows=rows)
    server: Child = one.ground.server.child
    with _Sender(order, one) as sender:
        before = cpu_seconds([server.process.pid])
        outcome = sender.run()
        cpu = cpu_seconds([server.process.pid]) - before + outcome.cpu
    return Run(sum(upload.events for upload in uploads), outcome.seconds, cpu, outcome.cpu, outcome.latencies)


class _Sender:
    """The sending process, connected and waiting for its start."""

    def __init__(self, order: Order, one: VoterList) -> None:
        self._file = one.ground.place / "sync.order"
        self._file.touch(mode=0o600)
        self._file.write_bytes(msgspec.msgpack.encode(order))

    def __enter__(self) -> "_Sender":
        command = [sys.executable, "-m", "bench.sync.sender", str(self._file.resolve())]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self._line() != READY:
            raise Failed("The sender did not get ready; its message stands above.")
        return self

    def run(self) -> Outcome:
        """Let it send, and wait until it has. Raises Failed with the first wrong answers."""
        if self._process.stdin:
            self._process.stdin.write("go\n")
            self._process.stdin.flush()
        outcome = msgspec.json.decode(self._line(), type=Outcome)
        if outcome.faults:
            raise Failed(f"{len(outcome.faults)} uploads failed; the first: {outcome.faults[:3]}")
        return outcome

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._file.unlink()

    def _line(self) -> str:
        return self._process.stdout.readline().strip() if self._process.stdout else ""
