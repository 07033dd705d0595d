"""Lists and single rows: own territory and below, never a sibling's or a stranger's; masked, escaped, counted short."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import scene as standing
from voters.admin.territory import CappedPaginator
from voters.models import CoklitEvent, CoklitResult, Conflict, HeldEvent, SyncBatch, Voter
from voters.placement import new_id
from voters.terms import BatchState, ConflictKind, Door, HeldKind

pytestmark = pytest.mark.integration

LISTS = ["region", "election", "outcomecode", "tps", "voter", "pantarlih", "windowextension", "coklitevent"]
LISTS += ["syncbatch", "trailentry", "device", "heldevent", "lateevent", "conflict"]


def address(name, *rest):
    return "/admin/voters/" + "/".join([name, *map(str, rest)]) + "/"


def make_event(voter, pantarlih, corrected=None):
    said = {"code": "U", "corrected": corrected, "door": Door.PHONE, "revision": 1}
    times = {"event_at": standing.NOW, "received_at": standing.NOW}
    event = CoklitEvent.objects.create(
        id=new_id(),
        kabkota_id=voter.kabkota_id,
        tps=voter.tps,
        voter=voter,
        content_hash=b"0" * 16,
        by_pantarlih=pantarlih,
        **said,
        **times,
    )
    CoklitResult.objects.create(voter=voter, kabkota_id=voter.kabkota_id, event=event.pk, synced=True, **said, **times)


def make_batch(device, tps):
    SyncBatch.objects.create(
        kabkota_id=device.kabkota_id,
        device=device,
        tps=tps,
        phone_batch=new_id(),
        state=BatchState.APPLIED,
        body=b"mentah sekali",
        body_hash=b"0" * 32,
        received_at=standing.NOW,
    )


def make_waiting(voter, device):
    """A held event, a late one and a conflict, as the tables have them."""
    batch = SyncBatch.objects.filter(kabkota_id=device.kabkota_id, device=device).first()
    for kind in HeldKind:
        HeldEvent.objects.create(
            kabkota_id=voter.kabkota_id,
            kind=kind,
            tps=voter.tps,
            voter=voter.pk,
            code="0",
            raw=b"{}",
            content_hash=b"0" * 16,
            pantarlih=device.pantarlih,
            device=device,
            batch=batch,
            event_at=standing.NOW,
            received_at=standing.NOW,
        )
    events = CoklitEvent.objects.filter(kabkota_id=voter.kabkota_id, voter=voter).values_list("pk", flat=True)
    Conflict.objects.create(
        kabkota_id=voter.kabkota_id,
        tps=voter.tps,
        voter=voter,
        event=events[0],
        earlier=events[0],
        kind=ConflictKind.OUTCOME,
        opened_at=standing.NOW,
    )


@pytest.mark.parametrize("name", ["pps", "ppk", "kpu", "bawaslu"])
def test_voter_of_the_own_territory_is_shown(scene, enter, name):
    page = enter(getattr(scene, name)).get(address("voter", scene.voters[0].pk, "change"))
    assert page.status_code == 200
    assert scene.voters[0].name in page.content.decode()


@pytest.mark.parametrize("name", ["kpu_province", "kpu_ri"])
def test_voter_is_hidden_from_levels_that_only_watch_progress(scene, enter, name):
    client = enter(getattr(scene, name))
    assert client.get(address("voter")).status_code == 403
    assert client.get(address("voter", scene.voters[0].pk, "change")).status_code in (302, 403)


def test_voter_of_a_sibling_or_a_stranger_is_not_found(scene, enter):
    sibling = standing.make_voter(standing.make_tps(scene.election, standing.NEXT_KELURAHAN))
    client = enter(scene.pps)
    # Django answers an unknown row with a way back to the index.
    assert client.get(address("voter", sibling.pk, "change")).status_code == 302
    assert client.get(address("voter", sibling.pk, "hasil")).status_code == 404
    assert sibling.name not in client.get(address("voter")).content.decode()
    assert enter(scene.foreign_kpu).get(address("voter", scene.voters[0].pk, "hasil")).status_code == 404


def test_filter_by_region_never_widens_the_territory(scene, enter):
    client = enter(scene.foreign_kpu)
    for name in ("voter", "tps", "pantarlih"):
        page = client.get(address(name), {"wilayah": standing.KOTA}).content.decode()
        assert scene.voters[0].name not in page
        assert scene.pantarlih.name not in page


def test_filter_by_region_steps_down_the_tree(scene, enter):
    standing.make_tps(scene.election, standing.FAR_KELURAHAN, 77)
    page = enter(scene.kpu).get(address("tps"), {"wilayah": standing.KECAMATAN}).content.decode()
    assert standing.KELURAHAN in page
    assert ">77<" not in page
    assert f"wilayah={standing.NEXT_KELURAHAN}" in page


def test_office_without_contacts_does_not_see_pantarlih(scene, enter):
    client = enter(scene.bawaslu)
    assert client.get(address("pantarlih")).status_code == 403
    assert scene.pantarlih.name not in client.get(address("tps")).content.decode()


def test_numbers_are_masked_on_every_page_of_a_voter(scene, enter):
    voter = scene.voters[0]
    other_nik = standing.nik_of(voter.birth_day, voter.sex, 777)
    make_event(voter, scene.pantarlih, corrected={"nik": other_nik, "nkk": voter.nkk})
    client = enter(scene.pps)
    event = CoklitEvent.objects.get()
    pages = [
        address("voter"),
        address("voter", voter.pk, "change"),
        address("voter", voter.pk, "hasil"),
        address("coklitevent"),
        address("coklitevent", event.pk, "change"),
    ]
    for page in pages:
        shown = client.get(page).content.decode()
        assert "6271" + "•" * 12 in shown or page == address("coklitevent")
        for number in (voter.nik, voter.nkk, other_nik):
            assert number not in shown


@pytest.mark.parametrize("name", ["pps", "ppk", "kpu", "bawaslu"])
@pytest.mark.parametrize(
    ("of", "lookup"),
    [
        ("voter", "nik__startswith"),
        ("voter", "nkk__regex"),
        ("voter", "nik"),
        ("voter", "birth_day__year"),
        ("voter", "tps__voters__nik__startswith"),
        ("coklitevent", "corrected__nik__startswith"),
        ("coklitevent", "voter__nik__startswith"),
        ("coklitevent", "code"),
    ],
)
def test_address_reads_no_column_that_is_not_a_filter(scene, enter, name, of, lookup):
    make_event(scene.voters[0], scene.pantarlih, corrected={"nik": scene.voters[0].nik})
    client = enter(getattr(scene, name))
    assert client.get(address(of), {"id": scene.voters[0].pk, lookup: "6"}).status_code == 400
    assert client.get(address(of), {lookup: "6"}).status_code == 400


def test_filters_and_links_of_the_lists_still_work(scene, enter):
    client, voter = enter(scene.kpu), scene.voters[0]
    make_event(voter, scene.pantarlih)
    other = standing.make_voter(standing.make_tps(scene.election, number=2))
    for query in (f"tps={scene.tps.pk}", f"listed__exact=1&tps={scene.tps.pk}", f"tps={scene.tps.pk}&q={voter.nik}"):
        page = client.get(f"{address('voter')}?{query}")
        assert (page.status_code, voter.name in page.text, other.name in page.text) == (200, True, False)
    assert voter.name in client.get(address("coklitevent"), {"voter": voter.pk}).text
    assert voter.name not in client.get(address("coklitevent"), {"voter": other.pk}).text


@pytest.mark.parametrize("name", LISTS)
def test_every_filter_that_a_list_offers_is_answered(scene, enter, name):
    client = enter(scene.kpu)
    make_event(scene.voters[0], scene.pantarlih)
    offered = client.get(address(name)).context["cl"].filter_specs
    for spec in offered:
        for parameter in spec.expected_parameters():
            value = standing.KOTA if parameter == "wilayah" else "0"
            assert client.get(address(name), {parameter: value}).status_code in (200, 302)


def test_raw_upload_is_never_shown_nor_read(scene, enter):
    make_batch(scene.device, scene.tps)
    client = enter(scene.pps)
    one = address("syncbatch", SyncBatch.objects.get().pk, "change")
    with CaptureQueriesContext(connection) as queries:
        pages = [client.get(address("syncbatch")), client.get(one)]
    assert all(page.status_code == 200 and b"mentah" not in page.content for page in pages)
    assert not [query["sql"] for query in queries if '"voters_syncbatch"."body"' in query["sql"]]


def test_script_in_a_name_is_escaped(scene, enter):
    standing.make_voter(scene.tps, name="<script>alert(1)</script>")
    tps = standing.make_tps(scene.election, number=2)
    pantarlih, _ = standing.make_pantarlih(tps, name="<script>alert(2)</script>")
    client = enter(scene.pps)
    for page in (address("voter"), address("tps"), address("pantarlih"), address("pantarlih", pantarlih.pk, "change")):
        shown = client.get(page).content.decode()
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert" in shown


@pytest.mark.parametrize("name", LISTS)
def test_list_asks_as_often_for_three_rows_as_for_one(scene, enter, name):
    client = enter(scene.kpu)
    first = standing.make_tps(scene.election, standing.NEXT_KELURAHAN)
    make_event(scene.voters[0], scene.pantarlih)
    make_batch(scene.device, scene.tps)
    make_waiting(scene.voters[0], scene.device)
    client.get(address(name))
    with CaptureQueriesContext(connection) as one:
        assert client.get(address(name)).status_code == 200
    for number in (2, 3):
        tps = standing.make_tps(scene.election, number=number)
        pantarlih, _ = standing.make_pantarlih(tps, first)
        device, _ = standing.make_device(pantarlih)
        voter = standing.make_voter(tps)
        make_event(voter, pantarlih)
        make_batch(device, tps)
        make_waiting(voter, device)
    with CaptureQueriesContext(connection) as three:
        assert client.get(address(name)).status_code == 200
    assert [query["sql"].split()[0] for query in three] == [query["sql"].split()[0] for query in one]


@pytest.mark.parametrize("name", LISTS)
def test_list_counts_no_further_than_the_cap_and_nothing_beside_the_filters(scene, enter, name):
    with CaptureQueriesContext(connection) as queries:
        enter(scene.kpu).get(address(name), {"_facets": ""})
    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert counts
    limits = [re.search(r"LIMIT (\d+)", sql) for sql in counts]
    # Those of the navigation stop far earlier.
    assert all(limit and int(limit[1]) <= CappedPaginator.cap for limit in limits)


def test_search_finds_by_dpid_nik_or_beginning_of_the_name(scene, enter):
    voter, other = scene.voters[:2]
    Voter.objects.filter(kabkota_id=voter.kabkota_id, pk=voter.pk).update(name="SUTINI CONTOH")
    client = enter(scene.pps)
    for term in (voter.dpid, voter.nik, "suti"):
        page = client.get(address("voter"), {"q": term}).content.decode()
        assert "SUTINI CONTOH" in page
        assert other.name not in page
    assert "SUTINI" not in client.get(address("voter"), {"q": "tini"}).content.decode()


def test_paginator_counts_no_further_than_its_cap(scene, monkeypatch):
    monkeypatch.setattr(CappedPaginator, "cap", 2)
    assert CappedPaginator(Voter.objects.order_by("pk"), 50).count == 2
