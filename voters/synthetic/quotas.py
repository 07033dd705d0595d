"""How many men and women stand on the list of each TPS of an area: `quotas_of`."""

from dataclasses import dataclass
from itertools import groupby

from voters.synthetic.elections import ELECTIONS, ElectionName, StageName
from voters.synthetic.figures import Target, targets
from voters.synthetic.sharing import TpsQuota, kabkota_quotas
from voters.synthetic.sources import region_names, villages_of


class NoFigures(ValueError):
    """Nothing official to fill the area's list to."""


class UnknownArea(ValueError):
    """The code is not a region's."""


@dataclass(frozen=True, slots=True)
class ProvinceQuotas:
    """Every TPS of a province in list order, and its kab/kota targets."""

    tps: list[TpsQuota]
    targets: list[Target]

    def tps_within(self, area: str) -> list[TpsQuota]:
        """Those of a part of the province."""
        return [one for one in self.tps if is_within(one.kelurahan, area)]


def quotas_of(area: str, election: ElectionName, stage: StageName, seed: int) -> list[TpsQuota]:
    """The TPS of an area (2, 5, 8 or 13 character dotted code) in list order.

    A part of an area has the same TPS as it has within the whole. Raises UnknownArea and NoFigures.
    """
    return area_quotas(area, election, stage, seed).tps_within(area)


def is_within(code: str, area: str) -> bool:
    """True when the region is the area or below it."""
    return code == area or code.startswith(f"{area}.")


def area_quotas(area: str, election: ElectionName, stage: StageName, seed: int) -> ProvinceQuotas:
    """The quotas of the area's province, all of the area's kab/kota among them. Raises as `quotas_of` does."""
    _check_area(area)
    province = _province_quotas(area[:2], election, stage, seed)
    have = {target.code for target in province.targets}
    wanted = {one.code[:5] for one in villages_of(area[:2]) if is_within(one.code, area)}
    if missing := sorted(wanted - have):
        raise NoFigures(
            f"no official {ELECTIONS[election].label} figures are shipped for {', '.join(missing)} "
            f"at stage {stage}, nor for province {area[:2]}"
        )
    return province


def _check_area(area: str) -> None:
    """Raise UnknownArea or NoFigures unless a list can be made for the area."""
    villages = villages_of(area[:2])
    if any(is_within(village.code, area) for village in villages):
        return
    if area in region_names():
        raise NoFigures(f"area {area} ({region_names()[area]}) has no TPS in the Pemilu 2024 data")
    raise UnknownArea(
        f"area {area!r} is not in the official regions: give a dotted code, for example 31, 62.71 or 62.71.01.1001"
    )


def _province_quotas(province: str, election: ElectionName, stage: StageName, seed: int) -> ProvinceQuotas:
    """All TPS of one province. Raises NoFigures."""
    villages = villages_of(province)
    found = targets(province, villages, ELECTIONS[election], stage)
    by_kabkota = {code: list(group) for code, group in groupby(villages, lambda village: village.code[:5])}
    tps: list[TpsQuota] = []
    for target in found:
        tps.extend(kabkota_quotas(target, by_kabkota[target.code], ELECTIONS[election], stage, seed))
    return ProvinceQuotas(tps, found)
