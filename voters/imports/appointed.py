"""The pantarlih of an area as they stand, to find who a row of a file means."""

from typing import Any
from uuid import UUID

from voters.access import within
from voters.imports import contacts
from voters.imports.sheet import RowRefused
from voters.models import Assignment, Pantarlih, Tps
from voters.privacy import masked


class Appointed:
    """The pantarlih of one election in the kab/kota of an area, some thousands, with the TPS they serve."""

    def __init__(self, election: int, area: str) -> None:
        """Four queries, whatever the number of rows."""
        kabkota = area[:5]
        self._people: dict[UUID, Pantarlih] = {}
        # Keys of people, who may have got other values since: looked at again when they are found.
        self._by_nik: dict[str, set[UUID]] = {}
        self._by_name: dict[tuple[str, str], set[UUID]] = {}
        self._by_phone: dict[str, set[UUID]] = {}
        for one in Pantarlih.objects.filter(kabkota_id=kabkota, election=election).order_by("pk"):
            self.add(one)
        serving = Assignment.objects.filter(kabkota_id=kabkota, to_day__isnull=True)
        self._serving = set(serving.values_list("pantarlih_id", "tps_id"))
        stations = Tps.objects.filter(within(area, "kelurahan"), kabkota_id=kabkota, election=election)
        stations = stations.select_related("kelurahan", "election")
        self._tps = {(one.kelurahan_id, one.number): one for one in stations}

    def add(self, one: Pantarlih) -> None:
        """From now on this one is known, with the values of now."""
        self._people[one.pk] = one
        self._by_name.setdefault((one.kelurahan_id, contacts.same(one.name)), set()).add(one.pk)
        if one.nik:
            self._by_nik.setdefault(one.nik, set()).add(one.pk)
        if one.phone:
            self._by_phone.setdefault(_phone(one.phone), set()).add(one.pk)

    def find(self, kelurahan: str, nik: str, name: str, phone: str) -> Pantarlih | None:
        """Who it is; None for somebody new. Raises RowRefused where nobody can tell, or who serves elsewhere."""
        holders = [one for one in self._of(self._by_nik, nik) if nik and one.nik == nik]
        here = [one for one in holders if one.kelurahan_id == kelurahan]
        if len(here) == 1:
            return here[0]
        if holders and not here:
            raise RowRefused("pantarlih_elsewhere", masked(nik), holders[0].kelurahan_id)
        plain = contacts.same(name)
        named = [one for one in self._of(self._by_name, (kelurahan, plain)) if contacts.same(one.name) == plain]
        # Two NIK are two persons; one without may be either.
        named = here or [one for one in named if not (nik and one.nik)]
        reached = [one for one in named if phone and _phone(one.phone) == _phone(phone)]
        if len(reached) == 1:
            return reached[0]
        if named:
            raise RowRefused("match_unclear", name)
        return None

    def shares_phone(self, one: Pantarlih) -> bool:
        """Whether somebody else has the same number."""
        number = _phone(one.phone)
        others = [other for other in self._of(self._by_phone, number) if other.pk != one.pk]
        return bool(number) and any(_phone(other.phone) == number for other in others)

    def _of(self, keys: dict[Any, set[UUID]], key: Any) -> list[Pantarlih]:
        return [self._people[one] for one in sorted(keys.get(key, ()))]

    def tps(self, kelurahan: str, number: int) -> Tps | None:
        """The TPS of that number there."""
        return self._tps.get((kelurahan, number))

    def serves(self, one: Pantarlih, tps: Tps) -> bool:
        """Whether the pantarlih serves the TPS now."""
        return (one.pk, tps.pk) in self._serving

    def begin(self, assignment: Assignment) -> None:
        """From now on this one serves there."""
        self._serving.add((assignment.pantarlih_id, assignment.tps_id))


def _phone(written: str) -> str:
    return contacts.normal(written) or written
