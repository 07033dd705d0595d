"""The life of an import: checked, loaded, refused, failed, cancelled, taken back; all of it or nothing."""

import pytest
from django.db import transaction

from tests import scene as standing
from tests.scene import NOW
from voters.imports import asking, running
from voters.imports.outcomes import Taken
from voters.intake import findings
from voters.models import FileImport, TrailEntry
from voters.terms import CommitChoice, ImportState

pytestmark = pytest.mark.integration


def checked(record, by):
    asking.start_check(record, by=by, now=NOW)
    running.run(record.pk)
    record.refresh_from_db()
    return record


def loaded(record, by, choice=CommitChoice.ALL):
    asking.start_commit(checked(record, by), choice=choice, create_tps=False, by=by, now=NOW)
    running.run(record.pk)
    record.refresh_from_db()
    return record


def undone(record, by, reason="salah berkas"):
    asking.start_undo(record, reason=reason, by=by, now=NOW)
    running.run(record.pk)
    record.refresh_from_db()
    return record


def acts():
    return list(TrailEntry.objects.filter(subject__startswith="import:").order_by("pk").values_list("verb", "by_name"))


def test_check_reports_and_writes_nothing(scene, brought, notes):
    record = checked(brought("satu", "keluar", "dua"), scene.kpu)
    assert record.state == ImportState.CHECKED
    assert (record.rows, record.created, record.left_out) == (3, 2, 1)
    report = findings.from_json(record.report)
    assert [(one.code, one.rows, one.samples[0].row) for one in report.findings] == [("note_left", 1, 3)]
    assert notes() == []


def test_load_of_valid_rows_keeps_the_proof_and_who_and_when(scene, brought, notes):
    record = loaded(brought("satu", "keluar", "dua"), scene.kpu, CommitChoice.VALID)
    assert record.state == ImportState.COMMITTED
    assert record.rows == record.created + record.changed + record.unchanged + record.left_out == 3
    assert notes(record) == ["dua", "satu"]
    assert record.committed_by == scene.kpu
    assert record.committed_at is not None
    assert acts() == [("upload_import", "kpu"), ("check_import", "kpu"), ("load_import", "kpu"), ("import_file", "kpu")]


def test_all_or_nothing_is_refused_at_the_button_where_rows_stay_out(scene, brought, notes):
    record = checked(brought("satu", "keluar"), scene.kpu)
    with pytest.raises(asking.NotNow):
        asking.start_commit(record, choice=CommitChoice.ALL, create_tps=False, by=scene.kpu, now=NOW)
    assert notes() == []


def test_row_that_stays_out_by_the_time_of_the_load_brings_back_the_report(scene, brought, notes):
    record = checked(brought("satu", "keluar"), scene.kpu)
    FileImport.objects.filter(pk=record.pk).update(left_out=0, created=2)
    record.refresh_from_db()
    asking.start_commit(record, choice=CommitChoice.ALL, create_tps=False, by=scene.kpu, now=NOW)
    running.run(record.pk)
    record.refresh_from_db()
    assert (record.state, record.left_out) == (ImportState.CHECKED, 1)
    assert record.problem
    assert notes() == []


def test_refused_file_cannot_be_loaded(scene, brought):
    record = checked(brought("tolak"), scene.kpu)
    with pytest.raises(asking.NotNow):
        asking.start_commit(record, choice=CommitChoice.VALID, create_tps=False, by=scene.kpu, now=NOW)


def test_fault_of_the_program_leaves_nothing_and_no_personal_data_in_the_log(scene, brought, notes, caplog):
    record = checked(brought("satu", "rusak"), scene.kpu)
    assert record.state == ImportState.FAILED
    assert str(record.pk) in record.problem
    assert notes() == []
    assert "ZeroDivisionError" in caplog.text
    assert "6271" * 4 not in caplog.text + record.problem


def test_failed_import_can_be_checked_again(scene, brought):
    record = checked(brought("satu"), scene.kpu)
    FileImport.objects.filter(pk=record.pk).update(state=ImportState.FAILED, problem="x", attempts=3)
    record = checked(record, scene.kpu)
    assert (record.state, record.problem, record.attempts) == (ImportState.CHECKED, "", 1)


def test_file_that_is_not_kept_any_more_fails_with_a_word(scene, brought):
    record = brought("satu")
    asking.start_check(record, by=scene.kpu, now=NOW)
    FileImport.objects.filter(pk=record.pk).update(stored="")
    running.run(record.pk)
    record.refresh_from_db()
    assert record.state == ImportState.FAILED
    assert record.problem


def test_same_import_is_claimed_once(scene, brought):
    record = brought("satu")
    asking.start_check(record, by=scene.kpu, now=NOW)
    assert running.claim(record.pk) is not None
    assert running.claim(record.pk) is None


