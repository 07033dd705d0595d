"""Mail: one message from three templates, sent by SMTP over one connection that a whole run shares.

In come a template's name and what it shows; afterwards the server has taken the message, or an error says whether
it certainly has not (`NotSent`) or whether nobody can know (`Uncertain`). It never tries twice: its caller may.
"""

import re
import smtplib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formataddr
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from css_inline import CSSInliner
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string

# Everything a header could be broken with, Unicode's line ends included.
_BREAKS = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")
# The server's own answer, before or after it saw the message: it has not taken it.
_REFUSALS = (
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
    ValueError,  # an address or header that cannot be written; Django's BadHeaderError is one
)


class Unreachable(Exception):
    """The mail server cannot be reached, or refuses us as a whole. Nothing was sent."""


class NotSent(Exception):
    """This one message was refused and not sent; the text is the server's reason."""


class Uncertain(Exception):
    """The connection broke before the server answered: the message may have arrived, or may not."""


@dataclass(frozen=True)
class Letter:
    """What one message says."""

    subject: str
    text: str
    html: str


def letter(template: str, context: Mapping[str, Any]) -> Letter:
    """`templates/emails/<template>-{subject.txt,body-text.txt,body-html.html}` in the active language.

    Styles are written into the elements, as many mail programs drop style sheets; @media rules stay in one.
    """
    values = dict(context)
    return Letter(
        subject=one_line(render_to_string(f"emails/{template}-subject.txt", values)),
        text=render_to_string(f"emails/{template}-body-text.txt", values).strip() + "\n",
        html=_inliner().inline(render_to_string(f"emails/{template}-body-html.html", values)),
    )


@contextmanager
def outbox() -> Iterator[EmailBackend]:
    """A connection for many messages; `connect` opens it, leaving closes it."""
    connection = EmailBackend()
    try:
        yield connection
    finally:
        connection.close()


def connect(connection: EmailBackend) -> None:
    """Open the connection, or open it anew where the server hung up after the last message. Raises Unreachable."""
    try:
        if connection.connection is not None and not _answers(connection.connection):
            connection.close()
        connection.open()
    except OSError as error:  # smtplib's errors are OSErrors too
        raise Unreachable(f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}: {_reason(error)}") from error


def send(message: Letter, *, name: str, address: str, key: str, unsubscribe: str, connection: EmailBackend) -> None:
    """Send to one person. `key` makes the Message-ID, mail programs offer `unsubscribe` to whoever wants no more.

    Raises NotSent or Uncertain.
    """
    headers = {
        "Message-ID": f"<{key}@{urlsplit(settings.BASE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{unsubscribe}>",
    }
    try:
        to = [formataddr((one_line(name), address))]
        mail = EmailMultiAlternatives(message.subject, message.text, to=to, headers=headers, connection=connection)
        mail.attach_alternative(message.html, "text/html")
        mail.send()
    except _REFUSALS as error:
        raise NotSent(_reason(error)) from error
    except OSError as error:
        raise Uncertain(_reason(error)) from error


def one_line(text: str) -> str:
    """The text without line ends and control characters, fit for a header."""
    return _BREAKS.sub(" ", text).strip()


def _answers(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except OSError:
        return False


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(_words(code, text) for code, text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"


def _words(code: int, text: bytes | str) -> str:
    return one_line(f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}")


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
