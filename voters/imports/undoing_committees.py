"""Taking an import of accounts back: refused as soon as somebody signed in by one of them, or acted in an office.

An account that the import made is closed and emptied, not deleted: the ledger and the trail may name accounts, and
looking through the ledger for each would take minutes. A later file may give the user name to somebody else.
"""

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from voters.access import covers
from voters.imports.undoing import CHANGED_SINCE, Undoing, key_of
from voters.intake.findings import Report, Rule, Severity
from voters.models import ImportChange, Membership, TrailEntry, User

UNDO_RULES = (
    Rule(
        "account_used",
        Severity.REFUSED,
        "",
        _("Somebody has signed in by the account, or acted in the office"),
        _("End the office by its last day instead, on the account's page."),
    ),
    CHANGED_SINCE,
)


def take_back(found: Undoing, now: dt.datetime) -> Report:
    """Raises UndoRefused before anything is changed."""
    done = [one for changes in found.changes.values() for one in changes]
    people, offices = _of(done, "user"), _of(done, "membership")
    held = {str(one.pk): one for one in Membership.objects.filter(pk__in=offices).select_related("user")}
    concerned = {*people, *(str(one.user_id) for one in held.values())}
    # Locked: nobody signs in or is given an office meanwhile.
    users = {str(one.pk): one for one in User.objects.filter(pk__in=concerned).order_by("pk").select_for_update()}
    made = [users[key] for key, one in people.items() if one.before is None]
    given = [held[key] for key, one in offices.items() if one.before is None and key in held]
    _refuse_used(found, made, given)
    _refuse_changed(found, users, made, offices)
    for kabkota, changes in found.changes.items():
        names = {key: users[key].username for key in people}
        names |= {key: one.user.username for key, one in held.items()}
        found.refuse_changed_later(kabkota, changes, names)
    found.raise_refused()
    _restore(people, offices)
    Membership.objects.filter(pk__in=[one.pk for one in given]).delete()
    _close(made)
    return found.report()


def _of(done: Iterable[ImportChange], model: str) -> dict[str, ImportChange]:
    """The first change of each row of a model, which holds its oldest values."""
    found: dict[str, ImportChange] = {}
    for one in done:
        if one.subject.startswith(f"{model}:"):
            found.setdefault(key_of(one), one)
    return found


def _refuse_used(found: Undoing, made: list[User], given: list[Membership]) -> None:
    acts = TrailEntry.objects.filter(at__gt=found.record.committed_at)
    acts = acts.filter(by_user__in={one.pk for one in made} | {one.user_id for one in given})
    acted = set(acts.values_list("by_user", "region"))
    used = {one.username for one in made if one.last_login or any(by == one.pk for by, _ in acted)}
    used |= {
        one.user.username
        for one in given
        if any(by == one.user_id and covers(one.region_id, region) for by, region in acted)
    }
    for username in sorted(used):
        found.refuse("account_used", username)


def _refuse_changed(found: Undoing, users: dict[str, User], made: list[User], offices: dict[str, ImportChange]) -> None:
    every = list(Membership.objects.filter(user__in=users).values_list("user_id", "pk", "region_id"))
    more = {str(user) for user, office, _ in every if str(office) not in offices}
    changed = more & {str(one.pk) for one in made}
    regions = {region for _, _, region in every}
    changed |= found.edited_by_people(regions, [f"user:{key}" for key in users])
    gone = set(offices) - {str(office) for _, office, _ in every}
    for name in sorted(users[key].username for key in changed):
        found.refuse(CHANGED_SINCE.code, name)
    for key in sorted(gone):
        found.refuse(CHANGED_SINCE.code, f"membership:{key}")


def _restore(people: dict[str, ImportChange], offices: dict[str, ImportChange]) -> None:
    for key, one in people.items():
        if one.before is not None:
            User.objects.filter(pk=key).update(**one.before)
    for key, one in offices.items():
        if one.before is not None:
            Membership.objects.filter(pk=key).update(**one.before)


def _close(made: list[User]) -> None:
    for one in made:
        # Another unusable password makes every card that was printed worthless.
        User.objects.filter(pk=one.pk).update(
            is_active=False, name="", phone="", email="", password=make_password(None)
        )
