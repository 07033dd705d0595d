"""Families to draw from: who lives together, how old, married or not, disabled or not.

Ages are counted in days over 17 on voting day. Sexes are left open except for a couple's, so that each TPS
can meet its number of men and women exactly. The age mix is tuned to DKI's DPT of June 2023 (17: 2 %,
18-21: 8 %, 22-30: 19 %, 31-45: 32 %, over 45: 39 %).
"""

import random
from collections.abc import Callable
from itertools import count
from typing import NamedTuple

YOUNGEST = 17
OLDEST = 104
POOL = 1 << 13
YEAR = 365.2425

# DPT Pemilu 2024: 1,101,178 of 204,807,222 voters live with a disability.
DISABLED, VOTERS = 1_101_178, 204_807_222
# Kinds 1-6 (physical, intellectual, mental, speech, hearing, sight); the mix is an assumption.
DISABILITY_KINDS = {1: 45, 2: 7, 3: 17, 4: 8, 5: 7, 6: 16}
# Share without KTP-el at an age on voting day; the 17-year-olds were 16 when the list was made (an assumption).
WITHOUT_KTP = {17: 0.85, 18: 0.10, 19: 0.04, 20: 0.03, 21: 0.02}
WITHOUT_KTP_LATER = 0.004
OLD = 45  # from this age on, names of the older generation


class Person(NamedTuple):
    """`days` over 17 on voting day (a jitter of a year comes on top); `status` is `DISABILITAS#EKTP`."""

    days: int
    marital: str
    status: str
    is_old: bool


class Family(NamedTuple):
    """Voters of one KK. `is_couple`: the first is the husband, the second the wife; all other sexes are open."""

    is_couple: bool
    persons: tuple[Person, ...]


Ages = list[tuple[int, str]]  # age on voting day, STS KAWIN


class Kind(NamedTuple):
    """A kind of family: how common (parts of a thousand), headed by a couple or not, and who it is made of."""

    weight: int
    is_couple: bool
    ages: Callable[[random.Random], Ages]


def families(draw: random.Random) -> tuple[list[Family], list[Family]]:
    """A pool of POOL families of every kind, and those of them that are one person alone on the KK."""
    kinds = draw.choices(KINDS, weights=[kind.weight for kind in KINDS], k=POOL)
    drawn = [(kind.is_couple, kind.ages(draw)) for kind in kinds]
    people = sum(len(ages) for _, ages in drawn)
    disabled = set(draw.sample(range(people), round(people * DISABLED / VOTERS)))
    places = count()
    pool = [
        Family(is_couple, tuple(_person(draw, age, marital, next(places) in disabled) for age, marital in ages))
        for is_couple, ages in drawn
    ]
    return pool, [family for family in pool if len(family.persons) == 1]


def _couple(draw: random.Random, husband: int) -> Ages:
    wife = max(19, husband - draw.choice((-2, 0, 1, 2, 3, 3, 4, 5, 7)))
    return [(husband, "S"), (wife, "S")]


def _with_children(draw: random.Random, children: int) -> Ages:
    couple = _couple(draw, draw.choices(range(43, 73), weights=range(60, 0, -2))[0])
    younger = min(age for age, _ in couple)
    return [*couple, *sorted((_child(draw, younger) for _ in range(children)), reverse=True)]


def _child(draw: random.Random, parent: int) -> tuple[int, str]:
    """A grown child at home: at least 19 years younger than the parent."""
    oldest = max(YOUNGEST, min(parent - 19, 36))
    age = min(oldest, YOUNGEST + int(22 * draw.random() ** 1.2))
    return age, "B" if age < 24 else draw.choice("BBBBBBBBSP")


def _grandparent(draw: random.Random, family: Ages) -> tuple[int, str]:
    eldest = max(age for age, _ in family)
    return min(OLDEST - 2, eldest + draw.randint(20, 32)), draw.choice("PPPPPS")


def _one_parent(draw: random.Random) -> Ages:
    parent = draw.randint(38, 72)
    children = [_child(draw, parent) for _ in range(draw.choice((1, 1, 1, 2)))]
    return [(parent, draw.choice("PPPS")), *sorted(children, reverse=True)]


def _and_a_parent(draw: random.Random, family: Ages) -> Ages:
    return [*family, _grandparent(draw, family)]


def _large(draw: random.Random) -> Ages:
    family = _with_children(draw, draw.choice((3, 4, 4, 5)))
    return _and_a_parent(draw, family) if draw.random() < 0.5 else family


def _old_age(draw: random.Random) -> int:
    """60 and over, thinning out; about one in forty is past 90."""
    return min(OLDEST - 2, 60 + int(42 * draw.random() ** 2.2))


def _alone(draw: random.Random, age: int) -> tuple[int, str]:
    if age < 25:
        return age, "B"
    if age < 35:
        return age, draw.choice("BBBBBBBSSP")
    return age, draw.choice("BBBPPPPSSS" if age < 60 else "BPPPPPPPPS")


def _person(draw: random.Random, age: int, marital: str, is_disabled: bool) -> Person:
    kind = draw.choices(list(DISABILITY_KINDS), weights=list(DISABILITY_KINDS.values()))[0] if is_disabled else 0
    ktp = "B" if draw.random() < WITHOUT_KTP.get(age, WITHOUT_KTP_LATER) else "S"
    days = int((age - YOUNGEST) * YEAR)
    return Person(days, marital, f"{kind}#{ktp}", age >= OLD)


KINDS = (
    # Alone: young, grown, old.
    Kind(50, False, lambda draw: [_alone(draw, draw.randint(19, 31))]),
    Kind(75, False, lambda draw: [_alone(draw, draw.randint(31, 60))]),
    Kind(42, False, lambda draw: [_alone(draw, _old_age(draw))]),
    # Couples: young, middle, old; young with a parent of theirs.
    Kind(165, True, lambda draw: _couple(draw, draw.randint(25, 46))),
    Kind(105, True, lambda draw: _couple(draw, draw.randint(35, 52))),
    Kind(72, True, lambda draw: _couple(draw, draw.randint(48, 84))),
    Kind(50, True, lambda draw: _and_a_parent(draw, _couple(draw, draw.randint(25, 46)))),
    # With grown children.
    Kind(80, False, _one_parent),
    Kind(160, True, lambda draw: _with_children(draw, 1)),
    Kind(105, True, lambda draw: _with_children(draw, 2)),
    Kind(50, True, lambda draw: _with_children(draw, 3)),
    Kind(18, True, lambda draw: _and_a_parent(draw, _with_children(draw, 1))),
    Kind(28, True, _large),
)
