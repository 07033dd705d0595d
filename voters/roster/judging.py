"""Judges the staged rows: table `judged` with typed values, doubts, and what keeps a row out.

A row that is sound at a glance is done with; only the others meet the checks by name (rules.py).
"""

from collections.abc import Collection

from django.db import connection

from coklit.sqlfiles import sql
from voters.intake.kind import Job
from voters.roster.columns import given

# True only for a row without any defect. It may be stricter than the checks (it counts bytes, not characters): where it
# is false, they decide.
_SOUND = {
    "": "d.codes IS NULL AND t.codes IS NULL AND NOT d.minor AND s.nik <> '1111111111111111'"
    " AND octet_length(s.nama) BETWEEN 1 AND 100 AND NOT starts_with(s.nama, ' ') AND s.nama NOT LIKE '% '",
    "dpid": "octet_length(s.dpid) BETWEEN 1 AND 20 AND NOT starts_with(s.dpid, '0')",
    "nkk": "s.nkk NOT IN ('1111111111111111', '2222222222222222')",
    "tempat_lahir": "octet_length(s.tempat_lahir) <= 60",
    "alamat": "octet_length(s.alamat) <= 150",
    "sumber": "octet_length(s.sumber) <= 20",
}
# As numbers once they are known to be some: the digits 7 to 12 of a NIK are the birth date, which was looked at once
# per date, and those of an NKK a day. A pattern that counts to 16 takes three times as long as this plain one.
_NUMBERS = "octet_length(s.nik) = 16{nkk_length} AND (s.dpid || s.nik || s.nkk) ~ '^[0-9]+$'"
_NIK = "s.nik::bigint / 10000 % 1000000 = CASE t.sex WHEN 'P' THEN d.female ELSE d.male END"
_NKK = "s.nkk::bigint / 100000000 % 100 BETWEEN 1 AND 31"

# A row whose NIK begins with a sign that is seen is filled; the others are looked at column by column.
_BEGUN = "s.nik COLLATE \"C\" BETWEEN '!' AND '~'"
_BLANKS = r"E' \t\u00a0'"

_LOST = r"'^\d([.,]\d+)?[eE]\+?\d{2,}$'"
_WHOLE_NIK, _WHOLE_NKK = "new.nik ~ '^[0-9]{16}$'", "new.nkk ~ '^[0-9]{16}$'"
_DAY_IN_NIK = "substr(new.nik, 7, 2)::int"
_NIK_SAYS_A_DAY = f"{_WHOLE_NIK} AND {_DAY_IN_NIK} BETWEEN 1 AND 71 AND substr(new.nik, 9, 2) BETWEEN '01' AND '12'"

# Code -> column that must be in the file, and the condition that breaks the rule. Those of dates and short columns were
# found once per text (words.py).
CHECKS = {
    "nik_lost": ("nik", f"new.raw_nik ~ {_LOST}"),
    "nkk_lost": ("nkk", f"new.raw_nkk ~ {_LOST}"),
    "dpid_malformed": ("dpid", "new.dpid IS NULL AND new.raw_dpid !~ '^[-.]?$|^0+$'"),
    "nik_missing": ("nik", "new.nik = ''"),
    "nik_not_16_digits": ("nik", f"new.nik <> '' AND NOT (new.raw_nik ~ '^[0-9]{{16}}$') AND new.raw_nik !~ {_LOST}"),
    "nik_day_month": ("nik", f"{_WHOLE_NIK} AND NOT ({_NIK_SAYS_A_DAY})"),
    "nik_birth_day": (
        "tanggal_lahir",
        f"{_NIK_SAYS_A_DAY} AND (substr(new.nik, 9, 4) <> to_char(new.birth_day, 'MMYY')"
        f" OR {_DAY_IN_NIK} % 40 <> extract(day FROM new.birth_day))",
    ),
    "nik_sex": ("jk", f"{_NIK_SAYS_A_DAY} AND new.sex <> '' AND (new.sex = 'P') <> ({_DAY_IN_NIK} > 40)"),
    "nkk_missing": ("nkk", "new.nkk = ''"),
    "nkk_not_16_digits": ("nkk", f"new.nkk <> '' AND NOT (new.raw_nkk ~ '^[0-9]{{16}}$') AND new.raw_nkk !~ {_LOST}"),
    "nkk_day": ("nkk", f"{_WHOLE_NKK} AND substr(new.nkk, 7, 2) NOT BETWEEN '01' AND '31'"),
    "name_missing": ("nama", "new.name = ''"),
    "under_17": ("tanggal_lahir", "new.minor AND new.marital = 'B'"),
    "child_marriage": ("tanggal_lahir", "new.minor AND new.marital IN ('S', 'P')"),
    "text_too_long": (
        "nama",
        "length(new.name) > 100 OR length(new.birth_place) > 60 OR length(new.address) > 150"
        " OR length(new.source) > 20",
    ),
}


def sound(keys: Collection[str]) -> str:
    """The quick test as SQL over the staged row and what its texts mean, for a file with these columns."""
    has_nkk = "nkk" in keys
    are_numbers = _NUMBERS.format(nkk_length=" AND octet_length(s.nkk) = 16" if has_nkk else "")
    # CASE, as the order of AND is the planner's.
    numbers = f"CASE WHEN {are_numbers} THEN {_NIK}{f' AND {_NKK}' if has_nkk else ''} END"
    return " AND ".join([*(text for key, text in _SOUND.items() if not key or key in keys), numbers])


def doubts(keys: Collection[str]) -> str:
    """The codes that a row earns, as SQL for the elements of an array."""
    return ", ".join(f"CASE WHEN {broken} THEN '{code}' END" for code, (key, broken) in CHECKS.items() if key in keys)


def judge(job: Job) -> None:
    """Table `judged`: one row for each of the file."""
    keys = given(job.layout)
    with connection.cursor() as cursor:
        judged = sql("voters", "roster_judge").replace("/*sound*/", sound(keys))
        filled = " OR ".join([_BEGUN, *(f"btrim(s.{key}, {_BLANKS}) <> ''" for key in job.layout.columns)])
        cursor.execute(judged.replace("/*filled*/", filled))
        cursor.execute(sql("voters", "roster_doubt").replace("/*doubts*/", doubts(keys)))
        unsound = cursor.rowcount
        if "dpid" in keys:
            cursor.execute(sql("voters", "roster_twice"))
        # Where there are DPID, a row without one is not sound at a glance.
        if unsound or "dpid" not in keys:
            cursor.execute(sql("voters", "roster_unclear"))
