"""What one row of a file says of one person: the outcome, the person's values, proof and papers. Pure.

Cells become the values of the protocol (voters/sync/payload.py) where they can be read; a cell that cannot be stays
text, and the protocol's own reader refuses it. An empty cell says nothing.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from voters.codes import BARU, SESUAI, TMS_CODES, UBAH, is_tms
from voters.imports import places
from voters.imports.sheet import Row, RowRefused
from voters.intake import cells
from voters.intake.layout import Column
from voters.privacy import masked
from voters.terms import Evidence

KET = Column(
    "ket",
    _("outcome (KET)"),
    (
        "KET", "KETERANGAN", "KODE KET", "KET COKLIT", "HASIL COKLIT", "KODE HASIL", "KODE SARING", "SARING", "TMS",
        "KODE TMS", "STATUS",
    ),
)  # fmt: skip
DPID = Column("dpid", _("DPID"), ("DPID", "DP_ID", "ID DP", "ID"))
TPS = Column("tps", _("TPS number"), ("TPS", "NO TPS", "NOMOR TPS", "NO. TPS"))
# Keys are the protocol's.
PERSON = (
    Column("nkk", _("NKK"), ("NKK", "NO KK", "NOMOR KK", "NO. KK")),
    Column("nik", _("NIK"), ("NIK",)),
    Column("name", _("name"), ("NAMA", "NAMA LENGKAP", "NAMA PEMILIH")),
    Column("birth_place", _("birth place"), ("TEMPAT LAHIR", "TMPLHR", "TMP LAHIR")),
    Column("birth_day", _("birth date"), ("TANGGAL LAHIR", "TGLLHR", "TGL LAHIR", "TGL_LAHIR")),
    Column(
        "marital",
        _("marital status"),
        ("STATUS PERKAWINAN", "STATUS PERKAWINAN B/S/P", "STS KAWIN", "STATUS KAWIN", "STS", "KAWIN"),
    ),
    Column("sex", _("sex"), ("JENIS KELAMIN", "JENIS KELAMIN L/P", "KELAMIN", "L/P", "JK")),
    Column("address", _("address"), ("ALAMAT", "JALAN", "JALAN/DUKUH", "ALAMAT: JALAN/DUKUH")),
    Column("rt", _("RT"), ("RT",)),
    Column("rw", _("RW"), ("RW",)),
    Column("disability", _("disability"), ("DISABILITAS", "DIFABEL", "DIS")),
    Column(
        "ktp_el",
        _("KTP-el"),
        ("STATUS KTP-EL", "EKTP", "KTPEL", "KTP-EL", "STATUS PEREKAMAN KTP-EL B/S/K", "STATUS KTP-EL S/B"),
    ),
)
EVIDENCE = Column("evidence", _("evidence of TMS"), ("BUKTI", "BUKTI TMS", "BUKTI DUKUNG", "DOKUMEN", "DOKUMEN TMS"))
STICKER = Column("sticker", _("sticker"), ("STIKER", "STIKER COKLIT", "STICKER"))
RECEIPT = Column("receipt", _("receipt"), ("TANDA BUKTI", "TANDA BUKTI TERDAFTAR", "TANDA BUKTI COKLIT"))
# Where a row is: for new voters, and to find a wrong row out.
PLACE = (places.CODE, places.KECAMATAN, places.KELURAHAN, TPS)

_CODES = {
    "✓": SESUAI, "✔": SESUAI, "√": SESUAI, "☑": SESUAI, "V": SESUAI, "SESUAI": SESUAI, "UBAH": UBAH, "BARU": BARU,
    **{code: code for code in (SESUAI, UBAH, BARU, *TMS_CODES)},
}  # fmt: skip
# "TMS 1", "1 - Meninggal", "1 (MENINGGAL)".
_NUMBERED = re.compile(r"^(?:TMS|SARING|KODE)?[\s.:]*0?(10|[1-9])\b(?:[\s.:()\-]+[A-Z].*)?$")
_YES = {"✓", "✔", "√", "☑", "V", "YA", "Y", "1", "ADA", "SUDAH"}
_NO = {"0", "TIDAK", "T", "N", "BELUM", "TIDAK ADA", "BELUM ADA", "X"}
_EVIDENCE = {
    **dict.fromkeys(_YES | {"LENGKAP", "TERLAMPIR"}, Evidence.ATTACHED.value),
    **dict.fromkeys(_NO, Evidence.NONE.value),
    "MENYUSUL": Evidence.PENDING.value,
}
_WORDS = {"sex": cells.SEXES, "marital": cells.MARITAL, "ktp_el": cells.KTP, "disability": cells.DISABILITIES}
_NUMBERS = ("rt", "rw", "disability")
_SECRET = ("nik", "nkk")
_TIME = re.compile(r"^(\S+)[ T](\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$")
NOON = dt.time(12)


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says. `values` are those of the person as the protocol writes them, without empty cells.

    `evidence` is "" and `sticker`, `receipt` are None where nothing is said. `moment` is local and has no zone.
    `unread` names cells of proof and papers whose words nobody knows.
    """

    row: int
    code: str
    dpid: str
    values: Mapping[str, str | int]
    evidence: str = ""
    sticker: bool | None = None
    receipt: bool | None = None
    moment: dt.datetime | None = None
    tps: str = ""
    unread: tuple[str, ...] = ()

    @property
    def nik(self) -> str:
        """The NIK as it stands there."""
        return str(self.values.get("nik", ""))

    @property
    def name(self) -> str:
        """The name as it is compared."""
        return same_name(str(self.values.get("name", "")))

    @property
    def shown(self) -> str:
        """The row's person for a report."""
        return f"DPID {self.dpid}" if self.dpid else masked(self.nik)


