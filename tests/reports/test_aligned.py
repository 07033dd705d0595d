"""Plain-text tables."""

import pytest

from reports.aligned import aligned

pytestmark = pytest.mark.unit


def test_columns_stand_under_their_headings():
    assert aligned(["Wilayah", "Cakupan coklit"], [["Pahandut", "7,00 %"], ["Marang", "100,00 %"]]) == [
        "           Cakupan",
        "Wilayah     coklit",
        "--------  --------",
        "Pahandut    7,00 %",
        "Marang    100,00 %",
    ]


def test_a_table_without_rows_is_its_headings():
    assert aligned(["TPS", "L"], []) == ["TPS  L", "---  -"]
