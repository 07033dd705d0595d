"""An import is a changeset: taking it back leaves what stood before it, or nothing happens and the voters are named."""

import datetime as dt

import pytest

from tests.scene import KELURAHAN, KOTA, NEXT_KELURAHAN, NOW, make_tps, make_voter
from tests.voters.roster.lists import COLUMNS, row, write
from tests.voters.roster.loads import load, proof, undo
from tests.voters.sync.events import desk_of, event
from voters.access import territory
from voters.intake.kind import UndoRefused
from voters.models import Change, CoklitResult, Duplicate, ImportChange, LeftOut, ListShift, Notice, Tps, Voter
from voters.sync.apply import apply_results

pytestmark = pytest.mark.integration


def standing():
    """The list as it is."""
    return list(Voter.objects.order_by("pk").values())


def record(scene, tps, *events):
    with territory(KOTA):
        apply_results(kabkota=KOTA, tps=tps.pk, events=events, source=desk_of(scene), now=NOW)


def refusal(loaded):
    with pytest.raises(UndoRefused) as refused:
        undo(loaded)
    return {one.code: (one.rows, [sample.value for sample in one.samples]) for one in refused.value.report.refused_undo}


def test_first_load_is_taken_back_with_its_tps(bare, tmp_path):
    loaded = load(bare, write(tmp_path / "a.csv", row(1), row(2, TPS="7"), row(3, TPS="8")), create_tps=True)
    make_voter(Tps.objects.get(number=8), dpid="5")
    before = [voter for voter in standing() if voter["dpid"] == "5"]
    Change.objects.all().delete()
    assert undo(loaded).facts == {"removed": 3, "restored": 0, "tps_removed": 1}
    assert standing() == before
    assert sorted(Tps.objects.values_list("number", flat=True)) == [1, 8]
    assert Change.objects.count() == 3
    assert not ImportChange.objects.exists()


def test_changed_voters_get_every_value_back(bare, tmp_path):
    make_tps(bare.election, NEXT_KELURAHAN)
    load(bare, write(tmp_path / "a.csv", row(1), row(2, KELAMIN="L"), row(3)))
    before = standing()
    changed = row(
        1, NKK="1", NIK="2", NAMA="A", KELAMIN="W", TEMPAT_LAHIR="B", TANGGAL_LAHIR="?", STS_KAWIN="?", ALAMAT="C",
        RT="9", RW="8", DISABILITAS="4", EKTP="B", SUMBER="D", KODE_WILAYAH=NEXT_KELURAHAN,
    )  # fmt: skip
    second = load(bare, write(tmp_path / "b.csv", changed, row(2), row(4)))
    assert proof(second) == (3, 1, 2, 0, 0, 1)
    assert undo(second).facts == {"removed": 1, "restored": 2, "tps_removed": 0}
    assert standing() == before


def test_voter_without_dpid_gets_its_blank_back(bare, tmp_path):
    load(bare, write(tmp_path / "a.csv", row(1), columns=[name for name in COLUMNS if name != "DPID"]))
    before = standing()
    undo(load(bare, write(tmp_path / "b.csv", row(1))))
    assert standing() == before


def test_undo_is_refused_where_a_pantarlih_or_office_has_worked(bare, tmp_path):
    loaded = load(bare, write(tmp_path / "a.csv", row(1), row(2), row(3)))
    before = standing()
    record(bare, bare.tps, event("1", Voter.objects.get(dpid="90000002").pk))
    assert refusal(loaded) == {"result_since": (1, [f"DPID 90000002, {KELURAHAN} TPS 001"])}
    assert standing() == before
    assert CoklitResult.objects.count() == 1


def test_undo_of_a_change_is_refused_for_what_came_after_it_only(bare, tmp_path):
    load(bare, write(tmp_path / "a.csv", row(1), row(2)))
    record(bare, bare.tps, event("1", Voter.objects.get(dpid="90000001").pk))
    second = load(bare, write(tmp_path / "b.csv", row(1, RT="9"), row(2)))
    undo(second)
    assert Voter.objects.get(dpid="90000001").rt == 1
    third = load(bare, write(tmp_path / "c.csv", row(1, RT="8"), row(2)))
    later = third.committed_at + dt.timedelta(minutes=1)
    with territory(KOTA):
        Notice.objects.create(
            kabkota_id=KOTA, kelurahan_id=KELURAHAN, tps=bare.tps, voter=Voter.objects.get(dpid="90000001"),
            text="Periksa", given_by=bare.pps, given_at=later,
        )  # fmt: skip
    assert refusal(third) == {"result_since": (1, [f"DPID 90000001, {KELURAHAN} TPS 001"])}


def test_undo_is_refused_where_a_later_import_changed_the_voter(bare, tmp_path):
    first = load(bare, write(tmp_path / "a.csv", row(1), row(2)))
    second = load(bare, write(tmp_path / "b.csv", row(1), row(2, NAMA="LAIN")))
    assert refusal(first) == {"changed_since": (1, [f"DPID 90000002, {KELURAHAN} TPS 001"])}
    undo(second)
    undo(first)
    assert standing() == []


def test_shift_of_the_list_is_told_both_ways(bare, tmp_path):
    make_voter(bare.tps)
    loaded = load(bare, write(tmp_path / "a.csv", row(1), row(2)))
    shifts = ListShift.objects.order_by("at").values_list("kelurahan", "before", "after")
    assert list(shifts.all()) == [(KELURAHAN, 1, 3)]
    undo(loaded)
    assert list(shifts.all()) == [(KELURAHAN, 1, 3), (KELURAHAN, 3, 1)]


def test_rows_left_out_and_settled_are_as_before(bare, tmp_path):
    load(bare, write(tmp_path / "a.csv", row(1), row(2, TPS="9")))
    second = load(bare, write(tmp_path / "b.csv", row(2), row(3, TPS="9")))
    assert LeftOut.objects.filter(settled_at=None).values_list("dpid", flat=True).get() == "90000003"
    undo(second)
    assert LeftOut.objects.values_list("dpid", "settled_by", "settled_at").get() == ("90000002", None, None)


def test_duplicates_of_the_import_go(bare, tmp_path):
    make_voter(bare.tps, nik=row(1)["NIK"])
    loaded = load(bare, write(tmp_path / "a.csv", row(1)))
    assert Duplicate.objects.count() == 2
    undo(loaded)
    assert Duplicate.objects.count() == 0


def test_phones_get_the_lists_anew(bare, tmp_path):
    loaded = load(bare, write(tmp_path / "a.csv", row(1)))
    before = Tps.objects.get(pk=bare.tps.pk)
    undo(loaded)
    after = Tps.objects.get(pk=bare.tps.pk)
    assert after.list_revision == after.revision > before.revision
