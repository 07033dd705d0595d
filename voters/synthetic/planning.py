"""From an area to the villages of its list, each with the numbers that are its own.

A village's rows are the same in every list that contains it: quotas, DPID and serials are planned over the
whole province first and then cut to the area.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from voters.synthetic.apportion import apportion
from voters.synthetic.elections import ELECTIONS
from voters.synthetic.figures import Target, is_coklit, official
from voters.synthetic.quotas import ProvinceQuotas, area_quotas, is_within
from voters.synthetic.sharing import TpsQuota
from voters.synthetic.sidalih import SERIALS, Edition, VillageList
from voters.synthetic.sources import region_names, villages_of

DPID_PER_PROVINCE = 100_000_000  # the two digits of the province, then eight that count up


@dataclass(frozen=True, slots=True)
class Plan:
    """A list before it is written, and remarks on what its numbers rest on."""

    villages: list[VillageList]
    remarks: list[str]

    @property
    def voters(self) -> int:
        """Rows of the list."""
        return sum(village.voters for village in self.villages)

    @property
    def men(self) -> int:
        """Rows of men."""
        return sum(one.male for village in self.villages for one in village.tps)

    @property
    def tps(self) -> int:
        """TPS of the list."""
        return sum(len(village.tps) for village in self.villages)


def plan_of(area: str, edition: Edition, limit_tps: int | None = None) -> Plan:
    """The villages of an area in code order, at most `limit_tps` TPS of them. Raises UnknownArea, NoFigures."""
    quotas = area_quotas(area, edition.election, edition.stage, edition.seed)
    villages = [village for village in _village_lists(quotas, area[:2]) if is_within(village.code, area)]
    touched = {village.code[:5] for village in villages}
    targets = [target for target in quotas.targets if target.code in touched]
    remarks = [*_origins(targets, edition), *_published_tps(area, quotas, edition)]
    if limit_tps is not None:
        villages = _first_tps(villages, limit_tps)
        remarks.append(f"cut to the first {limit_tps} TPS: sums are not the official ones")
    return Plan(villages, remarks)


def _village_lists(quotas: ProvinceQuotas, province: str) -> Iterator[VillageList]:
    names = {village.code: village.name for village in villages_of(province)}
    dpid = int(province) * DPID_PER_PROVINCE + 1
    for _, kabkota in groupby(quotas.tps, lambda one: one.kelurahan[:5]):
        by_village = {code: tuple(found) for code, found in groupby(kabkota, lambda one: one.kelurahan)}
        serial = 1
        for (code, tps), share in zip(by_village.items(), _serial_shares(by_village), strict=True):
            kecamatan = region_names().get(code[:8], code[:8])
            village = VillageList(code, kecamatan, names[code], tps, dpid, serial, serial + share - 1)
            yield village
            dpid += village.voters
            serial += share


def _serial_shares(by_village: dict[str, tuple[TpsQuota, ...]]) -> list[int]:
    """How many of a day's serials each village of a kab/kota gets: by voters, small ones some more."""
    voters = [sum(one.voters for one in tps) for tps in by_village.values()]
    return apportion(SERIALS, voters, floors=[SERIALS // (3 * len(voters))] * len(voters))


def _first_tps(villages: list[VillageList], limit: int) -> list[VillageList]:
    kept = []
    for village in villages:
        tps = village.tps[:limit]
        limit -= len(tps)
        if tps:
            kept.append(replace(village, tps=tps))
    return kept


def _origins(targets: list[Target], edition: Edition) -> Iterator[str]:
    """Which kab/kota are not filled to a figure of their own and of this stage."""
    for target in targets:
        if edition.stage == "coklit" and not target.estimated_from and not is_coklit(target.figure_stage):
            yield (
                f"{target.code}: no coklit list was published; its {target.figure_stage} "
                f"({target.total:,} voters) stands in, special TPS included"
            )
    for origin, group in groupby(
        (target for target in targets if target.estimated_from), lambda one: one.estimated_from
    ):
        codes = [target.code for target in group]
        named = codes[0] if len(codes) == 1 else f"{codes[0]} … {codes[-1]} ({len(codes)} kab/kota)"
        yield f"{named}: estimated from {origin}"


def _published_tps(area: str, quotas: ProvinceQuotas, edition: Edition) -> Iterator[str]:
    """Where the published number of TPS is not the list's."""
    stage_of = {target.code: target.figure_stage for target in quotas.targets}
    for code in (area, *(code for code in stage_of if code.startswith(f"{area}."))):
        figure = official(code, ELECTIONS[edition.election], edition.stage)
        count = len(quotas.tps_within(code))
        if figure and figure.tps not in (None, count) and figure.stage == stage_of.get(code, figure.stage):
            yield (
                f"{code}: {figure.tps:,} TPS were published ({figure.stage}), the list has {count:,} "
                f"as KPU's TPS data of February 2024 has: {count - figure.tps:+,}"
            )
