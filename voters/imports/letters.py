"""The mail to whoever brought a file in, once a long run over it has ended: nobody has to wait before a screen."""

import datetime as dt
import logging

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coklit import mail
from voters.models import FileImport, User
from voters.terms import ImportState

# Whoever waited no longer than this is still looking.
LONG = dt.timedelta(minutes=1)

logger = logging.getLogger(__name__)


def tell_uploader(record: FileImport, *, now: dt.datetime) -> None:
    """Send it, once; a mail that does not go out changes nothing of the import."""
    to = record.by
    if to is None or not to.email or record.claimed_at is None or now - record.claimed_at < LONG:
        return
    if record.state not in _ENDED:
        return
    try:
        _send(record, to, now)
    except (mail.Unreachable, mail.NotSent, mail.Uncertain) as problem:
        logger.warning("The mail about import %s was not sent: %s", record.pk, type(problem).__name__)


def _send(record: FileImport, to: User, now: dt.datetime) -> None:
    address = settings.BASE_URL + reverse("admin:voters_fileimport_change", args=[record.pk])
    context = {"record": record, "title": _ENDED[ImportState(record.state)], "url": address, "is_demo": settings.DEMO}
    with mail.outbox() as connection:
        mail.connect(connection)
        mail.send(
            mail.letter("import", context),
            name=to.name,
            address=to.email,
            key=f"{record.pk}.{now:%Y%m%d%H%M%S%f}",
            unsubscribe=settings.BASE_URL + reverse("dasbor"),
            connection=connection,
        )


# What the run came to. CANCELLED is left out: somebody was there.
_ENDED = {
    ImportState.CHECKED: _("checked, nothing loaded yet"),
    ImportState.COMMITTED: _("loaded"),
    ImportState.UNDONE: _("undone"),
    ImportState.FAILED: _("failed, nothing loaded"),
}
