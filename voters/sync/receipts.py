"""What became of an upload that was stored: the answers that its phone did not get at the time."""

from uuid import UUID

from voters.models import Device, SyncBatch
from voters.sync.apply import Answer
from voters.sync.payload import BadEvent, read_envelope, read_event
from voters.sync.wire import unpacked
from voters.terms import BatchState


def answers_for(device: Device, phone_batch: UUID) -> tuple[str, list[Answer]] | None:
    """State and answers of the phone's latest upload with this id, None for none. One query, inside `territory`.

    Empty answers while it is stored.
    """
    uploads = SyncBatch.objects.filter(kabkota_id=device.kabkota_id, device=device, phone_batch=phone_batch)
    # One that nobody can read any more brought nothing in: the phone sends its events again.
    batch = uploads.exclude(state=BatchState.UNREADABLE).order_by("-received_at", "-id").first()
    if batch is None:
        return None
    if batch.state == BatchState.STORED:
        return "stored", []
    told = [Answer(**problem) for problem in batch.problems or []]
    special = {answer.id for answer in told}
    return "applied", [Answer(one, "accepted") for one in _ids(batch) if one not in special] + told


def _ids(batch: SyncBatch) -> list[str]:
    """The ids of the events, as far as they can be read, from the bytes that were kept."""
    envelope = read_envelope(unpacked(bytes(batch.body), batch.encoding))
    read = [read_event(raw, index) for index, raw in enumerate(envelope.events)]
    return [event.id if isinstance(event, BadEvent) else str(event.id) for event in read if event.id]
