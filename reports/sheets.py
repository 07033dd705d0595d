"""The only list of columns: screen tables, CSV, workbooks and mails show these, in this order, with these labels."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reports.figures import COVERAGE, NO_FIGURE, PANTARLIH_SYNC, RECORD_SYNC, Figure, Rate, remaining, visited
from reports.models import RegionProgress, TpsProgress

TEXT, COUNT, RATE = "text", "count", "rate"


@dataclass(frozen=True)
class Column:
    """One column. `parts` and `whole` name the counts that a rate is summed and divided from (workbook formulas).

    `narrow` columns are the ones a phone shows. `rank` sorts where the text would not: TPS 1000 comes after TPS 901.
    """

    key: str
    short: Promise
    long: Promise
    kind: str
    of: Callable[[Any], Any]
    parts: tuple[str, ...] = ()
    whole: str = ""
    narrow: bool = False
    rank: Callable[[Any], Any] | None = None

    @property
    def classes(self) -> str:
        """Its cells' classes in the stylesheet."""
        return f"{self.kind} narrow" if self.narrow else self.kind


def _count(key: str, short: Promise, long: Promise, of: Callable[[Any], int] | None = None, **more: Any) -> Column:
    return Column(key, short, long, COUNT, of or (lambda row: getattr(row, key)), **more)


def _rate(figure: Figure, parts: tuple[str, ...], whole: str) -> Column:
    return Column(figure.key, figure.label, figure.label, RATE, figure.rate, parts, whole, narrow=True)


VOTERS = (
    _count("listed", _("Voters"), _("Voters on the list")),
    _count("visited", _("Visited"), _("Voters visited: matched, changed or TMS"), visited),
    _count("sesuai", pgettext_lazy("outcome", "Matched"), _("Voters matched, no change")),
    _count("ubah", pgettext_lazy("outcome", "Changed"), _("Voters with changed data")),
    _count("tms", _("TMS"), _("Ineligible voters (TMS)")),
    _count("baru", pgettext_lazy("outcome", "New"), _("New voters, not on the list")),
    _count("remaining", _("Remaining"), _("Listed voters not visited yet"), remaining),
)
COVERAGE_COLUMN = _rate(COVERAGE, ("sesuai", "ubah", "tms"), "listed")
RECORD_SYNC_COLUMN = _rate(RECORD_SYNC, ("synced",), "listed")
PANTARLIH_SYNC_COLUMN = _rate(PANTARLIH_SYNC, ("pantarlih_synced",), "pantarlih")

REGION_COLUMNS: tuple[Column, ...] = (
    Column("name", _("Region"), _("Region"), TEXT, lambda row: row.region.name, narrow=True),
    _count("tps", _("TPS"), _("Polling stations (TPS)")),
    *VOTERS,
    COVERAGE_COLUMN,
    RECORD_SYNC_COLUMN,
    PANTARLIH_SYNC_COLUMN,
)
TPS_COLUMNS: tuple[Column, ...] = (
    Column(
        "number",
        _("TPS"),
        _("Number of the TPS"),
        TEXT,
        lambda row: f"TPS {row.number:03d}",
        narrow=True,
        rank=attrgetter("number"),
    ),
    _count("pantarlih", _("Pantarlih"), _("Pantarlih who serve the TPS")),
    *VOTERS,
    COVERAGE_COLUMN,
    RECORD_SYNC_COLUMN,
)
LATE_TPS_COLUMNS = tuple(
    column
    for column in TPS_COLUMNS
    if column.key in ("number", "pantarlih", "listed", "visited", "remaining", "coverage", "record_sync")
)


def shown(column: Column, row: RegionProgress | TpsProgress) -> str:
    """The cell as people read it: 1.234.567, 98,47 %, a name."""
    value = column.of(row)
    if value is None:
        return NO_FIGURE
    return number_format(value) if column.kind == COUNT else str(value)


def in_order(rows: list[Any], column: Column, *, descending: bool) -> list[Any]:
    """The rows sorted by one column; equal ones keep their order."""
    rank = column.rank or column.of
    return sorted(rows, key=lambda row: _exact(rank(row)), reverse=descending)


def _exact(value: Any) -> Any:
    return value.share if isinstance(value, Rate) else value
