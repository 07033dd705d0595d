"""A browser that is a pantarlih's phone, at noon of 4 March 2023."""

import pytest
from django.test import Client

from tests import scene as standing
from voters.phone import cookies
from voters.placement import new_id


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    """The doors' clock stands at the scene's moment."""
    monkeypatch.setattr("coklit.clock.now", lambda: standing.NOW)


@pytest.fixture
def browser():
    """A client that holds this token, or none; each has an address of its own, as guesses are counted by address."""

    def holding(token=None, **options):
        client = Client(REMOTE_ADDR=str(new_id()), **options)
        if token:
            client.cookies[cookies.NAME] = token
        return client

    return holding
