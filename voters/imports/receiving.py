"""A file comes in: its bytes go to the vault, how it is read is guessed, and a person settles what was guessed.

Nothing of the file is loaded here. A file that cannot be read raises BadFile and is not kept.
"""

import datetime as dt
from collections.abc import Mapping

import msgspec
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from coklit import clock
from voters import access, trail
from voters.imports.asking import OPEN, NotNow
from voters.imports.registry import KINDS, kind_of
from voters.intake import layout as layouts
from voters.intake import layouts as saved
from voters.intake import vault
from voters.intake.layout import Layout
from voters.intake.sniff import sniff
from voters.models import Election, FileImport, Region, User
from voters.terms import CommitChoice, ImportKind, ImportState

LONGEST_NAME = 200


class AreaRefused(ValueError):
    """A file of this kind is not for a region of this level; the text says so."""


def receive(
    file: File,  # type: ignore[type-arg]  # bytes, whatever they come from
    *,
    kind: ImportKind,
    election: Election,
    area: Region,
    by: User | None,
    now: dt.datetime,
    sheet: str = "",
) -> FileImport:
    """Keep and read a file. Raises BadFile, AreaRefused and PermissionDenied, and has then kept nothing."""
    if by is not None:
        access.require(by, KINDS[kind].verb, area.pk, clock.local_day(now, clock.WIB))
    if area.level not in KINDS[kind].levels:
        raise AreaRefused(_("Such a file is not for a whole %(level)s.") % {"level": area.get_level_display()})
    name = (file.name or "")[-LONGEST_NAME:]
    kept = vault.keep(file, name=name)
    try:
        layout = _guessed(kept.name, name, kind, area, sheet)
        with transaction.atomic():
            record = FileImport.objects.create(
                kind=kind,
                election=election,
                area=area,
                by=by,
                file_name=name,
                file_hash=kept.sha256,
                size=kept.size,
                stored=kept.name,
                keep_until=vault.until(now),
                layout=layouts.as_json(layout),
                choice=usual_choice(kind),
                mends=_mended(layout, kind, area),
                uploaded_at=now,
            )
            _record("upload_import", record, by, now)
    except BaseException:
        vault.remove(kept.name)
        raise
    return record


def usual_choice(kind: ImportKind) -> CommitChoice:
    """A list must not wait for its last row; of the others, later rows depend on earlier ones."""
    return CommitChoice.VALID if kind == ImportKind.VOTERS else CommitChoice.ALL


def choose_sheet(record: FileImport, sheet: str) -> None:
    """Read another sheet of the workbook. Raises BadFile and NotNow."""
    layout = _guessed(record.stored, record.file_name, ImportKind(record.kind), record.area, sheet)
    _put(record, layout)


def settle_layout(record: FileImport, columns: Mapping[str, int], *, by: User | None, now: dt.datetime) -> None:
    """Say what the columns mean; the office's next file with these headings is read the same way.

    `columns` maps keys of the kind to places in the headings. Raises NotNow, for a heading that is given twice too.
    """
    layout = layouts.from_json(record.layout)
    known = {one.key for one in kind_of(record).columns}
    if not columns.keys() <= known or not all(0 <= place < len(layout.headings) for place in columns.values()):
        raise NotNow(_("The file or the kind has no such column."))
    twice = {layout.headings[place] for place in columns.values() if list(columns.values()).count(place) > 1}
    if twice:
        raise NotNow(_("One heading means one thing only: %(headings)s.") % {"headings": ", ".join(sorted(twice))})
    used = set(columns.values())
    was_used = set(layout.columns.values())
    freed = [name for place, name in enumerate(layout.headings) if place in was_used - used and name]
    ignored = [
        name for place, name in enumerate(layout.headings) if name in {*layout.ignored, *freed} and place not in used
    ]
    with transaction.atomic():
        _put(record, msgspec.structs.replace(layout, columns=dict(columns), ignored=ignored))
        saved.remember(
            region=record.area, kind=ImportKind(record.kind), layout=layouts.from_json(record.layout), by=by, now=now
        )


def _guessed(stored: str, name: str, kind: ImportKind, area: Region, sheet: str) -> Layout:
    layout = sniff(vault.path(stored), name, KINDS[kind].columns, sheet=sheet)
    settled = saved.find(region=area, kind=kind, layout=layout)
    return settled or layout


def _put(record: FileImport, layout: Layout) -> None:
    """Whatever was checked was checked with the earlier layout."""
    fresh = {"state": ImportState.UPLOADED, "layout": layouts.as_json(layout), "report": None, "problem": ""}
    if not FileImport.objects.filter(pk=record.pk, state__in=OPEN).update(**fresh):
        raise NotNow(_("Somebody was faster: this import has gone on meanwhile."))
    record.refresh_from_db()


def _mended(layout: Layout, kind: ImportKind, area: Region) -> FileImport | None:
    """The import whose error file this is: of the same kind, and for the same region or one that covers it."""
    if not layout.mends:
        return None
    found = FileImport.objects.filter(pk=layout.mends, kind=kind).first()
    return found if found and access.covers(found.area_id, area.pk) else None


def _record(act: str, record: FileImport, by: User | None, now: dt.datetime) -> None:
    after = {"kind": record.kind, "bytes": record.size}
    trail.record(verb=act, by=by, region=record.area_id, subject=f"import:{record.pk}", now=now, after=after)
