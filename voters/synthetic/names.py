"""Names to draw from: for each culture of a province, first words and what follows them.

A family shares one culture. A name is a first word plus a tail (none, one or two words), drawn apart, so that
two pools of some thousands give some millions of names. Weights come from the published name counts.
"""

import random
from typing import NamedTuple

from voters.synthetic.name_words import (
    CULTURES,
    CULTURES_OF,
    ELSEWHERE,
    MEN_AFTER,
    WOMEN_AFTER,
    YOUNG_MEN,
    YOUNG_WOMEN,
    Culture,
)
from voters.synthetic.sources import name_counts

# Powers of two, so that a few bits of one random number pick an entry.
FIRSTS = 1 << 10
TAILS = 1 << 12
CULTURE_POOL = 1 << 8


class NamePool(NamedTuple):
    """First words and tails of one sex and generation. A tail ends with the next field: ` SETIAWAN#L#` or `#L#`."""

    firsts: list[str]
    tails: list[str]


# One culture: [man, woman, old man, old woman], the place is `is_woman + 2 * is_old`.
FamilyNames = tuple[NamePool, NamePool, NamePool, NamePool]


def family_names(province: str, draw: random.Random) -> list[FamilyNames]:
    """CULTURE_POOL entries, each a culture's names, in the province's mix."""
    mix = CULTURES_OF.get(province, ELSEWHERE)
    made = {name: _names_of(CULTURES[name], draw) for name in mix}
    return [made[name] for name in draw.choices(list(mix), weights=list(mix.values()), k=CULTURE_POOL)]


def _names_of(culture: Culture, draw: random.Random) -> FamilyNames:
    """The culture's own words count double (behind the first word: threefold) against the shared ones."""
    men_after = _weighted((culture.men_after, 3), (MEN_AFTER, 1))
    women_after = _weighted((culture.women_after, 3), (WOMEN_AFTER, 1))
    young_men = _weighted((culture.young_men, 2), (YOUNG_MEN, 1))
    young_women = _weighted((culture.young_women, 2), (YOUNG_WOMEN, 1))
    young = culture.one_word // 3
    return (
        _pool(draw, "L", young_men, men_after, young),
        _pool(draw, "P", young_women, women_after, young),
        _pool(draw, "L", _weighted((culture.men, 1)), men_after, culture.one_word),
        _pool(draw, "P", _weighted((culture.women, 1)), women_after, culture.one_word),
    )


def _pool(draw: random.Random, sex: str, firsts: dict[str, int], after: dict[str, int], one_word: int) -> NamePool:
    drawn = iter(draw.choices(list(after), list(after.values()), k=2 * TAILS))
    kinds = draw.choices(range(100), k=TAILS)
    return NamePool(
        draw.choices(list(firsts), list(firsts.values()), k=FIRSTS),
        [
            f"{_tail(kind, one_word, second, third)}#{sex}#"
            for kind, second, third in zip(kinds, drawn, drawn, strict=True)
        ],
    )


def _tail(kind: int, one_word: int, second: str, third: str) -> str:
    """What follows the first word; `kind` is 0-99. Every fifth of the longer names has three words."""
    if kind < one_word:
        return ""
    return f" {second} {third}" if kind % 5 == 0 and second != third else f" {second}"


def _weighted(*lists: tuple[str, int]) -> dict[str, int]:
    """Word -> weight, of blank-separated lists with a factor each.

    Bearers where they were published; for the rest a number that falls slowly down the list. The square root
    is taken because published counts span 1 : 13: SITI would be every second woman.
    """
    published: dict[str, int] = {}
    for word, bearers in name_counts():
        published[word] = max(bearers, published.get(word, 0))
    weights: dict[str, int] = {}
    for words, factor in lists:
        for place, word in enumerate(words.split()):
            bearers = published.get(word, 40_000 // (1 + place // 6))
            weights[word] = weights.get(word, 0) + factor * int(bearers**0.5)
    return weights
