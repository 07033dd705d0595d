"""What the rows of a list say, about the whole of Palangka Raya."""

import csv
import datetime as dt
import io
import re
from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from tests.voters.synthetic.lists import DPT, list_text, rows_of
from voters.synthetic import quotas_of
from voters.synthetic.sources import region_names

OFFICIAL = (
    "KECAMATAN#KELURAHAN#DPID#NKK#NIK#NAMA#KELAMIN#TEMPAT LAHIR#TANGGAL LAHIR#STS KAWIN#ALAMAT#RT#RW#DISABILITAS"
    "#EKTP#SUMBER#KETERANGAN#TPS#UPDATED_AT#STATUS"
)
VOTING_DAY = dt.date(2024, 2, 14)


def birthday(row):
    day, month, year = row["TANGGAL LAHIR"].split("|")
    return dt.date(int(year), int(month), int(day))


def age(row, on=VOTING_DAY):
    born = birthday(row)
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def families(rows):
    found = defaultdict(list)
    for row in rows:
        found[row["NKK"]].append(row)
    return found


def test_list_has_the_sums_of_its_quotas(palangka_raya):
    found = Counter((row["KODE WILAYAH"], int(row["TPS"]), row["KELAMIN"]) for row in palangka_raya)
    wanted = Counter()
    for one in quotas_of("62.71", "pemilu-2024", "dpt", DPT.seed):
        wanted[one.kelurahan, one.number, "L"] = one.male
        wanted[one.kelurahan, one.number, "P"] = one.female
    assert found == +wanted
    assert len(palangka_raya) == 211_423


def test_list_names_regions_as_kemendagri_does(palangka_raya):
    names = region_names()
    places = {(row["KODE WILAYAH"], row["KECAMATAN"], row["KELURAHAN"]) for row in palangka_raya}
    assert len(places) == 30
    assert all((kecamatan, village) == (names[code[:8]], names[code]) for code, kecamatan, village in places)


def test_list_keeps_a_family_in_one_tps_at_one_address(palangka_raya):
    for family in families(palangka_raya).values():
        assert len({(row["KODE WILAYAH"], row["TPS"], row["ALAMAT"], row["RT"], row["RW"]) for row in family}) == 1


def test_list_has_families_of_real_size(palangka_raya):
    sizes = Counter(len(family) for family in families(palangka_raya).values())
    assert set(sizes) == set(range(1, 9))
    assert 2.4 <= len(palangka_raya) / sizes.total() <= 2.8


def test_list_couples_are_a_man_and_a_woman_near_in_age(palangka_raya):
    couples = 0
    for family in families(palangka_raya).values():
        if len(family) == 1:
            continue
        first, second = family[:2]
        if first["STS KAWIN"] == second["STS KAWIN"] == "S" and first["TPS"] < "901":
            couples += (first["KELAMIN"], second["KELAMIN"]) == ("L", "P") and abs(age(first) - age(second)) <= 9
    assert couples > 0.6 * len(families(palangka_raya))


def test_list_has_no_parent_too_young_for_a_child(palangka_raya):
    for family in families(palangka_raya).values():
        ages = sorted((age(row) for row in family), reverse=True)
        if len(ages) >= 3:
            assert ages[0] - ages[-1] >= 17


def test_list_nik_agrees_with_birthday_and_sex(palangka_raya):
    for row in palangka_raya:
        born = birthday(row)
        day = born.day + (40 if row["KELAMIN"] == "P" else 0)
        assert row["NIK"][:12] == f"627199{day:02d}{born.month:02d}{born.year % 100:02d}"
        assert re.fullmatch(r"[0-9]{16}", row["NIK"])
        assert row["NIK"][-4:] != "0000"


def test_list_nkk_has_the_day_it_was_issued(palangka_raya):
    for nkk in families(palangka_raya):
        assert re.fullmatch(r"627199[0-9]{10}", nkk)
        issued = dt.date(2000 + int(nkk[10:12]), int(nkk[8:10]), int(nkk[6:8]))
        assert dt.date(2008, 1, 1) <= issued < dt.date(2023, 6, 21)


@pytest.mark.parametrize("column", ["NIK", "DPID"])
def test_list_numbers_are_unique(palangka_raya, column):
    assert len({row[column] for row in palangka_raya}) == len(palangka_raya)


def test_no_kecamatan_of_indonesia_has_the_number_of_an_invented_nik():
    assert not [code for code in region_names() if code.split(".")[2:3] == ["99"]]


def test_list_voters_are_17_on_voting_day_and_some_only_just(palangka_raya):
    ages = Counter(age(row) for row in palangka_raya)
    assert min(ages) == 17
    assert any(birthday(row) == dt.date(2007, 2, 14) for row in palangka_raya)
    assert sum(count for years, count in ages.items() if years > 90) > 100


def test_list_age_mix_is_near_the_published_one(palangka_raya):
    """DKI's DPT: 17 2 %, 18-21 8 %, 22-30 19 %, 31-45 32 %, over 45 39 %."""
    ages = [age(row) for row in palangka_raya]
    for (low, high), percent in {(17, 17): 2, (18, 21): 8, (22, 30): 19, (31, 45): 32, (46, 120): 39}.items():
        assert 100 * sum(low <= years <= high for years in ages) / len(ages) == pytest.approx(percent, abs=3)


