"""The scene for tests with real commits as well: it is built in one transaction, and in the midst of coklit."""

import datetime as dt

import pytest
from django.db import transaction

from coklit import clock
from tests import scene as standing
from voters.models import Stage
from voters.terms import StageKind


@pytest.fixture
def scene(db):
    """The standing places and people. The doors read the clock themselves: the days of coklit lie around today."""
    today, month = clock.now().date(), dt.timedelta(days=30)
    with transaction.atomic():
        built = standing.build()
        coklit = Stage.objects.filter(election=built.election, kind=StageKind.COKLIT)
        coklit.update(first_day=today - month, last_day=today + month)
        return built
