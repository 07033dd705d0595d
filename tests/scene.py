"""The same standing places and people for every test: a small corner of Palangka Raya, and a foreign kota beside it.

`build()` makes everything once (fixture `scene`); the `make_…` functions add one more of a kind. Every NIK begins with
627199, a kecamatan that does not exist.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from voters import devices
from voters.elections import load_elections
from voters.models import Assignment, Device, Election, Membership, Pantarlih, Region, Stage, Tps, User, Voter
from voters.terms import KtpEl, Level, Marital, Role, Sex, StageKind, TpsKind

# 12.00 WIB on 4 March 2023, the 21st day of the coklit of Pemilu 2024.
NOW = dt.datetime(2023, 3, 4, 5, tzinfo=dt.UTC)
TODAY = dt.date(2023, 3, 4)
IN_OFFICE_SINCE = dt.date(2023, 1, 24)
PASSWORD = "kata-sandi-contoh"

PROVINCE, KOTA, KECAMATAN = "62", "62.71", "62.71.01"
KELURAHAN, NEXT_KELURAHAN, FAR_KELURAHAN = "62.71.01.1001", "62.71.01.1002", "62.71.02.1001"
FOREIGN_KOTA, FOREIGN_KELURAHAN = "31.71", "31.71.01.1001"

REGIONS = {
    "ID": ("Indonesia", "negara"),
    "62": ("Kalimantan Tengah", "provinsi"),
    "62.71": ("Kota Palangkaraya", "kota"),
    "62.71.01": ("Pahandut", "kecamatan"),
    "62.71.01.1001": ("Pahandut", "kelurahan"),
    "62.71.01.1002": ("Panarung", "kelurahan"),
    "62.71.02": ("Bukit Batu", "kecamatan"),
    "62.71.02.1001": ("Marang", "kelurahan"),
    "31": ("Daerah Khusus Ibukota Jakarta", "provinsi"),
    "31.71": ("Kota Adm. Jakarta Pusat", "kota"),
    "31.71.01": ("Gambir", "kecamatan"),
    "31.71.01.1001": ("Gambir", "kelurahan"),
}

_serials = count(1)


@dataclass(frozen=True)
class Scene:
    """Who and what stands. `tps` is TPS 1 of KELURAHAN with three listed `voters`; `pantarlih` serves it."""

    election: Election
    tps: Tps
    voters: list[Voter]
    pantarlih: Pantarlih
    assignment: Assignment
    device: Device
    token: str
    # Committees, each over the region in its name's place: KELURAHAN, KECAMATAN, KOTA, PROVINCE, the nation.
    pps: User
    ppk: User
    kpu: User
    kpu_province: User
    kpu_ri: User
    bawaslu: User
    # The same office in the foreign kota: may see nothing of ours.
    foreign_kpu: User


def build() -> Scene:
    """Everything, in about twenty statements."""
    make_regions()
    election = make_election()
    tps = make_tps(election)
    voters = make_voters(tps, 3)
    pantarlih, assignment = make_pantarlih(tps)
    device, token = make_device(pantarlih)
    return Scene(
        election=election,
        tps=tps,
        voters=voters,
        pantarlih=pantarlih,
        assignment=assignment,
        device=device,
        token=token,
        pps=make_user("pps", Role.PPS, KELURAHAN),
        ppk=make_user("ppk", Role.PPK, KECAMATAN),
        kpu=make_user("kpu", Role.KPU_KABKOTA, KOTA),
        kpu_province=make_user("kpu-provinsi", Role.KPU_PROVINCE, PROVINCE),
        kpu_ri=make_user("kpu-ri", Role.KPU_RI, "ID"),
        bawaslu=make_user("bawaslu", Role.BAWASLU_KABKOTA, KOTA),
        foreign_kpu=make_user("kpu-lain", Role.KPU_KABKOTA, FOREIGN_KOTA),
    )


def make_regions() -> None:
    """The tree of REGIONS."""
    Region.objects.bulk_create(
        Region(
            code=code,
            parent_id=None if code == "ID" else code.rpartition(".")[0] or "ID",
            name=name,
            level=Level.NATION if code == "ID" else 1 + code.count("."),
            kind=kind,
            zone="WIB",
            source="test",
        )
        for code, (name, kind) in REGIONS.items()
    )


def make_election(slug: str = "pemilu-2024") -> Election:
    """One of the shipped elections; all of them are loaded."""
    return next(election for election in load_elections(now=NOW) if election.slug == slug)


def hold_coklit_around(election: Election, day: dt.date) -> None:
    """Move the days of coklit to the month before and after `day`: doors that read the clock are then in its midst."""
    month = dt.timedelta(days=30)
    coklit = Stage.objects.filter(election=election, kind=StageKind.COKLIT)
    coklit.update(first_day=day - month, last_day=day + month)


def make_tps(election: Election, kelurahan: str = KELURAHAN, number: int = 1, kind: TpsKind = TpsKind.REGULAR) -> Tps:
    """One polling station."""
    return Tps.objects.create(
        kabkota_id=kelurahan[:5], election=election, kelurahan_id=kelurahan, number=number, kind=kind
    )


def voter_of(tps: Tps, **fields: Any) -> Voter:
    """A listed voter, valid in every field and not saved yet; `listed=False` makes a new one without DPID."""
    serial = next(_serials)
    sex = fields.get("sex", Sex.FEMALE if serial % 2 else Sex.MALE)
    birth_day = fields.get("birth_day", dt.date(1980, 1 + serial % 12, 1 + serial % 28))
    listed = fields.get("listed", True)
    values: dict[str, Any] = {
        "listed": True,
        "dpid": f"{10_000_000 + serial}" if listed else None,
        "nkk": f"627199010110{serial % 10_000:04d}",
        "nik": nik_of(birth_day, sex, serial),
        "name": f"PEMILIH CONTOH {serial}",
        "birth_place": "PALANGKA RAYA",
        "birth_day": birth_day,
        "sex": sex,
        "marital": Marital.MARRIED,
        "address": "JALAN CONTOH",
        "rt": 1,
        "rw": 1,
        "ktp_el": KtpEl.HAS,
        "source": "test",
    }
    return Voter(kabkota_id=tps.kabkota_id, election_id=tps.election_id, tps=tps, **{**values, **fields})


def make_voter(tps: Tps, **fields: Any) -> Voter:
    """One voter on the list of a TPS."""
    voter = voter_of(tps, **fields)
    voter.save(force_insert=True)
    return voter


def make_voters(tps: Tps, number: int, **fields: Any) -> list[Voter]:
    """Several voters in one statement, all with these fields."""
    return Voter.objects.bulk_create(voter_of(tps, **fields) for _ in range(number))


def nik_of(birth_day: dt.date, sex: str, serial: int) -> str:
    """A NIK that agrees with birth date and sex, of a kecamatan that does not exist."""
    day = birth_day.day + (40 if sex == Sex.FEMALE else 0)
    return f"627199{day:02d}{birth_day:%m%y}{serial % 10_000:04d}"


def make_pantarlih(*served: Tps, name: str = "PANTARLIH CONTOH") -> tuple[Pantarlih, Assignment]:
    """A pantarlih of the first TPS' kelurahan who serves all of them; the assignment is that of the first."""
    first = served[0]
    pantarlih = Pantarlih.objects.create(
        kabkota_id=first.kabkota_id, election_id=first.election_id, kelurahan_id=first.kelurahan_id, name=name
    )
    assignments = Assignment.objects.bulk_create(
        Assignment(
            kabkota_id=tps.kabkota_id,
            pantarlih=pantarlih,
            tps=tps,
            sk_number="1/PP.05/2023",
            sk_day=IN_OFFICE_SINCE,
            from_day=dt.date(2023, 2, 12),
        )
        for tps in served
    )
    return pantarlih, assignments[0]


def make_device(pantarlih: Pantarlih) -> tuple[Device, str]:
    """The pantarlih's phone, and its token."""
    token = devices.issue(pantarlih=pantarlih, now=NOW)
    device = devices.identify(token)
    assert device is not None
    return device, token


def make_user(username: str, role: Role, region: str, **fields: Any) -> User:
    """An account with one office, in office since IN_OFFICE_SINCE, that can sign in with PASSWORD."""
    values = {"name": username.upper(), "email": f"{username}@example.com", "is_staff": True, **fields}
    user = User.objects.create(username=username, password=_hashed(PASSWORD), **values)
    Membership.objects.create(user=user, role=role, region_id=region, from_day=IN_OFFICE_SINCE)
    return user


@cache
def _hashed(password: str) -> str:
    # Hashing is slow on purpose: once per run is enough.
    return make_password(password)
