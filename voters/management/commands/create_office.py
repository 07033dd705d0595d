"""`create_office`: an account with an office, given by the operator. The first one of an installation is KPU RI's."""

import secrets
import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from coklit import clock
from voters.models import User
from voters.offices import OfficeRefused, open_office
from voters.terms import Role

PASSWORD_BYTES = 15


class Command(BaseCommand):
    """Door for operators."""

    help = (
        "Give an account an office over a region, and make the account if there is none. A new account's password is"
        " asked (--ask-password) or made and shown once. An account that exists keeps its password. Whoever holds a"
        " KPU office gives those below it in the admin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--user", required=True, metavar="NAME", help="user name, such as kpu-ri")
        parser.add_argument("--role", required=True, choices=Role.values, help="whom the account works for")
        parser.add_argument("--region", required=True, metavar="CODE", help="region's code, such as 62.71; ID: nation")
        parser.add_argument("--email", default="", help="of a new account; without one it gets no nightly mail")
        parser.add_argument("--ask-password", action="store_true", help="ask for the new account's password")

    def handle(self, *args: Any, **options: Any) -> None:
        """One call; says the password only where it was made here."""
        name, now = options["user"], clock.now()
        is_new = not User.objects.filter(username=name).exists()
        asked = is_new and options["ask_password"]
        password = _asked(name) if asked else secrets.token_urlsafe(PASSWORD_BYTES)
        try:
            office = open_office(
                username=name,
                role=Role(options["role"]),
                region=options["region"],
                # Offices are judged by the day in Jakarta, wherever they stand (voters/admin/site.py).
                from_day=clock.local_day(now, clock.WIB),
                now=now,
                password=password,
                email=options["email"],
            )
        except OfficeRefused as refused:
            raise CommandError(f"{refused} Nothing was changed.") from refused
        self.stdout.write(f"{name}: {office.role} of {office.region_id} from {office.from_day}.")
        if is_new and not asked:
            self.stdout.write(f"Password, shown this once: {password}")


def _asked(username: str) -> str:
    if not sys.stdin.isatty():
        raise CommandError("--ask-password needs a terminal. Without it a password is made and shown once.")
    password = getpass(f"Password of {username}: ")
    if getpass("Again: ") != password:
        raise CommandError("The two passwords differ. Nothing was changed.")
    try:
        validate_password(password, User(username=username))
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from None
    return password
