"""Voters as the columns of a list tell them, written in every layout that is met in the field, and loaded."""

import csv
import datetime as dt
import io
import itertools

from tests.scene import KOTA, NOW
from tests.voters.imports.bad_reports import received
from tests.voters.imports.bad_workbooks import workbook
from tests.voters.intake.builders import BAWASLU, BULK, DP4, SIDALIH
from voters.access import territory
from voters.imports.registry import KINDS
from voters.intake import layout as layouts
from voters.intake import vault
from voters.intake.columns import plain
from voters.intake.kind import Job
from voters.models import FileImport, Voter
from voters.terms import CommitChoice, ImportKind, ImportState

# What the headings of all those layouts mean, apart from the product's own table of names.
MEANINGS = {
    "kecamatan": "KECAMATAN NAMAKEC",
    "kelurahan": "KELURAHAN DESA DESAKEL NAMAKEL",
    "kode": "KDKEL",
    "kode_kecamatan": "KDKEC",
    "dpid": "DPID",
    "nkk": "NKK NOKK",
    "nik": "NIK",
    "name": "NAMA NAMAPEMILIH",
    "sex": "KELAMIN JENISKELAMIN LP JENISKELAMINLP",
    "birth_place": "TEMPATLAHIR TMPLHR",
    "birth_day": "TANGGALLAHIR TGLLHR TGLLAHIR",
    "marital": "STSKAWIN STS STATUSKAWIN STATUSPERKAWINANBSP",
    "address": "ALAMAT JALAN JALANDUKUH",
    "rt": "RT",
    "rw": "RW",
    "disability": "DISABILITAS DIS",
    "ktp_el": "EKTP STATUSPEREKAMANKTPELBSK",
    "source": "SUMBER SMBR SUMBERDATA",
    "tps": "TPS",
}
MEANING = {heading: field for field, headings in MEANINGS.items() for heading in headings.split()}
PLACE = {"kecamatan": "PAHANDUT", "kelurahan": "PAHANDUT", "kode": "6271011001", "kode_kecamatan": "627101", "tps": "1"}
# As what a voter is loaded who has nothing in a field.
NOTHING = {"rt": 0, "rw": 0, "disability": 0, "dpid": None, "birth_day": None}
FIELDS = [field for field in MEANINGS if field not in PLACE]

SITI = {
    "dpid": "90000101", "nkk": "6271990101100001", "nik": "6271995202800101", "name": "SITI", "sex": "P",
    "birth_place": "PALANGKA RAYA", "birth_day": dt.date(1980, 2, 12), "marital": "S", "address": "JALAN CONTOH",
    "rt": 1, "rw": 2, "disability": 0, "ktp_el": "S", "source": "DP4",
}  # fmt: skip
BUDI = {
    **SITI, "dpid": "90000102", "nik": "6271991202800102", "name": 'BUDI "BUD" O\'NEIL, S.H.', "sex": "L",
    "birth_day": dt.date(1899, 2, 12), "nkk": "6271990101100002", "rt": 0, "rw": 12, "disability": 6, "marital": "P",
}  # fmt: skip
BUDI["nik"] = "6271991202990102"
SARI = {
    **SITI, "dpid": "90000103", "nik": "6271995203990103", "name": "SARI ÑUSANTARA", "birth_day": dt.date(1999, 3, 12),
    "marital": "B", "ktp_el": "B", "birth_place": "SAMPIT", "address": "GANG ANGGREK NO. 5", "nkk": "",
}  # fmt: skip


def fields_of(headings):
    """The fields of a voter that a layout with these headings tells."""
    return [field for field in FIELDS if field in {MEANING.get(plain(heading)) for heading in headings}]


def cell(voter, heading, *, day="{:%d|%m|%Y}"):
    """What stands in a column for this voter."""
    field = MEANING.get(plain(heading), "")
    value = {**PLACE, **voter}.get(field, "")
    if isinstance(value, dt.date):
        # strftime leaves years before 1000 without zeros, not those of any voter.
        return day.format(value)
    return "" if value is None else str(value)


def rows_of(voters, headings, **style):
    """The rows of a table with these headings."""
    return [[cell(voter, heading, **style) for heading in headings] for voter in voters]


def sidalih(voters, *, delimiter="#", encoding="utf-8", headings=SIDALIH, end="\r\n"):
    """The CSV of Sidalih: plain values between "#"; quoted where needed between other signs."""
    lines = ([*headings] if headings is not DP4 else None, *rows_of(voters, headings))
    out = io.StringIO(newline="")
    if delimiter == "#":
        out.write("".join("#".join(line) + end for line in lines if line))
    else:
        csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(line for line in lines if line)
    return out.getvalue().encode(encoding)


def bulk(voters):
    """The workbook of the bulk upload, every cell as text."""
    return workbook(BULK, *rows_of(voters, BULK))


def bawaslu(voters):
    """The workbook that KPU gives to Bawaslu: numbers as numbers, one sheet behind another one."""
    numbers = [BAWASLU.index(heading) for heading in ("DP_ID", "RT", "RW", "DISABILITAS", "TPS")]
    lines = rows_of(voters, BAWASLU)
    for line, place in itertools.product(lines, numbers):
        line[place] = int(line[place])
    return workbook(**{"Petunjuk": [["Lembar ini kosong"]], "Daftar": [BAWASLU, *lines]})


def load(world, folder, name, content, *, choice=CommitChoice.ALL, area=KOTA, minute=1, errors=None):
    """Bring a list in and load it; the import's row and its report."""
    path = folder / name
    path.write_bytes(content)
    record = received(path, ImportKind.VOTERS, world, area=area)
    record.choice = choice
    now = NOW + dt.timedelta(minutes=minute)
    job = Job(record, vault.path(record.stored), layouts.from_json(record.layout), now, errors=errors)
    with territory(area):
        report = KINDS[ImportKind.VOTERS].commit(job)
    numbers = {key: getattr(report, key) for key in ("rows", "created", "changed", "unchanged", "left_out")}
    FileImport.objects.filter(pk=record.pk).update(**numbers, state=ImportState.COMMITTED, committed_at=now)
    return record, report


def listed(fields):
    """The voters on the list of TPS 1, as values of these fields."""
    rows = Voter.objects.filter(kabkota_id=KOTA, listed=True, tps__number=1, tps__kelurahan_id="62.71.01.1001")
    return sorted(rows.values_list(*fields), key=str)


def told(voters, fields):
    """The same of the voters that were written."""
    return sorted((tuple(_stored(voter, field) for field in fields) for voter in voters), key=str)


def _stored(voter, field):
    value = voter[field]
    return value if value not in ("", None) else NOTHING.get(field, "")
