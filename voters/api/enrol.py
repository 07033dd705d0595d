"""The door through which a phone becomes known: a code from the PPS for a token."""

from typing import Annotated

import msgspec
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from coklit import clock
from voters.access import territory
from voters.api.answers import length_of
from voters.api.errors import error
from voters.api.guesses import STATUS, TooManyGuesses, exchange
from voters.api.shapes import EnrolAnswer, EnrolRequest, ErrorAnswer
from voters.enrolment import CodeRefused, Enrolled
from voters.sync.download import tps_of
from voters.sync.reasons import in_words

MAX_BODY_BYTES = 4096


class EnrolBody(msgspec.Struct):
    """What a phone sends. PostgreSQL keeps no NUL in a text."""

    code: Annotated[str, msgspec.Meta(max_length=64)]
    app_version: Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[^\x00]*\Z")] = ""


class Enrol(APIView):
    """Enrolment, the only call without a token."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        operation_id="enrol",
        auth=[],
        request=EnrolRequest,
        responses={
            200: EnrolAnswer,
            400: ErrorAnswer,
            404: ErrorAnswer,
            410: ErrorAnswer,
            411: ErrorAnswer,
            413: ErrorAnswer,
            429: ErrorAnswer,
        },
    )
    def post(self, request: Request) -> HttpResponse:
        """Exchange a code from the PPS for this phone's token. A code is good once."""
        # Nothing announced is nothing sent: no code.
        length = length_of(request) if request.META.get("CONTENT_LENGTH") else 0
        if length is None:
            return error(411, "length_required", _("Send the length of the body with it."))
        if length > MAX_BODY_BYTES:
            return error(413, "too_large", _("Send at most this many bytes at once."), limit=MAX_BODY_BYTES)
        try:
            body = msgspec.json.decode(request.body, type=EnrolBody)
        except msgspec.ValidationError as wrong:
            return _unreadable(str(wrong))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return _unreadable("It is not JSON")
        except RecursionError:
            return _unreadable("It is nested too deeply")
        try:
            enrolled = exchange(
                request._request,
                body.code,
                now=clock.now(),
                app_version=body.app_version,
            )
        except CodeRefused as refused:
            return error(STATUS[refused.code], refused.code, refused.message)
        except TooManyGuesses as many:
            answer = error(429, "too_often", _("Too many unknown codes. Wait a minute, then type the printed code."))
            answer["Retry-After"] = str(many.seconds)
            return answer
        return JsonResponse(told(enrolled))


def _unreadable(reason: str) -> HttpResponse:
    return error(400, "unreadable", _("The body is not in the protocol's form: %s") % in_words(reason))


def told(enrolled: Enrolled) -> dict[str, object]:
    """The answer to a phone that is known now."""
    device = enrolled.device
    with territory(device.kabkota_id):
        return {
            "token": enrolled.token,
            "status": "active" if device.confirmed_at else "unconfirmed",
            "pantarlih": device.pantarlih.name,
            "tps": tps_of(device),
        }
