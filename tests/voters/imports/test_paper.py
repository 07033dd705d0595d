"""Paper results in Excel: Model A-Daftar Pemilih as it is printed, the bulk columns, days of the visit, ranks."""

import datetime as dt

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.scene import KELURAHAN, KOTA, NEXT_KELURAHAN, NOW, make_tps, make_voters
from tests.voters.imports.results import NEW, Results, events, ledger_agrees, open_conflicts, row, standing, text
from tests.voters.imports.sheets import codes, numbers
from tests.voters.sync.events import desk_of, event, phone_of
from voters.access import territory
from voters.imports import paper
from voters.intake import layout as layouts
from voters.intake.kind import Job, RowsLeftOut
from voters.intake.sniff import sniff
from voters.models import Change, CoklitEvent, CoklitResult, Membership, Stage, Voter
from voters.sync.apply import apply_results
from voters.terms import CommitChoice, ImportKind

pytestmark = pytest.mark.integration

VALID = CommitChoice.VALID
MODEL_A = (
    "No", "No KK", "NIK", "Nama", "Tempat Lahir", "Tanggal Lahir", "Status Perkawinan B/S/P", "Jenis Kelamin L/P",
    "Jalan/Dukuh", "RT", "RW", "Disabilitas", "Status KTP-el S/B", "Keterangan",
)  # fmt: skip


@pytest.fixture
def files(scene, tmp_path):
    return Results(paper, ImportKind.PAPER, scene.election, tmp_path, scene.pps, KELURAHAN)


@pytest.fixture
def people(scene):
    return [*scene.voters, *make_voters(scene.tps, 5)]


def say(scene, source, code, voter, **more):
    said = event(code, voter.pk, **more)
    with territory(KOTA):
        (answer,) = apply_results(kabkota=KOTA, tps=voter.tps_id, events=[said], source=source, now=said.at)
    return answer


def form_a(folder, *rows):
    """A workbook as it is printed: identity block, headings, numbers of the columns, rows, a footer."""
    book = openpyxl.Workbook()
    sheet = book.active
    for line in (
        ["MODEL A-DAFTAR PEMILIH"],
        ["KECAMATAN", ":", "PAHANDUT"],
        ["DESA/KELURAHAN", ":", "PAHANDUT"],
        ["TPS", ":", "001"],
        [],
        MODEL_A,
        list(range(1, 15)),
        *rows,
    ):
        sheet.append(list(line))
    book.save(folder / "model-a.xlsx")
    return folder / "model-a.xlsx"


def line(voter, ket, **cells):
    told = row(voter, ket, **cells)
    keys = ("NKK", "NIK", "NAMA", "TMPLHR", "TGLLHR", "STS", "L/P", "JALAN", "RT", "RW", "DIS", "EKTP", "KET")
    return ["1", *(told[key] for key in keys)]


def test_printed_form_without_dpid_finds_its_voters_by_nik_and_name(files, scene, people, tmp_path):
    path = form_a(
        tmp_path,
        line(people[0], "✓"),
        line(people[1], "U", JALAN="JALAN BARU"),
        line(people[2], "1"),
        line(people[3], ""),
        [
            "1",
            *(NEW[key] for key in ("NKK", "NIK", "NAMA", "TMPLHR")),
            dt.date(1980, 1, 1),
            "S",
            "P",
            "JALAN",
            1,
            2,
            "",
            "S",
            "B",
        ],
    )
    layout = sniff(path, path.name, paper.columns)
    record = files.job("DPID;KET\n1;0\n").record
    record.layout = layouts.as_json(layout)
    with territory(KELURAHAN):
        report = paper.commit(Job(record, path, layout, NOW))
    assert (numbers(report), codes(report)) == ((4, 0, 1, 0), {"not_visited": [11]})
    assert [standing(one)[0] if standing(one) else None for one in people[:4]] == ["0", "U", "1", None]
    assert Voter.objects.get(listed=False).tps_id == scene.tps.pk


def test_paper_counts_as_visited_and_never_as_synced(files, people):
    files.load(*[row(one, "0") for one in people])
    assert {standing(one) for one in people} == {("0", "paper", False)}
    assert ledger_agrees()


def test_proof_sticker_and_receipt_are_kept_and_a_silent_file_takes_none_away(files, people):
    files.load(row(people[0], "1", BUKTI="ada", STIKER="ya", **{"TANDA BUKTI": "tidak"}), row(people[1], "1"))
    files.load(row(people[0], "1"), row(people[1], "1", BUKTI="menyusul"))
    results = CoklitResult.objects.filter(voter__in=[people[0].pk, people[1].pk]).order_by("event_at", "voter")
    told = {one.voter_id: (one.evidence, one.sticker, one.receipt) for one in results}
    assert told == {people[0].pk: ("ada", True, False), people[1].pk: ("menyusul", None, None)}


def test_words_that_nobody_knows_are_told_and_not_taken(files, people):
    report = files.load(row(people[0], "1", BUKTI="lihat lampiran", STIKER="?"))
    assert (numbers(report), codes(report)) == ((1, 0, 0, 0), {"paper_unread": [2, 2]})


