"""The form of declared counts: saved for a day, every mistake told, nothing half saved, and good from a kept page."""

import datetime as dt
import re

import pytest

from tests import scene as standing
from tests.scene import TODAY
from voters.declarations import NAMES, counts_of
from voters.models import Assignment, Declaration

pytestmark = pytest.mark.integration


def form_of(tps, day="2023-03-04", **numbers):
    return {"hari": day, **{f"{tps.pk}-{name}": numbers.get(name, "") for name in NAMES}}


def test_numbers_are_saved_for_the_day_and_shown_again(scene, browser):
    client = browser(scene.token)
    answer = client.post("/hp/", form_of(scene.tps, sesuai="20", ubah="3", stickers="12"))
    assert (answer.status_code, answer["Location"]) == (302, "/hp/#lapor")
    row = Declaration.objects.get()
    assert (row.day, row.tps_id, row.pantarlih_id) == (TODAY, scene.tps.pk, scene.pantarlih.pk)
    assert [getattr(row, name) for name in NAMES] == [20, 3, 0, 0, 12]
    page = client.get("/hp/")
    assert re.findall(r'data-saved="(\d*)"', page.text) == ["20", "3", "0", "0", "12"]
    assert re.findall(r'type="number"[^>]*value="(\d+)"', page.text) == ["20", "3", "0", "0", "12"]


def test_earlier_day_is_saved_and_comes_back_to_it(scene, browser):
    client = browser(scene.token)
    answer = client.post("/hp/", form_of(scene.tps, "2023-02-12", sesuai="7"))
    assert answer["Location"] == "/hp/?hari=2023-02-12#lapor"
    assert Declaration.objects.get().day == dt.date(2023, 2, 12)
    assert [form.saved for form in client.get("/hp/").context["forms"].each] == [None]


def test_each_tps_has_its_own_numbers_and_an_empty_one_says_nothing(scene, browser):
    tps = [standing.make_tps(scene.election, number=number) for number in (2, 3)]
    pantarlih, _ = standing.make_pantarlih(*tps, name="PANTARLIH LAIN")
    _, token = standing.make_device(pantarlih)
    browser(token).post("/hp/", {**form_of(tps[0]), **form_of(tps[1], tms="0")})
    assert [(row.tps_id, counts_of(row).done) for row in Declaration.objects.all()] == [(tps[1].pk, 0)]


@pytest.mark.parametrize("number", ["-1", "2001", "1.5", "banyak"])
def test_impossible_number_is_told_at_its_field_and_nothing_is_saved(scene, browser, number):
    answer = browser(scene.token).post("/hp/", form_of(scene.tps, sesuai="5", ubah=number))
    assert answer.status_code == 422
    assert [list(form.errors) for form in answer.context["forms"].each] == [["ubah"]]
    assert f'value="{number}"' in answer.text
    assert "X-Coklit-Page" not in answer
    assert not Declaration.objects.exists()


@pytest.mark.parametrize("day", ["2023-02-11", "2023-03-05", "", "kemarin"])
def test_day_that_is_not_open_is_refused(scene, browser, day):
    answer = browser(scene.token).post("/hp/", form_of(scene.tps, day, sesuai="5"))
    assert (answer.status_code, bool(answer.context["forms"].error)) == (422, True)
    assert not Declaration.objects.exists()


def test_empty_form_is_told_so(scene, browser):
    answer = browser(scene.token).post("/hp/", form_of(scene.tps))
    assert (answer.status_code, bool(answer.context["forms"].error)) == (422, True)


def test_another_pantarlihs_tps_is_not_heard(scene, browser):
    other = standing.make_tps(scene.election, number=2)
    standing.make_pantarlih(other, name="REKAN")
    assert browser(scene.token).post("/hp/", form_of(other, sesuai="5")).status_code == 422
    assert not Declaration.objects.exists()


def test_served_no_more_nothing_is_saved(scene, browser):
    Assignment.objects.update(to_day=TODAY)
    assert browser(scene.token).post("/hp/", form_of(scene.tps, sesuai="5")).status_code == 422
    assert not Declaration.objects.exists()


def test_form_of_a_kept_page_is_good_after_newer_pages(scene, browser):
    client = browser(scene.token, enforce_csrf_checks=True)
    kept = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/hp/").text)[1]
    client.get("/hp/")
    client.get("/hp/?hari=2023-03-03")
    form = form_of(scene.tps, sesuai="5")
    assert client.post("/hp/", form).status_code == 403
    assert client.post("/hp/", {**form, "csrfmiddlewaretoken": kept}).status_code == 302
    assert Declaration.objects.get().sesuai == 5
