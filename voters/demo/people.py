"""The people of the demonstration: pantarlih with their phones, committees and oversight with their accounts.

In comes an election whose list is loaded; afterwards every regular TPS has the pantarlih its election asks for, through
the same verbs as an office uses, and every office its accounts. It never touches an installation with other accounts.
"""

import datetime as dt
import random
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.hashers import make_password

from voters import assignments, devices
from voters.access import territory, within
from voters.models import NATION, Election, Membership, Pantarlih, Region, Tps, User
from voters.synthetic.draws import draws
from voters.synthetic.names import NamePool, family_names
from voters.terms import Level, Role, TpsKind

PPS_MEMBERS = 3
PPK_MEMBERS = 2


@dataclass(frozen=True)
class Phone:
    """One pantarlih's phone as the simulation holds it: what a real phone has, and a number to draw its habits by."""

    number: int
    pantarlih: UUID
    tps: UUID
    token: str


class Names:
    """Invented names in the mix of a province."""

    def __init__(self, province: str, draw: random.Random) -> None:
        self._draw = draw
        self._pools: list[NamePool] = [pool for culture in family_names(province, draw) for pool in culture]

    def one(self) -> str:
        """Such as "Siti Lestari"; some have one word."""
        pool = self._draw.choice(self._pools)
        tail = self._draw.choice(pool.tails).partition("#")[0]
        return f"{self._draw.choice(pool.firsts)}{tail}".title()


def appoint_pantarlih(election: Election, area: str, *, first_day: dt.date, now: dt.datetime) -> list[Phone]:
    """Pantarlih for every regular TPS of the area, assigned and with a device each."""
    draw = draws(election.pk, "pantarlih", area)
    names, phones = Names(area[:2], draw), []
    stations = Tps.objects.filter(within(area, "kelurahan_id"), election=election, kind=TpsKind.REGULAR)
    with territory(area):
        for tps in stations.select_related("election").order_by("kelurahan_id", "number"):
            for _ in range(assignments.places_left(tps)):
                pantarlih = Pantarlih.objects.create(
                    kabkota_id=tps.kabkota_id,
                    election=election,
                    kelurahan_id=tps.kelurahan_id,
                    name=names.one(),
                    # 0800 numbers belong to nobody's phone.
                    phone=f"0800{draw.randrange(10**7, 10**8)}",
                )
                # A few began without a decree: one of the things oversight looks for.
                decree = f"{len(phones) + 1}/PPS/SK/{first_day.year}" if draw.random() > 0.02 else ""
                assignments.assign(
                    pantarlih=pantarlih,
                    tps=tps,
                    from_day=first_day,
                    now=now,
                    sk_number=decree,
                    sk_day=first_day if decree else None,
                )
                token = devices.issue(pantarlih=pantarlih, now=now)
                phones.append(Phone(len(phones), pantarlih.pk, tps.pk, token))
    return phones


def open_accounts(area: str, password: str, *, from_day: dt.date) -> dict[Role, str]:
    """Accounts of every office of the area and above it; returns one user name per role."""
    regions = list(Region.objects.filter(within(area, "code")).order_by("code"))
    offices = [(Role.KPU_RI, NATION, 1), (Role.BAWASLU_RI, NATION, 1)]
    offices += [(Role.KPU_PROVINCE, area[:2], 1), (Role.BAWASLU_PROVINCE, area[:2], 1)]
    per_level = {
        Level.KABKOTA: [(Role.KPU_KABKOTA, 1), (Role.BAWASLU_KABKOTA, 1)],
        Level.KECAMATAN: [(Role.PPK, PPK_MEMBERS), (Role.PANWASCAM, 1)],
        Level.KELURAHAN: [(Role.PPS, PPS_MEMBERS)],
    }
    for region in regions:
        offices += [(role, region.pk, members) for role, members in per_level.get(Level(region.level), [])]
    # One password for all of them is hashed once: hashing is slow on purpose.
    names, hashed = Names(area[:2], draws(0, "accounts", area)), make_password(password)
    found: dict[Role, str] = {}
    for role, code, members in offices:
        for member in range(1, members + 1):
            user = _account(role, code, member if members > 1 else 0, names.one(), hashed, from_day)
            found.setdefault(role, user.username)
    return found


def _account(role: Role, code: str, member: int, name: str, hashed: str, from_day: dt.date) -> User:
    place = "" if code == NATION else "-" + code.replace(".", "")
    username = f"{role.value.partition('_')[0]}{'-ri' if code == NATION else place}{f'-{member}' if member else ''}"
    user, _ = User.objects.get_or_create(
        username=username,
        defaults={"name": name, "password": hashed, "email": f"{username}@contoh.invalid", "is_staff": True},
    )
    Membership.objects.get_or_create(user=user, role=role, region_id=code, from_day=from_day)
    return user
