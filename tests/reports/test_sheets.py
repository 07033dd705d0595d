"""Columns: their rates are made of the counts they name, and their texts are those people read."""

import pytest
from django.utils.translation import override

from reports import sheets
from reports.models import RegionProgress, TpsProgress
from tests.reports.counted import COUNTS
from voters.models import Region

pytestmark = pytest.mark.unit

ROW = RegionProgress(region=Region(code="62.71", name="Kota Palangkaraya"), **COUNTS)


@pytest.mark.parametrize("columns", [sheets.REGION_COLUMNS, sheets.TPS_COLUMNS])
def test_rates_are_made_of_the_counts_they_name(columns):
    rates = [column for column in columns if column.kind == sheets.RATE]
    assert len(rates) >= 2
    for column in rates:
        rate = column.of(ROW)
        assert rate.numerator == sum(getattr(ROW, part) for part in column.parts)
        assert rate.denominator == getattr(ROW, column.whole)


@pytest.mark.parametrize("columns", [sheets.REGION_COLUMNS, sheets.TPS_COLUMNS])
def test_keys_are_unique(columns):
    keys = [column.key for column in columns]
    assert len(keys) == len(set(keys))


def test_cells_are_told_as_people_read_them():
    with override("id"):
        texts = {column.key: sheets.shown(column, ROW) for column in sheets.REGION_COLUMNS}
    assert (texts["name"], texts["listed"], texts["remaining"]) == ("Kota Palangkaraya", "1.234", "358")
    assert (texts["coverage"], texts["pantarlih_sync"]) == ("70,99\xa0%", "75,00\xa0%")


def test_tps_are_named_with_three_figures():
    assert sheets.shown(sheets.TPS_COLUMNS[0], TpsProgress(number=7)) == "TPS 007"


def test_order_is_by_value_and_stable():
    coverage = next(column for column in sheets.TPS_COLUMNS if column.key == "coverage")
    rows = [TpsProgress(number=n, listed=10, sesuai=done) for n, done in ((1, 9), (2, 10), (3, 2), (4, 9))]
    assert [row.number for row in sheets.in_order(rows, coverage, descending=False)] == [3, 1, 4, 2]
    assert [row.number for row in sheets.in_order(rows, coverage, descending=True)] == [2, 1, 4, 3]


def test_tps_are_sorted_by_number():
    rows = [TpsProgress(number=number) for number in (1000, 901, 2)]
    assert [row.number for row in sheets.in_order(rows, sheets.TPS_COLUMNS[0], descending=False)] == [2, 901, 1000]
