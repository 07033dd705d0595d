"""Official totals, number by number (KPU's figures as published; see voters/data)."""

from collections import Counter, defaultdict

import pytest

from voters.synthetic import quotas_of
from voters.synthetic.quotas import NoFigures, UnknownArea

PALANGKA_RAYA_2023 = {
    "62.71.01": (34_649, 35_168, 266),
    "62.71.02": (5_204, 5_100, 44),
    "62.71.03": (54_495, 56_013, 430),
    "62.71.04": (9_135, 8_853, 73),
    "62.71.05": (1_511, 1_295, 14),
}
DKI_COKLIT = {
    "31.01": 20_986,
    "31.71": 833_174,
    "31.72": 1_355_841,
    "31.73": 1_916_963,
    "31.74": 1_774_640,
    "31.75": 2_398_701,
}
DKI_DPT = {
    "31.01": (22_036, 88),
    "31.71": (830_352, 3_129),
    "31.72": (1_345_136, 4_853),
    "31.73": (1_905_352, 7_169),
    "31.74": (1_766_049, 6_715),
    "31.75": (2_383_972, 8_812),
}


def sums(quotas, length):
    found = defaultdict(lambda: [0, 0, 0])
    for one in quotas:
        for place, count in enumerate((one.male, one.female, 1)):
            found[one.kelurahan[:length]][place] += count
    return {code: tuple(counts) for code, counts in found.items()}


@pytest.mark.parametrize("stage", ["coklit", "dpt"])
def test_quotas_of_palangka_raya_are_its_dpt_at_both_stages(stage):
    quotas = quotas_of("62.71", "pemilu-2024", stage, seed=3)
    assert sums(quotas, 8) == PALANGKA_RAYA_2023
    assert len({one.kelurahan for one in quotas}) == 30
    assert Counter(one.kind for one in quotas) == {"reguler": 823, "khusus": 4}


def test_quotas_of_dki_coklit_are_the_published_ones_over_regular_tps():
    quotas = quotas_of("31", "pemilu-2024", "coklit", seed=3)
    found = sums(quotas, 5)
    assert {code: men + women for code, (men, women, _) in found.items()} == DKI_COKLIT
    assert sums(quotas, 2) == {"31": (4_106_622, 4_193_683, 30_686)}
    assert {one.kind for one in quotas} == {"reguler"}


def test_quotas_of_dki_dpt_are_the_published_ones():
    found = sums(quotas_of("31", "pemilu-2024", "dpt", seed=3), 5)
    assert {code: (men + women, tps) for code, (men, women, tps) in found.items()} == DKI_DPT
    assert found["31.72"][:2] == (667_144, 677_992)
    assert sum(men for men, _, _ in found.values()) == 4_080_601


def test_quotas_of_pilkada_palangka_raya_merge_tps_up_to_600():
    quotas = quotas_of("62.71", "pilkada-2024", "dpt", seed=3)
    assert sums(quotas, 5) == {"62.71": (107_764, 109_820, 415)}
    assert Counter(one.kind for one in quotas) == {"reguler": 411, "khusus": 4}
    regular = [one.voters for one in quotas if one.kind == "reguler"]
    assert max(regular) <= 600
    assert min(regular) <= 400 < max(regular)
    assert len({one.kelurahan for one in quotas}) == 30


def test_quotas_of_pilkada_keep_the_kecamatan_shares_of_2023():
    found = sums(quotas_of("62.71", "pilkada-2024", "dpt", seed=3), 8)
    for code, (men, women, _) in PALANGKA_RAYA_2023.items():
        assert found[code][0] == pytest.approx(men * 107_764 / 104_994, abs=1)
        assert found[code][1] == pytest.approx(women * 109_820 / 106_429, abs=1)


@pytest.mark.parametrize(("area", "stage"), [("62.71", "dpt"), ("31", "coklit"), ("11.01", "coklit"), ("96", "dpt")])
def test_quotas_never_plan_a_tps_over_the_legal_300(area, stage):
    for one in quotas_of(area, "pemilu-2024", stage, seed=5):
        assert 1 <= one.voters <= 300
        assert one.male >= 0
        assert one.female >= 0


def test_quotas_spread_like_the_sampled_tps():
    sizes = sorted(one.voters for one in quotas_of("31", "pemilu-2024", "coklit", 1) if one.kind == "reguler")
    tenth, middle, ninetieth = (sizes[len(sizes) * part // 10] for part in (1, 5, 9))
    # The 446 sampled TPS of DKI: 210, 273, 291.
    assert 205 <= tenth <= 245
    assert 268 <= middle <= 285
    assert 286 <= ninetieth <= 297


def test_quotas_number_special_tps_from_901():
    quotas = quotas_of("31.01", "pemilu-2024", "dpt", seed=3)
    by_village = defaultdict(list)
    for one in quotas:
        by_village[one.kelurahan, one.kind].append(one.number)
    for (_, kind), numbers in by_village.items():
        first = 901 if kind == "khusus" else 1
        assert numbers == list(range(first, first + len(numbers)))
    assert sum(one.kind == "khusus" for one in quotas) == 8


def test_quotas_of_a_part_are_those_within_the_whole():
    whole = quotas_of("62", "pemilu-2024", "coklit", seed=3)
    part = quotas_of("62.71.05", "pemilu-2024", "coklit", seed=3)
    assert part == [one for one in whole if one.kelurahan.startswith("62.71.05.")]
    assert sum(one.voters for one in whole) == 1_947_028


def test_quotas_without_a_published_figure_follow_the_national_mean():
    quotas = quotas_of("34.71", "pemilu-2024", "dpt", seed=3)
    assert sum(one.voters for one in quotas) / len(quotas) == pytest.approx(203_056_748 / 820_161, abs=0.05)


def test_quotas_keep_villages_that_only_kpu_knows():
    assert {one.kelurahan for one in quotas_of("96.01.51", "pemilu-2024", "dpt", 1)} == {"96.01.51.2001"}


@pytest.mark.parametrize("area", ["99", "62.99", "62.7", "6271", "", "62.71.01.1001.1", "ID"])
def test_quotas_refuse_an_unknown_area(area):
    with pytest.raises(UnknownArea, match="give a dotted code"):
        quotas_of(area, "pemilu-2024", "dpt", seed=3)


def test_quotas_refuse_a_stage_without_figures():
    with pytest.raises(NoFigures, match=r"no official Pilkada 2024 figures are shipped for 62\.01"):
        quotas_of("62.01", "pilkada-2024", "dpt", seed=3)
    with pytest.raises(NoFigures, match=r"for 34\.01, 34\.02"):
        quotas_of("34", "pilkada-2024", "coklit", seed=3)
