"""The page for our own faults."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def server_error(request: HttpRequest) -> HttpResponse:
    """500, without the request: what pages know of account and installation may be what failed."""
    return HttpResponse(render_to_string("500.html", {"is_demo": settings.DEMO}), status=500)
