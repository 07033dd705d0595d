"""The phones' downloads: own TPS, and the list of one TPS."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from coklit import clock
from voters.access import territory
from voters.api.answers import answer, device_of
from voters.api.errors import error
from voters.api.shapes import ErrorAnswer, OwnTps, TpsList
from voters.sync import download


class MyTps(APIView):
    """The TPS of the phone."""

    @extend_schema(operation_id="my_tps", responses={200: OwnTps, 401: ErrorAnswer, 403: ErrorAnswer})
    def get(self, request: Request) -> HttpResponse:
        """The TPS that this phone's pantarlih serves now, the limits of uploads, and when to sync next."""
        device = device_of(request)
        with territory(device.kabkota_id):
            return answer(download.own_tps(device, now=clock.now()))


class TpsVoters(APIView):
    """The list of one TPS."""

    @extend_schema(
        operation_id="list_of_tps",
        parameters=[
            OpenApiParameter("after", str, description="The last `cursor`: what changed since only."),
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="The last `ETag`."),
        ],
        responses={
            200: TpsList,
            304: OpenApiResponse(description="Nothing changed."),
            401: ErrorAnswer,
            403: ErrorAnswer,
            404: ErrorAnswer,
        },
    )
    def get(self, request: Request, tps: UUID) -> HttpResponse:
        """Voters of one own TPS in door-to-door order, with the codes to choose from, rules, notes and limits."""
        device = device_of(request)
        with territory(device.kabkota_id):
            found = download.served_tps(device, tps)
            if found is None:
                return error(404, "not_your_tps", _("This device has no assignment to this TPS. Ask the PPS."))
            listed = download.TpsList(found, next_sync=download.next_sync(device, clock.now()))
            # A weak tag as well: a proxy that compresses turns ours into one.
            if listed.etag in request.headers.get("If-None-Match", ""):
                response: HttpResponse = HttpResponseNotModified()
            else:
                response = answer(listed.content(request.query_params.get("after", "")))
        response["ETag"] = listed.etag
        response["Cache-Control"] = "private, no-cache"
        return response
