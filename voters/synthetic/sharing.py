"""From a kab/kota's target to the men and women of each TPS.

The target is shared downward, kab/kota -> kecamatan -> kelurahan -> TPS, so that the sums are exact at each
level. What is shared out below the kecamatan is room (legal maximum minus voters), because that is how TPS
really differ: most are planned nearly full and a few are much smaller, none is over the limit.
"""

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from voters.synthetic.apportion import DoesNotFit, apportion
from voters.synthetic.draws import draws
from voters.synthetic.elections import ELECTIONS, Election, StageName
from voters.synthetic.figures import MILLION, Target, male_per_million, official
from voters.synthetic.sources import FIRST_SPECIAL_TPS, Figure, Village, sampled_tps

# Invented: voters of a special TPS (prison, campus), and the share of men that each kind has.
SPECIAL_SIZES = range(30, 301)
SPECIAL_MALE_PER_MILLION = (930_000, 930_000, 520_000, 480_000, 60_000)
MEAN_SIZE = 248  # voters per TPS in the nation; only a weight where villages are compared


@dataclass(frozen=True, slots=True)
class TpsQuota:
    """One TPS: dotted kelurahan code, number (special ones from 901), men and women on its list."""

    kelurahan: str
    number: int
    kind: Literal["reguler", "khusus"]
    male: int
    female: int

    @property
    def voters(self) -> int:
        """Men and women."""
        return self.male + self.female


@dataclass(slots=True)
class _VillagePlan:
    """A village while its numbers are being shared out."""

    village: Village
    regular: int
    special: list[int]
    draw: random.Random

    @property
    def expected(self) -> int:
        """Voters of its regular TPS of Pemilu 2024, before anything is made exact."""
        return math.ceil(self.village.regular * (self.village.tps_size or MEAN_SIZE))


def kabkota_quotas(
    target: Target, villages: list[Village], election: Election, stage: StageName, seed: int
) -> Iterator[TpsQuota]:
    """The TPS of one kab/kota in code order, with its target's sums. Raises DoesNotFit."""
    plans = []
    for village in villages:
        draw = draws(seed, "tps", village.code)
        special = [draw.choice(SPECIAL_SIZES) for _ in range(village.special if target.special else 0)]
        if village.regular or special:
            plans.append(_VillagePlan(village, village.regular, special, draw))
    if not election.tps_are_known:
        _plan_tps(target, plans)
    groups = [list(group) for _, group in itertools.groupby(plans, lambda plan: plan.village.code[:8])]
    try:
        shares = _kecamatan_shares(target, groups, election, stage)
        for group, (total, male) in zip(groups, shares, strict=True):
            yield from _kecamatan_quotas(group, total, male, election.legal_voters)
    except DoesNotFit as error:
        limit = election.legal_voters
        raise DoesNotFit(f"{target.code}: {target.total:,} voters, TPS of at most {limit} voters: {error}") from error


def _plan_tps(target: Target, plans: list[_VillagePlan]) -> None:
    """Merge Pemilu 2024's TPS into the planned number, each village keeping at least one."""
    counts = apportion(
        target.regular,
        [plan.expected for plan in plans],
        floors=[min(plan.village.regular, 1) for plan in plans],
    )
    for plan, count in zip(plans, counts, strict=True):
        plan.regular = count


