"""Loads and checks of list files in tests, as an office does them."""

import datetime as dt
from itertools import count

from tests.scene import KOTA, NOW
from voters.access import territory
from voters.models import FileImport, Region
from voters.roster import importing
from voters.roster.importing import import_list
from voters.terms import CommitChoice, ImportState

SECOND = dt.timedelta(seconds=1)
_moments = count()


def load(scene, path, area=KOTA, **options):
    """Load the rows that can be loaded; every load is a minute after the one before."""
    start = NOW + next(_moments) * 60 * SECOND
    times = iter([start, start + SECOND])
    options = {"choice": CommitChoice.VALID, "by": scene.kpu, **options}
    region = Region.objects.get(pk=area)
    return import_list(path, election=scene.election, area=region, clock=lambda: next(times), **options)


def check(scene, path, area=KOTA, **options):
    """The record of a check: nothing is kept."""
    return load(scene, path, area, dry_run=True, **options)


def codes(record):
    """Code -> rows of every finding."""
    return {one["code"]: one["rows"] for one in record.report["findings"]}


def samples(record, code):
    """(row, value, hint) of the samples of one finding."""
    found = next(one for one in record.report["findings"] if one["code"] == code)
    return [(one["row"], one["value"], one["hint"]) for one in found["samples"]]


def proof(record):
    """rows, created, changed, unchanged, left out, missing."""
    return record.rows, record.created, record.changed, record.unchanged, record.left_out, record.missing


def undo(record):
    """Take an import back."""
    with territory(record.area_id):
        report = importing.undo(record, NOW + next(_moments) * 60 * SECOND)
        FileImport.objects.filter(pk=record.pk).update(state=ImportState.UNDONE)
    return report
