"""How the phones' doors read a request and write an answer."""

from typing import Any, cast

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

from voters.models import Device

_encoder = msgspec.json.Encoder()


def device_of(request: Request) -> Device:
    """The caller's device: `voters.api.auth` admits nobody else."""
    return cast("Device", request.auth)


def answer(content: Any, status: int = 200) -> HttpResponse:
    """JSON, without a detour over text."""
    return HttpResponse(_encoder.encode(content), content_type="application/json", status=status)