def _kecamatan_shares(
    target: Target, groups: list[list[_VillagePlan]], election: Election, stage: StageName
) -> list[tuple[int, int]]:
    """(voters, men) per kecamatan, by its official figures where all of the kab/kota's are known."""
    codes = [group[0].village.code[:8] for group in groups]
    known = _kecamatan_figures(codes, target, election, stage)
    men = [figure.male for figure in known if figure.male]
    women = [figure.female for figure in known if figure.female]
    if known and len(men) == len(women) == len(codes):
        male = apportion(target.male, men)
        female = apportion(target.total - target.male, women)
        return [(one + other, one) for one, other in zip(male, female, strict=True)]
    special = [sum(sum(plan.special) for plan in group) for group in groups]
    weights = (
        [figure.total for figure in known]
        if known
        else [sum(plan.expected for plan in group) + extra for group, extra in zip(groups, special, strict=True)]
    )
    room = [
        sum(plan.regular for plan in group) * election.legal_voters + extra
        for group, extra in zip(groups, special, strict=True)
    ]
    totals = apportion(target.total, weights, ceilings=room)
    expected = [total * male_per_million(code) for code, total in zip(codes, totals, strict=True)]
    return list(zip(totals, apportion(target.male, expected, ceilings=totals), strict=True))


def _kecamatan_figures(codes: list[str], target: Target, election: Election, stage: StageName) -> list[Figure]:
    """One official figure per kecamatan, or none: of the list's own stage, else Pemilu 2024's DPT."""
    own = [official(code, election, stage) for code in codes]
    found = [figure for figure in own if figure and figure.stage == target.figure_stage]
    if len(found) < len(codes) and not election.tps_are_known:
        earlier = [official(code, ELECTIONS["pemilu-2024"], "dpt") for code in codes]
        found = [figure for figure in earlier if figure]
    return found if len(found) == len(codes) else []


def _kecamatan_quotas(plans: list[_VillagePlan], total: int, male: int, legal_voters: int) -> Iterator[TpsQuota]:
    regular_voters = total - sum(sum(plan.special) for plan in plans)
    sizes = [
        _regular_sizes(plan, voters, legal_voters)
        for plan, voters in zip(plans, _village_voters(plans, regular_voters, legal_voters), strict=True)
    ]
    numbered: list[tuple[str, int, Literal["reguler", "khusus"], int, int]] = []
    for plan, regular in zip(plans, sizes, strict=True):
        code = plan.village.code
        for number, (voters, (men, of)) in enumerate(
            zip(regular, plan.draw.choices(sampled_tps(), k=len(regular)), strict=True), start=1
        ):
            numbered.append((code, number, "reguler", voters, voters * men * MILLION // of))
        for number, voters in enumerate(plan.special, start=FIRST_SPECIAL_TPS):
            share = plan.draw.choice(SPECIAL_MALE_PER_MILLION)
            numbered.append((code, number, "khusus", voters, voters * share))
    men_of = apportion(male, [row[4] for row in numbered], ceilings=[row[3] for row in numbered])
    for (code, number, kind, voters, _), men in zip(numbered, men_of, strict=True):
        yield TpsQuota(code, number, kind, men, voters - men)


def _village_voters(plans: list[_VillagePlan], voters: int, legal_voters: int) -> list[int]:
    """Voters of each village's regular TPS; villages without an official figure differ by chance."""
    places = [plan.regular * legal_voters for plan in plans]
    expected = apportion(voters, [plan.expected for plan in plans], ceilings=places)
    room = [
        (place - count) * (100 if plan.village.size_is_official else plan.draw.randint(70, 130))
        for plan, place, count in zip(plans, places, expected, strict=True)
    ]
    # No village falls below half of what is expected of it: small places would else run empty.
    most = [place - math.ceil(count / 2) for place, count in zip(places, expected, strict=True)]
    empty = apportion(sum(places) - voters, room, ceilings=most)
    return [place - gap for place, gap in zip(places, empty, strict=True)]


def _regular_sizes(plan: _VillagePlan, voters: int, legal_voters: int) -> list[int]:
    """Voters of each regular TPS of one village, its room spread as the sampled TPS show it."""
    if not plan.regular:
        return []
    room = plan.regular * legal_voters - voters
    most = legal_voters - math.ceil(voters / plan.regular / 2)
    pattern = [300 - total + 1 for _, total in plan.draw.choices(sampled_tps(), k=plan.regular)]
    gaps = apportion(room, pattern, ceilings=[most] * plan.regular)
    return [legal_voters - gap for gap in gaps]
