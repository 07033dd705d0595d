"""What the mail says: the figures of the rows and of the region's page, and nothing that must stay inside."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from django.utils.translation import gettext, override

from reports.figures import COVERAGE, PANTARLIH_SYNC, RECORD_SYNC
from reports.letter import nightly_letter
from reports.models import RegionProgress
from tests.reports.counted import counted_region, counted_tps
from tests.scene import FAR_KELURAHAN, KECAMATAN, KELURAHAN, NEXT_KELURAHAN, NOW, TODAY, make_pantarlih, make_tps
from voters.models import Pantarlih, Region
from voters.terms import TpsKind

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

YESTERDAY = TODAY - dt.timedelta(days=1)


def letter_of(scene, code, *, contacts=True, day=TODAY):
    stage = scene.election.stages.select_related("election").get(kind="coklit")
    return nightly_letter(stage, Region.objects.get(pk=code), day, contacts)


def said(msgid):
    with override("id"):
        return gettext(msgid)


def test_the_subject_says_it_all(scene):
    counted_region(scene.election, KELURAHAN)
    template = said("Coklit %(title)s day %(day_number)s: coverage %(coverage)s, %(n)s pantarlih has not synced")
    words = {"title": "Kel. Pahandut", "day_number": 21, "coverage": "70,99 %", "n": 1}
    assert letter_of(scene, KELURAHAN).subject == template % words


def test_both_parts_show_each_rate_with_its_parts(scene):
    row = counted_region(scene.election, KECAMATAN)
    letter = letter_of(scene, KECAMATAN)
    assert [COVERAGE.rate(row).numerator, row.listed, row.synced] == [876, 1234, 820]
    for part in (letter.text, strip_tags(letter.html)):
        shown = re.sub(r"\s+", " ", part.replace("&nbsp;", " "))
        for figure, percent, numerator, whole in (
            (COVERAGE, "70,99 %", "876", "1.234"),
            (RECORD_SYNC, "66,45 %", "820", "1.234"),
            (PANTARLIH_SYNC, "75,00 %", "3", "4"),
        ):
            with override("id"):
                words = {"part": numerator, "whole": whole, "unit": figure.unit}
                parts = gettext("%(part)s of %(whole)s %(unit)s") % words
                assert re.search(rf"{re.escape(str(figure.label))}:? {percent} {re.escape(parts)}", shown)


def test_the_change_since_the_day_before_is_of_counts(scene):
    counted_region(scene.election, KELURAHAN, YESTERDAY, sesuai=680, tms=80)
    counted_region(scene.election, KELURAHAN)
    text = letter_of(scene, KELURAHAN).text
    assert re.search(r" 876 +860 +\+16\n", text)
    assert re.search(r" 76 +80 +\N{MINUS SIGN}4\n", text)


def test_every_cell_of_the_page_stands_in_the_mail(scene, client):
    counted_region(scene.election, KECAMATAN)
    counted_region(scene.election, KELURAHAN, listed=812, sesuai=333)
    counted_region(scene.election, NEXT_KELURAHAN, listed=1012, sesuai=414)
    RegionProgress.objects.update(as_of=NOW)
    client.force_login(scene.ppk)
    page = client.get(f"/dasbor/pemilu-2024/{KECAMATAN}/?hari={TODAY.isoformat()}").content.decode()
    letter = letter_of(scene, KECAMATAN)
    cells = ["812", "509", "333", "62,68 %", "1.012", "590", "414", "58,30 %", "876", "1.234", "70,99 %"]
    for place in (page, letter.text, letter.html):
        shown = re.sub(r"\s+", " ", strip_tags(place)).replace("&nbsp;", " ")
        assert [cell for cell in cells if cell not in shown] == []


def test_time_is_the_regions_own(scene):
    counted_region(scene.election, KELURAHAN, as_of=dt.datetime(2023, 3, 4, 13, 55, tzinfo=dt.UTC))
    assert said("Data up to %(as_of)s") % {"as_of": "20.55 WIB"} in letter_of(scene, KELURAHAN).text
    Region.objects.filter(pk=KELURAHAN).update(zone="WIT")
    assert said("Data up to %(as_of)s") % {"as_of": "22.55 WIT"} in letter_of(scene, KELURAHAN).html


def test_a_region_without_counts_gets_a_clear_sentence(scene):
    letter = letter_of(scene, KELURAHAN)
    sentence = (
        "Nothing has been counted for this region yet: no voter list has been imported, or its first count is still "
        "running. The figures come with the next mail after the first count."
    )
    assert said(sentence) in letter.text
    assert said(sentence) in letter.html


def test_lists_are_bounded_and_say_how_many_more(scene):
    counted_region(scene.election, KELURAHAN)
    for number in range(2, 15):
        counted_tps(make_tps(scene.election, number=number), sesuai=0)
        make_pantarlih(make_tps(scene.election, number=100 + number), name=f"NAMA {number}")
    text = letter_of(scene, KELURAHAN).text
    assert len(re.findall(r"^- TPS", text, re.MULTILINE)) == 10
    assert len(re.findall(r"^- (NAMA|PANTARLIH)", text, re.MULTILINE)) == 10
    assert said("and %(n)s more") % {"n": 3} in text
    assert said("and %(n)s more") % {"n": 4} in text


def test_subject_and_list_tell_the_counted_number_while_a_change_waits(scene):
    counted_region(scene.election, KELURAHAN, pantarlih=4, pantarlih_synced=1)
    letter = letter_of(scene, KELURAHAN)
    heading = said("Pantarlih who have never synced")
    words = {"as_of": "12.00 WIB", "n": 1}
    since = said("Counted at %(as_of)s. When this mail was made there were %(n)s; the names are theirs.") % words
    assert "3 pantarlih" in letter.subject
    assert f"{heading.upper()}: 3\n{since}" in letter.text
    assert [f"{heading}: 3" in letter.html, since in letter.html] == [True, True]
    RegionProgress.objects.update(pantarlih_synced=3)
    letter = letter_of(scene, KELURAHAN)
    assert [f"{heading.upper()}: 1\n\n- PANTARLIH CONTOH" in letter.text, "1 pantarlih" in letter.subject] == [
        True,
        True,
    ]


def test_special_tps_stand_apart(scene):
    counted_region(scene.election, KELURAHAN)
    counted_tps(make_tps(scene.election, number=901, kind=TpsKind.SPECIAL))
    text = letter_of(scene, KELURAHAN).text
    assert said("Special-location TPS").upper() in text.split("TPS 901")[0]


def test_contacts_stand_only_where_they_may(scene):
    counted_region(scene.election, KELURAHAN)
    Pantarlih.objects.filter(kabkota=scene.pantarlih.kabkota_id).update(phone="081200000001")
    shown, hidden = letter_of(scene, KELURAHAN), letter_of(scene, KELURAHAN, contacts=False)
    assert "PANTARLIH CONTOH, 081200000001" in shown.text
    for part in (hidden.text, hidden.html):
        assert "PANTARLIH CONTOH" not in part
        assert "081200000001" not in part


def test_only_pantarlih_of_the_region_are_named(scene):
    counted_region(scene.election, NEXT_KELURAHAN)
    make_pantarlih(make_tps(scene.election, FAR_KELURAHAN), name="ORANG JAUH")
    letter = letter_of(scene, NEXT_KELURAHAN)
    assert "ORANG JAUH" not in letter.text + letter.html
    assert "PANTARLIH CONTOH" not in letter.text + letter.html


def test_no_voters_number_stands_in_a_mail(scene):
    counted_region(scene.election, KELURAHAN)
    counted_tps(scene.tps)
    letter = letter_of(scene, KELURAHAN)
    for voter in scene.voters:
        for secret in (voter.nik, voter.nkk, voter.name, voter.nik[:6]):
            assert secret not in letter.subject + letter.text + letter.html


def test_a_name_is_text_in_html_and_in_the_subject(scene):
    counted_region(scene.election, KELURAHAN)
    Region.objects.filter(pk=KELURAHAN).update(name="A\r\nBcc: x@example.com <b>")
    Pantarlih.objects.filter(kabkota=scene.pantarlih.kabkota_id).update(name="<script>alert(1)</script>")
    letter = letter_of(scene, KELURAHAN)
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
    assert "<script>" not in letter.html
    assert "<b>" not in letter.html


@pytest.mark.parametrize("is_demo", [True, False])
def test_invented_data_says_so(scene, settings, is_demo):
    settings.DEMO = is_demo
    letter = letter_of(scene, KELURAHAN)
    words = said("Example data: every person is invented")
    assert [words in part for part in (letter.text, letter.html)] == [is_demo, is_demo]


def test_styles_are_inlined_and_media_rules_kept(scene):
    html = letter_of(scene, KELURAHAN).html
    assert "@media (prefers-color-scheme: dark)" in html
    assert '<h1 style="' in html


def test_the_link_leads_to_the_regions_page(scene, settings):
    settings.BASE_URL = "https://coklit.example.com"
    letter = letter_of(scene, KELURAHAN)
    address = f"https://coklit.example.com/dasbor/pemilu-2024/{KELURAHAN}/"
    assert address in letter.text
    assert f'href="{address}"' in letter.html


@pytest.mark.parametrize("below", [1, 3])
def test_a_letter_costs_the_same_whatever_lies_below(scene, below):
    counted_region(scene.election, KECAMATAN)
    counted_region(scene.election, KELURAHAN)
    for code in (KELURAHAN, NEXT_KELURAHAN, f"{KECAMATAN}.1003")[1:below]:
        Region.objects.get_or_create(
            code=code, defaults={"parent_id": KECAMATAN, "name": "TIGA", "level": 4, "kind": "kelurahan", "zone": "WIB"}
        )
        counted_region(scene.election, code)
    for number in range(2, below + 1):
        counted_tps(make_tps(scene.election, number=number))
    counts = []
    for code in (KECAMATAN, KELURAHAN):
        region = Region.objects.get(pk=code)
        stage = scene.election.stages.select_related("election").get(kind="coklit")
        with CaptureQueriesContext(connection) as captured:
            nightly_letter(stage, region, TODAY, True)
        counts.append(len(captured))
    # begin, isolation, savepoint, scope, newest recount, history, children or TPS, codes, news of the list,
    # recap of e-Coklit, late TPS 2, pantarlih 2, release, commit; a kelurahan also reads its longer window.
    assert counts == [16, 17]
