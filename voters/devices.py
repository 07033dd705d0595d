"""Device tokens: a pantarlih has one phone in use at a time, and the phone has a token. Only the token's hash is kept.

`ck1_6271_<43 characters>`: the kab/kota stands readable in front, so that every request can name it in its query.
"""

import base64
import datetime as dt
import hashlib
import re
import secrets
from uuid import UUID

from django.utils.translation import gettext as _

from coklit.prepared import prepared
from coklit.sqlfiles import sql
from voters import trail
from voters.models import Device, Pantarlih, Region, User

TOKEN = re.compile(r"ck1_([0-9]{2})([0-9]{2})_[A-Za-z0-9_-]{43}")


class ConfirmRefused(ValueError):
    """The phone cannot be confirmed. `code` is stable, the text says why and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def issue(*, pantarlih: Pantarlih, now: dt.datetime, by: User | None = None) -> str:
    """The token of a new phone that counts at once; an earlier one is revoked. Call it inside a transaction.

    For tests and measurements: people enrol by a code.
    """
    token, device = enrol(pantarlih=pantarlih, now=now)
    confirm(device=device, now=now, by=by)
    return token


def enrol(*, pantarlih: Pantarlih, now: dt.datetime, app_version: str = "") -> tuple[str, Device]:
    """A new phone of the pantarlih and its token, to be told once. Call it inside a transaction.

    It counts at once, unless the pantarlih has a phone in use: then it waits for the PPS, in place of one that waited
    before.
    """
    kabkota = pantarlih.kabkota_id
    # The lock makes a second phone of the same moment wait, and see this one.
    lock(kabkota, pantarlih.pk)
    others = list(
        Device.objects.filter(kabkota_id=kabkota, pantarlih=pantarlih, revoked_at__isnull=True).select_related(
            "pantarlih"
        )
    )
    in_use = any(one.confirmed_at for one in others)
    token = new_token(kabkota)
    device = Device(
        kabkota_id=kabkota,
        pantarlih=pantarlih,
        token_hash=hash_of(token),
        app_version=app_version,
        issued_at=now,
        confirmed_at=None if in_use else now,
    )
    for other in others:
        if not other.confirmed_at:
            revoke(device=other, now=now, by=device)
    device.save(force_insert=True)
    _record("enrol_device", device, now, device)
    return token, device


def confirm(*, device: Device, now: dt.datetime, by: User | None = None) -> None:
    """The phone counts from now on, and the pantarlih's other one is revoked. Call it inside a transaction.

    One that counts already stays as it is. Raises ConfirmRefused for one that was revoked.
    """
    kabkota = device.kabkota_id
    lock(kabkota, device.pantarlih_id)
    device.refresh_from_db()
    if device.revoked_at is not None:
        raise ConfirmRefused(
            "device_revoked", _("This phone was revoked meanwhile. Issue a new code and enrol the phone again.")
        )
    if device.confirmed_at is not None:
        return
    others = Device.objects.filter(kabkota_id=kabkota, pantarlih=device.pantarlih_id, revoked_at__isnull=True)
    for other in others.exclude(pk=device.pk).select_related("pantarlih"):
        revoke(device=other, now=now, by=by)
    device.confirmed_at = now
    device.save(update_fields=["confirmed_at"])
    _record("confirm_device", device, now, by)


def new_token(kabkota: str) -> str:
    """A token nobody has yet; it is worth something once a device row holds its hash."""
    secret = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return f"ck1_{kabkota.replace('.', '')}_{secret}"


def identify(token: str) -> Device | None:
    """The device that holds this token; None for a malformed, unknown or revoked one.

    With what every call needs: its pantarlih, whose kelurahan and time zone; the rest is read when it is asked for.
    It may still wait to be confirmed: the door looks at `confirmed_at`.
    """
    kabkota = kabkota_of(token)
    if kabkota is None:
        return None
    # By hand: the mapper's work for these joins was a tenth of the server's for an upload.
    with prepared() as cursor:
        cursor.execute(sql("voters", "device_of_token"), {"kabkota": kabkota, "token_hash": hash_of(token)})
        row = cursor.fetchone()
    if row is None:
        return None
    device_id, pantarlih_id, confirmed_at, kelurahan, zone = row
    names = ("kabkota_id", "id", "pantarlih_id", "confirmed_at", "revoked_at")
    device = Device.from_db(None, names, (kabkota, device_id, pantarlih_id, confirmed_at, None))
    device.pantarlih = Pantarlih.from_db(None, ("kabkota_id", "id", "kelurahan_id"), (kabkota, pantarlih_id, kelurahan))
    device.pantarlih.kelurahan = Region.from_db(None, ("code", "zone"), (kelurahan, zone))
    return device


def kabkota_of(token: str) -> str | None:
    """The code of the kab/kota a token names, None for a malformed token. Proves nothing yet."""
    found = TOKEN.fullmatch(token)
    return f"{found[1]}.{found[2]}" if found else None


def revoke(*, device: Device, now: dt.datetime, by: User | Device | None = None) -> None:
    """The token is worth nothing from now on. A device that was revoked already stays as it is."""
    revoked = Device.objects.filter(kabkota_id=device.kabkota_id, pk=device.pk, revoked_at__isnull=True).update(
        revoked_at=now
    )
    if revoked:
        device.revoked_at = now
        _record("revoke_device", device, now, by)


def lock(kabkota: str, pantarlih: UUID) -> Pantarlih:
    """The pantarlih, held until the transaction ends: codes and phones of one person change one after another."""
    return Pantarlih.objects.select_for_update().get(kabkota_id=kabkota, pk=pantarlih)


def hash_of(token: str) -> bytes:
    """What is kept of a token."""
    # 256 random bits cannot be guessed: no salt, no slow hash.
    return hashlib.sha256(token.encode()).digest()


def _record(verb: str, device: Device, now: dt.datetime, by: User | Device | None) -> None:
    trail.record(
        verb=verb,
        by=by,
        region=device.pantarlih.kelurahan_id,
        subject=f"device:{device.pk}",
        now=now,
        after={"pantarlih": str(device.pantarlih_id)},
    )
