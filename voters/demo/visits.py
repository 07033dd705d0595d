"""What an invented pantarlih finds at the doors, and how it looks on the wire. Pure but for the random generator given.

The mix is that of a usual coklit: nine of ten as listed, some corrected, some ineligible, a few new voters.
"""

import datetime as dt
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

import msgspec

from voters.codes import BARU, MENINGGAL, SESUAI, UBAH

# Event and batch ids of the demonstration are made from what they stand for, so that an interrupted start repeats them.
SPACE = UUID("3f0b8c0e-0d0c-4c6b-9a44-c0c1170c0c11")
APP_VERSION = "contoh 1"

_OUTCOMES = [(SESUAI, 900), (UBAH, 45), ("1", 24), ("3", 4), ("4", 12), ("6", 3), ("7", 2)]
_NEW_VOTERS_PER_VISIT = 0.008
_NEW_FIRST = {
    "L": ("ADI", "BAYU", "CANDRA", "EKO", "RIZKI", "YUSUF"),
    "P": ("AYU", "DEWI", "INTAN", "PUTRI", "RINA", "SARI"),
}
_NEW_SECOND = ("LESTARI", "PERTIWI", "RAMADHAN", "SANTOSO", "SAPUTRA", "WULANDARI", "YANSEN", "ANGGRAINI")


def visit(voter: Mapping[str, Any], at: dt.datetime, codes: Iterable[str], draw: random.Random) -> dict[str, Any]:
    """The event of one door: `voter` is a row of the downloaded list, `codes` those this pantarlih may set."""
    allowed = set(codes)
    outcomes = [(code, weight) for code, weight in _OUTCOMES if code in allowed]
    code = draw.choices([c for c, _ in outcomes], [w for _, w in outcomes])[0]
    event: dict[str, Any] = {
        "id": uuid5(SPACE, f"{voter['id']}/{at.isoformat()}"),
        "voter": voter["id"],
        "code": code,
        "at": at,
    }
    if code == UBAH:
        event["corrected"] = draw.choice(
            [{"rt": draw.randint(1, 12)}, {"rw": draw.randint(1, 12)}, {"marital": "S"}, {"ktp_el": "S"}]
        )
    if code == MENINGGAL:
        event["evidence"] = draw.choices(["ada", "menyusul", "belum_ada"], [70, 20, 10])[0]
    return event


def new_neighbour(voter: Mapping[str, Any], at: dt.datetime, draw: random.Random) -> dict[str, Any]:
    """A person found in the household of `voter` who is on no list."""
    born = dt.date(at.year - 17 - draw.randint(1, 40), draw.randint(1, 12), draw.randint(1, 28))
    sex = draw.choice("LP")
    day = born.day + (40 if sex == "P" else 0)
    # Kecamatan 99 does not exist; serials from 5000 on are not used by the invented lists.
    nik = f"{voter['nik'][:4]}99{day:02d}{born:%m%y}{draw.randint(5000, 9999)}"
    person = uuid5(SPACE, f"{voter['id']}/baru/{at.isoformat()}")
    return {
        "id": uuid5(SPACE, f"{person}/{at.isoformat()}"),
        "voter": person,
        "code": BARU,
        "at": at,
        "new": {
            "nkk": voter["nkk"],
            "nik": nik,
            "name": f"{draw.choice(_NEW_FIRST[sex])} {draw.choice(_NEW_SECOND)}",
            "birth_place": voter["birth_place"],
            "birth_day": born,
            "sex": sex,
            "marital": "S" if at.year - born.year > 25 else "B",
            "address": voter["address"],
            "rt": voter["rt"],
            "rw": voter["rw"],
            "disability": 0,
            "ktp_el": "S",
        },
    }


def visits(
    voters: Sequence[Mapping[str, Any]], begin: dt.datetime, end: dt.datetime, codes: Iterable[str], draw: random.Random
) -> list[dict[str, Any]]:
    """Events of a round past these voters, spread evenly from `begin` to `end`."""
    step = (end - begin) / max(len(voters), 1)
    allowed, events = set(codes), []
    for place, voter in enumerate(voters):
        at = begin + step * place
        events.append(visit(voter, at, allowed, draw))
        if BARU in allowed and draw.random() < _NEW_VOTERS_PER_VISIT:
            events.append(new_neighbour(voter, at, draw))
    return events


def upload(tps: UUID | str, events: Sequence[Mapping[str, Any]], sent_at: dt.datetime, **counts: int) -> bytes:
    """The body of one upload; `counts` are the envelope's recorded, waiting, failed and attempts."""
    batch = uuid5(SPACE, f"{tps}/{sent_at.isoformat()}")
    envelope = {"batch": batch, "tps": tps, "sent_at": sent_at, "app_version": APP_VERSION, "events": events, **counts}
    return msgspec.json.encode(envelope)
