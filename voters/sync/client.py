"""The phone's half of the protocol (docs/sync-protocol.md): results are recorded, sent until answered, and kept.

In come results of visits and the server's answers. A result leaves the queue by an answer for its own id alone; no
failure, no crash of the phone and no strange answer loses one. Standard library only, and nothing of the server.
"""

import datetime as dt
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from voters.sync.client_calls import Calls, as_json
from voters.sync.client_http import NoAnswer, Refused, Transport
from voters.sync.client_queue import Event, Queue
from voters.sync.client_uploads import FIRST_LIMITS, Run, Uploading

# Nothing gets better by trying again: the person with the phone has to do something.
FOR_THE_PERSON = frozenset({"unknown_device", "device_unconfirmed"})


class Phone:
    """One phone: its queue and its way to the server. `clock` is its own, which may be wrong; `sleep` takes seconds."""

    def __init__(
        self,
        queue: Queue,
        transport: Transport,
        *,
        token: str = "",
        app_version: str = "",
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        sleep: Callable[[float], None] = time.sleep,
        draw: random.Random | None = None,
    ) -> None:
        """`token` is needed once, unless the phone enrols; `draw` is for the waits."""
        self.queue = queue
        self._app_version, self._sleep = app_version, sleep
        self._calls = Calls(queue, transport, clock=clock, draw=draw or random.SystemRandom())
        if token:
            queue.remember(token=token)

    def enrol(self, code: str) -> dict[str, Any]:
        """Exchange the code of the PPS for a token, which is kept; what waits stays, and goes up with the new token.

        Raises Refused, and NoAnswer: the code may then be used up, and the PPS issues another.
        """
        body = as_json({"code": code, "app_version": self._app_version})
        told = self._calls.ask("POST", "/api/v1/enrol", _has("token", str), body=body, with_token=False).told
        self.queue.remember(token=told["token"], failures=0, wait=(0.0, 0.0, ""))
        return told

    def record(self, tps: UUID | str, *events: Mapping[str, Any]) -> list[str]:
        """Keep results on disk, in their order; returns their ids. `id`, `at` and `base_revision` are added if missing.

        Values as in the protocol; UUIDs, days and moments may be given as such. Raises ValueError for an id that was
        recorded with another content.
        """
        kept = self.queue.kept_list(str(tps))
        added = {"at": self._calls.now(), "base_revision": kept[1]["revision"] if kept else 0}
        ready = []
        for event in events:
            own = str(event.get("id") or uuid4())
            body = as_json({"id": own, **added, **event})
            ready.append(Event(own, str(tps), str(event.get("voter", "")), body))
        self.queue.record(ready)
        return [event.id for event in ready]

    def stations(self) -> list[dict[str, Any]]:
        """The TPS this phone serves now. Raises Refused and NoAnswer."""
        told = self._calls.ask("GET", "/api/v1/tps", _has("tps", list)).told
        self._learn(told)
        return list(told["tps"])

    def download(self, tps: UUID | str) -> bool:
        """Bring the kept list of a TPS up to date; whether anything changed. Raises Refused and NoAnswer.

        Recorded results stand apart from the list and are never touched.
        """
        name, kept = str(tps), self.queue.kept_list(str(tps))
        path, headers = f"/api/v1/tps/{name}/voters", {"Accept-Encoding": "gzip"}
        if kept:
            etag, list_ = kept
            path += f"?after={quote(str(list_['cursor']), safe='')}" if list_.get("cursor") else ""
            headers |= {"If-None-Match": etag} if etag else {}
        answer = self._calls.ask("GET", path, _is_list_of(name), headers=headers)
        told = answer.told
        if not told:
            self.queue.mark_list(name, stale=False)
            return False
        self._learn(told)
        if kept and told.get("whole") is False:
            told["voters"] = _merged(kept[1]["voters"], told["voters"], told.get("gone") or [])
        self.queue.keep_list(name, answer.etag, told)
        return True

    def list_of(self, tps: UUID | str) -> dict[str, Any] | None:
        """The kept list; a voter with a result that is not answered yet has it under `waiting`."""
        kept = self.queue.kept_list(str(tps))
        if kept is None:
            return None
        waiting = {event.voter: _read(event) for event in self.queue.open_events(str(tps))}
        return {**kept[1], "voters": [{**one, "waiting": waiting.get(one["id"])} for one in kept[1]["voters"]]}

    def report_state(self) -> None:
        """Tell the server how this phone is doing; taken even when uploads are refused. Raises Refused and NoAnswer."""
        counts = self.queue.counts()
        state = {
            "sent_at": self._calls.now(),
            "app_version": self._app_version,
            "recorded": counts.recorded,
            "waiting": counts.waiting,
            "failed": counts.failed,
            "no_answer": self.queue.fact("no_answer", 0),
        }
        self._learn(self._calls.ask("POST", "/api/v1/state", _has("status", str), body=as_json(state)).told)

    def sync_once(self) -> Run:
        """Ask for answers that are due, send what waits, and bring lists up to date in which others recorded too.

        The run ends at the first failure that is not one TPS' own, and none begins before the wait after it is over.
        """
        wait, stopped = self._calls.wait_left()
        if wait:
            return Run(stopped=stopped, wait=wait)
        uploading = Uploading(self.queue, self._calls, self._app_version, Run())
        run = uploading.run
        try:
            uploading.ask_for_answers()
            for tps in self.queue.tps_waiting():
                uploading.send_all(tps)
            for tps in self.queue.stale_lists():
                self.download(tps)
        except (NoAnswer, Refused) as failure:
            run.wait, run.stopped = self._calls.wait_after(failure)
            run.message = failure.message if isinstance(failure, Refused) else ""
        else:
            run.wait = self._wait_of(run)
        return run

    def _wait_of(self, run: Run) -> float:
        waits = [self._calls.left(asked_at, wait) or 1.0 for _, asked_at, wait in self.queue.receipts()]
        if set(self.queue.tps_waiting()) - set(run.not_ours):
            # To be sent again, or passed over by an answer: not at once, or two would never end.
            waits.append(self._calls.wait_longer("retry"))
        return min(waits, default=0.0)

    def sync_until_answered(self) -> Run:
        """Run and sleep until every result has its answer, or only a person can help; returns the last run."""
        while True:
            run = self.sync_once()
            if not self.queue.counts().waiting or run.stopped in FOR_THE_PERSON or not run.wait:
                return run
            self._sleep(run.wait)

    def _learn(self, told: Mapping[str, Any]) -> None:
        limits = told.get("limits")
        if isinstance(limits, Mapping) and all(isinstance(limits.get(name), int) for name in FIRST_LIMITS):
            self.queue.remember(limits={name: max(limits[name], 1) for name in FIRST_LIMITS})
        if isinstance(told.get("next_sync_at"), str):
            self.queue.remember(next_sync_at=told["next_sync_at"])


def _has(name: str, kind: type) -> Callable[[Mapping[str, Any]], bool]:
    return lambda told: isinstance(told.get(name), kind)


def _is_list_of(tps: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda told: told.get("tps") == tps and isinstance(told.get("voters"), list)


def _read(event: Event) -> dict[str, Any]:
    """What was recorded; of a result that the phone's disk damaged, its id alone."""
    try:
        return {**json.loads(event.body)}
    except ValueError:
        return {"id": event.id}


def _merged(
    kept: Sequence[dict[str, Any]], changed: Sequence[dict[str, Any]], gone: Sequence[str]
) -> list[dict[str, Any]]:
    """The kept list with what changed, in door-to-door order."""
    voters = {one["id"]: one for one in [*kept, *changed] if one["id"] not in gone}
    return sorted(voters.values(), key=lambda one: (one["rw"], one["rt"], one["nkk"], one["name"]))
