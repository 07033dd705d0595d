"""What the address of a page names: a region in an election on its local today, for an account that may see it."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from coklit import clock
from reports.progress import coklit_stages
from voters import access
from voters.access import Territory, Verb
from voters.models import NATION, Region, Stage, User


@dataclass(frozen=True)
class Place:
    """`line` leads from the nation down to the region; `own` are the account's territories on `today`."""

    line: list[Region]
    stages: list[Stage]
    stage: Stage
    today: dt.date
    own: list[Territory]

    @property
    def region(self) -> Region:
        """The region itself."""
        return self.line[-1]

    @property
    def seen(self) -> set[str]:
        """The codes of the line that the account may open."""
        return {above.code for above in self.line if access.holds(self.own, Verb.SEE_PROGRESS, above.code)}

    @property
    def sees_contacts(self) -> bool:
        """Whether names and phone numbers of the region's pantarlih may be shown."""
        return access.holds(self.own, Verb.SEE_CONTACTS, self.region.code)


def place_of(user: User | AnonymousUser, slug: str, code: str, now: dt.datetime) -> Place:
    """Two reads besides the account's roles.

    Raises Http404 for a region or election that does not exist, and PermissionDenied outside the account's territory.
    """
    parts = [] if code == NATION else code.split(".")
    codes = [NATION, *(".".join(parts[: n + 1]) for n in range(len(parts)))]
    line = sorted(Region.objects.filter(code__in=codes), key=lambda region: region.level)
    if not line or line[-1].code != code:
        raise Http404(code)
    today = clock.local_day(now, line[-1].zone)
    own = access.territories(user, today)
    if not access.holds(own, Verb.SEE_PROGRESS, code):
        raise PermissionDenied(f"{Verb.SEE_PROGRESS} {code}")
    stages = coklit_stages()
    stage = next((stage for stage in stages if stage.election.slug == slug), None)
    if not stage:
        raise Http404(slug)
    return Place(line, stages, stage, today, own)
