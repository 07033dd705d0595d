"""Territories: own region and below, on the days of the office, by the verbs of the role."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection

from tests import scene as standing
from tests.scene import FAR_KELURAHAN, FOREIGN_KELURAHAN, KECAMATAN, KELURAHAN, KOTA, NEXT_KELURAHAN, PROVINCE, TODAY
from voters import access
from voters.access import MAY, Territory, Verb
from voters.models import Membership, Region
from voters.terms import Role

EVERYWHERE = list(standing.REGIONS)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("region", "code", "covered"),
    [
        ("ID", FOREIGN_KELURAHAN, True),
        ("ID", "ID", True),
        (PROVINCE, KELURAHAN, True),
        (KOTA, KOTA, True),
        (KOTA, PROVINCE, False),
        (KOTA, "62.710", False),
        (KELURAHAN, NEXT_KELURAHAN, False),
        ("6", KOTA, False),
    ],
)
def test_region_covers_itself_and_what_lies_below(region, code, covered):
    assert access.covers(region, code) is covered


@pytest.mark.integration
@pytest.mark.parametrize("region", EVERYWHERE)
def test_filter_finds_exactly_what_the_region_covers(db, region):
    standing.make_regions()
    found = Region.objects.filter(access.within(region, "code")).values_list("code", flat=True)
    assert set(found) == {code for code in EVERYWHERE if access.covers(region, code)}


@pytest.mark.integration
@pytest.mark.parametrize(
    ("name", "verb", "codes"),
    [
        ("pps", Verb.SET_RESULT, {KELURAHAN}),
        ("ppk", Verb.SET_RESULT, set()),
        ("ppk", Verb.SEE_VOTERS, {KECAMATAN, KELURAHAN, NEXT_KELURAHAN}),
        ("kpu", Verb.EXTEND_WINDOW, {KOTA, KECAMATAN, KELURAHAN, NEXT_KELURAHAN, "62.71.02", FAR_KELURAHAN}),
        ("kpu_province", Verb.SEE_VOTERS, set()),
        ("kpu_ri", Verb.SEE_PROGRESS, set(EVERYWHERE)),
        ("bawaslu", Verb.SEE_CONTACTS, set()),
        ("foreign_kpu", Verb.SET_RESULT, {"31.71", "31.71.01", FOREIGN_KELURAHAN}),
    ],
)
def test_account_may_where_its_rows_are(scene, name, verb, codes):
    user = getattr(scene, name)
    assert {code for code in EVERYWHERE if access.may(user, verb, code, TODAY)} == codes
    rows = Region.objects.filter(access.allowed_in(user, verb, "code", TODAY))
    assert set(rows.values_list("code", flat=True)) == codes


@pytest.mark.integration
def test_office_holds_from_its_first_to_its_last_day(scene):
    Membership.objects.filter(user=scene.pps).update(to_day=TODAY)
    days = [standing.IN_OFFICE_SINCE - dt.timedelta(1), standing.IN_OFFICE_SINCE, TODAY, TODAY + dt.timedelta(1)]
    assert [access.may(scene.pps, Verb.SET_RESULT, KELURAHAN, day) for day in days] == [False, True, True, False]


@pytest.mark.integration
def test_nobody_and_the_inactive_may_nothing(scene):
    scene.kpu_ri.is_active = False
    for user in (AnonymousUser(), scene.kpu_ri):
        assert access.territories(user, TODAY) == []
        assert not Region.objects.filter(access.allowed_in(user, Verb.SEE_PROGRESS, "code", TODAY)).exists()


@pytest.mark.integration
def test_require_raises_where_may_says_no(scene):
    access.require(scene.pps, Verb.SET_RESULT, KELURAHAN, TODAY)
    with pytest.raises(PermissionDenied):
        access.require(scene.pps, Verb.SET_RESULT, NEXT_KELURAHAN, TODAY)


@pytest.mark.unit
def test_every_verb_says_whose_it_is():
    assert set(MAY) == set(Verb)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("regions", "spanned"),
    [
        ([], None),
        ([KELURAHAN], KELURAHAN),
        ([KELURAHAN, NEXT_KELURAHAN], KECAMATAN),
        ([KELURAHAN, FAR_KELURAHAN], KOTA),
        ([KOTA, FOREIGN_KELURAHAN], "ID"),
    ],
)
def test_scope_spans_all_offices_and_no_more(regions, spanned):
    assert access.spanning([Territory(Role.PPS, region) for region in regions]) == spanned


@pytest.mark.unit
def test_offices_are_managed_strictly_below_and_by_kpu_only():
    kpu, ppk = [Territory(Role.KPU_KABKOTA, KOTA)], [Territory(Role.PPK, KECAMATAN)]
    assert access.manages(kpu, KELURAHAN)
    assert not any(access.manages(kpu, code) for code in (KOTA, PROVINCE, FOREIGN_KELURAHAN))
    assert not access.manages(ppk, KELURAHAN)


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_territory_sets_the_scope_for_its_transaction_only():
    def scope():
        with connection.cursor() as cursor:
            cursor.execute("SELECT nullif(current_setting('app.territory', true), '')")
            return cursor.fetchone()[0]

    with access.territory(KOTA):
        assert scope() == KOTA
    assert scope() is None
