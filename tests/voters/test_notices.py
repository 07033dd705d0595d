"""Notes to pantarlih: to a village, a TPS or about a voter; never with a NIK; the text stays off the trail."""

import pytest

from tests import scene as standing
from tests.scene import FAR_KELURAHAN, KECAMATAN, KELURAHAN, KOTA, NEXT_KELURAHAN, NOW
from voters import notices
from voters.models import Notice, Region, TrailEntry
from voters.notices import NoticeRefused

pytestmark = pytest.mark.integration


def given(scene, text="Datangi RT 3 lebih dulu", kelurahan=KELURAHAN, **about):
    region = Region.objects.get(pk=kelurahan)
    return notices.give(kelurahan=region, text=text, by=scene.pps, now=NOW, **about)


def refusal(scene, **note):
    with pytest.raises(NoticeRefused) as refused:
        given(scene, **note)
    assert str(refused.value)
    return refused.value.code


def test_note_to_a_village_reaches_each_of_its_tps_and_no_other(scene):
    second, far = standing.make_tps(scene.election, number=2), standing.make_tps(scene.election, FAR_KELURAHAN)
    note = given(scene, "  Bawa stiker lebih  ")
    assert note.text == "Bawa stiker lebih"
    assert [notices.notices_for(kabkota=KOTA, tps=tps) for tps in (scene.tps, second, far)] == [[note], [note], []]


def test_note_to_a_tps_reaches_that_tps_alone(scene):
    second = standing.make_tps(scene.election, number=2)
    note = given(scene, tps=second)
    assert notices.notices_for(kabkota=KOTA, tps=scene.tps) == []
    assert notices.notices_for(kabkota=KOTA, tps=second) == [note]


def test_note_about_a_voter_goes_to_the_voters_tps(scene):
    note = given(scene, voter=scene.voters[0])
    assert (note.tps_id, note.voter_id) == (scene.tps.pk, scene.voters[0].pk)


@pytest.mark.parametrize("notes", [1, 3])
def test_notes_are_read_by_one_query_the_newest_first(scene, django_assert_num_queries, notes):
    made = [given(scene, f"Catatan {number}") for number in range(notes)]
    with django_assert_num_queries(1) as queries:
        found = notices.notices_for(kabkota=KOTA, tps=scene.tps)
        assert [(note.text, note.tps, note.voter) for note in found] == [(n.text, None, None) for n in made[::-1]]
    assert f"\"kabkota_id\" = '{KOTA}'" in queries[0]["sql"]


def test_withdrawn_note_is_read_no_more_and_is_withdrawn_once(scene):
    note = given(scene)
    notices.withdraw(notice=note, by=scene.kpu, now=NOW)
    assert notices.notices_for(kabkota=KOTA, tps=scene.tps) == []
    assert Notice.objects.get().withdrawn_at == NOW
    with pytest.raises(NoticeRefused) as refused:
        notices.withdraw(notice=note, by=scene.kpu, now=NOW)
    assert refused.value.code == "already_withdrawn"


def test_trail_tells_of_a_note_without_its_text(scene):
    note = given(scene, "Rumah terkunci", tps=scene.tps)
    notices.withdraw(notice=note, by=scene.kpu, now=NOW)
    entries = TrailEntry.objects.filter(subject=f"notice:{note.pk}").order_by("pk")
    assert [(entry.verb, entry.by_user, entry.region) for entry in entries] == [
        ("give_notice", scene.pps.pk, KELURAHAN),
        ("withdraw_notice", scene.kpu.pk, KELURAHAN),
    ]
    assert entries[0].after == {"tps": str(scene.tps.pk), "voter": None, "length": 14}
    assert "terkunci" not in str(list(entries.values()))


@pytest.mark.parametrize(
    "text",
    [
        "NIK 6271994101805555",
        "lihat 62719941018055551234",
        "kartu 6271 9941 0180 5555",
        "kartu 6271-9941-0180-5555.",
        "kartu 6271.9941.0180.5555",
    ],
)
def test_text_that_looks_like_a_nik_is_refused(scene, text):
    assert refusal(scene, text=text) == "looks_like_nik"
    assert not Notice.objects.exists()


@pytest.mark.parametrize("text", ["Hubungi 081234567890 atau 081234567891", "RT 3, 4 Maret 2023, 123456789012345"])
def test_text_with_other_numbers_is_taken(scene, text):
    assert given(scene, text).text == text


def test_text_has_1_to_500_characters(scene):
    assert refusal(scene, text="  \n ") == "text_missing"
    assert refusal(scene, text="a" * 501) == "text_too_long"
    assert len(given(scene, "a" * 500).text) == 500


def test_place_is_one_village_and_what_lies_in_it(scene):
    elsewhere = standing.make_tps(scene.election, NEXT_KELURAHAN)
    stranger = standing.make_voter(elsewhere)
    assert refusal(scene, kelurahan=KECAMATAN) == "not_a_kelurahan"
    assert refusal(scene, tps=elsewhere) == "other_kelurahan"
    assert refusal(scene, voter=stranger) == "other_kelurahan"
    assert refusal(scene, voter=stranger, tps=scene.tps) == "other_tps"
