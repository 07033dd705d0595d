"""What stands below a table is no row of it; what might be somebody's row stays."""

import pytest

from voters.intake.footing import footer

pytestmark = pytest.mark.unit

BLANK = [""] * 9


def row(*cells):
    return [*cells, *[""] * (9 - len(cells))]


def test_sums_notes_and_signatures_are_counted_from_the_end():
    data = row("1", "BUDI CONTOH", "62.71.01.1001")
    assert footer([data, row("JUMLAH", "12", "13"), BLANK, row("Mengetahui"), row("", "SITI CONTOH")]) == 4


def test_an_office_at_the_beginning_is_a_row_where_all_needed_columns_are_filled():
    offices = [row("KETUA PPS", "BUDI CONTOH", "PAHANDUT"), row("ANGGOTA PPS", "SITI CONTOH", "PAHANDUT")]
    assert footer(offices, needed=[0, 1]) == 0
    assert footer([*offices, row("KETUA")], needed=[0, 1]) == 1


def test_a_sum_over_all_needed_columns_is_still_a_sum():
    assert footer([row("1", "300", "20"), row("TOTAL", "300", "20")], needed=[0, 1, 2]) == 1
