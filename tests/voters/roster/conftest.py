"""The scene for tests with real commits as well: it is built in one transaction."""

import pytest
from django.db import transaction

from tests import scene as standing
from voters.models import Voter


@pytest.fixture
def scene(db):
    """The standing places and people."""
    with transaction.atomic():
        return standing.build()


@pytest.fixture
def bare(scene):
    """The scene, its TPS without voters."""
    Voter.objects.all().delete()
    return scene
