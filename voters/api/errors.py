"""One form for everything the API refuses: `{"error": <stable code>, "message": <text for people>}`."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework.response import Response
from rest_framework.views import exception_handler

# The framework's codes that have a name of ours (docs/sync-protocol.md).
NAMES = {
    "not_authenticated": "unknown_device",
    "authentication_failed": "unknown_device",
    "throttled": "too_often",
}


def error(status: int, code: str, message: str, **more: Any) -> JsonResponse:
    """A refusal; `more` is what the client needs besides, such as a limit."""
    return JsonResponse({"error": code, "message": message, **more}, status=status)


@csrf_exempt
def no_such_address(request: HttpRequest) -> JsonResponse:
    """404 for whatever stands below /api/ and is no door of it, by any method."""
    return error(404, "not_found", _("There is no such address."))


def unknown_device() -> str:
    """What a phone without a token, or with one that is worth nothing, is told."""
    return _("This device is not known or was revoked. Ask the PPS for a new code.")


def answer_for(exc: Exception, context: dict[str, Any]) -> Response | None:
    """What the framework raised, in this form (EXCEPTION_HANDLER in the settings); None for a fault of the server."""
    response = exception_handler(exc, context)
    if response is None:
        return None
    detail = response.data["detail"]
    code = NAMES.get(detail.code, detail.code)
    message = unknown_device() if code == "unknown_device" else str(detail)
    response.data = {"error": code, "message": message}
    return response
