"""The nightly mail: who gets it, when, and at most once.

In comes the time; out go the mails that are due, one per committee member, region and day. Each is claimed before it
is sent (`deliveries.py`), so that two runs at the same time, or one that was killed, never send it twice. Committees
are due from 21:00 in their own time zone until midnight, on every day of their coklit window.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from coklit import mail
from coklit.clock import ZONES
from reports import deliveries
from reports.deliveries import Repeat
from reports.letter import nightly_letter
from reports.models import Delivery
from voters.access import MAY, Verb, territory, within
from voters.models import NATION, Membership, Stage, WindowExtension
from voters.terms import Role, StageKind

MAIL_AT = dt.time(21)
RETRY_AFTER = dt.timedelta(minutes=10)
# A run ends after so many, well within a task's time limit; the next minute's run goes on.
MAILS_PER_RUN = 1000
_PAGE = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Which:
    """Which mails: what may be tried again, below which region, of which election (its short name), at which hour."""

    repeat: Repeat
    region: str = NATION
    election: str = ""
    at_any_hour: bool = False


@dataclass(frozen=True)
class Due:
    """One mail that one committee member should get."""

    stage: Stage
    day: dt.date
    membership: Membership

    @property
    def shows_contacts(self) -> bool:
        """Whether this reader may see names and phone numbers of pantarlih."""
        return Role(self.membership.role) in MAY[Verb.SEE_CONTACTS]


@dataclass
class Tally:
    """What became of the mails of a run."""

    tried: int = 0
    sent: int = 0
    failed: int = 0
    uncertain: int = 0

    def add(self, other: "Tally") -> None:
        """Count the other run's in."""
        self.tried += other.tried
        self.sent += other.sent
        self.failed += other.failed
        self.uncertain += other.uncertain


@dataclass
class _Run:
    connection: EmailBackend
    now: dt.datetime
    tally: Tally = field(default_factory=Tally)
    # Recipients come region by region: the last letter is the only one worth keeping.
    letter: Callable[..., mail.Letter] = field(default_factory=lambda: lru_cache(maxsize=1)(nightly_letter))


def send_due(*, now: dt.datetime) -> int:
    """Send what is due at `now`, up to a bound; the number sent. Raises mail.Unreachable, nothing being half-done."""
    return send(Which(Repeat((Delivery.State.FAILED,), before=now - RETRY_AFTER)), now=now).sent


def send(which: Which, *, now: dt.datetime) -> Tally:
    """Send the mails in question, MAILS_PER_RUN at most. Raises mail.Unreachable."""
    with mail.outbox() as connection:
        run = _Run(connection, now)
        for due in islice(due_mails(which, now=now), MAILS_PER_RUN):
            run.tally.tried += 1
            # Before the claim: where no server takes our mail, nothing is claimed.
            mail.connect(connection)
            claimed = deliveries.claim(
                election=due.stage.election_id,
                region=due.membership.region_id,
                day=due.day,
                user=due.membership.user_id,
                repeat=which.repeat,
                now=now,
            )
            if claimed:
                _deliver(due, claimed, run)
    return run.tally


def resend(uncertain: Delivery, *, now: dt.datetime) -> Tally:
    """Send one uncertain mail again, by a person's decision; tries nothing where it is no longer uncertain.

    Raises Membership.DoesNotExist when the person should not get it any more, and mail.Unreachable.
    """
    stage = Stage.objects.select_related("election").get(election=uncertain.election_id, kind=StageKind.COKLIT)
    memberships = _readers(uncertain.day).filter(region=uncertain.region_id, user=uncertain.user_id)
    due = Due(stage, uncertain.day, memberships.earliest("pk"))
    with mail.outbox() as connection:
        run = _Run(connection, now)
        mail.connect(connection)
        if deliveries.reclaim(uncertain, now):
            run.tally.tried += 1
            _deliver(due, uncertain.pk, run)
    return run.tally


