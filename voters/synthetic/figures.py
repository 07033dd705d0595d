"""Which official figure each kab/kota of a province is filled to, and what is an estimate.

A kab/kota's own figure binds. Without one it shares what is left of the province's figure, by its number of
TPS; without that either, the national mean per TPS stands in (Pemilu only: its TPS are known one by one).
A coklit list that was never published per kab/kota is replaced by the DPT, special TPS included; a real
coklit list knows regular TPS only.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from voters.synthetic.apportion import apportion
from voters.synthetic.elections import Election, StageName
from voters.synthetic.sources import Figure, Village, figures

DOMESTIC = "DPT Pemilu 2024 (dalam negeri)"
MILLION = 1_000_000

Stations = dict[str, tuple[int, int]]  # kab/kota -> regular and special TPS of Pemilu 2024


@dataclass(frozen=True, slots=True)
class Target:
    """What one kab/kota's list must come to.

    `figure_stage` is the official figure's own stage name; `estimated_from` is empty where the figure is its own.
    """

    code: str
    total: int
    male: int
    regular: int
    special: bool
    figure_stage: str
    estimated_from: str


def official(code: str, election: Election, stage: StageName) -> Figure | None:
    """The figure of that area for that stage; the DPT where no coklit figure was published."""
    prefixes = [f"DPT {election.label}"]
    if stage == "coklit":
        prefixes.insert(0, f"Bahan coklit {election.label}")
    for prefix in prefixes:
        for figure in figures():
            if figure.code == code and figure.stage.startswith(prefix):
                return figure
    return None


def male_per_million(code: str) -> int:
    """Share of men: of the area's own published figures (any stage), else of the nearest area above it."""
    while code:
        for figure in figures():
            if figure.code == code and figure.male is not None:
                return figure.male * MILLION // figure.total
        code = code.rpartition(".")[0]
    domestic = _domestic()
    return (domestic.male or 0) * MILLION // domestic.total


def is_coklit(figure_stage: str) -> bool:
    """True for a list made for coklit: it has no special TPS."""
    return figure_stage.startswith("Bahan coklit")


def _domestic() -> Figure:
    return next(figure for figure in figures() if figure.stage == DOMESTIC)


def targets(province: str, villages: Iterable[Village], election: Election, stage: StageName) -> list[Target]:
    """Every kab/kota of the province with its target, in code order.

    A kab/kota for which nothing is published that an estimate could stand on is left out.
    """
    stations: Stations = {}
    for village in villages:
        regular, special = stations.get(village.code[:5], (0, 0))
        stations[village.code[:5]] = (regular + village.regular, special + village.special)
    bound = {code: found for code in stations if (found := official(code, election, stage))}
    whole = _whole(province, bound, stations, election, stage)
    chosen, origin = dict(bound), ""
    if len(bound) < len(stations) and (whole or election.tps_are_known):
        estimated, origin = _estimates(whole, bound, stations)
        chosen |= estimated
    planned = {} if election.tps_are_known else _planned_tps(whole, chosen, stations, election.legal_voters)
    filled = []
    for code in sorted(chosen if election.tps_are_known else planned):
        figure, (regular, special) = chosen[code], stations[code]
        has_special = not is_coklit(figure.stage)
        if not election.tps_are_known:
            regular = planned[code] - (special if has_special else 0)
        source = "" if code in bound else origin
        filled.append(Target(code, figure.total, figure.male or 0, regular, has_special, figure.stage, source))
    return _with_sexes(filled, bound, whole)


def _whole(
    province: str, bound: dict[str, Figure], stations: Stations, election: Election, stage: StageName
) -> Figure | None:
    """The province's figure; its DPT where every kab/kota's DPT stands in for the coklit list."""
    if len(bound) == len(stations) and not any(is_coklit(figure.stage) for figure in bound.values()):
        return official(province, election, "dpt")
    return official(province, election, stage)


def _estimates(whole: Figure | None, bound: dict[str, Figure], stations: Stations) -> tuple[dict[str, Figure], str]:
    """Figures for the kab/kota that have none, and where they come from."""
    codes = [code for code in stations if code not in bound]
    with_special = whole is None or not is_coklit(whole.stage)
    weights = [stations[code][0] + (stations[code][1] if with_special else 0) for code in codes]
    if whole is None:
        domestic = _domestic()
        mean = domestic.total / (domestic.tps or 1)
        total, label = round(mean * sum(weights)), DOMESTIC
        origin = f"the national mean of {mean:.1f} voters per TPS ({DOMESTIC})"
    else:
        total, label = whole.total - sum(figure.total for figure in bound.values()), whole.stage
        origin = f"the province's {whole.stage} ({whole.total:,} voters), shared by number of TPS"
    totals = apportion(total, weights)
    return {
        code: Figure(code, label, None, None, None, voters) for code, voters in zip(codes, totals, strict=True)
    }, origin


def _planned_tps(
    whole: Figure | None, chosen: dict[str, Figure], stations: Stations, legal_voters: int
) -> dict[str, int]:
    """TPS per kab/kota: as published, else sharing what is left of the province's number by voters.

    Without a number for the province, a kab/kota that has none either is left out.
    """
    planned = {code: figure.tps for code, figure in chosen.items() if figure.tps}
    silent = [code for code in chosen if code not in planned]
    if whole and whole.tps and silent:
        voters = [chosen[code].total for code in silent]
        # Enough for TPS filled to 95 %, so that small islands are not squeezed over the limit.
        enough = [stations[code][1] + math.ceil(chosen[code].total * 20 / (19 * legal_voters)) for code in silent]
        left = whole.tps - sum(planned.values())
        planned |= dict(zip(silent, apportion(left, voters, floors=enough), strict=True))
    return planned


def _with_sexes(found: list[Target], bound: dict[str, Figure], whole: Figure | None) -> list[Target]:
    """Fill in the men of every kab/kota whose figure does not say; together they meet the province's."""
    unknown = [target for target in found if not (target.code in bound and bound[target.code].male)]
    if not unknown:
        return found
    expected = [target.total * male_per_million(target.code) for target in unknown]
    if whole and whole.male and whole.total == sum(target.total for target in found):
        rest = whole.male - sum(target.male for target in found)
    else:
        rest = sum(expected) // MILLION
    men = apportion(rest, expected, ceilings=[target.total for target in unknown])
    filled = {target.code: replace(target, male=count) for target, count in zip(unknown, men, strict=True)}
    return [filled.get(target.code, target) for target in found]
