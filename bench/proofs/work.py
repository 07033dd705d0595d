"""What the pantarlih of a proof find, and when: drawn from the seed, so that a phone switched on again goes on with it.

Most events are ordinary; a few are what a faulty app would send. Pure.
"""

import json
import random
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from voters.codes import BARU, MENINGGAL, SESUAI, UBAH

PER_OUTING = 50
# Shares of the events: unreadable, unknown voter, new voter; and damaged on the phone's disk, so that no server can
# tell where it ends, which makes the whole upload unreadable.
UNREADABLE, UNKNOWN, NEW, DAMAGED = 0.002, 0.01, 0.02, 0.0005
_UBAH, _TMS = 0.15, 0.05


@dataclass(frozen=True)
class Work:
    """The events of one phone, numbered from 0, over so many seconds."""

    seed: int
    phone: int
    events: int
    seconds: float

    @cached_property
    def moments(self) -> list[float]:
        """When each event is recorded, in seconds from the beginning: in outings of about PER_OUTING."""
        draw = random.Random(f"{self.seed}/{self.phone}/moments")
        outings = [draw.uniform(0, self.seconds) for _ in range(max(self.events // PER_OUTING, 1))]
        return sorted(draw.choice(outings) for _ in range(self.events))

    def due(self, elapsed: float) -> int:
        """How many events are recorded by then."""
        return bisect_right(self.moments, elapsed)

    def event(self, number: int, voters: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Event number `number`; its id is made by the phone. `voters` are rows of the downloaded list."""
        draw = random.Random(f"{self.seed}/{self.phone}/{number}")
        voter, chance = draw.choice(voters), draw.random()
        if chance < UNREADABLE:
            return _unreadable(voter, draw)
        if chance < UNREADABLE + UNKNOWN:
            return {"voter": _uuid(draw), "code": SESUAI}
        if chance < UNREADABLE + UNKNOWN + NEW:
            return self._new(voter, number, draw)
        return _ordinary(voter, draw)

    def is_damaged(self, number: int) -> bool:
        """Whether the phone's disk damages this event."""
        return random.Random(f"{self.seed}/{self.phone}/{number}/damage").random() < DAMAGED

    def _new(self, voter: Mapping[str, Any], number: int, draw: random.Random) -> dict[str, Any]:
        copied = {name: voter[name] for name in ("nkk", "birth_place", "address", "rt", "rw")}
        # Kecamatan 99 does not exist; the serial is this phone's and event's own, but for a few that meet by design.
        nik = f"{voter['nik'][:4]}99010180{(self.phone * 37 + number) % 10_000:04d}"
        person = {
            "nik": nik, "name": "ORANG BARU", "birth_day": "1980-01-01", "sex": "L", "marital": "B", "disability": 0,
            "ktp_el": "S",
        }  # fmt: skip
        return {"voter": _uuid(draw), "code": BARU, "new": {**copied, **person}}


def is_whole(body: bytes) -> bool:
    """Whether a kept event is not a damaged one."""
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def _ordinary(voter: Mapping[str, Any], draw: random.Random) -> dict[str, Any]:
    event: dict[str, Any] = {"voter": voter["id"], "sticker": True, "receipt": draw.random() < 0.9}
    chance = draw.random()
    if chance < _UBAH:
        mended = draw.choice([{"rt": draw.randint(1, 12)}, {"rw": draw.randint(1, 12)}, {"marital": "S"}])
        return {**event, "code": UBAH, "corrected": mended}
    if chance < _UBAH + _TMS:
        return {**event, "code": MENINGGAL, "evidence": draw.choice(["ada", "menyusul", "belum_ada"])}
    return {**event, "code": SESUAI}


def _unreadable(voter: Mapping[str, Any], draw: random.Random) -> dict[str, Any]:
    faults: list[dict[str, Any]] = [
        {"colour": "blue"},
        {"corrected": {"name": "A\0B"}},
        {"corrected": {"name": "\ud800"}},
    ]
    return {"voter": voter["id"], "code": UBAH, **draw.choice(faults)}


def _uuid(draw: random.Random) -> str:
    digits = f"{draw.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"
