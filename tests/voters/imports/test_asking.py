"""What people ask of an import is judged anew by who asks, and by what it is at when they ask."""

import pytest
from django.core.exceptions import PermissionDenied

from tests import scene as standing
from tests.scene import KOTA, NOW
from voters.imports import asking
from voters.imports.asking import NotNow
from voters.models import FileImport, TrailEntry
from voters.terms import CommitChoice, ImportState, Role

pytestmark = pytest.mark.integration

ASKED = {
    "check": lambda record, by: asking.start_check(record, by=by, now=NOW),
    "load": lambda record, by: asking.start_commit(record, choice=CommitChoice.VALID, create_tps=False, by=by, now=NOW),
    "cancel": lambda record, by: asking.ask_cancel(record, by=by, now=NOW),
    "undo": lambda record, by: asking.start_undo(record, reason="salah", by=by, now=NOW),
    "confirm": lambda record, by: asking.confirm_undo(record, by=by, now=NOW),
    "withdraw": lambda record, by: asking.withdraw_undo(record, by=by, now=NOW),
}
# Where each may be asked: its state alone, so that no other would do.
FITS = {
    "check": {ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED, ImportState.CANCELLED},
    "load": {ImportState.CHECKED},
    "cancel": {ImportState.CHECKING, ImportState.COMMITTING, ImportState.UNDOING},
    "undo": {ImportState.COMMITTED},
    "confirm": set(),
    "withdraw": set(),
}


def standing_at(record, state):
    FileImport.objects.filter(pk=record.pk).update(state=state)
    record.refresh_from_db()
    return record


@pytest.mark.parametrize("state", list(ImportState))
@pytest.mark.parametrize("act", ASKED)
def test_act_fits_its_states_alone(scene, brought, act, state):
    record = standing_at(brought("satu"), state)
    if state in FITS[act]:
        ASKED[act](record, scene.kpu)
        return
    with pytest.raises(NotNow):
        ASKED[act](record, scene.kpu)
    assert TrailEntry.objects.filter(subject=f"import:{record.pk}").count() == 1


@pytest.mark.parametrize("act", ASKED)
def test_act_of_another_office_is_refused(scene, brought, act):
    state = next(iter(FITS[act]), ImportState.COMMITTED)
    for user in (scene.foreign_kpu, scene.pps, scene.bawaslu):
        record = standing_at(brought("satu"), state)
        with pytest.raises(PermissionDenied):
            ASKED[act](record, user)


def test_one_of_two_who_ask_at_once_is_told(scene, brought):
    first = brought("satu")
    second = FileImport.objects.get(pk=first.pk)
    asking.start_check(first, by=scene.kpu, now=NOW)
    with pytest.raises(NotNow):
        asking.start_check(second, by=scene.kpu, now=NOW)


def test_nobody_confirms_their_own_request_by_an_old_page(scene, brought):
    other = standing.make_user("kpu-dua", Role.KPU_KABKOTA, KOTA)
    record = standing_at(brought("satu"), ImportState.COMMITTED)
    FileImport.objects.filter(pk=record.pk).update(rows=10_001, created=10_001, changed=0, unchanged=0, left_out=0)
    record.refresh_from_db()
    asking.start_undo(record, reason="salah", by=other, now=NOW)
    seen = FileImport.objects.get(pk=record.pk)
    asking.withdraw_undo(record, by=other, now=NOW)
    asking.start_undo(record, reason="salah", by=scene.kpu, now=NOW)
    with pytest.raises(NotNow):
        asking.confirm_undo(seen, by=scene.kpu, now=NOW)
    assert FileImport.objects.get(pk=record.pk).state == ImportState.COMMITTED
