"""Families to draw from: who lives together, how old, married or not, disabled or not.

Ages are counted in days over 17 on voting day. Sexes are left open except for a couple's, so that each TPS
can meet its number of men and women exactly. The age mix is tuned to DKI's DPT of June 2023 (17: 2 %,
18-21: 8 %, 22-30: 19 %, 31-45: 32 %, over 45: 39 %).
"""

import random
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


def families(draw: random.Random) -> tuple[list[Family], list[Family]]:
    """A pool of families of every kind, and one of people alone on their KK; both of POOL or less."""
    kinds = draw.choices(list(KINDS), weights=list(KINDS.values()), k=POOL)
    drawn = [(is_couple, _ages(draw, kind)) for kind in kinds for is_couple in [KIND_IS_COUPLE[kind]]]
    people = sum(len(ages) for _, ages in drawn)
    disabled = set(draw.sample(range(people), round(people * DISABLED / VOTERS)))
    pool, place = [], 0
    for is_couple, ages in drawn:
        persons = []
        for age, marital in ages:
            persons.append(_person(draw, age, marital, place in disabled))
            place += 1
        pool.append(Family(is_couple, tuple(persons)))
    return pool, [family for family in pool if len(family.persons) == 1]


# Kinds of family in parts of a thousand.
KINDS = {
    "young alone": 50,
    "grown alone": 75,
    "old alone": 42,
    "young couple": 165,
    "middle couple": 105,
    "old couple": 72,
    "young couple with a parent": 50,
    "one parent": 80,
    "couple, one child": 160,
    "couple, two children": 105,
    "couple, three children": 50,
    "couple, child and a parent": 18,
    "large": 28,
}
KIND_IS_COUPLE = {kind: "couple" in kind or kind == "large" for kind in KINDS}


def _ages(draw: random.Random, kind: str) -> Ages:
    """The persons of one family of that kind."""
    match kind:
        case "young alone":
            return [_alone(draw, draw.randint(19, 31))]
        case "grown alone":
            return [_alone(draw, draw.randint(31, 60))]
        case "old alone":
            return [_alone(draw, _old_age(draw))]
        case "young couple":
            return _couple(draw, draw.randint(25, 46))
        case "middle couple":
            return _couple(draw, draw.randint(35, 52))
        case "old couple":
            return _couple(draw, draw.randint(48, 84))
        case "young couple with a parent":
            couple = _couple(draw, draw.randint(25, 46))
            return [*couple, _grandparent(draw, couple)]
        case "one parent":
            parent = draw.randint(38, 72)
            children = [_child(draw, parent) for _ in range(draw.choice((1, 1, 1, 2)))]
            return [(parent, draw.choice("PPPS")), *sorted(children, reverse=True)]
        case "couple, one child" | "couple, two children" | "couple, three children":
            return _with_children(draw, ("one", "two", "three").index(kind.split()[1]) + 1)
        case "couple, child and a parent":
            family = _with_children(draw, 1)
            return [*family, _grandparent(draw, family)]
        case _:
            family = _with_children(draw, draw.choice((3, 4, 4, 5)))
            return [*family, *[_grandparent(draw, family) for _ in range(draw.choice((0, 1)))]]


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
