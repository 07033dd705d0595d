"""What the nightly mail says about one region on one day.

In come an election's coklit, a region and a day; out comes a finished letter in Indonesian. Its figures are those
of the region's page (`overview.py`), read from one snapshot. It never reads a voter.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from coklit.clock import ZONES
from coklit.mail import Letter, letter
from reports import laggards
from reports.aligned import aligned
from reports.cards import Card
from reports.figures import COVERAGE, NO_FIGURE, Rate
from reports.laggards import Laggard
from reports.models import RegionProgress, TpsProgress
from reports.overview import Overview, overview_of
from reports.progress import counted_until
from reports.sheets import COUNT, REGION_COLUMNS, TPS_COLUMNS, Column, shown
from reports.tables import TableRow
from voters.access import territory
from voters.models import Region, Stage
from voters.terms import Level

LANGUAGE = "id"
# Some mail programs cut a message at 100 kB; the page has all rows.
TABLE_ROWS = 100
LISTED = 10
_TOTALS = ("", _("Now"), _("The day before"), _("Difference"))
_FORMS_OF_ADDRESS = {"kecamatan": "Kec.", "kelurahan": "Kel.", "desa": "Desa"}


def nightly_letter(stage: Stage, region: Region, day: dt.date, contacts: bool) -> Letter:
    """The mail about one region; `contacts` says whether its readers may see names and phone numbers."""
    with override(LANGUAGE):
        with transaction.atomic(durable=True):
            # One snapshot: a recount between two of the reads must not put two truths into one mail.
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            with territory(region.code):
                content = _content(overview_of(stage, region, day, today=day, counted_until=counted_until()), contacts)
        return letter("nightly", content)


def title(region: Region) -> str:
    """The name with its form of address: kab/kota carry theirs in the name, nation and provinces have none."""
    return f"{_FORMS_OF_ADDRESS.get(region.kind, '')} {region.name}".strip()


def _content(overview: Overview, contacts: bool) -> dict[str, Any]:
    region, day = overview.region, overview.day
    content = {
        "title": title(region),
        "code": region.code,
        "election": overview.election.name,
        "day": day,
        "day_number": overview.window.day_number(day),
        "days_left": overview.window.days_left(day),
        "last_day": overview.window.last_day,
        "url": settings.BASE_URL + reverse("wilayah", args=[overview.election.slug, region.code]),
        "is_demo": settings.DEMO,
        "counted": overview.progress is not None,
    }
    if overview.progress is None:
        return content
    row = overview.progress
    return (
        content | _figures(overview, row) | _tables(overview) | _late_tps(overview) | _people(overview, row, contacts)
    )


def _figures(overview: Overview, row: RegionProgress) -> dict[str, Any]:
    before = overview.before
    totals = [_total(column, row, before) for column in REGION_COLUMNS if column.kind == COUNT]
    at = (overview.as_of or row.as_of).astimezone(ZONES[overview.region.zone])
    return {
        "as_of": f"{at:%H.%M} {overview.region.zone}",
        "as_of_day": None if at.date() == overview.day else at.date(),
        "coverage": str(COVERAGE.rate(row)),
        "plan": str(overview.plan),
        "rates": [_rate(card) for card in overview.cards],
        "totals": totals,
        "text_totals": aligned(list(map(str, _TOTALS)), [list(map(str, total.values())) for total in totals]),
    }


def _rate(card: Card) -> dict[str, Any]:
    return {
        "label": card.figure.label,
        "unit": card.figure.unit,
        "percent": str(card.rate),
        "before": str(card.before) if card.before else "",
        "change": _signed(card.rate.numerator - card.before.numerator) if card.before else "",
        **_parts(card.rate),
    }


def _total(column: Column, row: RegionProgress, before: RegionProgress | None) -> dict[str, Any]:
    return {
        "label": column.long,
        "now": shown(column, row),
        "before": shown(column, before) if before else NO_FIGURE,
        "change": _signed(column.of(row) - column.of(before)) if before else NO_FIGURE,
    }


def _signed(difference: int) -> str:
    sign = "+" if difference > 0 else "\N{MINUS SIGN}" if difference < 0 else ""
    return sign + str(number_format(abs(difference)))


def _parts(rate: Rate) -> dict[str, str]:
    return {"numerator": number_format(rate.numerator), "denominator": number_format(rate.denominator)}


def _tables(overview: Overview) -> dict[str, Any]:
    headings = [str(column.short) for column in overview.columns]
    rows, special = overview.table, overview.special_table
    return {
        "is_leaf": overview.region.level == Level.KELURAHAN,
        "columns": overview.columns,
        "rows": rows[:TABLE_ROWS],
        "rows_more": len(rows) - len(rows[:TABLE_ROWS]),
        "special": special,
        "text_rows": aligned(headings, _texts(rows[:TABLE_ROWS])) if rows else [],
        "text_special": aligned(headings, _texts(special)) if special else [],
    }


def _texts(rows: list[TableRow]) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in rows]


def _late_tps(overview: Overview) -> dict[str, Any]:
    tps = laggards.late_tps(overview.election, overview.region, overview.plan, shown=LISTED)
    return {
        "late_tps": [_one_tps(row) for row in tps.rows],
        "late_tps_count": tps.count,
        "late_tps_more": tps.count - len(tps.rows),
    }


def _people(overview: Overview, row: RegionProgress, contacts: bool) -> dict[str, Any]:
    """Subject and list tell the counted number; where the names, read live, are not as many, the list says so."""
    counted = row.pantarlih - row.pantarlih_synced
    if not contacts:
        return {"shows_contacts": False, "not_synced": counted}
    people = laggards.never_synced(overview.election, overview.region, shown=LISTED)
    return {
        "shows_contacts": True,
        "not_synced": counted,
        "people": [_person(one) for one in people.rows],
        "people_now": people.count,
        "people_more": people.count - len(people.rows),
    }


def _one_tps(row: TpsProgress) -> dict[str, str]:
    rate = COVERAGE.rate(row)
    place = {"tps": shown(TPS_COLUMNS[0], row), "kelurahan": row.kelurahan.name}
    return {**place, "percent": str(rate), **_parts(rate)}


def _person(one: Laggard) -> dict[str, str]:
    tps = ", ".join(f"{number:03d}" for number in one.tps)
    return {"name": one.name, "phone": one.phone, "kelurahan": one.kelurahan, "tps": tps}
