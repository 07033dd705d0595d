"""Who a row is: by DPID, without one by NIK and birth date, and else nobody is guessed."""

import datetime as dt

import pytest

from tests.scene import FOREIGN_KELURAHAN, NEXT_KELURAHAN, make_tps, make_voter
from tests.voters.roster.lists import COLUMNS, row, write
from tests.voters.roster.loads import check, codes, load, proof
from voters.models import Voter

pytestmark = pytest.mark.integration

WITHOUT_DPID = [name for name in COLUMNS if name != "DPID"]


def test_first_load_again_and_sorted_anew_changes_nothing(bare, tmp_path):
    rows = [row(n) for n in range(1, 8)]
    load(bare, write(tmp_path / "a.csv", *rows))
    before = list(Voter.objects.order_by("pk").values())
    again = load(bare, tmp_path / "a.csv")
    assert (proof(again), bool(again.report["same_as"])) == ((7, 0, 0, 7, 0, 0), True)
    resorted = load(bare, write(tmp_path / "b.csv", *reversed(rows)))
    assert (proof(resorted), resorted.report["same_as"]) == ((7, 0, 0, 7, 0, 0), "")
    assert list(Voter.objects.order_by("pk").values()) == before


def test_rows_without_dpid_are_known_by_nik_and_birth_date(bare, tmp_path):
    load(bare, write(tmp_path / "a.csv", row(1), row(2)))
    again = load(bare, write(tmp_path / "b.csv", row(1, NAMA="LAIN"), row(2), row(3), columns=WITHOUT_DPID))
    assert proof(again) == (3, 1, 1, 1, 0, 0)
    assert again.report["changed_fields"] == {"nama": 1}
    assert Voter.objects.get(dpid="90000001").name == "LAIN"
    assert Voter.objects.filter(dpid=None).count() == 1


def test_list_without_dpid_loads_and_is_known_again(bare, tmp_path):
    path = write(tmp_path / "a.csv", row(1), row(2, TANGGAL_LAHIR="?"), columns=WITHOUT_DPID)
    assert proof(load(bare, path)) == (2, 2, 0, 0, 0, 0)
    assert proof(load(bare, path)) == (2, 0, 0, 2, 0, 0)


def test_dpid_comes_to_a_voter_who_had_none(bare, tmp_path):
    load(bare, write(tmp_path / "a.csv", row(1), columns=WITHOUT_DPID))
    again = load(bare, write(tmp_path / "b.csv", row(1)))
    assert (proof(again), again.report["changed_fields"]) == ((1, 0, 1, 0, 0, 0), {"dpid": 1})
    assert Voter.objects.get().dpid == "90000001"


def test_dpid_that_the_list_knows_is_not_taken_for_another(bare, tmp_path):
    load(bare, write(tmp_path / "a.csv", row(1)))
    same_person = row(7, NIK=row(1)["NIK"])
    again = load(bare, write(tmp_path / "b.csv", same_person))
    assert (proof(again), codes(again)) == ((1, 1, 0, 0, 0, 1), {"nik_in_list": 1})


def test_two_rows_of_one_nik_without_dpid_stay_out(bare, tmp_path):
    record = load(bare, write(tmp_path / "a.csv", row(1), row(1, NAMA="LAIN"), row(2), columns=WITHOUT_DPID))
    assert (proof(record), codes(record)) == ((3, 1, 0, 0, 2, 0), {"match_unclear": 2})


def test_two_voters_of_one_nik_leave_open_who_is_meant(bare, tmp_path):
    for dpid in ("1", "2"):
        make_voter(bare.tps, dpid=dpid, nik=row(1)["NIK"], birth_day=dt.date(1980, 2, 12))
    record = load(bare, write(tmp_path / "a.csv", row(1), columns=WITHOUT_DPID))
    assert (proof(record), codes(record)) == ((1, 0, 0, 0, 1, 2), {"match_unclear": 1})


def test_row_that_its_own_dpid_row_has_taken_stays_out(bare, tmp_path):
    load(bare, write(tmp_path / "a.csv", row(1)))
    rows = [row(1, NIK="6271995202809999"), row(1, DPID="")]
    record = load(bare, write(tmp_path / "b.csv", *rows))
    assert (proof(record), codes(record)["match_unclear"]) == ((2, 0, 1, 0, 1, 0), 1)


