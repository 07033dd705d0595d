"""The phones' uploads: asks whether there is room, reads the bytes, one call, shapes the answer."""

import datetime as dt
import time
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from coklit import clock
from voters.access import territory
from voters.api.answers import answer, device_of, length_of
from voters.api.errors import error
from voters.api.shapes import BatchAnswer, BatchUpload, ErrorAnswer, StoredAnswer
from voters.models import Device
from voters.sync import attempts, pressure
from voters.sync.download import LIMITS, next_sync
from voters.sync.payload import MAX_BYTES, TooMany, Unreadable
from voters.sync.pressure import Verdict
from voters.sync.reasons import in_words
from voters.sync.receipts import answers_for
from voters.sync.receive import NotYourTps, Receipt, receive_batch
from voters.sync.wire import BadEncoding, TooLarge, UnknownEncoding, encoding_of
from voters.terms import AttemptOutcome


class Batches(APIView):
    """Uploads."""

    @extend_schema(
        operation_id="send_batch",
        request=BatchUpload,
        responses={
            200: BatchAnswer,
            202: OpenApiResponse(StoredAnswer, description="Stored safely; a worker applies it."),
            **dict.fromkeys((400, 401, 403, 411, 413, 415, 429, 503), ErrorAnswer),
        },
    )
    def post(self, request: Request) -> HttpResponse:
        """Send results of one TPS. Sending the same again is harmless."""
        began, device = time.monotonic(), device_of(request)
        size = length_of(request)
        if size is None:
            return error(411, "length_required", _("Send the length of the upload with it."))
        verdict = pressure.ask(kabkota=device.kabkota_id, device=device.pk, size=size)
        if verdict.kind == "refuse":
            return _refused(verdict)
        now = clock.now()

        def note(outcome: AttemptOutcome, status: int) -> None:
            took_ms = round(1000 * (time.monotonic() - began))
            attempts.note(device=device, outcome=outcome, status=status, took_ms=took_ms, size=size, now=now)

        try:
            outcome, response = _received(request, device, verdict, size, now)
        except UnreadablePostError:
            # The phone went away; it tells by its next upload that it had no answer.
            raise
        except Exception:
            note(AttemptOutcome.ERROR, 500)
            raise
        if outcome:
            note(outcome, response.status_code)
        return response


class BatchReceipt(APIView):
    """An upload that was stored."""

    @extend_schema(
        operation_id="batch_receipt",
        responses={200: BatchAnswer, 202: StoredAnswer, 401: ErrorAnswer, 403: ErrorAnswer, 404: ErrorAnswer},
    )
    def get(self, request: Request, batch: UUID) -> HttpResponse:
        """What became of an upload that was answered 202."""
        device = device_of(request)
        with territory(device.kabkota_id):
            found = answers_for(device, batch)
            if found is None:
                return error(404, "unknown_batch", _("The server has no upload with this id from this phone."))
            status, answers = found
            return _told(device, batch, status, answers, pressure.WORKERS_COME_EVERY)


def _received(
    request: Request, device: Device, verdict: Verdict, size: int, now: dt.datetime
) -> tuple[AttemptOutcome | None, HttpResponse]:
    """The answer to an upload that may come in, and what was wrong with it."""
    try:
        encoding = encoding_of(request.headers.get("Content-Encoding", ""))
        if size > MAX_BYTES:
            raise TooLarge
        body = request.body
        if len(body) < size:
            # The connection broke: these bytes are nobody's upload, and nothing to be kept.
            raise BadEncoding
        receipt = receive_batch(body, device=device, now=now, encoding=encoding, at_once=verdict.kind == "apply")
    except (TooLarge, TooMany):
        text = _("Send at most this many results and bytes at once.")
        return AttemptOutcome.TOO_LARGE, error(413, "too_large", text, limit=MAX_BYTES, limits=LIMITS)
    except UnknownEncoding:
        return AttemptOutcome.UNREADABLE, error(415, "unknown_encoding", _("Compress with gzip, or not at all."))
    except BadEncoding:
        return AttemptOutcome.UNREADABLE, error(400, "bad_encoding", _("The upload is cut off, or not gzip."))
    except Unreadable as wrong:
        text = _("The upload is not in the protocol's form: %s") % in_words(str(wrong))
        place: dict[str, Any] = {"field": wrong.field} if wrong.position is None else {"position": wrong.position}
        return AttemptOutcome.UNREADABLE, error(400, "unreadable", text, **place)
    except NotYourTps:
        text = _("This device has no assignment to this TPS. Ask the PPS.")
        return AttemptOutcome.NOT_YOUR_TPS, error(403, "not_your_tps", text)
    attempts.no_answer(device=device, attempts=receipt.attempts, now=now)
    return None, _answered(device, receipt, verdict)


def _answered(device: Device, receipt: Receipt, verdict: Verdict) -> HttpResponse:
    status = "applied" if receipt.applied else "stored"
    return _told(device, receipt.batch, status, receipt.answers, max(verdict.retry_after, pressure.WORKERS_COME_EVERY))


def _told(device: Device, batch: UUID, status: str, answers: list[Any], ask_again: int) -> HttpResponse:
    content: dict[str, Any] = {"batch": batch, "status": status, "results": answers}
    if status == "stored":
        content["receipt"] = reverse("api-batch", args=[batch])
        response = answer(content, 202)
        response["Retry-After"] = str(ask_again)
        return response
    return answer({**content, "next_sync_at": next_sync(device, clock.now())})


def _refused(verdict: Verdict) -> HttpResponse:
    status = pressure.STATUS[verdict.limit or AttemptOutcome.SYSTEM_LIMIT]
    if status == 503:
        response = error(503, "busy", _("The server has its hands full. Nothing is lost: the phone tries again later."))
    else:
        response = error(
            429, "too_often", _("Too many uploads just now. Nothing is lost: the phone tries again later.")
        )
    response["Retry-After"] = str(verdict.retry_after)
    return response
