"""Somebody at a browser: `enter(user)` is a signed-in client; a mistake of ours raises in the test."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.scene import Scene
from voters.models import User


@pytest.fixture
def enter(scene: Scene) -> Callable[[User], Client]:
    def entered(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return entered
