"""Device tokens as DRF authentication: `Authorization: Bearer ck1_…`."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from coklit import clock
from voters import devices
from voters.api.answers import length_of
from voters.models import Device
from voters.sync import attempts, pressure
from voters.terms import AttemptOutcome


@dataclass(frozen=True)
class Phone:
    """The caller: a device of a pantarlih, not an account."""

    device: Device
    is_authenticated: bool = True


class DeviceAuthentication(BaseAuthentication):
    """Knows a phone by its token."""

    def authenticate(self, request: Request) -> tuple[Phone, Device] | None:
        """The phone and its device; None without a token.

        401 for a token that is unknown or revoked, 403 for a phone that the PPS has not confirmed yet.
        """
        kind, _space, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if kind.lower() != "bearer":
            return None
        device = devices.identify(token.strip())
        if device is None:
            raise AuthenticationFailed
        if device.confirmed_at is None:
            _note_upload(request, device)
            raise PermissionDenied(
                _("The PPS has not confirmed this phone yet. Send what is left on the old one, then ask the PPS."),
                "device_unconfirmed",
            )
        return Phone(device), device

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing token a 401."""
        return "Bearer"


def _note_upload(request: Request, device: Device) -> None:
    """Keep that this phone tried to send, as often as its own limit allows."""
    match = request.resolver_match
    if request.method != "POST" or match is None or match.url_name != "api-batches":
        return
    if pressure.ask_state(device=device.pk).kind == "apply":
        attempts.note(
            device=device,
            outcome=AttemptOutcome.NOT_CONFIRMED,
            status=403,
            took_ms=None,
            size=length_of(request),
            now=clock.now(),
        )
