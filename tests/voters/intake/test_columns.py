"""Headings are known by their letters and digits, whatever their order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voters.intake.builders import BAWASLU, BULK, COLUMNS, DP4, PENETAPAN, SIDALIH
from voters.intake.badfile import BadFile
from voters.intake.columns import guess, plain, require, twice
from voters.intake.layout import Column

pytestmark = pytest.mark.unit

COUNTS = (Column("l", "Laki-laki", ("L",)), Column("p", "Perempuan", ("P",)))


@pytest.mark.parametrize("heading", ["No. KK", "NO_KK", "no kk", " No  KK ", "NoKK"])
def test_plain_keeps_letters_and_digits(heading):
    assert plain(heading) == "NOKK"


@pytest.mark.parametrize("headings", [SIDALIH, BULK, PENETAPAN, BAWASLU, DP4])
@given(order=st.randoms(use_true_random=False))
def test_guess_finds_columns_in_any_order(headings, order):
    usual = {key: headings[place] for key, place in guess(headings, COLUMNS).items()}
    shuffled = list(headings)
    order.shuffle(shuffled)
    assert {key: shuffled[place] for key, place in guess(shuffled, COLUMNS).items()} == usual


def test_guess_finds_all_that_a_layout_has():
    assert set(guess(SIDALIH, COLUMNS)) == {one.key for one in COLUMNS} - {"kode"}
    assert set(guess(DP4, COLUMNS)) >= {"nik", "nkk", "kode", "kecamatan", "kelurahan", "tps", "tanggal_lahir", "kawin"}


def test_guess_uses_the_lower_row_of_a_heading_only_where_it_is_alone():
    assert guess(["TPS", "Pemilih: L", "Pemilih: P"], COUNTS) == {"l": 1, "p": 2}
    assert guess(["TPS", "Baru: L", "TMS: L"], COUNTS) == {}


def test_guess_gives_a_heading_to_one_column():
    both = (Column("a", "A", ("X",)), Column("b", "B", ("X",)))
    assert guess(["X"], both) == {"a": 0}
    assert guess(["X", "X"], both) == {"a": 0, "b": 1}


def test_guess_prefers_the_first_alias():
    column = (Column("nama", "Nama", ("NAMA", "NAMA LENGKAP")),)
    assert guess(["NAMA LENGKAP", "NAMA"], column) == {"nama": 1}


def test_twice_names_headings_that_are_meant():
    headings = ["NIK", "N.I.K", "Catatan", "Catatan"]
    assert twice(headings, guess(headings, COLUMNS)) == ["NIK"]


def test_require_names_all_that_is_missing_at_once():
    with pytest.raises(BadFile) as refused:
        require({"nik": 0}, COLUMNS)
    assert refused.value.code == "columns_missing"
    assert refused.value.facts == {"columns": "Nama, Tanggal lahir, TPS"}
    require({"nik": 0, "nama": 1, "tanggal_lahir": 2, "tps": 3}, COLUMNS)
