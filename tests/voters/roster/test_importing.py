"""A whole list or nothing: what a good file leaves behind."""

import datetime as dt
import hashlib
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.scene import (
    FOREIGN_KELURAHAN,
    KECAMATAN,
    KELURAHAN,
    KOTA,
    NEXT_KELURAHAN,
    NOW,
    make_tps,
    make_voter,
)
from tests.voters.roster.lists import COLUMNS, row, text_of, write
from tests.voters.sync.events import desk_of, event
from voters.access import territory
from voters.intake.badfile import BadFile
from voters.intake.kind import Progress, RowsLeftOut
from voters.models import Change, CoklitResult, FileImport, Region, Tps, TrailEntry, Voter
from voters.roster.importing import import_list
from voters.sync.apply import apply_results
from voters.sync.replay import check

pytestmark = pytest.mark.integration

FILES = Path(__file__).parent / "files"
SECOND = dt.timedelta(seconds=1)


def load(scene, path, area=KOTA, **options):
    times = iter([NOW, NOW + SECOND])
    region = Region.objects.get(pk=area)
    return import_list(path, election=scene.election, area=region, by=scene.kpu, clock=lambda: next(times), **options)


def proof(report):
    return report.rows, report.created, report.changed, report.unchanged, report.missing


def marked():
    return Counter(Change.objects.values_list("tps_id", flat=True))


def test_good_file_is_loaded_with_every_value(bare):
    report = load(bare, FILES / "good.csv")
    assert proof(report) == (3, 3, 0, 0, 0)
    first = Voter.objects.order_by("dpid").first()
    assert (first.kabkota_id, first.election_id, first.tps_id) == (KOTA, bare.election.pk, bare.tps.pk)
    assert (first.listed, first.dpid, first.nkk, first.nik) == (
        True,
        "90000001",
        "6271990101100001",
        "6271995202800001",
    )
    assert (first.name, first.birth_place, first.birth_day) == ("SITI", "PALANGKA RAYA", dt.date(1980, 2, 12))
    assert (first.sex, first.marital, first.address, first.rt, first.rw) == ("P", "S", "JALAN CONTOH", 1, 2)
    assert (first.disability, first.ktp_el, first.source, first.doubts) == (0, "S", "DP4", None)
    assert list(Voter.objects.order_by("dpid").values_list("name", flat=True)) == ["SITI", "BUDI", "SARI"]


def test_report_and_trail_are_kept(bare):
    report = load(bare, FILES / "good.csv")
    kept = FileImport.objects.get()
    assert (kept.pk, kept.file_name, kept.area_id, kept.by) == (report.pk, "good.csv", KOTA, bare.kpu)
    assert kept.file_hash == hashlib.sha256((FILES / "good.csv").read_bytes()).hexdigest()
    assert (kept.uploaded_at, kept.committed_at) == (NOW, NOW + SECOND)
    entry = TrailEntry.objects.get(verb="import_list")
    assert (entry.by_name, entry.region, entry.subject) == ("kpu", KOTA, f"import:{report.pk}")
    assert entry.after == {"rows": 3, "created": 3, "changed": 0}


def test_every_tps_of_the_area_is_marked_once_and_has_a_new_revision(bare):
    other = make_tps(bare.election, number=2)
    outside = make_tps(bare.election, FOREIGN_KELURAHAN)
    load(bare, FILES / "good.csv")
    assert marked() == {bare.tps.pk: 1, other.pk: 1}
    assert {tps.pk: tps.revision for tps in Tps.objects.all()} == {bare.tps.pk: 1, other.pk: 1, outside.pk: 0}


def test_same_file_again_changes_nothing(bare):
    load(bare, FILES / "good.csv")
    before = list(Voter.objects.order_by("pk").values())
    assert proof(load(bare, FILES / "good.csv")) == (3, 0, 0, 3, 0)
    assert list(Voter.objects.order_by("pk").values()) == before


