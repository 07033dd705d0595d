"""The world of the bad files stands once for a whole module; each test works in a savepoint of its own."""

import pytest
from django.db import transaction

from tests import scene as standing
from tests.voters.imports import bad_world


@pytest.fixture(scope="module")
def whole_bad_world(django_db_setup, django_db_blocker):
    """Built in a transaction that is rolled back after the module's last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        scene = standing.build()
        bad_world.build(scene)
        yield scene
        transaction.set_rollback(True)


@pytest.fixture
def world(whole_bad_world):
    """The scene with what tests/voters/imports/bad_world.py adds; a test's own rows go with it."""
    with transaction.atomic():
        yield whole_bad_world
        transaction.set_rollback(True)
