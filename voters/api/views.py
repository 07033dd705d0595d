"""The phones' HTTP doors: authenticate, read bytes, one call, shape the answer."""

from typing import Any, cast
from uuid import UUID

import msgspec
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from coklit import clock
from voters.access import territory
from voters.api.shapes import BatchAnswer, BatchUpload, ErrorAnswer, TpsItem, TpsList
from voters.models import Device
from voters.sync.download import MAX_BODY_BYTES, list_of, served_tps, tps_of
from voters.sync.payload import Unreadable
from voters.sync.receive import NotYourTps, receive_batch

_encoder = msgspec.json.Encoder()


def _device(request: Request) -> Device:
    """The caller's device: `voters.api.auth` admits nobody else."""
    return cast("Device", request.auth)


def _json(content: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(_encoder.encode(content), content_type="application/json", status=status)


def _error(status: int, code: str, message: str, **more: Any) -> HttpResponse:
    return _json({"error": code, "message": message, **more}, status)


class Batches(APIView):
    """Uploads."""

    @extend_schema(
        operation_id="send_batch",
        request=BatchUpload,
        responses={
            200: BatchAnswer,
            202: OpenApiResponse(BatchAnswer, description="Stored safely; a worker applies it."),
            400: ErrorAnswer,
            401: ErrorAnswer,
            403: ErrorAnswer,
            413: ErrorAnswer,
        },
    )
    def post(self, request: Request) -> HttpResponse:
        """Send results of one TPS. Sending the same again is harmless."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            return _error(413, "too_large", _("Send at most this many bytes at once."), limit=MAX_BODY_BYTES)
        try:
            receipt = receive_batch(request.body, device=_device(request), now=clock.now())
        except Unreadable as error:
            return _error(400, "unreadable", _("The upload is not in the protocol's form: %s") % error)
        except NotYourTps:
            return _error(403, "not_your_tps", _("This device has no assignment to this TPS. Ask the PPS."))
        answer = {
            "batch": receipt.batch,
            "status": "applied" if receipt.applied else "stored",
            "results": receipt.answers,
        }
        return _json(answer, 200 if receipt.applied else 202)


class MyTps(APIView):
    """The TPS of the phone."""

    @extend_schema(operation_id="my_tps", responses={200: TpsItem(many=True), 401: ErrorAnswer})
    def get(self, request: Request) -> HttpResponse:
        """The TPS that this phone's pantarlih serves now."""
        device = _device(request)
        with territory(device.kabkota_id):
            return _json(tps_of(device))


class TpsVoters(APIView):
    """The list of one TPS."""

    @extend_schema(operation_id="list_of_tps", responses={200: TpsList, 401: ErrorAnswer, 404: ErrorAnswer})
    def get(self, request: Request, tps: UUID) -> HttpResponse:
        """Voters of one own TPS in door-to-door order, with the codes to choose from and the upload limits."""
        device = _device(request)
        with territory(device.kabkota_id):
            found = served_tps(device, tps)
            if found is None:
                return _error(404, "not_your_tps", _("This device has no assignment to this TPS. Ask the PPS."))
            return _json(list_of(found))