def test_changed_fields_are_taken_over_and_the_voter_stays_the_same(bare, tmp_path):
    load(bare, FILES / "good.csv")
    first = Voter.objects.get(dpid="90000001")
    changed = row(1, NAMA="SITI AMINAH", RT="7", DISABILITAS="3")
    report = load(bare, write(tmp_path / "a.csv", changed, *rows_of_good()[1:]))
    assert proof(report) == (3, 0, 1, 2, 0)
    again = Voter.objects.get(dpid="90000001")
    assert (again.pk, again.name, again.rt, again.disability) == (first.pk, "SITI AMINAH", 7, 3)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("NKK", "6271990101109999"),
        ("NIK", "6271995202809999"),
        ("NAMA", "LAIN"),
        ("KELAMIN", "L"),
        ("TEMPAT LAHIR", "SAMPIT"),
        ("TANGGAL LAHIR", "13|02|1980"),
        ("STS KAWIN", "P"),
        ("ALAMAT", "JALAN LAIN"),
        ("RT", "9"),
        ("RW", "9"),
        ("DISABILITAS", "1"),
        ("EKTP", "B"),
        ("SUMBER", "DPT"),
    ],
)
def test_change_of_any_single_field_is_seen(bare, tmp_path, column, value):
    load(bare, write(tmp_path / "a.csv", row(1)))
    assert proof(load(bare, write(tmp_path / "b.csv", {**row(1), column: value}))) == (1, 0, 1, 0, 0)
    assert proof(load(bare, tmp_path / "b.csv")) == (1, 0, 0, 1, 0)


def test_voter_who_is_not_in_the_file_stays_and_is_counted_missing(bare, tmp_path):
    load(bare, FILES / "good.csv")
    report = load(bare, write(tmp_path / "a.csv", row(1), row(4)))
    assert proof(report) == (2, 1, 0, 1, 2)
    assert Voter.objects.filter(kabkota_id=KOTA).count() == 4


def test_new_voters_of_coklit_are_neither_missing_nor_touched(bare):
    new = make_voter(bare.tps, listed=False)
    report = load(bare, FILES / "good.csv")
    assert proof(report) == (3, 3, 0, 0, 0)
    assert Voter.objects.get(kabkota_id=KOTA, pk=new.pk).name == new.name


def test_voter_moved_to_another_tps_marks_both(bare, tmp_path):
    other = make_tps(bare.election, NEXT_KELURAHAN)
    load(bare, FILES / "good.csv")
    Change.objects.all().delete()
    moved = row(1, KODE_WILAYAH=NEXT_KELURAHAN)
    assert proof(load(bare, write(tmp_path / "a.csv", moved))) == (1, 0, 1, 0, 2)
    assert Voter.objects.get(dpid="90000001").tps_id == other.pk
    assert marked() == {bare.tps.pk: 1, other.pk: 1}


def test_voter_who_comes_from_outside_the_area_marks_the_tps_left_behind(bare, tmp_path):
    far = make_tps(bare.election, "62.71.02.1001")
    make_voter(far, dpid="90000001")
    Tps.objects.filter(kabkota_id=KOTA, pk=far.pk).update(revision=40)
    report = load(bare, write(tmp_path / "a.csv", row(1)), area=KECAMATAN)
    assert proof(report) == (1, 0, 1, 0, 0)
    assert marked() == {bare.tps.pk: 1, far.pk: 1}
    # Newer than any revision that the voter's results have.
    assert Tps.objects.get(kabkota_id=KOTA, pk=bare.tps.pk).revision == 41


def test_voter_who_comes_from_another_kabkota_is_a_voter_here_and_missing_there(bare, tmp_path):
    foreign = make_tps(bare.election, FOREIGN_KELURAHAN)
    load(bare, write(tmp_path / "a.csv", row(1, KODE_WILAYAH=FOREIGN_KELURAHAN), row(2)), area="ID")
    report = load(bare, write(tmp_path / "b.csv", row(1), row(2), row(3, KODE_WILAYAH=FOREIGN_KELURAHAN)), area="ID")
    assert proof(report) == (3, 2, 0, 1, 1)
    assert Voter.objects.filter(kabkota_id=KOTA, dpid="90000001").count() == 1
    assert Voter.objects.filter(kabkota_id="31.71", tps_id=foreign.pk).count() == 2


