"""The trail: one row in the transaction of the act, which nobody changes afterwards."""

import pytest
from django.db import ProgrammingError, transaction

from tests import scene as standing
from voters import trail
from voters.models import TrailEntry

pytestmark = pytest.mark.integration


def record(by, **fields):
    values = {"verb": "try", "region": standing.KOTA, "subject": "tps:1", "now": standing.NOW, **fields}
    trail.record(by=by, **values)
    return TrailEntry.objects.get(verb="try")


def test_entry_tells_who_what_where_and_when(scene):
    entry = record(scene.pps, before={"to_day": None}, after={"to_day": "2023-03-04"}, reason="sakit")
    assert (entry.by_user, entry.by_name, entry.region, entry.at) == (
        scene.pps.pk,
        "pps",
        standing.KOTA,
        standing.NOW,
    )
    assert (entry.before, entry.after, entry.reason) == ({"to_day": None}, {"to_day": "2023-03-04"}, "sakit")


def test_entry_without_an_account_is_the_operators(db):
    assert record(None).by_name == "operator"


def test_entry_goes_with_the_act_that_fails(db):
    def act():
        record(None)
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        act()
    assert not TrailEntry.objects.exists()


def test_entry_outlives_its_account(scene):
    record(scene.pps)
    scene.pps.delete()
    assert TrailEntry.objects.get(verb="try").by_name == "pps"


@pytest.mark.parametrize("change", [lambda rows: rows.update(reason="lain"), lambda rows: rows.delete()])
def test_web_role_may_not_change_or_remove_an_entry(db, change):
    record(None)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        change(TrailEntry.objects.all())
    assert TrailEntry.objects.get().reason == ""
