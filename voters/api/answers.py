"""How the phones' doors read a request and write an answer."""

import re
from typing import Any, cast

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

from voters.models import Device

_encoder = msgspec.json.Encoder()


def device_of(request: Request) -> Device:
    """The caller's device: `voters.api.auth` admits nobody else."""
    return cast("Device", request.auth)


def length_of(request: Request) -> int | None:
    """The announced bytes of the body; None where none, or no number, is announced."""
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if re.fullmatch(r"[0-9]{1,18}", length) else None


def answer(content: Any, status: int = 200) -> HttpResponse:
    """JSON, without a detour over text."""
    return HttpResponse(_encoder.encode(content), content_type="application/json", status=status)
