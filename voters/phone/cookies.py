"""The device token in a browser: a cookie that no script reads and that is sent to these pages alone."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from voters import devices
from voters.models import Device

NAME = "coklit_hp"
PATH = "/hp/"
# From training to the end of the pantarlih's work.
DAYS = 120


def token_of(request: HttpRequest) -> str | None:
    """What the browser holds; None for a browser that is not enrolled."""
    return request.COOKIES.get(NAME)


def device_of(kabkota: str, token: str) -> Device | None:
    """The device of this token, a revoked one too, with its pantarlih; None for an unknown one. One query."""
    rows = Device.objects.select_related("pantarlih__kelurahan", "pantarlih__election")
    return rows.filter(kabkota_id=kabkota, token_hash=devices.hash_of(token)).first()


def remember(response: HttpResponse, token: str) -> None:
    """This browser is the pantarlih's phone from now on."""
    response.set_cookie(
        NAME,
        token,
        max_age=DAYS * 24 * 3600,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse) -> None:
    """This browser knows nothing any more; the token stays valid."""
    response.delete_cookie(NAME, path=PATH, samesite="Lax")
