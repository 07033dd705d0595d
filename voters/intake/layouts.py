"""What an office has settled about the columns of its files: the next file with the same headings is read likewise."""

import datetime as dt
import hashlib

import msgspec

from voters.intake.columns import plain
from voters.intake.errorfile import REASONS
from voters.intake.layout import Layout
from voters.models import Region, SavedLayout, User
from voters.terms import ImportKind


def remember(*, region: Region, kind: ImportKind, layout: Layout, by: User | None, now: dt.datetime) -> None:
    """Keep the mapping of this layout for the region's next file of the kind with these headings."""
    SavedLayout.objects.update_or_create(
        region=region,
        kind=kind,
        headings=_digest(layout),
        defaults={"columns": layout.columns, "by": by, "saved_at": now},
    )


def find(*, region: Region, kind: ImportKind, layout: Layout) -> Layout | None:
    """This layout with the columns as the region settled them for such headings; None where it never did."""
    saved = SavedLayout.objects.filter(region=region, kind=kind, headings=_digest(layout)).first()
    if saved is None:
        return None
    columns = {key: place for key, place in saved.columns.items() if place < len(layout.headings)}
    used = set(columns.values())
    unused = [heading for place, heading in enumerate(layout.headings) if heading and place not in used]
    return msgspec.structs.replace(
        layout,
        columns=columns,
        # What the table itself has need not be told above it.
        constants={key: value for key, value in layout.constants.items() if key not in columns},
        ignored=[heading for heading in unused if heading not in REASONS],
    )


def _digest(layout: Layout) -> str:
    """The headings as they are compared, in their order; an error file has the same ones, and its reasons behind."""
    headings = [plain(heading) for heading in layout.headings if heading not in REASONS]
    return hashlib.sha256("\n".join(headings).encode()).hexdigest()
