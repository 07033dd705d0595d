"""Who enters, the policy of the pages, the navigation, and that a page which fails leaves nothing behind."""

import pytest
from django.contrib.admin import site
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.template.response import SimpleTemplateResponse
from django.urls import NoReverseMatch

from coklit import clock
from tests import scene as standing
from voters import trail
from voters.admin.site import navigation
from voters.models import Membership, TrailEntry
from voters.terms import Role

pytestmark = pytest.mark.integration


def test_stranger_is_sent_to_the_sites_own_sign_in(client, scene):
    answer = client.get("/admin/voters/tps/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/masuk/?next=")


def test_account_without_an_office_today_does_not_enter(scene, enter):
    Membership.objects.filter(user=scene.pps).update(to_day=standing.TODAY)
    answer = enter(scene.pps).get("/admin/voters/tps/", follow=True)
    assert (answer.status_code, "tidak memegang jabatan hari ini" in answer.text) == (403, True)


def test_account_that_is_not_staff_does_not_enter(scene, enter):
    other = standing.make_user("bukan-staf", Role.PPS, standing.KELURAHAN, is_staff=False)
    assert enter(other).get("/admin/voters/tps/", follow=True).status_code == 403


def test_admin_alone_has_the_looser_policy(scene, enter):
    client = enter(scene.pps)
    assert "'unsafe-eval'" in client.get("/admin/voters/tps/")["Content-Security-Policy"]
    assert "unsafe" not in client.get("/masuk/?next=/", follow=False)["Content-Security-Policy"]


def test_page_is_marked_as_example_data_in_a_demonstration(scene, enter, settings):
    client = enter(scene.pps)
    assert 'role="note"' not in client.get("/admin/voters/tps/").content.decode()
    settings.DEMO = True
    assert 'role="note"' in client.get("/admin/voters/tps/").content.decode()


def ask(view, user, rf):
    request = rf.get("/admin/")
    request.user = user
    return site.admin_view(view)(request)


def half_way(ending):
    def view(request):
        trail.record(verb="half", by=None, region="62", subject="x:1", now=clock.now())
        return ending()

    return view


def broken():
    raise RuntimeError("half-way")


def broken_template():
    return SimpleTemplateResponse(engines["django"].from_string("{% url 'no-such-page' %}"))


@pytest.mark.parametrize("ending", [broken, broken_template])
def test_page_that_raises_even_while_rendering_leaves_nothing_written(scene, rf, ending):
    with pytest.raises((RuntimeError, NoReverseMatch)):
        ask(half_way(ending), scene.pps, rf)
    assert not TrailEntry.objects.filter(verb="half").exists()


@pytest.mark.parametrize(("status", "kept"), [(503, False), (200, True)])
def test_answer_of_a_server_error_leaves_nothing_written(scene, rf, status, kept):
    ask(half_way(lambda: HttpResponse(status=status)), scene.pps, rf)
    assert TrailEntry.objects.filter(verb="half").exists() is kept


def test_page_runs_and_is_rendered_in_the_territory_of_the_account(scene, rf):
    def view(request):
        return SimpleTemplateResponse(engines["django"].from_string("{{ scope }}"), {"scope": scope})

    def scope():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.territory', true)")
            return cursor.fetchone()[0]

    assert ask(view, scene.pps, rf).content.decode() == standing.KELURAHAN
    assert ask(view, scene.kpu_ri, rf).content.decode() == "ID"


def shown_to(user, rf):
    request = rf.get("/admin/")
    request.user = user
    return [item["link"] for group in navigation(request) for item in group["items"]]


def test_navigation_shows_what_the_account_may_see(scene, rf):
    assert "/admin/voters/user/" not in shown_to(scene.pps, rf)
    assert "/admin/voters/voter/" in shown_to(scene.pps, rf)
    assert "/admin/voters/user/" in shown_to(scene.kpu_ri, rf)
    assert "/admin/voters/voter/" not in shown_to(scene.kpu_ri, rf)
    assert "/admin/voters/pantarlih/" not in shown_to(scene.bawaslu, rf)
