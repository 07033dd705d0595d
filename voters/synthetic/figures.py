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


@dataclass(frozen=True, slots=True)
class Target:
    """What one kab/kota's list must come to. `figure_stage` is the official figure's own stage name."""

    code: str
    total: int
    male: int
    regular: int
    special: bool
    figure_stage: str


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


def targets(
    province: str, villages: Iterable[Village], election: Election, stage: StageName
) -> tuple[list[Target], list[str]]:
    """Every kab/kota of the province with its target, in code order, and remarks for the reader.

    A kab/kota for which nothing is published that an estimate could stand on is left out.
    """
    stations: dict[str, list[int]] = {}
    for village in villages:
        counts = stations.setdefault(village.code[:5], [0, 0])
        counts[0] += village.regular
        counts[1] += village.special
    bound = {code: found for code in stations if (found := official(code, election, stage))}
    open_codes = [code for code in stations if code not in bound]
    if not open_codes and not any(is_coklit(figure.stage) for figure in bound.values()):
        stage_of_whole: StageName = "dpt"
    else:
        stage_of_whole = stage
    whole = official(province, election, stage_of_whole)
    remarks = [
        f"{code}: no coklit list was published; its {figure.stage} ({figure.total:,} voters) stands in"
        for code, figure in bound.items()
        if stage == "coklit" and not is_coklit(figure.stage)
    ]
    chosen = dict(bound)
    if open_codes and (whole or election.tps_are_known):
        estimated, remark = _estimates(province, whole, bound, stations, open_codes)
        chosen |= estimated
        remarks.append(remark)
    planned = {} if election.tps_are_known else _planned_tps(whole, chosen, stations, election.legal_voters)
    found = []
    for code in sorted(planned or chosen):
        figure, (regular, special) = chosen[code], stations[code]
        has_special = not is_coklit(figure.stage)
        if not election.tps_are_known:
            regular = planned[code] - (special if has_special else 0)
        found.append(Target(code, figure.total, figure.male or 0, regular, has_special, figure.stage))
    return _with_sexes(found, bound, whole), remarks


def _estimates(
    province: str,
    whole: Figure | None,
    bound: dict[str, Figure],
    stations: dict[str, list[int]],
    open_codes: list[str],
) -> tuple[dict[str, Figure], str]:
    """Figures for the kab/kota that have none, and where they come from."""
    with_special = whole is None or not is_coklit(whole.stage)
    weights = [stations[code][0] + (stations[code][1] if with_special else 0) for code in open_codes]
    if whole is None:
        domestic = _domestic()
        total = domestic.total * sum(weights) // (domestic.tps or 1)
        label, origin = DOMESTIC, f"the national mean of {domestic.total / (domestic.tps or 1):.1f} voters per TPS"
    else:
        total = whole.total - sum(figure.total for figure in bound.values())
        label, origin = whole.stage, f"what is left of {province}'s {whole.stage} ({whole.total:,} voters)"
    totals = apportion(total, weights)
    named = f"{open_codes[0]} … {open_codes[-1]}" if len(open_codes) > 1 else open_codes[0]
    remark = f"{named}: estimated, {total:,} voters from {origin}"
    return {
        code: Figure(code, label, None, None, None, voters) for code, voters in zip(open_codes, totals, strict=True)
    }, remark


def _planned_tps(
    whole: Figure | None, chosen: dict[str, Figure], stations: dict[str, list[int]], legal_voters: int
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
