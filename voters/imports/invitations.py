"""Cards by which the holders of new accounts set their own passwords.

A card holds a signed address, good once and for settings.PASSWORD_RESET_TIMEOUT; nothing of it is kept. Whoever
loaded the file gets them, and may print anew: only the newest card of an account works, and none once it has a
password.
"""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.hashers import is_password_usable, make_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from voters import trail
from voters.imports.undoing import kabkota_in
from voters.models import FileImport, ImportChange, User
from voters.terms import ImportKind, ImportState


@dataclass(frozen=True)
class Invitation:
    """Whose account, and the two parts of the address that sets its password."""

    user: User
    uid: str
    token: str


def invitations(record: FileImport, *, by: User, now: dt.datetime) -> list[Invitation]:
    """A new card for each account that the import made and that has no password yet, by user name.

    Raises PermissionDenied for anybody but the uploader. Call it inside a transaction.
    """
    if record.kind != ImportKind.COMMITTEES or record.state != ImportState.COMMITTED or record.by_id != by.pk:
        raise PermissionDenied("invitations")
    waiting = [one for one in _made_by(record) if one.is_active and not is_password_usable(one.password)]
    for one in waiting:
        # Each unusable password is another one: the address on an older card is signed with the one before.
        one.password = make_password(None)
        one.save(update_fields=["password"])
    trail.record(
        verb="print_invitations",
        by=by,
        region=record.area_id,
        subject=f"import:{record.pk}",
        now=now,
        after={"cards": len(waiting)},
    )
    return [
        Invitation(one, urlsafe_base64_encode(force_bytes(one.pk)), default_token_generator.make_token(one))
        for one in waiting
    ]


def _made_by(record: FileImport) -> list[User]:
    made = ImportChange.objects.filter(
        kabkota_id__in=kabkota_in(record.area_id), file_import=record.pk, before__isnull=True
    ).filter(subject__startswith="user:")
    keys = [subject.partition(":")[2] for subject in made.values_list("subject", flat=True)]
    users = User.objects.filter(pk__in=keys).order_by("username").select_for_update(of=("self",))
    return list(users.prefetch_related("memberships__region"))
