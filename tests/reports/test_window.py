"""The window of a region: a kelurahan's own last day, and the stage's above it."""

import datetime as dt

import pytest

from reports.window import window_of
from tests.scene import KECAMATAN, KELURAHAN, NOW
from voters.elections import extend_window
from voters.models import Region

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(("stage_ends", "last"), [(dt.date(2023, 3, 14), 20), (dt.date(2023, 3, 25), 25)])
def test_window_of_a_kelurahan_ends_with_the_later_of_stage_and_extension(scene, stage_ends, last):
    stage = scene.election.stages.get(kind="coklit")
    kelurahan, kecamatan = Region.objects.get(pk=KELURAHAN), Region.objects.get(pk=KECAMATAN)
    day = dt.date(2023, 3, 20)
    extend_window(election=scene.election, kelurahan=kelurahan, last_day=day, reason="Banjir", by=scene.kpu, now=NOW)
    stage.last_day = stage_ends
    stage.save()
    assert window_of(stage, kelurahan).last_day == dt.date(2023, 3, last)
    assert window_of(stage, kecamatan).last_day == stage_ends
