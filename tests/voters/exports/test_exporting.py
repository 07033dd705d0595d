"""What stands around the rows: the trail before the first byte, one at a time, and a break where rows are missing."""

import io
import zipfile

import pytest
from django.db import connection, transaction

from tests import scene as standing
from tests.scene import KELURAHAN, KOTA
from tests.voters.exports.results import give
from voters import access
from voters.exports import exporting, selection, watermark
from voters.exports.exporting import Busy, Incomplete, announce, stream
from voters.exports.layouts import BULK, LAYOUTS, SIDALIH
from voters.exports.selection import Counted
from voters.intake import marks
from voters.models import TrailEntry, Voter

pytestmark = pytest.mark.integration


def announced(order):
    with access.territory(order.area.pk):
        return announce(order)


@pytest.mark.parametrize(("layout", "persons"), [(SIDALIH, 4), (BULK, 2)])
def test_announcement_counts_and_is_on_the_trail(place, order, layout, persons):
    give(place.voters[0], "U")
    give(standing.make_voter(place.tps, listed=False), "B")
    asked = order(layout=layout, masked=True)
    assert announced(asked) == Counted(persons, listed=3)
    entry = TrailEntry.objects.get(verb="export_list")
    assert entry.after == {"layout": layout.key, "rows": persons, "masked": True}
    assert (entry.by_user, entry.region, entry.reason) == (place.kpu.pk, KELURAHAN, "rapat pleno")


def test_trail_tells_of_it_before_the_first_byte(place, order):
    asked = order()
    counted = announced(asked)
    assert TrailEntry.objects.filter(verb="export_list").count() == 1
    assert next(stream(asked, counted))


def test_results_that_come_in_meanwhile_are_in_the_file(place, order):
    asked = order()
    counted = announced(asked)
    give(standing.make_voter(place.tps, listed=False, name="BARU SEKALI"), "B")
    file = b"".join(stream(asked, counted)).decode()
    assert "BARU SEKALI" in file


def test_all_rows_are_those_of_one_moment(place, order):
    asked = order()
    pieces = stream(asked, announced(asked))
    next(pieces)
    _elsewhere("UPDATE voters_voter SET name = 'NAMA LAIN' WHERE kabkota_id = %s", KOTA)
    assert b"NAMA LAIN" not in b"".join(pieces)


def _elsewhere(statement, *parameters):
    """By another connection, committed."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(statement, parameters)
    finally:
        other.close()


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_file_with_fewer_rows_than_counted_breaks_off_and_is_told(place, order, monkeypatch, layout):
    for voter in place.voters:
        give(voter, "U")
    asked = order(layout=layout)
    counted = announced(asked)
    monkeypatch.setattr(selection, "sql", _hiding(selection.sql, place.voters[0]))
    pieces = []
    with pytest.raises(Incomplete, match="2 rows in place of 3"):
        _into(pieces, stream(asked, counted))
    assert TrailEntry.objects.get(verb="export_broken").after["problem"] == "2 rows in place of 3"
    assert not connection.in_atomic_block
    assert _is_seen_to_be_broken(b"".join(pieces), layout)


def _into(kept, pieces):
    """Keeps what came before the break, as a browser does."""
    for piece in pieces:
        kept.append(piece)  # a comprehension would lose them


def _is_seen_to_be_broken(file, layout):
    if layout.ending == "csv":
        return file.decode().splitlines()[-1] == marks.UNFINISHED
    return not zipfile.is_zipfile(io.BytesIO(file))


def test_any_fault_in_the_middle_is_seen_in_the_file(place, order, monkeypatch):
    def failing(order):
        yield b"KECAMATAN\n"
        yield b"PAHANDUT\n"
        raise ConnectionError

    monkeypatch.setitem(exporting.WRITERS, SIDALIH.key, failing)
    asked, pieces = order(), []
    with pytest.raises(ConnectionError):
        _into(pieces, stream(asked, announced(asked)))
    assert pieces[-1].decode().strip() == marks.UNFINISHED


def _hiding(sql, voter):
    """A defect of the statement: it loses a voter."""

    def broken(package, name):
        lost = f"deleted_at IS NULL AND nik <> '{voter.nik}'" if name == "export_rows" else "deleted_at IS NULL"
        return sql(package, name).replace("deleted_at IS NULL", lost)

    return broken


def test_scope_that_hides_listed_voters_breaks_off(place, order):
    asked = order()
    counted = announced(asked)
    Voter.objects.filter(kabkota_id=KOTA, pk=place.voters[0].pk).delete()
    with pytest.raises(Incomplete, match="2 rows in place of 3"):
        list(stream(asked, counted))
    assert TrailEntry.objects.filter(verb="export_broken").count() == 1


def test_scope_is_set_while_rows_are_read_and_gone_afterwards(place, order):
    asked = order()
    pieces = stream(asked, announced(asked))
    next(pieces)
    assert _scope() == KELURAHAN
    list(pieces)
    assert _scope() == ""


def _scope():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.territory', true)")
        return cursor.fetchone()[0]


def test_nothing_is_written_where_rows_are_read(place, order):
    asked = order()
    pieces = stream(asked, announced(asked))
    next(pieces)
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("on",)
    pieces.close()
    assert not connection.in_atomic_block


def test_second_export_of_an_account_waits_for_the_first(place, order):
    asked = order()
    counted = announced(asked)
    pieces = stream(asked, counted)
    next(pieces)
    with _second_session(f"export:{place.kpu.pk}") as got:
        assert not got
    list(pieces)
    with _second_session(f"export:{place.kpu.pk}") as got:
        assert got
        with pytest.raises(Busy):
            announced(asked)
        with pytest.raises(Busy):
            list(stream(asked, counted))
        assert announced(order(by=place.pps)) == counted
        assert announced(order(by=None)) == counted


class _second_session:
    """The same turn, asked for by another connection; held until the end of the block."""

    def __init__(self, key):
        self.key = key

    def __enter__(self):
        self.other = connection.copy()
        self.other.set_autocommit(False)
        with self.other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [self.key])
            return cursor.fetchone()[0]

    def __exit__(self, *_):
        self.other.rollback()
        self.other.close()


def test_announcement_that_is_rolled_back_leaves_no_trail(place, order):
    with transaction.atomic():
        announced(order())
        transaction.set_rollback(True)
    assert not TrailEntry.objects.filter(verb="export_list").exists()


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_layout_has_a_writer_and_a_name(order, layout):
    assert layout.key in exporting.WRITERS
    name = watermark.file_name(order(layout=layout, masked=True))
    assert name == f"{layout.key}_pemilu-2024_62.71.01.1001_20230304-1200_disamarkan.{layout.ending}"
    assert "disamarkan" not in watermark.file_name(order(layout=layout))