def test_same_visit_by_paper_and_phone_is_a_confirmation_whichever_comes_first(files, scene, people):
    say(scene, phone_of(scene), "1", people[0])
    report = files.load(row(people[0], "1"), row(people[1], "1"))
    say(scene, phone_of(scene), "1", people[1])
    assert (numbers(report), report.facts) == ((1, 0, 1, 0), {"confirmed": 1})
    assert (open_conflicts(), len(events())) == ([], 4)
    assert {standing(one)[2] for one in people[:2]} == {True}


def test_other_outcome_than_a_phones_is_a_conflict_and_the_paper_stands(files, scene, people):
    say(scene, phone_of(scene), "0", people[0])
    files.load(row(people[0], "1"), row(people[1], "1"))
    answer = say(scene, phone_of(scene), "0", people[1])
    assert (answer.problem, open_conflicts()) == ("pps_decided", ["outcome", "decided"])
    assert {standing(one)[0] for one in people[:2]} == {"1"}


def test_decision_in_the_form_stays_against_the_file(files, scene, people):
    say(scene, desk_of(scene), "0", people[0])
    report = files.load(row(people[0], "1"))
    assert (numbers(report), codes(report)) == ((0, 0, 1, 0), {"pps_decided": [2]})
    assert standing(people[0])[:2] == ("0", "pps")


def test_day_of_the_visit_is_the_events_time_in_the_zone_of_the_village(files, people):
    files.load(row(people[0], "0", **{"TANGGAL COKLIT": "01/03/2023"}))
    assert CoklitEvent.objects.get().event_at == dt.datetime(2023, 3, 1, 5, tzinfo=dt.UTC)


def test_visit_of_today_is_never_in_the_future(files, people):
    files.load(row(people[0], "0", **{"TANGGAL COKLIT": "2023-03-04"}))
    found = CoklitEvent.objects.get()
    assert found.event_at <= found.received_at


def test_visit_after_the_last_day_is_kpus_to_load(files, scene, people):
    Stage.objects.filter(election=scene.election, kind="coklit").update(last_day=dt.date(2023, 3, 2))
    late = row(people[0], "0", **{"TANGGAL COKLIT": "03-03-2023"})
    in_time = row(people[1], "0", **{"TANGGAL COKLIT": "02-03-2023"})
    report = files.load(late, in_time, row(people[2], "0"), choice=VALID)
    assert codes(report) == {"visit_outside_days": [2], "after_last_day": [4]}
    assert numbers(report) == (2, 0, 0, 1)
    assert numbers(files.load(late, by=scene.kpu)) == (1, 0, 0, 0)


def test_nothing_comes_in_after_the_seal(files, scene, people):
    Stage.objects.filter(election=scene.election, kind="coklit").update(sealed_at=NOW)
    report = files.load(row(people[0], "0"), NEW, choice=VALID)
    assert (numbers(report), codes(report), events()) == ((0, 0, 0, 2), {"stage_sealed": [2, 3]}, [])


def test_all_or_none_loads_none(files, people):
    with pytest.raises(RowsLeftOut):
        files.load(row(people[0], "0"), row(people[1], "8"))


def test_office_that_ended_since_the_upload_gives_nothing(files, scene, people):
    Membership.objects.filter(user=scene.pps).update(to_day=dt.date(2023, 3, 1))
    with pytest.raises(PermissionDenied):
        files.load(row(people[0], "0"))


def test_kpu_loads_a_whole_kota_and_each_tps_is_marked_once(files, scene, people):
    other = make_tps(scene.election, NEXT_KELURAHAN, number=3)
    far = make_voters(other, 3)
    rows = [row(one, "4") for one in people] + [row(one, "2", DESA="Panarung", TPS="3") for one in far]
    report = files.load(*rows, area=KOTA, by=scene.kpu)
    assert numbers(report) == (len(rows), 0, 0, 0)
    assert set(Change.objects.values_list("tps_id", flat=True)) == {scene.tps.pk, other.pk}
    assert Change.objects.count() == 2


def test_codes_are_those_of_the_loading_office(files, scene, people):
    codes_of = scene.election.codes.filter(stage="coklit", code="2")
    codes_of.update(by_pps=False)
    assert codes(files.load(row(people[0], "2"), choice=VALID)) == {"code_not_allowed": [2]}
    assert numbers(files.load(row(people[0], "2"), by=scene.kpu)) == (1, 0, 0, 0)


def test_values_that_differ_without_u_are_told_and_not_taken(files, people):
    report = files.load(row(people[0], "0", JALAN="JALAN LAIN"))
    assert codes(report) == {"values_differ": [2]}
    assert CoklitResult.objects.get().corrected is None


def test_rows_that_stay_out_come_back_in_the_layout_of_the_file_and_can_be_mended(files, people):
    job = files.job(text(row(people[0], "0"), row(people[1], "8")), choice=VALID)
    with territory(KELURAHAN):
        paper.commit(job)
    written = job.errors.read_text(encoding="utf-8-sig")
    assert people[1].dpid in written
    assert people[0].dpid not in written
    assert f"{job.record.pk}:3" in written
    assert numbers(files.commit(written.replace("#8#", "#1#"))[1]) == (1, 0, 0, 0)


def test_statements_grow_with_tps_and_not_with_rows(files, scene, people):
    def statements(number):
        with CaptureQueriesContext(connection) as captured:
            files.check(text(*[row(one, "0", DPID="") for one in people[:number]], NEW))
        return len(captured)

    assert statements(1) == statements(3)