def due_mails(which: Which, *, now: dt.datetime) -> Iterator[Due]:
    """The mails in question by time zone, election and region, read page by page."""
    for zone, place in ZONES.items():
        local = now.astimezone(place)
        if not which.at_any_hour and local.time() < MAIL_AT:
            continue
        for stage in _running(which, local.date()):
            readers = _untried(_readers(local.date()), stage, local.date(), which.repeat)
            readers = readers.filter(_in_window(stage, local.date()), within(which.region, "region_id"))
            yield from (Due(stage, local.date(), one) for one in _pages(readers.filter(region__zone=zone)))


def _deliver(due: Due, claimed: UUID, run: _Run) -> None:
    user = due.membership.user
    try:
        message = run.letter(due.stage, due.membership.region, due.day, due.shows_contacts)
        mail.send(
            message,
            name=user.name,
            address=user.email,
            # A second try is another message: mail programs drop what they have seen.
            key=f"{claimed}.{run.now:%Y%m%d%H%M%S%f}",
            unsubscribe=settings.BASE_URL + reverse("dasbor"),
            connection=run.connection,
        )
    except mail.Uncertain as problem:
        deliveries.note_uncertain(claimed, str(problem))
        run.tally.uncertain += 1
        log.warning("Nightly mail %s is uncertain: %s", claimed, problem)
    except Exception as problem:  # one letter that cannot be written must not keep the others from going out
        deliveries.mark_failed(claimed, str(problem) if isinstance(problem, mail.NotSent) else repr(problem))
        run.tally.failed += 1
        log.exception("Nightly mail %s was not sent", claimed)
    else:
        deliveries.mark_sent(claimed, run.now)
        run.tally.sent += 1


def _running(which: Which, day: dt.date) -> QuerySet[Stage]:
    """Coklit stages with a window, some kelurahan's at least, that includes the day."""
    longer = WindowExtension.objects.filter(stage=OuterRef("pk"), last_day__gte=day)
    stages = Stage.objects.filter(Q(last_day__gte=day) | Exists(longer), kind=StageKind.COKLIT, first_day__lte=day)
    if which.election:
        stages = stages.filter(election__slug=which.election)
    return stages.select_related("election").order_by("election")


def _in_window(stage: Stage, day: dt.date) -> Q:
    if stage.last_day >= day:
        return Q()
    longer = WindowExtension.objects.filter(stage=stage, last_day__gte=day)
    return Q(region__in=longer.values("kelurahan"))


def _readers(day: dt.date) -> QuerySet[Membership]:
    """Offices whose holders get the mail on that day, one for each person and region."""
    return Membership.objects.filter(
        Q(to_day__isnull=True) | Q(to_day__gte=day),
        role__in=MAY[Verb.GET_NIGHTLY],
        gets_nightly=True,
        from_day__lte=day,
        user__is_active=True,
    ).exclude(user__email="")


def _untried(readers: QuerySet[Membership], stage: Stage, day: dt.date, repeat: Repeat) -> QuerySet[Membership]:
    """Without those whose mail was claimed by anybody, but for what may be repeated."""
    tried = Delivery.objects.filter(
        election=stage.election_id, region=OuterRef("region"), day=day, user=OuterRef("user")
    ).exclude(state__in=repeat.states, claimed_at__lte=repeat.before)
    return readers.filter(~Exists(tried))


def _behind(last: Membership) -> Q:
    return Q(region__gt=last.region_id) | Q(region=last.region_id, user__gt=last.user_id)


def _pages(readers: QuerySet[Membership]) -> Iterator[Membership]:
    rows = readers.select_related("region", "user").order_by("region", "user", "pk").distinct("region", "user")
    page: list[Membership] = []
    while True:
        rest = rows.filter(_behind(page[-1])) if page else rows
        # Nobody's transaction stays open while mails go out.
        with territory(NATION):
            page = list(rest[:_PAGE])
        yield from page
        if len(page) < _PAGE:
            return
