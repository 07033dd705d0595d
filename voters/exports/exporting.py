"""Gives out a voter list: announced and on the trail first, then streamed, and broken off where rows are missing."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from voters import access, trail
from voters.exports import sheets, sidalih
from voters.exports.layouts import A_DAFTAR, BULK, SIDALIH
from voters.exports.selection import Counted, Order, count
from voters.intake.marks import UNFINISHED
from voters.models import User

WRITERS: dict[str, Callable[[Order], Generator[bytes, None, int]]] = {
    SIDALIH.key: sidalih.written,
    BULK.key: sheets.bulk,
    A_DAFTAR.key: sheets.a_daftar,
}


class Busy(Exception):  # not an error: the account has to wait
    """Another export of the same account is still running."""


class Incomplete(RuntimeError):
    """The file does not hold what was announced; the transfer must break off."""


def announce(order: Order) -> Counted:
    """Count, and put the export on the trail; raises Busy. Inside `access.territory`; commit before the first byte.

    Here, where the number of persons is known and nothing has left yet, is the place to ask for a second person's
    word above a number of persons.
    """
    _take_turn(order.by)
    counted = count(order)
    trail.record(
        verb="export_list",
        by=order.by,
        region=order.area.pk,
        subject=f"election:{order.election.pk}",
        now=order.now,
        after={"layout": order.layout.key, "rows": counted.persons, "masked": order.masked},
        reason=order.purpose,
    )
    return counted


def stream(order: Order, announced: Counted) -> Iterator[bytes]:
    """The file, from a scope of its own; raises Incomplete (and tells the trail) where rows are missing.

    Results come in all the time: where the rows are not those announced, they must be those there are in the moment
    that was written. Listed voters are neither made nor lost by results, so they must be as many as were announced.
    The last piece leaves after that only: without it a workbook cannot be opened, and a CSV ends with the words that
    it is not complete.
    """
    try:
        with _one_moment(order.area.pk):
            _take_turn(order.by)
            last, rows = yield from _all_but_last(WRITERS[order.layout.key](order))
            if rows != announced.persons and count(order) != Counted(rows, announced.listed):
                raise Incomplete(f"{rows} rows in place of {announced.persons}")
            yield last
    except Exception as broken:
        if order.layout.ending == "csv":
            yield f"\n{UNFINISHED}\n".encode()
        if isinstance(broken, Incomplete):
            _record_break(order, broken)
        raise


def _all_but_last(pieces: Generator[bytes, None, int]) -> Generator[bytes, None, tuple[bytes, int]]:
    """Hands on all pieces but the last one, which is returned with what the pieces return."""
    held = b""
    try:
        while True:
            piece = next(pieces)
            if held:
                yield held
            held = piece
    except StopIteration as end:
        return held, end.value
    finally:
        # The rows are read on this connection: they must be let go before its transaction ends.
        pieces.close()


def _record_break(order: Order, broken: Incomplete) -> None:
    with access.territory(order.area.pk):
        trail.record(
            verb="export_broken",
            by=order.by,
            region=order.area.pk,
            subject=f"election:{order.election.pk}",
            now=order.now,
            after={"layout": order.layout.key, "problem": str(broken)},
        )


@contextmanager
def _one_moment(area: str) -> Iterator[None]:
    """`access.territory` in which every statement sees the rows of the same moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        with access.territory(area):
            yield


def _take_turn(by: User | None) -> None:
    """One export at a time for an account: until the end of the transaction."""
    if by is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"export:{by.pk}"])
        if not cursor.fetchone()[0]:
            raise Busy
