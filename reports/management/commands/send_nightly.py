"""`manage.py send_nightly`: the nightly mail by hand."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coklit import clock
from coklit.mail import Unreachable
from reports import deliveries, nightly
from reports.deliveries import Repeat
from reports.letter import title
from reports.models import Delivery
from voters.models import NATION, Election, Membership, Region


class Command(BaseCommand):
    """Sends, lists or re-sends nightly mails."""

    help = (
        "Send the nightly mails that are due: to each committee from 21:00 in its own time zone, on the days of its "
        "coklit window, once per person, region and day however often this runs. The schedule does the same every "
        "minute. Mails that the server refused are tried again; mails that may or may not have arrived (the run was "
        "killed, or the line broke, while they were sent) are never sent again by themselves: see --list and --resend."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The options."""
        parser.add_argument("--now", action="store_true", help="send at any hour, with the figures as they stand")
        parser.add_argument("--again", action="store_true", help="send also to those who have today's mail already")
        parser.add_argument("--region", metavar="CODE", help="only this region and below, such as 62.71.01")
        parser.add_argument("--election", metavar="SLUG", help="only this election, such as pilkada-2024")
        parser.add_argument("--dry-run", action="store_true", help="say who would get a mail, and send nothing")
        parser.add_argument("--list", action="store_true", help="list the uncertain mails: claimed, and then no word")
        parser.add_argument(
            "--resend", metavar="ID", type=UUID, nargs="+", help="send these uncertain mails again, arrived or not"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """One of: list, re-send, dry run, send."""
        try:
            if options["list"]:
                self._list()
            elif options["resend"]:
                self._resend(options["resend"])
            elif options["dry_run"]:
                self._dry_run(_which(options))
            else:
                self._send(_which(options))
        except Unreachable as error:
            raise CommandError(f"No mail server: {error}. Check COKLIT_SMTP_URL, then run this again.") from error

    def _list(self) -> None:
        rows = deliveries.uncertain(clock.now())
        for row in rows:
            self.stdout.write(
                f"{row.pk}  {row.day}  {row.election.slug}  {row.region_id} {title(row.region)}  {row.user.username}"
                f"  claimed {row.claimed_at:%Y-%m-%d %H:%M}  {row.error}".rstrip()
            )
        self.stdout.write(f"{len(rows)} uncertain.")

    def _resend(self, keys: list[UUID]) -> None:
        found = {row.pk: row for row in deliveries.uncertain(clock.now())}
        missing = [str(key) for key in keys if key not in found]
        if missing:
            raise CommandError(f"Not among the uncertain mails (see --list), nothing was sent: {', '.join(missing)}")
        for key in keys:
            try:
                tally = nightly.resend(found[key], now=clock.now())
            except Membership.DoesNotExist:
                self.stdout.write(f"{key}: this person does not get the mail any more; not sent.")
            else:
                self.stdout.write(f"{key}: {_in_words(tally)}")

    def _dry_run(self, which: nightly.Which) -> None:
        rows = [_line(due) for due in nightly.due_mails(which, now=clock.now())]
        self.stdout.writelines(f"{row}\n" for row in rows)
        self.stdout.write(f"{len(rows)} would be sent; nothing was.")

    def _send(self, which: nightly.Which) -> None:
        total = nightly.Tally()
        while (tally := nightly.send(which, now=clock.now())).tried:
            total.add(tally)
        self.stdout.write(_in_words(total))
        if total.failed or total.uncertain:
            raise CommandError("Not every mail went out; the log and the table of nightly mails say why.")


def _line(due: nightly.Due) -> str:
    office = due.membership
    return f"{due.day}  {due.stage.election.slug}  {office.region_id} {title(office.region)}  {office.user.username}"


def _which(options: dict[str, Any]) -> nightly.Which:
    region, election = options["region"] or NATION, options["election"] or ""
    if not Region.objects.filter(pk=region).exists():
        raise CommandError(f"--region {region}: there is no such region. Codes look like 62.71.01.1001.")
    if election and not Election.objects.filter(slug=election).exists():
        slugs = ", ".join(Election.objects.order_by("pk").values_list("slug", flat=True))
        raise CommandError(f"--election {election}: there is no such election. There are: {slugs}.")
    states = (Delivery.State.FAILED, Delivery.State.SENT) if options["again"] else (Delivery.State.FAILED,)
    repeat = Repeat(states, before=clock.now())
    return nightly.Which(repeat, region=region, election=election, at_any_hour=options["now"])


def _in_words(tally: nightly.Tally) -> str:
    return f"{tally.sent} sent, {tally.failed} failed, {tally.uncertain} uncertain."
