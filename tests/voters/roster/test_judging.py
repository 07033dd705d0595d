"""Every rule about a row: the row is loaded with the doubt, or stays out with the reason."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.voters.roster.lists import COLUMNS, row, write
from tests.voters.roster.loads import check, codes, load, proof, samples
from voters.intake.kind import Refused, RowsLeftOut
from voters.models import LeftOut, Voter
from voters.roster import judging
from voters.roster.columns import KEYS
from voters.roster.rules import DOUBT, LEFT_OUT, NOTE, REFUSED, RULE
from voters.terms import CommitChoice

pytestmark = pytest.mark.integration

# Column, value, code; then the value as stored.
DOUBTS = [
    ("DPID", "12A", "dpid_malformed", "dpid", None),
    ("NIK", "", "nik_missing", "nik", ""),
    ("NIK", "0", "nik_missing", "nik", ""),
    ("NIK", "0000000000000000", "nik_missing", "nik", ""),
    ("NIK", "9999999999999999", "nik_missing", "nik", ""),
    ("NIK", "1111111111111111", "nik_missing", "nik", ""),
    ("NIK", "627199520280000", "nik_not_16_digits", "nik", "627199520280000"),
    ("NIK", "62719952028000012345", "nik_not_16_digits", "nik", "6271995202800001"),
    ("NIK", "\uff16271995202800001", "nik_not_16_digits", "nik", "\uff16271995202800001"),
    ("NIK", "6271997202800001", "nik_day_month", "nik", "6271997202800001"),
    ("NIK", "6271995213800001", "nik_day_month", "nik", "6271995213800001"),
    ("NIK", "6271995302800001", "nik_birth_day", "nik", "6271995302800001"),
    ("TANGGAL LAHIR", "13|02|1980", "nik_birth_day", "birth_day", dt.date(1980, 2, 13)),
    ("KELAMIN", "L", "nik_sex", "sex", "L"),
    ("NKK", "", "nkk_missing", "nkk", ""),
    ("NKK", "2222222222222222", "nkk_missing", "nkk", ""),
    ("NKK", "627199010110000", "nkk_not_16_digits", "nkk", "627199010110000"),
    ("NKK", "6271993201100001", "nkk_day", "nkk", "6271993201100001"),
    ("NAMA", "", "name_missing", "name", ""),
    ("NAMA", "   ", "name_missing", "name", ""),
    ("NAMA", "A" * 101, "text_too_long", "name", "A" * 100),
    ("ALAMAT", "A" * 151, "text_too_long", "address", "A" * 150),
    ("TEMPAT LAHIR", "A" * 61, "text_too_long", "birth_place", "A" * 60),
    ("SUMBER", "A" * 21, "text_too_long", "source", "A" * 20),
    ("KELAMIN", "W", "sex_unknown", "sex", ""),
    ("TANGGAL LAHIR", "31|02|1990", "birth_day_unreadable", "birth_day", None),
    ("STS KAWIN", "X", "marital_unknown", "marital", ""),
    ("DISABILITAS", "7", "disability_unknown", "disability", 0),
    ("EKTP", "Z", "ktp_unknown", "ktp_el", ""),
    ("RT", "A", "rt_rw_not_numbers", "rt", 0),
]
LEFT = [
    ("KODE WILAYAH", "62.71.01.9999", "region_unknown"),
    ("KODE WILAYAH", "31.71.01.1001", "region_unknown"),
    ("KODE WILAYAH", "entah", "region_unknown"),
    ("TPS", "2", "tps_unknown"),
    ("TPS", "0", "tps_not_a_number"),
    ("TPS", "", "tps_not_a_number"),
    ("TPS", "1A", "tps_not_a_number"),
]


@pytest.mark.parametrize(("column", "value", "code", "field", "stored"), DOUBTS)
def test_defect_is_loaded_with_its_doubt(bare, tmp_path, column, value, code, field, stored):
    record = load(bare, write(tmp_path / "a.csv", {**row(1), column: value}, row(2)))
    assert (proof(record), record.doubtful) == ((2, 2, 0, 0, 0, 0), 1)
    assert codes(record) == {code: 1}
    voter = Voter.objects.get(doubts__isnull=False)
    assert (voter.doubts, getattr(voter, field)) == ([code], stored)


@pytest.mark.parametrize(("column", "value", "code"), LEFT)
def test_row_that_has_no_place_stays_out(bare, tmp_path, column, value, code):
    record = load(bare, write(tmp_path / "a.csv", row(1), {**row(2), column: value}))
    assert proof(record) == (2, 1, 0, 0, 1, 0)
    assert codes(record) == {code: 1}
    left = LeftOut.objects.get()
    assert (left.row, left.code, left.dpid, left.settled_at) == (3, code, "90000002", None)


def test_every_rule_of_a_row_is_broken_above_or_below():
    elsewhere = {
        "no_key", "dpid_twice", "match_unclear", "region_ambiguous", "under_17", "child_marriage", *_codes(REFUSED),
        *_codes(NOTE),
    }  # fmt: skip
    tested = {case[2] for case in DOUBTS} | {case[2] for case in LEFT} | elsewhere
    assert tested == _codes((*REFUSED, *LEFT_OUT, *DOUBT, *NOTE))


def _codes(rules):
    return {rule.code for rule in rules}


@pytest.mark.parametrize(("married", "code"), [("B", "under_17"), ("S", "child_marriage"), ("P", "child_marriage")])
def test_who_is_under_17_is_loaded_for_coklit_to_mend(bare, tmp_path, married, code):
    child = row(1, NIK="6271995502070001", TANGGAL_LAHIR="15|02|2007", STS_KAWIN=married)
    assert codes(load(bare, write(tmp_path / "a.csv", child))) == {code: 1}


def test_row_without_dpid_and_nik_stays_out(bare, tmp_path):
    path = write(tmp_path / "a.csv", row(1, DPID="", NIK=""), row(2, DPID="", NIK="12345"), row(3, DPID="", NIK="0"))
    record = load(bare, path)
    assert (record.left_out, codes(record)) == (3, {"no_key": 3})


def test_second_row_of_a_dpid_stays_out(bare, tmp_path):
    record = load(bare, write(tmp_path / "a.csv", row(1), row(2), row(1, NIK="6271995202800009")))
    assert (proof(record), codes(record)) == ((3, 2, 0, 0, 1, 0), {"dpid_twice": 1})
    assert samples(record, "dpid_twice") == [(4, "90000001", "")]


def test_second_row_of_a_dpid_counts_where_the_first_has_no_place(bare, tmp_path):
    record = load(bare, write(tmp_path / "a.csv", row(1, TPS="9"), row(1)))
    assert (proof(record), codes(record)) == ((2, 1, 0, 0, 1, 0), {"tps_unknown": 1})


def test_placeholders_never_match_each_other(bare, tmp_path):
    record = load(bare, write(tmp_path / "a.csv", *(row(n, NIK="0", NKK="-") for n in (1, 2, 3))))
    assert (record.created, codes(record)) == (3, {"nik_missing": 3, "nkk_missing": 3})


@pytest.mark.parametrize(("column", "code"), [("NIK", "nik_lost"), ("NKK", "nkk_lost")])
@pytest.mark.parametrize("value", ["3.17E+15", "3,17305E+15", "3e15", "3.17305123456789E+15"])
def test_number_that_excel_destroyed_refuses_the_file(bare, tmp_path, column, code, value):
    with pytest.raises(Refused) as refused:
        load(bare, write(tmp_path / "a.csv", row(1), {**row(2), column: value}))
    assert [(one.code, one.rows) for one in refused.value.report.findings] == [(code, 1)]
    assert not Voter.objects.exists()


def test_nik_that_all_end_in_0_refuse_the_file(bare, tmp_path):
    rows = [row(n, NIK=f"627199520280{n:03d}0") for n in range(20)]
    assert codes(check(bare, write(tmp_path / "a.csv", *rows))) == {"nik_rounded": 20}
    # A few, or a tenth of them, are no sign of anything.
    assert codes(check(bare, write(tmp_path / "b.csv", *rows[:19]))) == {}


def test_all_or_none_refuses_rows_that_stay_out(bare, tmp_path):
    path = write(tmp_path / "a.csv", row(1), row(2, TPS="9"))
    with pytest.raises(RowsLeftOut):
        load(bare, path, choice=CommitChoice.ALL)
    assert not Voter.objects.exists()
    assert not LeftOut.objects.exists()


def test_samples_name_row_and_value_and_mask_numbers(bare, tmp_path):
    rows = [row(1, KELAMIN="W"), row(2, NIK="627199520280000"), row(3, NKK="6271993201100001")]
    record = check(bare, write(tmp_path / "a.csv", *rows))
    assert samples(record, "sex_unknown") == [(2, "W", "")]
    assert samples(record, "nik_not_16_digits") == [(3, "6271" + "•" * 12, "")]
    assert samples(record, "nkk_day") == [(4, "6271" + "•" * 12, "")]


def test_only_the_first_rows_are_samples(bare, tmp_path):
    record = check(bare, write(tmp_path / "a.csv", *(row(n, KELAMIN="W") for n in range(9, 0, -1))))
    assert codes(record)["sex_unknown"] == 9
    assert [sample[0] for sample in samples(record, "sex_unknown")] == [2, 3, 4, 5, 6]


def test_absent_columns_raise_no_doubt(bare, tmp_path):
    columns = ["KODE WILAYAH", "DPID", "NIK", "NAMA", "TANGGAL LAHIR", "TPS", "KELAMIN"]
    record = load(bare, write(tmp_path / "a.csv", row(1), columns=columns))
    assert (codes(record), record.created) == ({}, 1)
    assert (Voter.objects.get().nkk, Voter.objects.get().marital, Voter.objects.get().doubts) == ("", "", None)


def test_long_text_of_wide_characters_is_no_defect(bare, tmp_path):
    record = load(bare, write(tmp_path / "a.csv", row(1, NAMA="Ñ" * 100, ALAMAT="é" * 150)))
    assert (codes(record), Voter.objects.get().name) == ({}, "Ñ" * 100)


def test_numbers_lose_what_people_type_around_them(bare, tmp_path):
    load(
        bare, write(tmp_path / "a.csv", row(1, NIK=" '6271 9952 0280 0001", NKK="6271990101100001 ", DPID=" 90000001"))
    )
    voter = Voter.objects.get()
    assert (voter.dpid, voter.nik, voter.nkk, voter.doubts) == (
        "90000001",
        "6271995202800001",
        "6271990101100001",
        None,
    )


_text = st.text(st.characters(exclude_characters="\x00\x01\x02\r\n#", exclude_categories=["Cs"]), max_size=24)
_digits = st.text("0123456789\u0663\uff13", max_size=22)
_near = st.sampled_from(
    ["L", "P", "B", "S", "0", "6", "7", " ", "", "001", "12|02|1980", "31|02|1990", "1" * 16, "3E+15"]
)
_rows = st.dictionaries(
    st.sampled_from([name for name in COLUMNS if name != "DPID"]), _near | _digits | _text, max_size=4
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_rows)
@example({"NIK": "6271995202800001\u00a0"})
@example({"KELAMIN": "\u2028"})
def test_no_text_breaks_the_check_and_the_quick_test_hides_nothing(bare, tmp_path, changed):
    """A row that is sound at a glance breaks no rule by name: both are asked of the same row."""
    path = write(tmp_path / "a.csv", {**row(1), **changed}, row(2))
    quick = check(bare, path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "sound", lambda keys: "false")
        slow = check(bare, path)
    assert codes(quick) == codes(slow)
    assert proof(quick) == proof(slow)
    assert quick.rows == 2


def test_checks_name_rules_and_columns_of_the_list():
    assert all(code in RULE and column in KEYS for code, (column, _) in judging.CHECKS.items())
    longest = Voter._meta.get_field("doubts").base_field.max_length
    assert all(len(rule.code) <= longest for rule in DOUBT)
