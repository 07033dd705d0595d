"""The door through which a phone tells how it is doing, open even when uploads are refused."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from coklit import clock
from voters.api.answers import answer, device_of, length_of
from voters.api.errors import error
from voters.api.shapes import ErrorAnswer, StateAnswer, StateReport
from voters.sync.download import next_sync
from voters.sync.payload import Unreadable
from voters.sync.pressure import ask_state
from voters.sync.reasons import in_words
from voters.sync.state import note_state, read_state

MAX_BODY_BYTES = 4096


class PhoneState(APIView):
    """Counts of a phone, without results."""

    @extend_schema(
        operation_id="tell_state",
        request=StateReport,
        responses={
            200: StateAnswer,
            **dict.fromkeys((400, 401, 403, 411, 413, 415, 429), ErrorAnswer),
        },
    )
    def post(self, request: Request) -> HttpResponse:
        """Tell how the phone is doing: when uploads are refused or get no answer."""
        device = device_of(request)
        verdict = ask_state(device=device.pk)
        if verdict.kind == "refuse":
            too_often = error(429, "too_often", _("This phone calls too often. It tries again later."))
            too_often["Retry-After"] = str(verdict.retry_after)
            return too_often
        wrong_size = _wrong_size(request)
        if wrong_size:
            return wrong_size
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return error(415, "unknown_encoding", _("Send this without compression."))
        try:
            state = read_state(request.body)
        except Unreadable as wrong:
            text = _("The body is not in the protocol's form: %s") % in_words(str(wrong))
            return error(400, "unreadable", text, field=wrong.field)
        now = clock.now()
        note_state(state, device=device, now=now)
        return answer({"status": "noted", "next_sync_at": next_sync(device, now)})


def _wrong_size(request: Request) -> HttpResponse | None:
    length = length_of(request)
    if length is None:
        return error(411, "length_required", _("Send the length of the body with it."))
    if length > MAX_BODY_BYTES:
        return error(413, "too_large", _("Send at most this many bytes at once."), limit=MAX_BODY_BYTES)
    return None
