"""The scene for tests with real commits, and a mail receiver that refuses, hangs up and counts."""

import asyncio
import threading

import pytest
from aiosmtpd.controller import Controller
from django.db import transaction

from coklit.localservices.ports import HOST
from tests import scene as standing
from tests.services import SmtpServer


@pytest.fixture
def scene(db):
    """The standing places and people; in one transaction, as a phone's token is issued inside one."""
    with transaction.atomic():
        return standing.build()


class RefusingServer(SmtpServer):
    """Refuses one recipient; hangs up, having read the whole message, on another; leaves a third without an answer."""

    def __init__(self):
        super().__init__()
        self.refused = self.hangs_up_on = self.silent_to = ""
        self.is_silent = threading.Event()
        self.greetings = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.greetings += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == self.refused:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.hangs_up_on in envelope.rcpt_tos:
            server.transport.close()
            return "421 Going away"
        if self.silent_to in envelope.rcpt_tos:
            self.is_silent.set()
            await asyncio.sleep(60)
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def refusing_server(settings, monkeypatch):
    """Django's mail, and that of processes the test starts, goes to it."""
    receiver = RefusingServer()
    controller = Controller(receiver, hostname=HOST, port=receiver.port)
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, receiver.port
    monkeypatch.setenv("COKLIT_SMTP_URL", f"smtp://{HOST}:{receiver.port}")
    yield receiver
    controller.stop()
