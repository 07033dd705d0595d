"""For comparison only: uploads taken the way Django REST framework suggests, a ListSerializer and bulk_create.

The same addresses, token check, rules of a usual upload, rows and single transaction as ours; no answer but accepted,
no conflicts, nothing held. Served from `bench.drf_settings`.
"""

import datetime as dt
import gzip
import hashlib
import json
from typing import Any, cast

from django.db import transaction
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from coklit import clock
from coklit.health import sehat
from voters.elections import codes_for
from voters.models import (
    Assignment,
    Change,
    CoklitEvent,
    CoklitResult,
    Device,
    OutcomeCode,
    Pantarlih,
    SyncBatch,
    Tps,
    Voter,
)
from voters.terms import BatchState, Disability, Door, Effect, Evidence, KtpEl, Marital, Setter, Sex, StageKind

_RESULT_FIELDS = ["code", "corrected", "evidence", "event", "revision", "door", "by_pantarlih", "synced", "sticker",
                  "receipt", "event_at", "received_at"]  # fmt: skip


class PersonSerializer(serializers.Serializer[Any]):
    """The fields of a voter's row."""

    nkk = serializers.RegexField(r"^[0-9]{16}$")
    nik = serializers.RegexField(r"^[0-9]{16}$")
    name = serializers.CharField(max_length=100)
    birth_place = serializers.CharField(max_length=60, allow_blank=True)
    birth_day = serializers.DateField()
    sex = serializers.ChoiceField(Sex.choices)
    marital = serializers.ChoiceField(Marital.choices)
    address = serializers.CharField(max_length=150, allow_blank=True)
    rt = serializers.IntegerField(min_value=0, max_value=999)
    rw = serializers.IntegerField(min_value=0, max_value=999)
    disability = serializers.ChoiceField(Disability.choices)
    ktp_el = serializers.ChoiceField(KtpEl.choices)


class CorrectedSerializer(PersonSerializer):
    """Those of them that are mended."""

    def get_fields(self) -> dict[str, Any]:
        """None of them is required."""
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields


class PositionSerializer(serializers.Serializer[Any]):
    """Where it was saved."""

    latitude = serializers.FloatField(min_value=-90, max_value=90)
    longitude = serializers.FloatField(min_value=-180, max_value=180)
    accuracy = serializers.IntegerField(min_value=0, max_value=100_000)


