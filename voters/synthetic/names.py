"""Names to draw from: for each culture of a province, first words and what follows them.

A family shares one culture. A name is a first word plus a tail (none, one or two words), drawn apart, so that
two pools of some thousands give some millions of names. Weights come from the published name counts.
"""

import random
from collections.abc import Sequence
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
    """First words and tails (a tail starts with a blank or is empty) of one sex and generation."""

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
    men_after = (culture.men_after.split(), MEN_AFTER.split())
    women_after = (culture.women_after.split(), WOMEN_AFTER.split())
    young = culture.one_word // 3
    return (
        _pool(draw, culture.young_men.split(), YOUNG_MEN.split(), men_after, young),
        _pool(draw, culture.young_women.split(), YOUNG_WOMEN.split(), women_after, young),
        _pool(draw, culture.men.split(), [], men_after, culture.one_word),
        _pool(draw, culture.women.split(), [], women_after, culture.one_word),
    )


def _pool(
    draw: random.Random,
    own: Sequence[str],
    shared: Sequence[str],
    after: tuple[Sequence[str], Sequence[str]],
    one_word: int,
) -> NamePool:
    """The culture's own words count double against the shared ones."""
    firsts = draw.choices([*own, *shared], weights=[*_weights(own, 2), *_weights(shared, 1)], k=FIRSTS)
    words = [*after[0], *after[1]]
    weights = [*_weights(after[0], 3), *_weights(after[1], 1)]
    drawn = iter(draw.choices(words, weights, k=2 * TAILS))
    tails = [_tail(draw.randrange(100), one_word, *pair) for pair in zip(drawn, drawn, strict=True)]
    return NamePool(firsts, tails)


def _tail(kind: int, one_word: int, second: str, third: str) -> str:
    """What follows the first word; `kind` is 0-99. Every fifth of the longer names has three words."""
    if kind < one_word:
        return ""
    return f" {second} {third}" if kind % 5 == 0 and second != third else f" {second}"


def _weights(words: Sequence[str], factor: int) -> list[int]:
    """Bearers where they were published; for the rest a number that falls slowly down the list."""
    published: dict[str, int] = {}
    for word, bearers in name_counts():
        published[word] = max(bearers, published.get(word, 0))
    # Published counts span 1 : 13; the square root keeps SITI from being every second woman.
    return [
        factor * int(published.get(word, 40_000 // (1 + place // 6)) ** 0.5 * 10) for place, word in enumerate(words)
    ]
