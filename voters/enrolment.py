"""Enrolment: the PPS issues a code for one phone of one pantarlih; the phone exchanges it for its token, once.

`6271-7KQ2M-4XW9T`: the kab/kota stands readable in front, so that every query can name it; then 50 random bits in
Crockford's base 32. Only a keyed hash of a code is kept.
"""

import datetime as dt
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from coklit import clock
from voters import access, devices, trail
from voters.models import Device, EnrolmentCode, Pantarlih, Stage, User
from voters.terms import StageKind
from voters.trail import Act

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_CHARACTERS = 10
CODE = re.compile(rf"([0-9]{{2}})([0-9]{{2}})([{ALPHABET}]{{{RANDOM_CHARACTERS}}})")
# Blanks, and every kind of hyphen that a messenger makes of one.
_FILLING = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212]+")
_MISTAKEN = str.maketrans("OIL", "011")
# A code is for a training day and the days after it, not for a year in a drawer.
MAX_DAYS = 60


class LastDayRefused(ValueError):
    """A code cannot be valid through that day. `code` is stable, the text is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class CodeRefused(ValueError):
    """No phone is enrolled by this code. `code` is stable (see `exchange`), `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Enrolled:
    """A new phone: its token, to be told once, and its device with the pantarlih."""

    token: str
    device: Device


def issue(*, pantarlih: Pantarlih, last_day: dt.date, now: dt.datetime, by: User | None) -> str:
    """A code for the pantarlih's next phone, to be shown once. See `issue_all`."""
    return issue_all([pantarlih], last_day=last_day, now=now, by=by)[0]


def issue_all(people: Sequence[Pantarlih], *, last_day: dt.date, now: dt.datetime, by: User | None) -> list[str]:
    """A code for each of these pantarlih, in their order, good through `last_day` of their own zone.

    A code that was open is withdrawn. Raises LastDayRefused. Call it inside a transaction.
    """
    for one in people:
        _refuse_day(last_day, clock.local_day(now, one.kelurahan.zone))
    _lock(people)
    _withdraw(_open_codes(people), now, by)
    printed = [new_code(one.kabkota_id) for one in people]
    rows = [
        EnrolmentCode(
            kabkota_id=one.kabkota_id,
            pantarlih=one,
            code_hash=hash_of(normal(code)),
            last_day=last_day,
            expires_at=clock.day_end(last_day, one.kelurahan.zone),
            issued_by=by,
            issued_at=now,
        )
        for one, code in zip(people, printed, strict=True)
    ]
    EnrolmentCode.objects.bulk_create(rows)
    _record("issue_code", rows, now, by, last_day=last_day.isoformat())
    return printed


def withdraw(*, code: EnrolmentCode, now: dt.datetime, by: User | None) -> None:
    """The code is worth nothing from now on. One that was used or withdrawn already stays as it is.

    Call it inside a transaction.
    """
    devices.lock(code.kabkota_id, code.pantarlih_id)
    code.refresh_from_db()
    if code.used_at is None and code.withdrawn_at is None:
        _withdraw([code], now, by)


def default_last_day(pantarlih: Pantarlih, now: dt.datetime) -> dt.date:
    """The second day of coklit, as training is often on the Friday before; tomorrow where that has passed."""
    coklit = Stage.objects.get(election=pantarlih.election_id, kind=StageKind.COKLIT)
    second_day = coklit.first_day + dt.timedelta(days=1)
    today = clock.local_day(now, pantarlih.kelurahan.zone)
    too_late, too_early = second_day < today, second_day > today + dt.timedelta(days=MAX_DAYS)
    return today + dt.timedelta(days=1) if too_late or too_early else second_day


def exchange(code: str, *, now: dt.datetime, app_version: str = "") -> Enrolled:
    """A new phone for the pantarlih of this code, in a transaction and territory of its own.

    The phone counts at once, or waits for the PPS where the pantarlih has one in use (`devices.enrol`). Raises
    CodeRefused: "unreadable", "code_unknown", "code_used", "code_withdrawn" or "code_expired".
    """
    plain = normal(code)
    kabkota = kabkota_of(code)
    if kabkota is None:
        raise _refused("unreadable")
    with access.territory(kabkota):
        found = EnrolmentCode.objects.filter(kabkota_id=kabkota, code_hash=hash_of(plain)).first()
        if found is None:
            raise _refused("code_unknown")
        # The pantarlih first, as everywhere: two phones with one code wait for each other here.
        pantarlih = devices.lock(kabkota, found.pantarlih_id)
        _use(found, now)
        token, device = devices.enrol(pantarlih=pantarlih, now=now, app_version=app_version)
        EnrolmentCode.objects.filter(kabkota_id=kabkota, pk=found.pk).update(device=device)
        return Enrolled(token, device)


def kabkota_of(code: str) -> str | None:
    """The code of the kab/kota that an enrolment code names, None for what is not a code. Proves nothing yet."""
    found = CODE.fullmatch(normal(code))
    return f"{found[1]}.{found[2]}" if found else None


def new_code(kabkota: str) -> str:
    """A code nobody has yet, as it is printed; it is worth something once a row holds its hash."""
    random = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return f"{kabkota.replace('.', '')}-{random[:5]}-{random[5:]}"


def normal(code: str) -> str:
    """The code without what people do to it: small letters, O for 0, I and L for 1, hyphens, blanks."""
    return _FILLING.sub("", code).upper().translate(_MISTAKEN)


def hash_of(plain: str) -> bytes:
    """What is kept of a code in its normal form.

    Keyed from SECRET_KEY: 50 bits are few enough to try them all against a stolen table, unlike the 256 of a token.
    A new SECRET_KEY makes open codes unknown.
    """
    return salted_hmac("voters.enrolment", plain, algorithm="sha256").digest()


def _use(found: EnrolmentCode, now: dt.datetime) -> None:
    # Claimed by a conditional update: of two phones with one code exactly one changes the row.
    claimed = EnrolmentCode.objects.filter(
        kabkota_id=found.kabkota_id,
        pk=found.pk,
        used_at__isnull=True,
        withdrawn_at__isnull=True,
        expires_at__gt=now,
    ).update(used_at=now)
    if claimed == 1:
        return
    found.refresh_from_db()
    if found.used_at is not None:
        raise _refused("code_used")
    raise _refused("code_expired" if found.withdrawn_at is None else "code_withdrawn")


def _refused(code: str) -> CodeRefused:
    texts = {
        "unreadable": _("This is not an enrolment code. It looks like 6271-7KQ2M-4XW9T; type it as it is printed."),
        "code_unknown": _("This code is not known. Compare it with the printed one, or ask the PPS for a new one."),
        "code_used": _("This code has been used already. Ask the PPS for a new one."),
        "code_withdrawn": _("A newer code was issued, or this one was withdrawn. Ask the PPS for the newest one."),
        "code_expired": _("This code is past its last day. Ask the PPS for a new one."),
    }
    return CodeRefused(code, texts[code])


def _refuse_day(last_day: dt.date, today: dt.date) -> None:
    if last_day < today:
        raise LastDayRefused("last_day_past", _("The last day has passed already. Choose today or a later day."))
    if last_day > today + dt.timedelta(days=MAX_DAYS):
        raise LastDayRefused(
            "last_day_too_far",
            _("A code is good for %(days)d days at most. Choose an earlier last day.") % {"days": MAX_DAYS},
        )


def _lock(people: Sequence[Pantarlih]) -> None:
    # In the order of their keys, so that two sheets printed at once cannot wait for each other.
    kabkota, keys = {one.kabkota_id for one in people}, [one.pk for one in people]
    rows = Pantarlih.objects.filter(kabkota_id__in=kabkota, pk__in=keys).order_by("kabkota_id", "pk")
    list(rows.select_for_update().values_list("pk"))


def _open_codes(people: Sequence[Pantarlih]) -> list[EnrolmentCode]:
    kabkota, keys = {one.kabkota_id for one in people}, [one.pk for one in people]
    rows = EnrolmentCode.objects.filter(
        kabkota_id__in=kabkota, pantarlih__in=keys, used_at__isnull=True, withdrawn_at__isnull=True
    )
    return list(rows.select_related("pantarlih"))


def _withdraw(codes: Sequence[EnrolmentCode], now: dt.datetime, by: User | None) -> None:
    # Their pantarlih are locked, so that none is used or withdrawn meanwhile.
    kabkota, keys = {one.kabkota_id for one in codes}, [one.pk for one in codes]
    if codes:
        EnrolmentCode.objects.filter(kabkota_id__in=kabkota, pk__in=keys).update(withdrawn_at=now)
        _record("withdraw_code", codes, now, by)


def _record(verb: str, codes: Sequence[EnrolmentCode], now: dt.datetime, by: User | None, **after: str) -> None:
    # By the row's key: the code itself stands nowhere.
    trail.record_all(
        Act(
            verb=verb,
            by=by,
            region=code.pantarlih.kelurahan_id,
            subject=f"enrolment_code:{code.pk}",
            now=now,
            after={"pantarlih": str(code.pantarlih_id), **after},
        )
        for code in codes
    )