def test_results_survive_and_stay_what_the_ledger_says(bare, tmp_path):
    other = make_tps(bare.election, NEXT_KELURAHAN)
    load(bare, FILES / "good.csv")
    voter = Voter.objects.get(dpid="90000001").pk
    record(bare, bare.tps, event("U", voter, corrected={"rt": 9}), event("1", voter))
    load(bare, write(tmp_path / "a.csv", row(1, KODE_WILAYAH=NEXT_KELURAHAN, NAMA="LAIN")))
    assert CoklitResult.objects.get().code == "1"
    assert record(bare, other, event("0", voter, base_revision=4)) == ["accepted"]
    assert (CoklitResult.objects.get().code, CoklitResult.objects.get().revision) == ("0", 5)
    assert check(KOTA).differing == 0


def record(scene, tps, *events):
    with territory(KOTA):
        answers = apply_results(kabkota=KOTA, tps=tps.pk, events=events, source=desk_of(scene), now=NOW)
    return [answer.status for answer in answers]


def rows_of_good():
    lines = (FILES / "good.csv").read_text(encoding="utf-8").splitlines()
    return [dict(zip(COLUMNS, line.split("#"), strict=True)) for line in lines[1:]]


def test_doubtful_rows_are_loaded_and_counted(bare, tmp_path):
    report = load(bare, write(tmp_path / "a.csv", row(1, KELAMIN="L"), row(2)))
    assert (report.rows, report.doubtful) == (2, 1)
    assert Voter.objects.get(dpid="90000001").doubts == ["nik_sex"]


def test_names_place_rows_where_there_is_no_code(bare):
    assert proof(load(bare, FILES / "without_code.csv")) == (3, 3, 0, 0, 0)
    assert proof(load(bare, FILES / "good.csv")) == (3, 0, 0, 3, 0)


@pytest.mark.parametrize("name", ["PAHANDUT", "pahandut", "Pa Handut", "PA-HANDUT", " Pahandut "])
def test_blanks_and_case_of_names_do_not_count(bare, tmp_path, name):
    path = write(tmp_path / "a.csv", row(1, KECAMATAN=name, KELURAHAN=name), columns=COLUMNS[1:])
    assert proof(load(bare, path)) == (1, 1, 0, 0, 0)


def test_ambiguous_name_is_refused_without_code_and_taken_with_it(bare, tmp_path):
    Region.objects.create(
        code="62.71.01.2009", parent_id=KECAMATAN, name="PAHAN DUT", level=4, kind="desa", zone="WIB", source="test"
    )
    path = write(tmp_path / "a.csv", row(1), columns=COLUMNS[1:])
    with pytest.raises(RowsLeftOut) as refused:
        load(bare, path)
    assert [(one.code, one.rows) for one in refused.value.report.findings] == [("region_ambiguous", 1)]
    assert proof(load(bare, write(tmp_path / "b.csv", row(1)))) == (1, 1, 0, 0, 0)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_make_no_difference(bare, tmp_path, start, end):
    path = tmp_path / "a.csv"
    path.write_bytes((start + text_of(row(1), row(2), end=end)).encode())
    assert proof(load(bare, path)) == (2, 2, 0, 0, 0)
    assert Voter.objects.get(dpid="90000002").tps_id == bare.tps.pk


