"""What needs attention is said when it does, and not before the window opens."""

import datetime as dt

import pytest
from django.utils.translation import override

from reports.attention import lowest, notices, pace
from reports.figures import Rate
from reports.models import RegionProgress

pytestmark = pytest.mark.unit

DEADLINE, TODAY = dt.date(2023, 3, 12), dt.date(2023, 3, 4)
PLAN, NOTHING = Rate(8, 10), Rate(0, 10)


def test_late_people_and_tps_are_named_with_their_lists():
    now = RegionProgress(pantarlih=10, pantarlih_synced=7, tps_untouched=2, tps_without_pantarlih=1, tms_no_proof=4)
    found = [(notice.light, notice.text.split()[0], notice.section) for notice in notices(now, PLAN)]
    assert found == [
        ("late", "3", "belum-sinkron"),
        ("late", "2", "tps-nol"),
        ("late", "1", "tps-tanpa-pantarlih"),
        ("near", "4", ""),
    ]


def test_nothing_late_says_nothing():
    assert notices(RegionProgress(pantarlih=7, pantarlih_synced=7), PLAN) == []


def test_before_the_window_only_missing_pantarlih_count():
    now = RegionProgress(pantarlih=10, tps_untouched=5, tps_without_pantarlih=1)
    assert [notice.section for notice in notices(now, NOTHING)] == ["tps-tanpa-pantarlih"]


def test_lowest_are_three_below_the_plan():
    children = [RegionProgress(region_id=str(share), listed=100, sesuai=share) for share in (90, 10, 70, 30, 79)]
    assert [child.region_id for child in lowest(children, PLAN)] == ["10", "30", "70"]


@pytest.mark.parametrize(("done", "light"), [(125, "good"), (124, "late"), (None, "near")])
def test_pace_compares_what_is_needed_with_the_last_report(done, light):
    now = RegionProgress(listed=1001, sesuai=1)
    with override("en"):
        notice = pace(now, done, DEADLINE, TODAY)
    assert notice.light == light
    assert notice.text.startswith("Needed: 125 voters a day until the internal deadline, 12 March 2023 (8 days left).")


def test_pace_without_a_day_left_says_what_remains():
    with override("en"):
        notice = pace(RegionProgress(listed=5000, sesuai=1), 10, DEADLINE, DEADLINE)
    assert (notice.light, notice.text) == (
        "late",
        "The internal deadline, 12 March 2023, leaves no full day; 4,999 voters remain.",
    )


def test_pace_is_silent_when_everybody_has_been_visited():
    assert pace(RegionProgress(listed=10, sesuai=10), 0, DEADLINE, TODAY) is None
