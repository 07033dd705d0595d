"""The page for our own faults says what every page says of the data."""

import pytest
from django.test import Client
from django.urls import path

from coklit import urls

pytestmark = pytest.mark.integration


def fails(request):
    raise RuntimeError("a fault of ours")


urlpatterns = [path("rusak/", fails)]
handler500 = urls.handler500


@pytest.fixture
def page(settings):
    """The page that a visitor sees."""
    settings.ROOT_URLCONF = __name__
    return lambda: Client(raise_request_exception=False).get("/rusak/")


@pytest.mark.parametrize("is_demo", [True, False])
def test_a_fault_of_ours_calls_example_data_so(page, settings, is_demo):
    settings.DEMO = is_demo
    answer = page()
    assert answer.status_code == 500
    assert ('class="demo"' in answer.text) == is_demo
    assert "a fault of ours" not in answer.text
