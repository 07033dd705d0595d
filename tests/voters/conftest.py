"""Valkey as the limits of uploads use it: the real one of this run."""

import pytest
import redis

from voters.sync.pressure import BACKLOG


@pytest.fixture
def valkey(settings):
    """The run's own Valkey, without any tokens taken, refused attempts or backlog."""
    client = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"], decode_responses=True)
    kept = list(client.scan_iter(BACKLOG.removesuffix("backlog") + "*"))
    if kept:
        client.delete(*kept)
    yield client
    client.close()
