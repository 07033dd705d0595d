"""Cards of accounts that a file made: for the uploader, with the address that sets the password."""

import re

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from tests import scene as standing
from tests.voters.imports.sheets import Sheets
from voters.admin.account_cards import account_cards_page
from voters.imports import committees
from voters.models import FileImport, User
from voters.terms import ImportKind

pytestmark = pytest.mark.integration


@pytest.fixture
def record(scene, tmp_path):
    sheets = Sheets(committees, ImportKind.COMMITTEES, scene.election, tmp_path, scene.kpu, standing.KOTA)
    rows = "".join(f";{name};PPS;{standing.KELURAHAN}\n" for name in ("Siti", "Budi", "Ani"))
    return sheets.commit(f"Username;Nama;Jabatan;Kode\n{rows}")[0]


def page(record, user, method="post"):
    request = getattr(RequestFactory(), method)("/")
    request.user = user
    response = account_cards_page(admin.site._registry[FileImport], request, record.pk)
    return response.render() if hasattr(response, "render") else response


def test_each_new_account_gets_a_card_with_its_own_address(scene, record, client):
    response = page(record, scene.kpu)
    text = response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    assert re.findall(r'class="code">(pps-6271011001-\d)<', text) == [f"pps-6271011001-{n}" for n in (1, 2, 3)]
    addresses = re.findall(r"/sandi/[^<\s]+", text)
    assert len(set(addresses)) == 3
    assert client.get(addresses[0], follow=True).context["validlink"] is True


def test_account_with_a_password_gets_no_card_any_more(scene, record):
    for user in User.objects.filter(username__startswith="pps-"):
        user.set_password(standing.PASSWORD)
        user.save()
    assert b"/sandi/" not in page(record, scene.kpu).content


def test_cards_are_made_for_the_uploader_and_by_a_press_alone(scene, record):
    assert page(record, scene.kpu, "get").status_code == 405
    with pytest.raises(PermissionDenied):
        page(record, scene.kpu_province)
