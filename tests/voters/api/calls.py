"""Calls as a phone makes them, its clock right."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from coklit import clock
from tests.voters.sync import events


def said(code: str, voter: UUID | None = None, **fields: Any) -> dict[str, Any]:
    """One result, saved just now."""
    return events.said(code, voter, **{"at": clock.now().isoformat(), **fields})


def upload(tps: UUID, *results: dict[str, Any], **fields: Any) -> bytes:
    """The bytes of one upload, sent just now."""
    return events.upload(tps, *results, **{"sent_at": clock.now().isoformat(), **fields})


def send(client: Client, body: bytes, token: str, **headers: str) -> HttpResponse:
    """An upload."""
    return client.post("/api/v1/batches", body, content_type="application/json", headers={**_bearer(token), **headers})


def get(client: Client, address: str, token: str, **headers: str) -> HttpResponse:
    """Anything below `/api/v1/`."""
    return client.get(f"/api/v1/{address}", headers={**_bearer(token), **headers})


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}
