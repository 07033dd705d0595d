"""Offices given by the operator, on the command line, or by a file of the KPU level above, and who sits in a PPS.

In come a user name, a role and a region; afterwards the account (made where there is none), its office and the trail
stand. It never changes the password or the other offices of an account that exists. One by one, offices below are
given in the admin, by the KPU level above them.
"""

import datetime as dt
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from voters import trail
from voters.models import Membership, Region, User
from voters.terms import LEVEL_OF_ROLE, Level, Role


class OfficeRefused(ValueError):
    """The office cannot be given so; the text says why and what to do. Nothing was changed."""


def open_office(
    *,
    username: str,
    role: Role,
    region: str,
    from_day: dt.date,
    now: dt.datetime,
    to_day: dt.date | None = None,
    by: User | None = None,
    **account: str,
) -> Membership:
    """Give the account `username` a role over the region (its code) from that day on. Raises OfficeRefused.

    `account` holds the `password`, `name`, `email` and `phone` of a new account; without a password nobody can sign in
    by it yet. An account that exists keeps its own, and is let in again if it was not.
    """
    _refuse_wrong_level(role, region)
    with transaction.atomic():
        user = User.objects.select_for_update().filter(username=username).first()
        user = user or _new_account(username, **account)
        _refuse_twice(user, role, region, from_day)
        User.objects.filter(pk=user.pk).update(is_staff=True, is_active=True)
        office = Membership.objects.create(user=user, role=role, region_id=region, from_day=from_day, to_day=to_day)
        trail.record(
            verb="create_office",
            by=by,
            region=region,
            subject=f"user:{user.pk}",
            now=now,
            after={"role": role.value, "region": region, "from_day": from_day.isoformat()},
        )
    return office


def _refuse_wrong_level(role: Role, region: str) -> None:
    found = Region.objects.filter(pk=region).first()
    if found is None:
        raise OfficeRefused(f"There is no region {region}. Codes look like 62.71, ID is the nation; import_regions?")
    level = LEVEL_OF_ROLE[role]
    if found.level != level:
        raise OfficeRefused(
            f"{role.value} stands at the level {level.name.lower()}; {region} {found.name} is a"
            f" {Level(found.level).name.lower()}. Give another role or another region."
        )


def _new_account(username: str, password: str = "", **person: str) -> User:
    user = User(username=username, **person)
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    try:
        user.full_clean()
    except ValidationError as error:
        wrong = "; ".join(f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())
        raise OfficeRefused(f"No such account can be made. {wrong}") from None
    user.save()
    return user


def _refuse_twice(user: User, role: Role, region: str, day: dt.date) -> None:
    held = Membership.objects.filter(Q(to_day__isnull=True) | Q(to_day__gte=day), user=user, role=role, region=region)
    if held.exists():
        raise OfficeRefused(f"{user.username} holds this office already. A lost password: manage.py changepassword.")


def pps_of(kelurahan: Iterable[str], day: dt.date) -> list[Membership]:
    """Who sits in the PPS of these kelurahan (codes) on that day, with their accounts, by name. One query."""
    offices = Membership.objects.filter(
        Q(to_day__isnull=True) | Q(to_day__gte=day),
        role=Role.PPS,
        region__in=list(kelurahan),
        from_day__lte=day,
        user__is_active=True,
    )
    return list(offices.select_related("user").order_by("user__name", "user"))
