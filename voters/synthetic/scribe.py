"""The rows of one village: families drawn from pools until every TPS has its men and women.

NIK and NKK are well-formed but visibly nobody's: their kecamatan part is 99, which no kecamatan has. What
comes out depends on the edition and the village alone, so villages can be written in any process.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from voters.synthetic.birthdays import Birthdays, birthdays, issue_digits
from voters.synthetic.draws import draws
from voters.synthetic.elections import ELECTIONS, SOURCES
from voters.synthetic.families import POOL, Family, families
from voters.synthetic.names import CULTURE_POOL, FIRSTS, TAILS, FamilyNames, family_names
from voters.synthetic.places import Rt, birthplaces, rts_of_tps, streets
from voters.synthetic.sharing import TpsQuota
from voters.synthetic.sidalih import SERIALS, Edition, VillageList

NOT_REAL = "99"
SERIAL_DIGITS = [f"{serial:04d}" for serial in range(SERIALS + 1)]


@dataclass(frozen=True, slots=True)
class _Pools:
    """What the villages of one kab/kota draw from."""

    families: list[Family]
    alone: list[Family]
    names: list[FamilyNames]
    birthdays: Birthdays
    issued: list[str]
    birthplaces: list[str]


@lru_cache(maxsize=2)
def _people(edition: Edition, province: str) -> tuple[list[Family], list[Family], list[FamilyNames]]:
    pool, alone = families(draws(edition.seed, "families"))
    return pool, alone, family_names(province, draws(edition.seed, "names", province))


@lru_cache(maxsize=2)
def _pools(edition: Edition, kabkota: str) -> _Pools:
    election = ELECTIONS[edition.election]
    return _Pools(
        *_people(edition, kabkota[:2]),
        birthdays(election.voting_day),
        issue_digits(election.closed[edition.stage]),
        birthplaces(kabkota, draws(edition.seed, "birthplaces", kabkota)),
    )


def village_rows(edition: Edition, village: VillageList) -> Iterator[bytes]:
    """The village's rows, one piece of UTF-8 text per TPS."""
    scribe = _Scribe(edition, village)
    for quota in village.tps:
        yield "".join(scribe.rows(quota)).encode()


class _Scribe:
    """Writes one village; keeps which numbers are used up."""

    men: int  # the TPS at hand still lacks so many men
    left: int  # and so many voters in all

    def __init__(self, edition: Edition, village: VillageList) -> None:
        self.pools = _pools(edition, village.code[:5])
        self.draw = draws(edition.seed, "people", village.code)
        self.streets = streets(village.code, self.draw)
        self.rts_before = 0
        self.dpid = village.first_dpid
        self.prefix = village.code[:5].replace(".", "") + NOT_REAL
        self.head = f"{village.kecamatan}#{village.name}#"
        if edition.with_code:
            self.head = f"{village.code}#{self.head}"
        closed = ELECTIONS[edition.election].closed[edition.stage]
        self.source = SOURCES[edition.stage]
        self.updated = f"{closed} 00:00:00"
        self.last_serial = village.last_serial
        days = len(self.pools.birthdays.written)
        # Next free serial by day: of men's NIK, women's NIK, and family cards.
        self.next_serial = ([village.first_serial] * days, [village.first_serial] * days)
        self.next_card = [village.first_serial] * len(self.pools.issued)

    def card(self, day: int) -> str:
        """A new NKK, issued on that day or the next one that has a serial left."""
        while self.next_card[day] > self.last_serial:
            day = (day + 1) % len(self.next_card)
        serial = self.next_card[day]
        self.next_card[day] = serial + 1
        return f"{self.prefix}{self.pools.issued[day]}{SERIAL_DIGITS[serial]}"

    def homes(self, quota: TpsQuota) -> list[Rt]:
        """The RT of the TPS; a special location is outside the RT/RW order."""
        if quota.kind == "khusus":
            return [Rt(f"LOKASI KHUSUS {quota.number} BLOK ", "0#0")]
        found = rts_of_tps(quota.voters, self.rts_before, self.streets, self.draw)
        self.rts_before += len(found)
        return found

    def rows(self, quota: TpsQuota) -> list[str]:
        """The rows of one TPS: whole families until its men and women are all placed.

        Random bits are drawn once per family and once per person and cut up, which is what makes this fast.
        """
        bits, alone, names = self.draw.getrandbits, self.pools.alone, self.pools.names
        pool = alone if quota.kind == "khusus" else self.pools.families
        homes = self.homes(quota)
        end = f"#{self.source}#0#{quota.number}#{self.updated}#AKTIF\n"
        written: list[str] = []
        self.men, self.left = quota.male, quota.voters
        house = 0
        while self.left:
            chance = bits(64)
            family = pool[(chance & (POOL - 1)) % len(pool)]
            one_sex = self.men in (0, self.left)
            if len(family.persons) > self.left or (family.is_couple and one_sex):
                family = alone[(chance & (POOL - 1)) % len(alone)]
            house += 1
            home = homes[len(written) * len(homes) // quota.voters]
            # Every 128th family's RT and RW are not known: real lists have many such rows.
            numbers = home.numbers if chance >> 57 else "0#0"
            card = self.card((chance >> 22 & 0xFFFFFF) % len(self.pools.issued))
            address = f"#{home.street}{house}#{numbers}#"
            self.write_family(written, family, names[chance >> 14 & (CULTURE_POOL - 1)], card, address, end)
        return written

    def write_family(
        self, written: list[str], family: Family, names: FamilyNames, card: str, address: str, end: str
    ) -> None:
        """Append one family's rows and take its men and women off what the TPS still lacks.

        Open sexes are drawn like balls from an urn filled with what is lacking, so both numbers come out.
        """
        bits, last_serial, next_serial = self.draw.getrandbits, self.last_serial, self.next_serial
        days_written, digits = self.pools.birthdays
        places, head, prefix = self.pools.birthplaces, self.head, self.prefix
        men, left, dpid = self.men, self.left, self.dpid
        spouses = 2 if family.is_couple else 0
        for days, marital, status, is_old in family.persons:
            chance, luck = bits(30), bits(30)  # 30 bits are one machine digit to Python; 60 would be slower
            if spouses:
                is_woman = spouses == 1
                spouses -= 1
            else:
                is_woman = (luck >> 14) * left >> 16 >= men
            left -= 1
            men -= not is_woman
            day = days + ((luck & 0x3FFF) * 365 >> 14)
            serials = next_serial[is_woman]
            while (serial := serials[day]) > last_serial:
                day += 1
            serials[day] = serial + 1
            firsts, tails = names[is_woman + 2 * is_old]
            written.append(
                f"{head}{dpid}#{card}#{prefix}{digits[is_woman][day]}{SERIAL_DIGITS[serial]}"
                f"#{firsts[chance & (FIRSTS - 1)]}{tails[chance >> 10 & (TAILS - 1)]}{places[chance >> 22]}"
                f"#{days_written[day]}#{marital}{address}{status}{end}"
            )
            dpid += 1
        self.men, self.left, self.dpid = men, left, dpid
