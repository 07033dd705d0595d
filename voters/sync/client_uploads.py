"""Results go up: packed by TPS within the server's limits, halved where it cannot read them, answered one by one.

In comes the queue; afterwards every event that has a final answer for its own id is done. An upload that got no answer
is repeated under the same batch id with the same events; only the envelope's clock and counts are of the new moment,
as the server corrects the events' times by them.
"""

import gzip
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from voters.sync.client_calls import Answer, Calls, as_json
from voters.sync.client_http import Refused
from voters.sync.client_queue import Queue, Upload

FINAL = frozenset({"accepted", "duplicate", "conflict", "quarantined"})
# Until the server has said its own: small enough for any.
FIRST_LIMITS = {"events": 200, "bytes": 256 * 1024}
_UNTOLD_WAIT = 5.0


@dataclass
class Run:
    """What one run did. `wait` is how many seconds later the next one makes sense, 0 for nothing to wait for.

    `answers` counts events by answer, `stored` those whose answers are to be asked for. `stopped` says why it ended
    early: the server's code, its HTTP status, or `no_answer`. `not_ours` are TPS that the server takes no results of
    from this phone.
    """

    answers: Counter[str] = field(default_factory=Counter)
    stored: int = 0
    stopped: str = ""
    message: str = ""
    wait: float = 0.0
    not_ours: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Uploading:
    """One run's uploads."""

    queue: Queue
    calls: Calls
    app_version: str
    run: Run

    def ask_for_answers(self) -> None:
        """Poll each receipt whose time has come. Raises Refused and NoAnswer."""
        for batch, asked_at, wait in self.queue.receipts():
            if self.calls.left(asked_at, wait):
                continue
            upload = self.queue.upload(batch)
            try:
                answer = self.calls.ask("GET", f"/api/v1/batches/{batch}", _is_of(batch))
            except Refused as refused:
                if refused.error != "unknown_batch":
                    raise
                # A server restored from a backup knows nothing of it: everything is sent again.
                self.queue.take(upload, {}, again=[event.id for event in upload.events])
                continue
            self._take(upload, answer)

    def send_all(self, tps: str) -> None:
        """Everything of one TPS that waits now, oldest first. Raises Refused and NoAnswer for what concerns all TPS."""
        upto, after = self.queue.last_number(), 0
        try:
            for upload in self.queue.unanswered(tps):
                self._send(upload)
            while packed := self._packed(tps, after, upto):
                after = packed.last
                self._send(packed)
        except Refused as refused:
            if refused.error != "not_your_tps":
                raise
            self.run.not_ours.append(tps)
            self.run.message = refused.message

    def _packed(self, tps: str, after: int, upto: int) -> Upload | None:
        limits = self.queue.fact("limits", FIRST_LIMITS)
        return self.queue.pack(tps, after=after, upto=upto, events=limits["events"], size=limits["bytes"])

    def _send(self, upload: Upload) -> None:
        try:
            answer = self._post(upload)
        except Refused as refused:
            if not _is_of_the_events(refused, upload):
                raise
            self._divide(upload, refused)
        else:
            self._take(upload, answer)

    def _divide(self, upload: Upload, refused: Refused) -> None:
        """The server lives and cannot take this upload: both halves go, or the one event in it is set aside."""
        self.calls.went_well()
        limit, limits = refused.told.get("limit"), self.queue.fact("limits", FIRST_LIMITS)
        if refused.error == "too_large" and isinstance(limit, int) and 0 < limit < limits["bytes"]:
            self.queue.remember(limits={**limits, "bytes": limit})
        if len(upload.events) == 1:
            self.queue.set_aside(upload, refused.told)
            self.run.answers["unreadable"] += 1
            return
        for half in self.queue.split(upload):
            self._send(half)

    def _post(self, upload: Upload) -> Answer:
        """Compressed; plain after that was found damaged twice, or is unknown there."""
        for zipped in (True, True, False):
            try:
                return self._post_once(upload, zipped=zipped and not self.queue.fact("plain", False))
            except Refused as refused:
                if refused.error == "unknown_encoding":
                    self.queue.remember(plain=True)
                elif refused.error != "bad_encoding":
                    raise
                last = refused
        raise last

    def _post_once(self, upload: Upload, *, zipped: bool) -> Answer:
        body, headers = self._envelope(upload), {}
        if zipped:
            body, headers = gzip.compress(body, compresslevel=6, mtime=0), {"Content-Encoding": "gzip"}
        return self.calls.ask("POST", "/api/v1/batches", _is_of(upload.batch), body=body, headers=headers)

    def _envelope(self, upload: Upload) -> bytes:
        counts = self.queue.counts()
        head = {
            "batch": upload.batch,
            "tps": upload.tps,
            "sent_at": self.calls.now(),
            "app_version": self.app_version,
            "attempts": self.queue.fact("no_answer", 0) + 1,
            "recorded": counts.recorded,
            "waiting": counts.waiting,
            "failed": counts.failed,
        }
        # The events' own bytes, as recorded: nothing can change in them by being read and written again.
        return as_json(head)[:-1] + b',"events":[' + b",".join(event.body for event in upload.events) + b"]}"

    def _take(self, upload: Upload, answer: Answer) -> None:
        """The answer to an upload, or to the question what became of it."""
        told = answer.told
        if told["status"] == "stored":
            self.calls.went_well()
            self.queue.stored(upload, now=self.calls.now().timestamp(), wait=answer.retry_after or _UNTOLD_WAIT)
            self.run.stored += len(upload.events)
            return
        answers = _by_id(upload, told.get("results"))
        final = {own: one for own, one in answers.items() if one["status"] in FINAL}
        self.queue.take(upload, final, again=answers.keys() - final.keys())
        self.run.answers.update(one["status"] for one in answers.values())
        if final:
            self.calls.went_well()
        if any(one["status"] == "conflict" for one in final.values()):
            self.queue.mark_list(upload.tps, stale=True)


def _is_of(batch: str) -> Callable[[Mapping[str, Any]], bool]:
    """Knows the typed answer to this batch."""
    return lambda told: told.get("batch") == batch and told.get("status") in ("applied", "stored")


def _by_id(upload: Upload, results: object) -> dict[str, dict[str, Any]]:
    """The answers that are for events of this upload. Others are none of ours."""
    own = {event.id for event in upload.events}
    answers = [one for one in results if isinstance(one, dict)] if isinstance(results, list) else []
    known = [one for one in answers if one.get("status") in FINAL or one.get("status") == "retry"]
    if len(own) == 1 and len(known) == 1 and known[0].get("id") == "":
        # So damaged that its id cannot be read, and alone: it can be no other.
        return dict.fromkeys(own, known[0])
    return {one["id"]: one for one in known if one.get("id") in own}


def _is_of_the_events(refused: Refused, upload: Upload) -> bool:
    """Whether fewer events may be taken. A fault of the envelope's own field, such as its clock, is not theirs."""
    if refused.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        # Without the protocol's code it is a proxy's word, by which no event is set aside.
        return refused.error == "too_large" or len(upload.events) > 1
    place = str(refused.told.get("field") or "events").lstrip("$.")
    return refused.error == "unreadable" and place.startswith("events")
