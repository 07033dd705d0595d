"""Notes from the PPS to its pantarlih. Comes in: a kelurahan, perhaps one of its TPS or a voter there, and a text.
Afterwards the note and its trail stand; the text is in the note alone. A note is never changed: it is withdrawn, and
another one given.
"""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from voters import nik, trail
from voters.models import Notice, Region, Tps, User, Voter
from voters.terms import Level

MAX_LENGTH = 500


class NoticeRefused(ValueError):
    """The note breaks a rule. `code` is stable, the text says why and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def give(
    *, kelurahan: Region, text: str, by: User, now: dt.datetime, tps: Tps | None = None, voter: Voter | None = None
) -> Notice:
    """A note to all pantarlih of the kelurahan, to those of one TPS, or about one voter of a TPS.

    The door asks `access.require(by, Verb.GIVE_NOTICE, …)`. Raises NoticeRefused.
    """
    text = text.strip()
    _refuse_text(text)
    _refuse_place(kelurahan, tps, voter)
    notice = Notice.objects.create(
        kabkota_id=kelurahan.code[:5],
        kelurahan=kelurahan,
        tps_id=tps.pk if tps else voter.tps_id if voter else None,
        voter=voter,
        text=text,
        given_by=by,
        given_at=now,
    )
    _record("give_notice", notice, by, now)
    return notice


def withdraw(*, notice: Notice, by: User, now: dt.datetime) -> None:
    """The note is shown to nobody from now on. Raises NoticeRefused for one that was withdrawn already."""
    open_one = Notice.objects.filter(kabkota_id=notice.kabkota_id, pk=notice.pk, withdrawn_at__isnull=True)
    if not open_one.update(withdrawn_at=now):
        raise NoticeRefused("already_withdrawn", _("This note was withdrawn already."))
    notice.withdrawn_at = now
    _record("withdraw_notice", notice, by, now)


def notices_for(*, kabkota: str, tps: Tps) -> list[Notice]:
    """The open notes to this TPS or to its kelurahan as a whole, the newest first. One query."""
    return notices_for_all(kabkota=kabkota, tps=[tps])


def notices_for_all(*, kabkota: str, tps: Sequence[Tps]) -> list[Notice]:
    """The open notes to any of these TPS or to their kelurahan, the newest first, each with its TPS and voter."""
    to_us = Q(tps__in=[one.pk for one in tps]) | Q(tps__isnull=True)
    found = Notice.objects.filter(
        to_us, kabkota_id=kabkota, kelurahan__in={one.kelurahan_id for one in tps}, withdrawn_at__isnull=True
    )
    return list(found.select_related("tps", "voter").order_by("-given_at", "-pk"))


def _refuse_text(text: str) -> None:
    if not text:
        raise NoticeRefused("text_missing", _("Write what the pantarlih should know."))
    if len(text) > MAX_LENGTH:
        raise NoticeRefused(
            "text_too_long",
            _("The note has %(length)d characters; %(limit)d are allowed. Make it shorter.")
            % {"length": len(text), "limit": MAX_LENGTH},
        )
    if nik.stands_in(text):
        raise NoticeRefused(
            "looks_like_nik",
            _("The note contains 16 digits that look like a NIK or NKK. Name the voter by address instead."),
        )


def _refuse_place(kelurahan: Region, tps: Tps | None, voter: Voter | None) -> None:
    if kelurahan.level != Level.KELURAHAN:
        raise NoticeRefused("not_a_kelurahan", _("A note is given to the pantarlih of one village."))
    if tps is not None and tps.kelurahan_id != kelurahan.code:
        raise NoticeRefused("other_kelurahan", _("This TPS belongs to another village."))
    if voter is None:
        return
    if tps is None and voter.tps.kelurahan_id != kelurahan.code:
        raise NoticeRefused("other_kelurahan", _("This voter's TPS belongs to another village."))
    if tps is not None and voter.tps_id != tps.pk:
        raise NoticeRefused("other_tps", _("This voter belongs to another TPS."))


def _record(verb: str, notice: Notice, by: User, now: dt.datetime) -> None:
    trail.record(
        verb=verb,
        by=by,
        region=notice.kelurahan_id,
        subject=f"notice:{notice.pk}",
        now=now,
        after={
            "tps": str(notice.tps_id) if notice.tps_id else None,
            "voter": str(notice.voter_id) if notice.voter_id else None,
            "length": len(notice.text),
        },
    )