def test_list_disability_share_is_the_published_one(palangka_raya):
    kinds = Counter(row["DISABILITAS"] for row in palangka_raya)
    assert set(kinds) == set("0123456")
    assert 1 - kinds["0"] / len(palangka_raya) == pytest.approx(1_101_178 / 204_807_222, rel=0.15)


def test_list_without_ktp_are_few_and_mostly_the_youngest(palangka_raya):
    without = [age(row) for row in palangka_raya if row["EKTP"] == "B"]
    assert 0.01 < len(without) / len(palangka_raya) < 0.05
    assert sum(years == 17 for years in without) > len(without) / 2
    assert {row["EKTP"] for row in palangka_raya} == {"S", "B"}


def test_list_youngest_are_not_married(palangka_raya):
    assert {row["STS KAWIN"] for row in palangka_raya if age(row) < 19} == {"B"}
    assert {row["STS KAWIN"] for row in palangka_raya} == {"B", "S", "P"}


def test_list_names_look_natural(palangka_raya):
    words = Counter(len(row["NAMA"].split()) for row in palangka_raya)
    assert 0.03 < words[1] / len(palangka_raya) < 0.25
    assert set(words) == {1, 2, 3}
    in_one_tps = [row["NAMA"] for row in palangka_raya[:250]]
    assert len(set(in_one_tps)) > 200


def test_list_special_tps_are_901_and_on_and_stand_outside_rt_rw(palangka_raya):
    special = [row for row in palangka_raya if int(row["TPS"]) >= 901]
    assert len({(row["KODE WILAYAH"], row["TPS"]) for row in special}) == 4
    assert {(row["RT"], row["RW"]) for row in special} == {("0", "0")}
    assert max(int(row["TPS"]) for row in palangka_raya if int(row["TPS"]) < 901) == 146


def test_list_rt_and_rw_are_unpadded_and_sometimes_unknown(palangka_raya):
    numbers = {(row["RT"], row["RW"]) for row in palangka_raya}
    assert ("0", "0") in numbers
    assert all(str(int(number)) == number for pair in numbers for number in pair)


def test_list_columns_are_the_official_ones_behind_the_code():
    text = list_text("62.71.05.1002")
    assert text.split("\n", 1)[0] == "KODE WILAYAH#" + OFFICIAL
    rows = list(csv.reader(io.StringIO(text), delimiter="#", quoting=csv.QUOTE_NONE))
    assert {len(row) for row in rows} == {21}
    assert text.endswith("\n")


def test_list_with_official_columns_is_the_same_without_the_code():
    official = list_text("62.71.05.1002", replace(DPT, with_code=False))
    assert official.split("\n", 1)[0] == OFFICIAL
    with_code = list_text("62.71.05.1002").splitlines()
    assert official.splitlines() == [line.split("#", 1)[1] for line in with_code]


def test_list_stage_and_election_fix_source_and_date(rakumpit):
    assert {(row["SUMBER"], row["UPDATED_AT"]) for row in rakumpit} == {("dpt", "2023-06-21 00:00:00")}
    assert {(row["KETERANGAN"], row["STATUS"]) for row in rakumpit} == {("0", "AKTIF")}
    pilkada = rows_of(list_text("62.71.05", replace(DPT, election="pilkada-2024", stage="coklit")))
    assert {(row["SUMBER"], row["UPDATED_AT"]) for row in pilkada} == {("dp4", "2024-06-23 00:00:00")}
    assert min(age(row, dt.date(2024, 11, 27)) for row in pilkada) == 17


def test_list_of_a_part_has_the_rows_it_has_in_the_whole(palangka_raya, rakumpit):
    assert rakumpit == [row for row in palangka_raya if row["KODE WILAYAH"].startswith("62.71.05.")]
    assert len(rakumpit) == 2_806


def test_list_limited_to_some_tps_is_the_beginning_of_the_whole():
    whole, limited = list_text("62.71.05"), list_text("62.71.05", limit_tps=5)
    assert whole.startswith(limited)
    assert len({(row["KODE WILAYAH"], row["TPS"]) for row in rows_of(limited)}) == 5


def test_list_of_crowded_serials_stays_unique():
    """Aceh Utara: 852 villages share the serials of one day, about eleven each."""
    rows = rows_of(list_text("11.08.01"))
    assert len({row["NIK"] for row in rows}) == len(rows) > 5_000
    for row in rows:
        assert (birthday(row).day + (40 if row["KELAMIN"] == "P" else 0)) == int(row["NIK"][6:8])


def test_list_of_another_seed_has_other_people_and_the_same_sums(rakumpit):
    other = rows_of(list_text("62.71.05", replace(DPT, seed=8)))
    assert Counter(row["KELAMIN"] for row in other) == Counter(row["KELAMIN"] for row in rakumpit)
    assert not {row["NIK"] + row["NAMA"] for row in other} >= {row["NIK"] + row["NAMA"] for row in rakumpit[:50]}


def test_list_does_not_depend_on_the_number_of_processes():
    assert list_text("62.71.05", processes=2) == list_text("62.71.05")
