"""A planned list as bytes, village after village, on one process or several. Memory stays at a few villages.

The bytes do not depend on the number of processes: every village draws for itself, and they are handed out
in order.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import NamedTuple

from voters.synthetic.planning import Plan
from voters.synthetic.scribe import village_rows
from voters.synthetic.sidalih import Edition, VillageList


class Piece(NamedTuple):
    """Some rows (or the header, with `voters` 0) in file order."""

    text: bytes
    voters: int


def pieces(edition: Edition, plan: Plan, processes: int = 1) -> Iterator[Piece]:
    """The whole list in file order, header first."""
    yield Piece(edition.header.encode(), 0)
    if processes == 1:
        for village in plan.villages:
            for quota, text in zip(village.tps, village_rows(edition, village), strict=True):
                yield Piece(text, quota.voters)
    else:
        yield from _in_parallel(edition, plan, processes)


def _in_parallel(edition: Edition, plan: Plan, processes: int) -> Iterator[Piece]:
    """Villages made side by side; only a few wait at a time, so a slow disk does not fill the memory."""
    villages = iter(plan.villages)
    waiting: deque[tuple[VillageList, Future[bytes]]] = deque()
    with ProcessPoolExecutor(processes) as pool:
        for village in islice(villages, 2 * processes):
            waiting.append((village, pool.submit(_village_text, edition, village)))
        while waiting:
            village, made = waiting.popleft()
            yield Piece(made.result(), village.voters)
            for following in islice(villages, 1):
                waiting.append((following, pool.submit(_village_text, edition, following)))


def _village_text(edition: Edition, village: VillageList) -> bytes:
    return b"".join(village_rows(edition, village))