def test_last_line_needs_no_line_end(bare, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(text_of(row(1), row(2)).rstrip("\n"), encoding="utf-8")
    assert load(bare, path).rows == 2


@pytest.mark.parametrize(
    "name",
    ['"SITI"', 'SITI "', '"', "O'NEIL", "100 % SITI", "%s %(x)s", "\\N", "\\.", "A\\tB", "SITI; DROP", "Ñusantara"],
)
def test_name_is_kept_as_it_is_written(bare, tmp_path, name):
    load(bare, write(tmp_path / "a.csv", row(1, NAMA=name, ALAMAT=name)))
    voter = Voter.objects.get()
    assert (voter.name, voter.address) == (name, name)


def test_rt_and_tps_with_leading_zeros_are_numbers(bare, tmp_path):
    load(bare, write(tmp_path / "a.csv", row(1, RT="001", RW="000", TPS="001")))
    voter = Voter.objects.get()
    assert (voter.rt, voter.rw, voter.tps_id) == (1, 0, bare.tps.pk)


def test_dry_run_reports_and_keeps_nothing(bare):
    report = load(bare, FILES / "good.csv", dry_run=True, create_tps=True)
    assert proof(report) == (3, 3, 0, 0, 0)
    kept = [model.objects.count() for model in (Voter, FileImport, Change, TrailEntry)]
    assert kept == [0, 0, 0, TrailEntry.objects.exclude(verb="import_list").count()]
    assert Tps.objects.get().revision == 0


def test_tps_are_made_on_request(bare, tmp_path):
    rows = [row(1, TPS="12"), row(2, TPS="012"), row(3, TPS="901"), row(4)]
    assert proof(load(bare, write(tmp_path / "a.csv", *rows), create_tps=True)) == (4, 4, 0, 0, 0)
    made = list(Tps.objects.order_by("number").values_list("kelurahan_id", "number", "kind"))
    assert made == [(KELURAHAN, 1, "reguler"), (KELURAHAN, 12, "reguler"), (KELURAHAN, 901, "khusus")]
    assert sum(marked().values()) == 3


def test_progress_tells_the_bytes_and_the_steps(bare):
    told = []
    load(bare, FILES / "good.csv", progress=told.append)
    size = (FILES / "good.csv").stat().st_size
    header = len((FILES / "good.csv").read_bytes().splitlines()[0]) + 1
    assert told == [
        Progress("read", size - header, size, "bytes"),
        Progress("check"),
        Progress("match"),
        Progress("write", 0, 3),
    ]


def test_header_alone_is_no_list(bare, tmp_path):
    with pytest.raises(BadFile) as bad:
        load(bare, write(tmp_path / "a.csv"))
    assert bad.value.code == "no_rows"


def test_invented_list_comes_through_whole(bare, tmp_path):
    """Round trip: as many voters of each sex in each TPS as the file has rows."""
    out = tmp_path / "list.csv"
    call_command("make_list", area="62.71.05.1002", stage="dpt", out=str(out), limit_tps=3)
    for code, parent, name in (("62.71.05", KOTA, "Rakumpit"), ("62.71.05.1002", "62.71.05", "Petuk Bukit")):
        level = code.count(".") + 1
        Region.objects.create(code=code, parent_id=parent, name=name, level=level, kind="x", zone="WIB", source="test")
    lines = [line.split("#") for line in out.read_text(encoding="utf-8").splitlines()]
    tps, sex = lines[0].index("TPS"), lines[0].index("KELAMIN")
    expected = Counter((int(line[tps]), line[sex]) for line in lines[1:])
    report = load(bare, out, area="62.71.05", create_tps=True)
    assert report.rows == report.created == sum(expected.values()) > 100
    loaded = Voter.objects.filter(kabkota_id=KOTA).values_list("tps__number", "sex")
    assert Counter(loaded) == expected
    assert report.doubtful == 0


@pytest.mark.parametrize("byte", ["\x01", "\x02"])
def test_control_character_that_would_swallow_rows_or_values_is_refused(bare, tmp_path, byte):
    columns = [*COLUMNS, "STATUS"]
    rows = [{**row(n), "STATUS": byte if n in (2, 5) else "AKTIF"} for n in range(1, 7)]
    with pytest.raises(BadFile) as bad:
        load(bare, write(tmp_path / "list.csv", *rows, columns=columns))
    assert (bad.value.code, bad.value.row) == ("control_char", 3)
    assert Voter.objects.count() == 0


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "the end of the file"])
def test_every_line_is_a_row_whatever_ends_it(bare, tmp_path, end, last):
    text = text_of(*(row(n) for n in range(1, 5)), end=end)
    path = tmp_path / "list.csv"
    # The header ends in LF: it is read apart.
    head, _, rest = text.partition(end)
    path.write_bytes((head + "\n" + (rest.removesuffix(end) if last else rest)).encode())
    assert proof(load(bare, path)) == (4, 4, 0, 0, 0)
