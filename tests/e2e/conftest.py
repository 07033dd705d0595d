"""A real Chromium against a real server."""

import os
import shutil

import pytest
from django.db import transaction
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests import scene as standing

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def scene(transactional_db):
    """The standing people and places, committed, so that the server's own thread sees them."""
    with transaction.atomic():
        return standing.build()


@pytest.fixture
def server(transactional_db, settings):
    """The site's address on a free port of this machine; in the demonstration's colours."""
    settings.DEMO = True
    running = LiveServer("127.0.0.1")
    yield running.url
    running.stop()


@pytest.fixture
def chromium(monkeypatch):
    """The installed Chromium. Without one the test is skipped with a word, or fails where CI=true."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        message = "No Chromium is installed, so no page was looked at (apt-get install chromium)."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    # Playwright runs an event loop in this thread, and Django then refuses the test's own reads and writes.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