def test_missing_birth_date_is_not_guessed(bare, tmp_path):
    load(bare, write(tmp_path / "a.csv", row(1)))
    record = load(bare, write(tmp_path / "b.csv", row(1, TANGGAL_LAHIR=""), columns=WITHOUT_DPID))
    assert (record.left_out, codes(record)["match_unclear"]) == (1, 1)


def test_another_birth_date_is_another_voter(bare, tmp_path):
    load(bare, write(tmp_path / "a.csv", row(1)))
    record = load(bare, write(tmp_path / "b.csv", row(1, TANGGAL_LAHIR="12|02|1981"), columns=WITHOUT_DPID))
    assert (record.created, codes(record)["nik_in_list"]) == (1, 1)


def test_new_voters_of_coklit_are_matched_by_nobody(bare, tmp_path):
    make_voter(bare.tps, listed=False, nik=row(1)["NIK"], birth_day=dt.date(1980, 2, 12))
    assert load(bare, write(tmp_path / "a.csv", row(1), columns=WITHOUT_DPID)).created == 1


def test_absent_column_changes_nobody(bare, tmp_path):
    load(bare, write(tmp_path / "a.csv", row(1)))
    columns = [name for name in COLUMNS if name not in ("NKK", "ALAMAT", "EKTP")]
    again = load(bare, write(tmp_path / "b.csv", row(1, NAMA="LAIN"), columns=columns))
    assert again.report["changed_fields"] == {"nama": 1}
    voter = Voter.objects.get()
    assert (voter.name, voter.nkk, voter.address, voter.ktp_el) == ("LAIN", "6271990101100001", "JALAN CONTOH", "S")


def test_changed_fields_are_counted_by_column(bare, tmp_path):
    make_tps(bare.election, NEXT_KELURAHAN)
    load(bare, write(tmp_path / "a.csv", row(1), row(2), row(3)))
    rows = [row(1, RT="9", NAMA="A"), row(2, RT="8"), row(3, KODE_WILAYAH=NEXT_KELURAHAN)]
    record = check(bare, write(tmp_path / "b.csv", *rows))
    assert (record.changed, record.report["changed_fields"]) == (3, {"rt": 2, "nama": 1, "tps": 1})


def test_check_writes_nothing_and_says_what_the_load_does(bare, tmp_path):
    load(bare, write(tmp_path / "a.csv", row(1), row(2)))
    before = list(Voter.objects.order_by("pk").values())
    path = write(tmp_path / "b.csv", row(1, NAMA="LAIN"), row(3), row(4, TPS="9"))
    checked = check(bare, path)
    assert list(Voter.objects.order_by("pk").values()) == before
    loaded = load(bare, path)
    assert (proof(checked), checked.report) == (proof(loaded), loaded.report)
    assert proof(loaded) == (3, 1, 1, 0, 1, 1)


def test_shared_nik_are_told_by_where_the_other_is(bare, tmp_path):
    foreign = make_tps(bare.election, FOREIGN_KELURAHAN)
    make_voter(foreign, nik=row(1)["NIK"])
    make_voter(bare.tps, nik=row(2)["NIK"])
    rows = [row(1), row(2), row(3), row(4, NIK=row(3)["NIK"])]
    assert codes(check(bare, write(tmp_path / "a.csv", *rows))) == {
        "nik_twice": 2,
        "nik_in_list": 1,
        "nik_elsewhere": 1,
    }


def test_family_card_over_several_tps_is_told(bare, tmp_path):
    make_tps(bare.election, number=2)
    rows = [row(1, TPS="1"), row(2, TPS="001"), row(3, TPS="2"), row(4, NKK="6271990101100009")]
    assert codes(check(bare, write(tmp_path / "a.csv", *rows))) == {"nkk_several_tps": 3}
    # Two ways of writing one TPS are one TPS.
    assert codes(check(bare, write(tmp_path / "b.csv", *rows[:2]))) == {}


def test_tps_above_the_limit_is_told_with_its_number(bare, tmp_path):
    bare.election.voters_per_tps_limit = 3
    make_voter(bare.tps)
    make_voter(bare.tps)
    record = check(bare, write(tmp_path / "a.csv", row(1), row(2)))
    assert codes(record) == {"tps_above_limit": 2}
    assert record.report["findings"][0]["samples"][0]["hint"] == "4 > 3"
    bare.election.voters_per_tps_limit = 4
    assert codes(check(bare, tmp_path / "a.csv")) == {}
