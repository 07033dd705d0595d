"""Device tokens: a pantarlih has one phone at a time, and the phone has a token. Only the token's hash is kept.

`ck1_6271_<43 characters>`: the kab/kota stands readable in front, so that every request can name it in its query.
"""

import base64
import datetime as dt
import hashlib
import re
import secrets

from voters import trail
from voters.models import Device, Pantarlih, User

TOKEN = re.compile(r"ck1_([0-9]{2})([0-9]{2})_[A-Za-z0-9_-]{43}")


def issue(*, pantarlih: Pantarlih, now: dt.datetime, by: User | None = None) -> str:
    """A new token, to be shown once. An earlier device of this pantarlih is revoked. Call it inside a transaction."""
    kabkota = pantarlih.kabkota_id
    # The lock makes a second issue at the same moment wait, and revoke this one.
    Pantarlih.objects.select_for_update().get(kabkota_id=kabkota, pk=pantarlih.pk)
    for earlier in Device.objects.filter(kabkota_id=kabkota, pantarlih=pantarlih, revoked_at__isnull=True):
        revoke(device=earlier, now=now, by=by)
    token = new_token(kabkota)
    device = Device.objects.create(kabkota_id=kabkota, pantarlih=pantarlih, token_hash=hash_of(token), issued_at=now)
    _record("issue_device", device, pantarlih, now, by)
    return token


def new_token(kabkota: str) -> str:
    """A token nobody has yet; it is worth something once a device row holds its hash."""
    secret = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return f"ck1_{kabkota.replace('.', '')}_{secret}"


def identify(token: str) -> Device | None:
    """The device in use that holds this token, with its pantarlih; None for a malformed, unknown or revoked one."""
    kabkota = kabkota_of(token)
    if kabkota is None:
        return None
    return (
        Device.objects.select_related("pantarlih")
        .filter(kabkota_id=kabkota, token_hash=hash_of(token), revoked_at__isnull=True)
        .first()
    )


def kabkota_of(token: str) -> str | None:
    """The code of the kab/kota a token names, None for a malformed token. Proves nothing yet."""
    found = TOKEN.fullmatch(token)
    return f"{found[1]}.{found[2]}" if found else None


def revoke(*, device: Device, now: dt.datetime, by: User | None = None) -> None:
    """The token is worth nothing from now on. A device that was revoked already stays as it is."""
    revoked = Device.objects.filter(kabkota_id=device.kabkota_id, pk=device.pk, revoked_at__isnull=True).update(
        revoked_at=now
    )
    if revoked:
        device.revoked_at = now
        _record("revoke_device", device, device.pantarlih, now, by)


def hash_of(token: str) -> bytes:
    """What is kept of a token."""
    # 256 random bits cannot be guessed: no salt, no slow hash.
    return hashlib.sha256(token.encode()).digest()


def _record(verb: str, device: Device, pantarlih: Pantarlih, now: dt.datetime, by: User | None) -> None:
    trail.record(
        verb=verb,
        by=by,
        region=pantarlih.kelurahan_id,
        subject=f"device:{device.pk}",
        now=now,
        after={"pantarlih": str(pantarlih.pk)},
    )
