"""The people of the demonstration: pantarlih with their phones, committees and oversight with their accounts.

In comes an election whose list is loaded; afterwards every regular TPS has the pantarlih its election asks for, and
every office its accounts. It writes no result.
"""

import datetime as dt
import random
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db.models import Count

from voters import changes, devices, trail
from voters.access import territory, within
from voters.models import NATION, Assignment, Device, Election, Membership, Pantarlih, Region, Tps, User, Voter
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
    """Pantarlih for every regular TPS of the area, as many as the election's rule asks for, with a device each.

    All at once, in rows: an office's own verbs (`assignments.assign`, `devices.issue`) take one person at a time.
    """
    draw = draws(election.pk, "pantarlih", area)
    names = Names(area[:2], draw)
    phones: list[Phone] = []
    people, served, held = [], [], []
    with territory(area):
        for tps, listed in _stations(election, area):
            for _ in range(election.pantarlih_expected(listed)):
                one = Pantarlih(
                    kabkota_id=tps.kabkota_id,
                    election=election,
                    kelurahan_id=tps.kelurahan_id,
                    name=names.one(),
                    # 0800 numbers belong to nobody's phone.
                    phone=f"0800{draw.randrange(10**7, 10**8)}",
                )
                token = devices.new_token(tps.kabkota_id)
                people.append(one)
                served.append(_assignment(one, tps, first_day, len(phones) + 1, draw))
                held.append(
                    Device(
                        kabkota_id=tps.kabkota_id,
                        pantarlih=one,
                        token_hash=devices.hash_of(token),
                        issued_at=now,
                        confirmed_at=now,
                    )
                )
                phones.append(Phone(len(phones), one.pk, tps.pk, token))
        Pantarlih.objects.bulk_create(people)
        Assignment.objects.bulk_create(served)
        Device.objects.bulk_create(held)
        for kabkota in sorted({one.kabkota_id for one in served}):
            changes.mark(kabkota=kabkota, tps=[one.tps_id for one in served if one.kabkota_id == kabkota], now=now)
        trail.record(
            verb="appoint_pantarlih",
            by=None,
            region=area,
            subject=f"election:{election.slug}",
            now=now,
            after={"pantarlih": len(people)},
        )
    return phones


def _stations(election: Election, area: str) -> list[tuple[Tps, int]]:
    """Regular TPS with their numbers of listed voters."""
    regular = Tps.objects.filter(within(area, "kelurahan_id"), election=election, kind=TpsKind.REGULAR)
    listed = Voter.objects.filter(within(area[:5], "kabkota_id"), election=election, listed=True)
    voters = dict(listed.values_list("tps_id").annotate(n=Count("*")))
    return [(tps, voters.get(tps.pk, 0)) for tps in regular.order_by("kelurahan_id", "number")]


def _assignment(one: Pantarlih, tps: Tps, first_day: dt.date, number: int, draw: random.Random) -> Assignment:
    # A few began without a decree: one of the things oversight looks for.
    decree = f"{number}/PPS/SK/{first_day.year}" if draw.random() > 0.02 else ""
    return Assignment(
        kabkota_id=tps.kabkota_id,
        pantarlih=one,
        tps=tps,
        from_day=first_day,
        sk_number=decree,
        sk_day=first_day if decree else None,
    )


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
