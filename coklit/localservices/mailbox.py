"""A mail catcher: receives by real SMTP, keeps each message as one .eml file, and shows them on a web page.

    python -m coklit.localservices.mailbox --smtp-port 1025 --http-port 8025 --dir .local/demo/mail

It passes nothing on: no message ever leaves the machine.
"""

import argparse
import secrets
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from coklit.localservices.mailpages import serve
from coklit.localservices.ports import HOST

_LARGEST = 35 * 1024 * 1024


class Keep:
    """aiosmtpd's handler: one file per message, complete or absent."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Store the message under the time of its arrival, headed by what the envelope said, as mail servers do."""
        content = envelope.original_content or b""
        head = f"Return-Path: <{envelope.mail_from}>\r\nDelivered-To: {', '.join(envelope.rcpt_tos)}\r\n"
        name = f"{time.time_ns():019d}-{secrets.token_hex(4)}"
        draft = self.directory / f".{name}"
        draft.write_bytes(head.encode() + content)
        draft.rename(self.directory / f"{name}.eml")
        return "250 Message kept"


def receive(directory: Path, port: int) -> Controller:
    """Listen for SMTP in a thread, ready on return; `.stop()` ends it."""
    directory.mkdir(parents=True, exist_ok=True)
    controller = Controller(Keep(directory), hostname=HOST, port=port, data_size_limit=_LARGEST)
    controller.start()
    return controller


def main() -> None:
    """Receive and show mail until we are stopped."""
    parser = argparse.ArgumentParser(description="Catch mail and show it on a page; nothing is passed on.")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--dir", type=Path, required=True)
    options = parser.parse_args()
    receiver = receive(options.dir, options.smtp_port)
    try:
        serve(options.dir, options.http_port)
    finally:
        receiver.stop()


if __name__ == "__main__":
    main()
