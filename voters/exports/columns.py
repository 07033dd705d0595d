"""The columns of a list as SQL over the rows of `export_rows.sql`, each as the layouts write it. Nothing is ever NULL.

Text that a spreadsheet would take for a formula gets `cells.NEUTRAL` in front, as in error files, so that loading the
file again reads what was meant. Most texts begin with a letter and most numbers with a digit: one comparison settles
those.
"""

from voters.intake.cells import FORMULA_STARTS, NEUTRAL

_STARTS = ", ".join(f"chr({ord(start)})" for start in FORMULA_STARTS)
_LETTER = "{0} >= 'A' COLLATE \"C\""
_DIGIT = "{0} >= '0' COLLATE \"C\" AND {0} < ':' COLLATE \"C\""
_NEUTRAL = (
    f"CASE WHEN {{usual}} THEN {{0}} WHEN left({{0}}, 1) IN ({_STARTS}) THEN chr({ord(NEUTRAL)}) || {{0}}"
    " ELSE {0} END"
)
# A number that begins with no digit is none: nothing of it is shown.
_MASKED = f"CASE WHEN {_DIGIT} THEN left({{0}}, 4) || %(mask)s WHEN {{0}} = '' THEN '' ELSE %(mask)s END"


def text(column: str) -> str:
    """A name or an address."""
    return _NEUTRAL.format(column, usual=_LETTER.format(column))


def number(column: str) -> str:
    """A number that is a name: digits, as text."""
    return _NEUTRAL.format(column, usual=_DIGIT.format(column))


def secret(column: str) -> str:
    """A NIK or NKK: its first four digits where the export is masked."""
    # The parameter is a constant to the planner, which leaves the other branch out.
    return f"CASE WHEN %(masked)s THEN {_MASKED.format(column)} ELSE {number(column)} END"


KECAMATAN = "%(kecamatan)s"
KELURAHAN = "%(kelurahan_name)s"
TPS = "tps"
DPID = f"coalesce({number('dpid')}, '')"
NKK = secret("nkk")
NIK = secret("nik")
NAME = text("name")
SEX = "sex"
BIRTH_PLACE = text("birth_place")
BIRTH_DAY = "coalesce(to_char(birth_day, 'DD|MM|YYYY'), '')"
MARITAL = "marital"
ADDRESS = text("address")
RT = "rt"
RW = "rw"
DISABILITY = "disability"
KTP_EL = "ktp_el"
SOURCE = text("source")
CODE = "code"
# Local time of the TPS; empty where nobody has been yet.
UPDATED_AT = "coalesce(date_trunc('second', event_at AT TIME ZONE %(zone)s)::text, '')"
STATUS = "CASE code WHEN '0' THEN 'AKTIF' WHEN 'U' THEN 'UBAH' WHEN 'B' THEN 'BARU' ELSE 'TMS' END"
# As the paper form shows them: three digits.
TPS_PRINTED = "lpad(tps::text, 3, '0')"
RT_PRINTED = "lpad(rt::text, 3, '0')"
RW_PRINTED = "lpad(rw::text, 3, '0')"
