"""What a phone downloads: the whole list, or exactly what changed since its cursor."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import msgspec
import pytest
from django.db import connection

from tests.scene import KELURAHAN, KOTA, NOW, make_pantarlih, make_tps, make_voter
from tests.voters.sync.events import PERSON, desk_of, event, phone_of
from voters import notices
from voters.access import territory
from voters.elections import extend_window
from voters.models import OutcomeCode, Region, Stage, Tps, Voter
from voters.sync.apply import apply_results
from voters.sync.download import TpsList, served_tps

pytestmark = pytest.mark.integration

SLOT = NOW + dt.timedelta(hours=3)


def apply(scene, *events, source=None):
    with territory(KOTA):
        source = source or phone_of(scene)
        return apply_results(kabkota=KOTA, tps=scene.tps.pk, events=events, source=source, now=NOW)


def listed(scene, next_sync=SLOT):
    with territory(KOTA):
        return TpsList(served_tps(scene.device, scene.tps.pk), next_sync=next_sync)


def download(scene, after=""):
    """As a phone reads it."""
    with territory(KOTA):
        return json.loads(msgspec.json.encode(listed(scene).content(after)))


def told(answer):
    """Names by id of the voters and the gone ones are enough to compare."""
    return answer["whole"], {row["id"] for row in answer["voters"]}, set(answer["gone"])


def test_whole_list_has_everybody_and_its_own_cursor(scene):
    apply(scene, event("0", scene.voters[0].pk), event("1", scene.voters[1].pk))
    answer = download(scene)
    assert told(answer) == (True, {str(voter.pk) for voter in scene.voters}, set())
    assert (answer["revision"], answer["cursor"]) == (2, "1-2")
    assert answer["rules"] == {
        "first_day": "2023-02-12",
        "last_day": "2023-03-14",
        "voting_day": "2024-02-14",
        "minimum_age": 17,
        "sealed": False,
    }


def test_row_tells_the_result_as_the_phone_may_show_it(scene):
    voter = scene.voters[0]
    apply(scene, event("1", voter.pk, evidence="menyusul", sticker=True, receipt=False))
    row = next(row for row in download(scene)["voters"] if row["id"] == str(voter.pk))
    names = ("code", "corrected", "evidence", "revision", "sticker", "receipt", "birth_day", "nik")
    assert [row[name] for name in names] == [
        *("1", None, "menyusul", 1, True, False, voter.birth_day.isoformat(), voter.nik)
    ]


def test_cursor_brings_what_changed_since_and_nothing_else(scene):
    first, second, _ = scene.voters
    apply(scene, event("0", first.pk))
    cursor = download(scene)["cursor"]
    assert told(download(scene, cursor)) == (False, set(), set())
    apply(scene, event("U", second.pk, corrected={"rt": 3}))
    answer = download(scene, cursor)
    assert told(answer) == (False, {str(second.pk)}, set())
    assert answer["voters"][0]["corrected"] == {"rt": 3}
    assert told(download(scene, answer["cursor"])) == (False, set(), set())


def test_new_voters_come_and_those_taken_back_go(scene):
    new, gone = event("B"), event("B", new={**PERSON, "nik": "6271990101800009"})
    apply(scene, gone)
    cursor = download(scene)["cursor"]
    apply(scene, new, event("X", gone.voter))
    assert told(download(scene, cursor)) == (False, {str(new.voter)}, {str(gone.voter)})
    assert told(download(scene)) == (True, {str(new.voter), *(str(voter.pk) for voter in scene.voters)}, set())


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (event("0"), event("0", sticker=True)),
        (event("1"), event("1", evidence="ada")),
        (event("U", corrected={"rt": 3}), event("U", corrected={"rw": 3})),
    ],
    ids=["papers", "proof", "merged"],
)
def test_what_another_phone_adds_without_replacing_the_result_comes_too(scene, first, then):
    voter = scene.voters[0].pk
    source = desk_of(scene) if first.code == "U" else phone_of(scene)
    apply(scene, msgspec.structs.replace(first, voter=voter), source=source)
    cursor = download(scene)["cursor"]
    colleague = make_pantarlih(scene.tps, name="REKAN")[0]
    apply(scene, msgspec.structs.replace(then, voter=voter), source=phone_of(scene, colleague))
    assert told(download(scene, cursor))[1] == {str(voter)}


@pytest.mark.parametrize("cursor", ["1-3", "1-99999999999999999999", "2-1", "1", "1--1", "x", "1-1 ", "1-٣"])
def test_cursor_from_the_future_or_nonsense_brings_the_whole_list(scene, cursor):
    apply(scene, event("0", scene.voters[0].pk), event("0", scene.voters[1].pk))
    assert told(download(scene, cursor))[0] is True


def test_list_that_changed_itself_is_brought_as_a_whole(scene):
    apply(scene, event("0", scene.voters[0].pk))
    cursor = download(scene)["cursor"]
    # As a list import leaves it: docs/data-model.md, `list_revision`.
    Tps.objects.filter(pk=scene.tps.pk).update(revision=2, list_revision=2)
    moved = make_voter(scene.tps)
    answer = download(scene, cursor)
    assert (answer["whole"], str(moved.pk) in told(answer)[1]) == (True, True)
    assert told(download(scene, answer["cursor"])) == (False, set(), set())


def test_list_of_a_tps_that_is_not_served_is_none(scene):
    assert served_tps(scene.device, make_tps(scene.election, number=2).pk) is None


CHANGES = {
    "result": lambda scene: apply(scene, event("0", scene.voters[0].pk)),
    "codes": lambda _: OutcomeCode.objects.filter(stage="coklit", code="4").update(by_pantarlih=True),
    "seal": lambda scene: Stage.objects.filter(election=scene.election, kind="coklit").update(sealed_at=NOW),
    "note": lambda scene: notices.give(
        kelurahan=scene.tps.kelurahan, text="Rumah 5 ada di rumah malam hari.", by=scene.pps, now=NOW, tps=scene.tps
    ),
    "days": lambda scene: extend_window(
        election=scene.election,
        kelurahan=Region.objects.get(pk=KELURAHAN),
        last_day=dt.date(2023, 3, 20),
        reason="Banjir",
        by=scene.kpu,
        now=NOW,
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_etag_moves_on_with_everything_that_the_list_tells(scene, change):
    before = listed(scene).etag
    assert listed(scene, next_sync=SLOT + dt.timedelta(days=1)).etag == before
    with territory(KOTA):
        CHANGES[change](scene)
    assert listed(scene).etag != before


def test_note_is_told_with_its_voter_until_it_is_withdrawn(scene):
    voter = scene.voters[0]
    with territory(KOTA):
        given = {"kelurahan": scene.tps.kelurahan, "by": scene.pps, "now": NOW}
        note = notices.give(text="Tanya anaknya.", voter=voter, **given)
        notices.give(text="Bukan untuk TPS ini.", tps=make_tps(scene.election, number=2), **given)
    (told_note,) = download(scene)["notices"]
    assert told_note == {
        "id": str(note.pk),
        "text": "Tanya anaknya.",
        "voter": str(voter.pk),
        "given_at": "2023-03-04T05:00:00Z",
    }
    with territory(KOTA):
        notices.withdraw(notice=note, by=scene.pps, now=NOW)
    assert download(scene)["notices"] == []


@pytest.mark.parametrize("voters", [1, 3])
def test_number_of_queries_does_not_grow_with_the_voters(scene, voters, django_assert_num_queries):
    Voter.objects.exclude(pk__in=[voter.pk for voter in scene.voters[:voters]]).delete()
    apply(scene, *[event("0", voter.pk) for voter in scene.voters[:voters]])
    # Scope in a savepoint (3); assignment with TPS and election; notes; codes; days; voters.
    with django_assert_num_queries(8), territory(KOTA):
        TpsList(served_tps(scene.device, scene.tps.pk), next_sync=SLOT).content()


@pytest.mark.django_db(transaction=True)
def test_row_that_is_committed_late_is_never_passed(scene):
    first, second, _ = scene.voters
    written, read = Event(), Event()

    def write_slowly():
        try:
            with territory(KOTA):
                apply(scene, event("0", first.pk))
                written.set()
                assert read.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(write_slowly)
        assert written.wait(30)
        before = download(scene)
        read.set()
        slow.result(timeout=30)
    assert [row["code"] for row in before["voters"]] == [None] * 3
    apply(scene, event("0", second.pk))
    assert told(download(scene, before["cursor"])) == (False, {str(first.pk), str(second.pk)}, set())
