"""What a phone is told of an upload that was stored, when it asks again."""

import gzip

import pytest

from tests.scene import KOTA, NOW, make_device, make_pantarlih
from tests.voters.sync.events import said, upload
from voters.access import territory
from voters.models import SyncBatch
from voters.placement import new_id
from voters.sync.payload import Unreadable
from voters.sync.receipts import answers_for
from voters.sync.receive import apply_stored, receive_batch

pytestmark = pytest.mark.integration


def asked(scene, batch, device=None):
    with territory(KOTA):
        return answers_for(device or scene.device, batch)


def stored(scene, *events):
    body = gzip.compress(upload(scene.tps.pk, *events))
    receipt = receive_batch(body, device=scene.device, now=NOW, encoding="gzip", at_once=False)
    assert (receipt.applied, receipt.answers) == (False, [])
    return receipt.batch


def apply_all():
    for batch in SyncBatch.objects.filter(state="stored").order_by("pk"):
        assert apply_stored(kabkota=KOTA, batch=batch.pk, now=NOW)


def test_upload_is_stored_until_it_is_applied(scene):
    batch = stored(scene, said("0", scene.voters[0].pk))
    assert asked(scene, batch) == ("stored", [])
    apply_all()
    assert asked(scene, batch)[0] == "applied"


def test_answers_are_complete_and_those_of_the_upload(scene):
    good, wrong, unknown = said("0", scene.voters[0].pk), said("0", evidence="mungkin"), said("0", new_id())
    late = said("0", scene.voters[1].pk, at="2023-02-01T12:00:00+07:00")
    batch = stored(scene, wrong, good, None, unknown, late)
    apply_all()
    answers = {answer.id: answer for answer in asked(scene, batch)[1]}
    told = {own: (answer.status, answer.problem, answer.late) for own, answer in answers.items()}
    assert told == {
        good["id"]: ("accepted", "", False),
        late["id"]: ("accepted", "", True),
        unknown["id"]: ("quarantined", "unknown_voter", False),
        wrong["id"]: ("quarantined", "bad_value", False),
        "": ("quarantined", "bad_value", False),
    }
    assert all(answer.message for answer in answers.values() if answer.problem)


def test_upload_without_events_has_no_answers(scene):
    batch = stored(scene)
    apply_all()
    assert asked(scene, batch) == ("applied", [])


def test_latest_of_several_uploads_with_one_id_is_told(scene):
    batch = new_id()
    for events in ([said("0", scene.voters[0].pk)], [said("0", new_id())]):
        receive_batch(upload(scene.tps.pk, *events, batch=str(batch)), device=scene.device, now=NOW)
    assert [answer.problem for answer in asked(scene, batch)[1]] == ["unknown_voter"]


def test_upload_of_another_phone_is_unknown(scene):
    batch = stored(scene, said("0", scene.voters[0].pk))
    other, _ = make_device(make_pantarlih(scene.tps, name="REKAN")[0])
    assert asked(scene, batch, other) is None
    assert asked(scene, new_id()) is None


def test_upload_that_nobody_can_read_any_more_is_unknown_and_sent_again(scene):
    batch = stored(scene, said("0", scene.voters[0].pk))
    SyncBatch.objects.update(body=b"{", encoding="")
    kept = SyncBatch.objects.get()
    with pytest.raises(Unreadable):
        apply_stored(kabkota=KOTA, batch=kept.pk, now=NOW)
    assert asked(scene, batch) == ("stored", [])
    assert apply_stored(kabkota=KOTA, batch=kept.pk, now=NOW, give_up=True) == "unreadable"
    assert asked(scene, batch) is None


def test_stored_upload_counts_as_received_when_it_came(scene):
    stored(scene, said("0", scene.voters[0].pk))
    apply_all()
    assert SyncBatch.objects.get().accepted == 1
    scene.pantarlih.refresh_from_db()
    assert scene.pantarlih.last_synced_at == NOW
