"""The scene for tests with real commits as well, built in one transaction; and a phone with a server that plays."""

import datetime as dt
import random

import pytest
from django.db import transaction

from tests import scene as standing
from tests.voters.sync import phone_server
from voters.sync.client import Phone
from voters.sync.client_http import HttpTransport
from voters.sync.client_queue import Queue


@pytest.fixture
def scene(db):
    """The standing places and people."""
    with transaction.atomic():
        return standing.build()


class Time:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = dt.datetime(2024, 7, 3, 12, tzinfo=dt.UTC)
        self.slept = []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += dt.timedelta(seconds=seconds)


@pytest.fixture
def server():
    with phone_server.running() as running:
        yield running


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def switch_on(server, time, tmp_path):
    """Makes the phone; called again, it is the same phone after a crash."""
    opened = []

    def on():
        queue, transport = Queue(tmp_path / "phone.db"), HttpTransport(server.url, timeout=5)
        opened.extend((queue, transport))
        return Phone(
            queue,
            transport,
            token="ck1_6271_x",
            app_version="uji 1",
            clock=time.clock,
            sleep=time.sleep,
            draw=random.Random(1),
        )

    yield on
    for one in opened:
        one.close()


@pytest.fixture
def phone(switch_on):
    return switch_on()