class EventListSerializer(serializers.ListSerializer[Any]):
    """Writes all events of an upload; `context` has device, batch, TPS and the moment."""

    def validate(self, attrs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """No event twice, every voter on this TPS' list, and no other active voter with a claimed NIK."""
        kabkota, tps = self.context["tps"].kabkota_id, self.context["tps"]
        ids = [event["id"] for event in attrs]
        if len(set(ids)) < len(ids) or CoklitEvent.objects.filter(kabkota_id=kabkota, id__in=ids).exists():
            raise serializers.ValidationError("An event was sent before.")
        listed = {event["voter"] for event in attrs if event["code"] != "B"}
        if Voter.objects.filter(kabkota_id=kabkota, tps=tps, listed=True, id__in=listed).count() < len(listed):
            raise serializers.ValidationError("A voter is not on this list.")
        niks = [event["new"]["nik"] for event in attrs if event["code"] == "B"]
        if niks and Voter.objects.filter(kabkota_id=kabkota, nik__in=niks, deleted_at__isnull=True).exists():
            raise serializers.ValidationError("A NIK belongs to another voter.")
        return attrs

    def create(self, validated_data: list[dict[str, Any]]) -> list[CoklitEvent]:
        """Bulk-create new voters and events, upsert the results."""
        tps: Tps = self.context["tps"]
        news = [event for event in validated_data if event["code"] == "B"]
        Voter.objects.bulk_create(
            Voter(
                id=event["voter"], kabkota_id=tps.kabkota_id, election_id=tps.election_id, tps=tps, listed=False,
                source="coklit", **event["new"],
            )
            for event in news
        )  # fmt: skip
        events = [self._event(event, number) for number, event in enumerate(validated_data, start=1)]
        CoklitEvent.objects.bulk_create(events)
        CoklitResult.objects.bulk_create(
            [self._result(event) for event in events],
            update_conflicts=True,
            unique_fields=["kabkota", "voter"],
            update_fields=_RESULT_FIELDS,
        )
        return events

    def _event(self, event: dict[str, Any], number: int) -> CoklitEvent:
        tps, device, now = self.context["tps"], self.context["device"], self.context["now"]
        position = event.get("position") or {}
        said = event.get("corrected") or event.get("new")
        return CoklitEvent(
            id=event["id"], kabkota_id=tps.kabkota_id, tps=tps, voter_id=event["voter"], code=event["code"],
            corrected=_as_json(said), evidence=event.get("evidence", ""), base_revision=event.get("base_revision", 0),
            revision=tps.revision + number, content_hash=hashlib.md5(repr(event).encode()).digest(),  # noqa: S324
            effect=Effect.SET, door=Door.PHONE, by_pantarlih_id=device.pantarlih_id, batch=self.context["batch"],
            sticker=event.get("sticker"), receipt=event.get("receipt"), event_at=event["at"], received_at=now,
            **position,
        )  # fmt: skip

    @staticmethod
    def _result(event: CoklitEvent) -> CoklitResult:
        return CoklitResult(
            voter_id=event.voter_id, kabkota_id=event.kabkota_id, code=event.code,
            corrected=event.corrected if event.code == "U" else None, evidence=event.evidence, event=event.id,
            revision=event.revision, door=event.door, by_pantarlih_id=event.by_pantarlih_id, synced=True,
            sticker=event.sticker, receipt=event.receipt, event_at=event.event_at, received_at=event.received_at,
        )  # fmt: skip


class EventSerializer(serializers.Serializer[Any]):
    """One result."""

    id = serializers.UUIDField()
    voter = serializers.UUIDField()
    code = serializers.CharField(max_length=2)
    at = serializers.DateTimeField()
    base_revision = serializers.IntegerField(min_value=0, required=False)
    corrected = CorrectedSerializer(required=False, allow_null=True)
    evidence = serializers.ChoiceField(Evidence.choices, required=False, allow_blank=True)
    new = PersonSerializer(required=False, allow_null=True)
    sticker = serializers.BooleanField(required=False, allow_null=True)
    receipt = serializers.BooleanField(required=False, allow_null=True)
    position = PositionSerializer(required=False, allow_null=True)

    class Meta:
        list_serializer_class = EventListSerializer

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The code is one a pantarlih may set, and has what it needs."""
        if attrs["code"] not in self.context["codes"]:
            raise serializers.ValidationError("This code may not be set.")
        if (attrs["code"] == "B") != bool(attrs.get("new")) or (attrs["code"] == "U") != bool(attrs.get("corrected")):
            raise serializers.ValidationError("The fields do not fit the code.")
        return attrs


class UploadSerializer(serializers.Serializer[Any]):
    """The envelope."""

    batch = serializers.UUIDField()
    tps = serializers.UUIDField()
    sent_at = serializers.DateTimeField()
    app_version = serializers.CharField(max_length=40, required=False, allow_blank=True)
    attempts = serializers.IntegerField(min_value=0, required=False)
    recorded = serializers.IntegerField(min_value=0, required=False, allow_null=True)
    waiting = serializers.IntegerField(min_value=0, required=False, allow_null=True)
    failed = serializers.IntegerField(min_value=0, required=False, allow_null=True)


class Batches(APIView):
    """Uploads."""

    def post(self, request: Request) -> Response:
        """Validate everything, write everything, or nothing."""
        body, now = request.body, clock.now()
        encoding = request.headers.get("Content-Encoding", "")
        told = json.loads(gzip.decompress(body) if encoding == "gzip" else body)
        envelope = UploadSerializer(data=told)
        envelope.is_valid(raise_exception=True)
        device = cast("Device", request.auth)
        with transaction.atomic():
            results = _write(envelope.validated_data, told["events"], device, body, encoding, now)
        return Response({"batch": str(envelope.validated_data["batch"]), "status": "applied", "results": results})


def _write(
    envelope: dict[str, Any], told: list[Any], device: Device, body: bytes, encoding: str, now: dt.datetime
) -> list[dict[str, str]]:
    kabkota = device.kabkota_id
    tps = Tps.objects.select_for_update(of=("self",)).select_related("election").get(
        kabkota_id=kabkota, pk=envelope["tps"]
    )  # fmt: skip
    if not Assignment.objects.filter(kabkota_id=kabkota, pantarlih=device.pantarlih_id, tps=tps).exists():
        raise serializers.ValidationError("This TPS is not yours.")
    batch = _store(envelope, len(told), device, body, encoding, now)
    codes: dict[str, OutcomeCode] = codes_for(tps.election, StageKind.COKLIT, Setter.PANTARLIH)
    context = {"device": device, "tps": tps, "batch": batch, "codes": codes, "now": now}
    events = EventSerializer(data=told, many=True, context=context)
    events.is_valid(raise_exception=True)
    saved = events.save()
    tps.revision += len(saved)
    tps.save(update_fields=["revision"])
    Pantarlih.objects.filter(kabkota_id=kabkota, pk=device.pantarlih_id).update(
        first_synced_at=device.pantarlih.first_synced_at or now, last_synced_at=now
    )
    device.seen_at, device.app_version = now, envelope.get("app_version", "")
    device.recorded, device.waiting, device.failed = batch.recorded, batch.waiting, batch.failed
    device.clock_offset, device.trouble, device.trouble_at = batch.clock_offset, "", None
    device.save()
    Change.objects.create(kabkota_id=kabkota, tps=tps, marked_at=now)
    return [{"id": str(event.pk), "status": "accepted"} for event in saved]


def _store(
    envelope: dict[str, Any], events: int, device: Device, body: bytes, encoding: str, now: dt.datetime
) -> SyncBatch:
    counts = {name: envelope.get(name) for name in ("recorded", "waiting", "failed")}
    return SyncBatch.objects.create(
        kabkota_id=device.kabkota_id, phone_batch=envelope["batch"], device=device, tps_id=envelope["tps"],
        state=BatchState.APPLIED, encoding=encoding, body=body, body_hash=hashlib.sha256(body).digest(),
        received_at=now, applied_at=now, phone_at=envelope["sent_at"],
        clock_offset=round((envelope["sent_at"] - now).total_seconds()), app_version=envelope.get("app_version", ""),
        attempts=envelope.get("attempts", 1), events=events, accepted=events, **counts,
    )  # fmt: skip


def _as_json(said: dict[str, Any] | None) -> dict[str, Any] | None:
    return (
        {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in said.items()}
        if said
        else None
    )


urlpatterns = [path("api/v1/batches", Batches.as_view()), path("sehat", sehat)]