def test_run_that_lost_its_claim_keeps_nothing(scene, brought, notes):
    record = checked(brought("satu"), scene.kpu)
    asking.start_commit(record, choice=CommitChoice.ALL, create_tps=False, by=scene.kpu, now=NOW)
    slow = running.claim(record.pk)
    FileImport.objects.filter(pk=record.pk).update(claimed_at=None)
    assert running.claim(record.pk) is not None
    running.work(slow)
    assert notes() == []
    assert FileImport.objects.get(pk=record.pk).state == ImportState.COMMITTING


def test_end_of_a_run_that_is_not_its_own_raises(scene, brought):
    record = brought("satu")
    asking.start_check(record, by=scene.kpu, now=NOW)
    mine = running.claim(record.pk)
    FileImport.objects.filter(pk=record.pk).update(claimed_at=NOW)
    with pytest.raises(Taken), transaction.atomic():
        running.outcomes.end(mine, ImportState.CHECKED)


def test_undo_takes_the_rows_back_and_says_who_and_why(scene, brought, notes):
    record = undone(loaded(brought("satu", "dua"), scene.kpu), scene.kpu)
    assert record.state == ImportState.UNDONE
    assert notes() == []
    assert (record.undone_by, record.undo_reason) == (scene.kpu, "salah berkas")
    assert acts()[-2:] == [("ask_undo_import", "kpu"), ("undo_import", "kpu")]


def test_refused_undo_stays_loaded_and_names_the_rows(scene, brought, notes):
    record = undone(loaded(brought("satu", "dipakai"), scene.kpu), scene.kpu)
    assert record.state == ImportState.COMMITTED
    report = findings.from_json(record.report)
    assert [(one.code, one.samples[0].row) for one in report.refused_undo] == [("note_used", 3)]
    assert (report.rows, record.rows, record.undo_asked_at) == (2, 2, None)
    assert notes(record) == ["dipakai", "satu"]


def test_fault_in_an_undo_stays_loaded(scene, brought, notes, tiny, monkeypatch):
    record = loaded(brought("satu"), scene.kpu)
    monkeypatch.setattr(tiny, "undo", lambda record, now: 1 // 0)
    record = undone(record, scene.kpu)
    assert (record.state, record.undo_asked_at) == (ImportState.COMMITTED, None)
    assert record.problem
    assert notes(record) == ["satu"]


def test_undo_needs_a_reason_that_names_nobody(scene, brought):
    record = loaded(brought("satu"), scene.kpu)
    for reason in ("", "  ", "salah untuk 6271010101010001"):
        with pytest.raises(asking.NotNow):
            asking.start_undo(record, reason=reason, by=scene.kpu, now=NOW)


def test_large_undo_waits_for_somebody_else(scene, brought, notes):
    other = standing.make_user("kpu-dua", standing.Role.KPU_KABKOTA, standing.KOTA)
    record = loaded(brought("satu"), scene.kpu)
    FileImport.objects.filter(pk=record.pk).update(rows=10_001, created=10_001)
    record.refresh_from_db()
    asking.start_undo(record, reason="salah berkas", by=scene.kpu, now=NOW)
    assert record.state == ImportState.COMMITTED
    with pytest.raises(asking.NotNow):
        asking.confirm_undo(record, by=scene.kpu, now=NOW)
    asking.confirm_undo(record, by=other, now=NOW)
    running.run(record.pk)
    record.refresh_from_db()
    assert (record.state, record.undo_asked_by, record.undone_by) == (ImportState.UNDONE, scene.kpu, other)
    assert notes() == []
    assert [who for _, who in acts()[-3:]] == ["kpu", "kpu-dua", "kpu-dua"]


def test_undo_that_was_asked_for_can_be_withdrawn(scene, brought):
    record = loaded(brought("satu"), scene.kpu)
    FileImport.objects.filter(pk=record.pk).update(rows=10_001, created=10_001)
    record.refresh_from_db()
    asking.start_undo(record, reason="salah berkas", by=scene.kpu, now=NOW)
    asking.withdraw_undo(record, by=scene.kpu, now=NOW)
    assert (record.state, record.undo_asked_by) == (ImportState.COMMITTED, None)
    with pytest.raises(asking.NotNow):
        asking.withdraw_undo(record, by=scene.kpu, now=NOW)


def test_large_import_of_one_kelurahan_needs_nobody_else(scene, brought):
    record = loaded(brought("satu", area=standing.KELURAHAN), scene.kpu)
    FileImport.objects.filter(pk=record.pk).update(rows=10_001, created=10_001)
    record.refresh_from_db()
    asking.start_undo(record, reason="salah berkas", by=scene.kpu, now=NOW)
    assert record.state == ImportState.UNDOING


def test_same_bytes_are_said(scene, brought):
    first = loaded(brought("satu"), scene.kpu)
    second = checked(brought("satu", name="lain.csv"), scene.kpu)
    assert findings.from_json(second.report).same_as == str(first.pk)
    assert findings.from_json(checked(brought("dua"), scene.kpu).report).same_as == ""