def read(row: Row, labels: Mapping[str, str], moment: str) -> Said | None:
    """What the row says, None where it has no outcome. `labels`: words of this election for its codes.

    `moment` is the key of the column with the time of the visit. Raises RowRefused.
    """
    code = code_of(row.text(KET.key), labels)
    if not code:
        return None
    evidence, sticker, receipt = _upper(row, EVIDENCE), _upper(row, STICKER), _upper(row, RECEIPT)
    unread = [column.key for column, text in ((STICKER, sticker), (RECEIPT, receipt)) if text not in _YES | _NO | {""}]
    unread += [EVIDENCE.key] if is_tms(code) and evidence and evidence not in _EVIDENCE else []
    dpid = cells.digits(row.text(DPID.key))
    return Said(
        row=row.number,
        code=code,
        dpid="" if dpid.strip("0-") == "" else dpid,
        values={column.key: value for column in PERSON if (value := value_of(column.key, row.text(column.key))) != ""},
        evidence=_EVIDENCE.get(evidence, "") if is_tms(code) else "",
        sticker=_yes_or_no(sticker),
        receipt=_yes_or_no(receipt),
        moment=moment_of(row.text(moment)),
        tps=row.text(TPS.key),
        unread=tuple(unread),
    )


def code_of(text: str, labels: Mapping[str, str]) -> str:
    """The outcome's code, "" for none. Raises RowRefused where nobody knows the word."""
    word = " ".join(text.upper().split())
    if word in ("", "-"):
        return ""
    numbered = _NUMBERED.match(word)
    code = _CODES.get(word) or labels.get(word) or (numbered[1] if numbered else None)
    if code is None:
        raise RowRefused("code_unknown", text[:40])
    return code


def value_of(field: str, text: str) -> str | int:
    """The cell as the protocol writes the field, "" for nothing said; the text itself where it cannot be read."""
    if text in ("", "-"):
        return ""
    if field in _SECRET:
        return cells.digits(text)
    if field == "birth_day":
        day = cells.day(text)
        return day.isoformat() if day else text
    if field in _WORDS:
        text = cells.word(text, _WORDS[field])
    if field in _NUMBERS:
        number = cells.whole(text)
        return text if number is None else number
    return " ".join(text.split())


def differing(values: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that are other than the known ones; case and blanks of texts make no difference."""
    return {field: value for field, value in values.items() if not is_same(value, known.get(field))}


def is_same(one: Any, other: Any) -> bool:
    """Whether two values of one field are the same to people."""
    if isinstance(one, str) and isinstance(other, str):
        return same_name(one) == same_name(other)
    return bool(one == other)


def same_name(text: str) -> str:
    """A text as it is compared."""
    return " ".join(text.upper().split())


def _upper(row: Row, column: Column) -> str:
    text = " ".join(row.text(column.key).upper().split())
    return "" if text == "-" else text


def _yes_or_no(word: str) -> bool | None:
    return True if word in _YES else False if word in _NO else None


def moment_of(text: str, code: str = "visit_day_impossible") -> dt.datetime | None:
    """A day (noon is meant) or a day and a time, None for nothing said. Raises RowRefused by this code."""
    if text in ("", "-"):
        return None
    timed = _TIME.match(text)
    day = cells.day(timed[1] if timed else text)
    try:
        time = dt.time(int(timed[2]), int(timed[3]), int(timed[4] or 0)) if timed else NOON
    except ValueError:
        day = None
    if day is None:
        raise RowRefused(code, text[:40])
    return dt.datetime.combine(day, time)
