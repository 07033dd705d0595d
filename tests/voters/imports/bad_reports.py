"""What is told of a bad file: brought in, sniffed and checked as the jobs do it, and all of it compared."""

import json
from pathlib import Path

import msgspec
from django.apps import apps
from django.core.files import File
from django.db import connection
from django.utils import translation

from tests.scene import KOTA, NOW
from tests.voters.imports import bad_workbooks, bad_world
from voters.access import territory
from voters.imports.receiving import receive
from voters.imports.registry import KINDS
from voters.intake import layout as layouts
from voters.intake import vault
from voters.intake.badfile import BadFile
from voters.intake.columns import require
from voters.intake.kind import Job
from voters.models import Election, Region
from voters.terms import ImportKind

FOLDER = Path(__file__).parent / "bad_files"


def named():
    """Every bad file as "kind/name", by the report that stands beside it."""
    return sorted(f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("*/*.json"))


def expected(name):
    """The report that a file must get."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def path_of(name, folder):
    """The file itself, built in `folder` where it is not one that a person can read."""
    lies = [path for path in FOLDER.glob(f"{name}.*") if path.suffix != ".json"]
    return lies[0] if lies else bad_workbooks.build(name, folder)


def received(path, kind, scene, *, area=KOTA, by="kpu", sheet="", limit=None):
    """The upload, with a layout; raises BadFile. `limit`: so many voters of a TPS does the election allow."""
    election = Election.objects.get(pk=scene.election.pk)
    election.voters_per_tps_limit = limit or election.voters_per_tps_limit
    with path.open("rb") as stream:
        record = receive(
            File(stream, name=path.name),
            kind=kind,
            election=election,
            area=Region.objects.get(pk=area),
            by=getattr(scene, by) if by else None,
            now=NOW,
            sheet=sheet,
        )
    layout = layouts.from_json(record.layout)
    require({**layout.columns, **layout.constants}, KINDS[kind].columns)
    return record


def checked(record):
    """The report of a check."""
    layout = layouts.from_json(record.layout)
    with territory(record.area_id):
        return KINDS[ImportKind(record.kind)].check(Job(record, vault.path(record.stored), layout, NOW))


def told(name, scene, folder, after="", **given):
    """What is told of the file, without what is empty or 0: a report, or why it cannot be read."""
    bad_world.HISTORY[after](scene)
    with translation.override("en"):
        try:
            record = received(path_of(name, folder), ImportKind(name.partition("/")[0]), scene, **given)
        except BadFile as bad:
            return {"unreadable": bad.code, "text": str(bad)}
        before = everything()
        found = _checked(record)
    assert everything() == before
    return found


def _checked(record):
    try:
        report = checked(record)
    except BadFile as bad:
        return {"unreadable": bad.code, "text": str(bad)}
    assert report.rows == report.created + report.changed + report.unchanged + report.left_out
    return {key: value for key, value in msgspec.to_builtins(report).items() if value}


def everything():
    """Each table with how many rows it has and what stands in them."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            cursor.execute(f"SELECT count(*), md5(string_agg(t::text, ';' ORDER BY t::text)) FROM {table} AS t")  # noqa: S608  # our own names
            found[table] = cursor.fetchone()
    return found
