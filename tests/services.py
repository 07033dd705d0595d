"""The pytest plugin that brings real services: PostgreSQL and Valkey for the whole run, a mail receiver per test.

Before the settings load it starts the servers in a directory under .local/tests that no other run uses, and puts their
addresses into the environment; xdist's workers and processes started by tests inherit it. With COKLIT_DATABASE_URL set
from outside it starts nothing. Databases of the run are dropped at the end.
"""

import os
import secrets
from collections.abc import Generator, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from coklit.localservices import postgres, valkey
from coklit.localservices.ports import HOST, free_port
from coklit.localservices.processes import ChildDied, InUse, claim
from coklit.localservices.provision import provision
from coklit.localservices.stack import environment
from tests import databases

PLACES = Path(__file__).resolve().parent.parent / ".local" / "tests"
# Nothing in these databases is worth a disk's time: they are made anew by every run.
_POSTGRES_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "max_wal_size": "2GB",
}
_VALKEY_DATABASES = 64


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """A wrapper, as pytest-django reads the settings in the same hook."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        _begin(early_config)
    elif "COKLIT_TEST_VALKEY" in os.environ:
        _use_own_valkey_databases(int(worker.removeprefix("gw")) + 1)
    return (yield)


def _begin(config: pytest.Config) -> None:
    os.environ["COKLIT_TEST_RUN"] = run = f"{databases.PREFIX}{secrets.token_hex(3)}"
    if "COKLIT_DATABASE_URL" in os.environ:
        owner_url = os.environ.get("COKLIT_DATABASE_OWNER_URL", os.environ["COKLIT_DATABASE_URL"])
        config.add_cleanup(lambda: databases.drop_all(owner_url, prefix=run))
        return
    place, lock = _own_place()
    config.add_cleanup(lambda: os.close(lock))
    database = _start_postgres(place / "postgres")
    config.add_cleanup(database.stop)
    # What a killed run left; no other run uses this server.
    databases.drop_all(database.url(), prefix=databases.PREFIX)
    broker = valkey.start(place / "valkey", keep=False, databases=_VALKEY_DATABASES)
    config.add_cleanup(broker.stop)
    config.add_cleanup(lambda: databases.drop_all(database.url(), prefix=run))
    urls = provision(database, owner_makes_databases=True)
    # Port 9 answers nobody: a test that sends mail without `smtp_server` fails loudly.
    os.environ.update(environment(urls, broker, secrets=place, smtp_port=9, base_url="http://localhost:8000"))
    os.environ["COKLIT_TEST_VALKEY"] = broker.url(0).removesuffix("/0")
    _use_own_valkey_databases(0)


def _own_place() -> tuple[Path, int]:
    for number in range(1, 100):
        place = PLACES / str(number)
        try:
            return place, claim(place, patience=0)
        except InUse:
            continue
    raise InUse(f"All 99 places in {PLACES} are in use by other test runs.")


def _start_postgres(directory: Path) -> postgres.Postgres:
    try:
        return postgres.start(directory, settings=_POSTGRES_SETTINGS)
    except ChildDied:
        # Without fsync a power cut may have broken it.
        postgres.discard(directory)
        return postgres.start(directory, settings=_POSTGRES_SETTINGS)


def _use_own_valkey_databases(number: int) -> None:
    address = os.environ["COKLIT_TEST_VALKEY"]
    os.environ["COKLIT_BROKER_URL"] = f"{address}/{2 * number}"
    os.environ["COKLIT_CACHE_URL"] = f"{address}/{2 * number + 1}"


class SmtpServer:
    """A mail receiver; `messages` holds what came in, oldest first, each with its envelope's recipients."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.port = free_port()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.recipients.append(envelope.rcpt_tos)
        self.messages.append(message)
        return "250 Message received"


@pytest.fixture
def smtp_server(settings, monkeypatch) -> Iterator[SmtpServer]:
    """A real receiver; Django's mail in this process, and of processes the test starts, goes to it."""
    receiver = SmtpServer()
    controller = Controller(receiver, hostname=HOST, port=receiver.port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, receiver.port
    monkeypatch.setenv("COKLIT_SMTP_URL", f"smtp://{HOST}:{receiver.port}")
    yield receiver
    controller.stop()
