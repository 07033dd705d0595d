"""The scene for tests with real commits as well: it is built in one transaction, and in the midst of coklit."""

import pytest
from django.db import transaction

from coklit import clock
from tests import scene as standing


@pytest.fixture
def scene(db):
    """The standing places and people. The doors read the clock themselves: the days of coklit lie around today."""
    with transaction.atomic():
        built = standing.build()
        standing.hold_coklit_around(built.election, clock.now().date())
        return built
