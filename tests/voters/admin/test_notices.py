"""Notes in the admin: the PPS in its village, KPU kab/kota in its own, given and withdrawn, never changed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import scene as standing
from tests.scene import FAR_KELURAHAN, FOREIGN_KELURAHAN, KELURAHAN, NEXT_KELURAHAN
from voters.models import Notice, TrailEntry

pytestmark = pytest.mark.integration

LIST, ADD = "/admin/voters/notice/", "/admin/voters/notice/add/"


def page_of(notice, what):
    return f"{LIST}{notice.pk}/{what}/"


def write(client, scene, **fields):
    note = {"kelurahan": KELURAHAN, "election": scene.election.pk, "number": "", "text": "Bawa stiker lebih"}
    return client.post(ADD, {**note, **fields})


@pytest.fixture
def note(scene, enter):
    write(enter(scene.pps), scene)
    return Notice.objects.get()


def test_pps_gives_a_note_to_its_village(scene, note):
    assert (note.kabkota_id, note.kelurahan_id, note.tps_id) == (standing.KOTA, KELURAHAN, None)
    assert (note.text, note.given_by_id) == ("Bawa stiker lebih", scene.pps.pk)


def test_pps_gives_a_note_to_one_tps_by_its_number(scene, enter):
    assert write(enter(scene.pps), scene, number="1").status_code == 302
    assert Notice.objects.get().tps_id == scene.tps.pk
    answer = write(enter(scene.pps), scene, number="99")
    assert list(answer.context["form"].errors) == ["number"]


def test_pps_is_offered_its_own_village_and_writes_to_no_other(scene, enter):
    client = enter(scene.pps)
    form = client.get(ADD).context["form"]
    assert [region.pk for region in form.fields["kelurahan"].queryset] == [KELURAHAN]
    assert form.fields["election"].queryset.get() == scene.election
    assert list(write(client, scene, kelurahan=NEXT_KELURAHAN).context["form"].errors) == ["kelurahan"]
    assert not Notice.objects.exists()


def test_kpu_kabkota_writes_to_each_of_its_villages_alone(scene, enter):
    client = enter(scene.kpu)
    assert write(client, scene, kelurahan=FAR_KELURAHAN).status_code == 302
    assert list(write(client, scene, kelurahan=FOREIGN_KELURAHAN).context["form"].errors) == ["kelurahan"]


@pytest.mark.parametrize("name", ["ppk", "kpu_province", "kpu_ri", "bawaslu"])
def test_others_neither_read_nor_write_notes(scene, enter, note, name):
    client = enter(getattr(scene, name))
    for address in (LIST, ADD, page_of(note, "tarik")):
        assert client.get(address).status_code in (403, 404), address
    assert write(client, scene).status_code == 403


def test_stranger_finds_no_note(scene, enter, note):
    client = enter(scene.foreign_kpu)
    assert note.text not in client.get(LIST).text
    assert client.post(page_of(note, "tarik")).status_code == 404
    note.refresh_from_db()
    assert note.withdrawn_at is None


def test_refusal_of_the_verb_stands_in_the_form(scene, enter):
    answer = write(enter(scene.pps), scene, text="NIK 6271994101805555")
    assert answer.context["form"].non_field_errors()
    assert "6271994101805555" in answer.context["form"]["text"].value()
    assert not Notice.objects.exists()


def test_note_is_withdrawn_after_a_question_and_keeps_its_text(scene, enter, note):
    client = enter(scene.pps)
    assert "Bawa stiker lebih" in client.get(page_of(note, "tarik")).text
    assert Notice.objects.get().withdrawn_at is None
    assert client.post(page_of(note, "tarik")).status_code == 302
    note.refresh_from_db()
    assert (note.withdrawn_at is None, note.text) == (False, "Bawa stiker lebih")
    assert page_of(note, "tarik") not in client.get(page_of(note, "change")).text
    client.post(page_of(note, "tarik"))
    assert TrailEntry.objects.filter(verb="withdraw_notice").count() == 1


def test_note_is_never_changed(scene, enter, note):
    client = enter(scene.pps)
    page = client.get(page_of(note, "change"))
    assert page_of(note, "tarik") in page.text
    assert client.post(page_of(note, "change"), {"text": "lain"}).status_code == 403
    note.refresh_from_db()
    assert note.text == "Bawa stiker lebih"


def test_list_reads_as_much_for_one_note_as_for_three(scene, enter, note):
    client = enter(scene.pps)
    client.get(LIST)
    statements = []
    for wanted in (1, 3):
        for more in range(Notice.objects.count(), wanted):
            write(client, scene, number="1", text=f"Catatan {more}")
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(LIST)
        assert page.context["cl"].result_count == wanted
        statements.append([query["sql"] for query in queries])
    assert len(statements[0]) == len(statements[1])
    # The rows, and how many there are.
    assert [sum('FROM "voters_notice"' in one for one in each) for each in statements] == [2, 2]
