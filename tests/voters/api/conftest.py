"""The scene for tests with real commits as well: it is built in one transaction."""

import pytest
from django.db import transaction

from tests import scene as standing


@pytest.fixture
def scene(db):
    """The standing places and people."""
    with transaction.atomic():
        return standing.build()
