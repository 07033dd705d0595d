"""Which region a row means: by its code, or by names as people write them. Never guesses between two."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from voters.access import covers, within
from voters.imports.sheet import Row, RowRefused
from voters.intake import cells
from voters.intake.findings import Rule, Severity
from voters.intake.layout import Column
from voters.models import Region
from voters.terms import Level

CODE = Column(
    "region_code",
    _("region code"),
    (
        "KODE WILAYAH", "KODE KELURAHAN", "KODE DESA", "KODE DESA/KELURAHAN", "KODE KELURAHAN/DESA", "KODE KEL",
        "KD KEL", "KODE KECAMATAN", "KODE",
    ),
)  # fmt: skip
KABKOTA = Column("kabkota", _("Regency/city"), ("KABUPATEN/KOTA", "KAB/KOTA", "KABUPATEN", "KOTA"))
KECAMATAN = Column("kecamatan", _("Sub-district"), ("KECAMATAN", "NAMA KECAMATAN", "NAMA KEC", "KEC", "DISTRIK"))
KELURAHAN = Column(
    "kelurahan",
    _("Village"),
    ("KELURAHAN", "DESA", "DESA/KELURAHAN", "KELURAHAN/DESA", "NAMA KELURAHAN", "NAMA DESA", "DESA/KEL", "KEL/DESA"),
)
NAMES = {Level.KABKOTA: KABKOTA.key, Level.KECAMATAN: KECAMATAN.key, Level.KELURAHAN: KELURAHAN.key}

RULES = (
    Rule(
        "region_missing",
        Severity.LEFT_OUT,
        CODE.key,
        _("Neither code nor name of the region"),
        _("Enter the region's code, such as 62.71.01.1001, or its names."),
    ),
    Rule(
        "region_unknown",
        Severity.LEFT_OUT,
        CODE.key,
        _("Region not found"),
        _("Compare code and spelling with the list of regions; the nearest names stand beside."),
    ),
    Rule(
        "region_outside",
        Severity.LEFT_OUT,
        CODE.key,
        _("Region outside the area of this import"),
        _("Take the row out, or import it for the area that it lies in."),
    ),
    Rule(
        "region_ambiguous",
        Severity.LEFT_OUT,
        CODE.key,
        _("More than one region has this name"),
        _("Enter the code of the right one; the candidates stand beside."),
    ),
    Rule(
        "region_names_differ",
        Severity.NOTE,
        CODE.key,
        _("Code and name belong to different regions"),
        _("The code was followed. Check whether it is the official one of Kemendagri; those of KPU and BPS differ."),
    ),
)

# A report shows a few rows; comparing names of the whole nation for each of thousands would take minutes.
HINTS = 20
_KIND = re.compile(r"^(KELURAHAN|KEL|DESA|KECAMATAN|KEC|DISTRIK|KABUPATEN|KAB|KOTA ADM|KOTA)\b[.\s]*")


class Places:
    """The regions of an area, to be found by code or names."""

    def __init__(self, area: Region) -> None:
        """Reads them all: a kab/kota has some dozens, the nation 91,000."""
        self._area = area
        self._hints = HINTS
        parts = area.code.split(".")
        above = [".".join(parts[:number]) for number in range(1, len(parts))]
        regions = list(Region.objects.filter(within(area.code, "code") | Q(code__in=above)))
        self._by_code = {one.code: one for one in regions if covers(area.code, one.code)}
        # A row may name the kecamatan of an area that is one kelurahan.
        self._by_name: dict[tuple[int, str], list[Region]] = {}
        for one in regions:
            self._by_name.setdefault((one.level, plain(one.name)), []).append(one)

    def find(self, row: Row, level: Level) -> Region:
        """The region of that level which the row means. Raises RowRefused.

        An area of the level itself needs no column for it.
        """
        code = row.text(CODE.key)
        names = {above: row.text(key) for above, key in NAMES.items() if above <= level and row.text(key)}
        if code:
            return self._coded(code, level)
        if level in names:
            return self._named(names, level)
        if self._area.level == level:
            return self._area
        raise RowRefused("region_missing")

    def differs(self, row: Row, found: Region) -> str:
        """The name that the row gives to a region found by its code, "" where it is the region's own or none."""
        name = row.text(NAMES[Level(found.level)])
        return name if row.text(CODE.key) and name and plain(name) != plain(found.name) else ""

    def _coded(self, written: str, level: Level) -> Region:
        found = self._by_code.get(cells.code(written))
        if found and found.level == level:
            return found
        if found is None and Region.objects.filter(code=cells.code(written), level=level).exists():
            raise RowRefused("region_outside", written)
        raise RowRefused("region_unknown", written, f"{found.name} ({found.code})" if found else "")

    def _named(self, names: Mapping[Level, str], level: Level) -> Region:
        found = self._by_name.get((level, plain(names[level])), [])
        for above in (one for one in names if one < level):
            wanted = {one.code for one in self._by_name.get((above, plain(names[above])), [])}
            found = [one for one in found if any(covers(code, one.code) for code in wanted)]
        if len(found) == 1:
            return found[0]
        said = ", ".join(names.values())
        if found:
            raise RowRefused("region_ambiguous", said, ", ".join(one.code for one in found))
        raise RowRefused("region_unknown", said, self._nearest(names[level], level))

    def _nearest(self, name: str, level: Level) -> str:
        self._hints -= 1
        if self._hints < 0:
            return ""
        known = {plain_name: found for (at, plain_name), found in self._by_name.items() if at == level}
        close = get_close_matches(plain(name), known, n=3, cutoff=0.6)
        return ", ".join(f"{one.name} ({one.code})" for plain_name in close for one in known[plain_name][:1])


def plain(name: str) -> str:
    """A region's name without its kind, blanks, marks and case: "Desa Tumbang-Rungan" is "TUMBANGRUNGAN"."""
    return re.sub(r"[^A-Z0-9]", "", _KIND.sub("", name.upper().strip()))
