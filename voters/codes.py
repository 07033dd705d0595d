"""Outcome codes of the KETERANGAN column: what each means for the counts. Pure.

Which codes an election allows, at which stage and for whom, is data: `OutcomeCode`.
"""

SESUAI = "0"
UBAH = "U"
BARU = "B"
# Not on any form: a new voter taken back. A listed voter is never deleted (docs/domain.md §1, fact 4).
HAPUS = "X"
# Not on any form: the result of a listed voter taken away, who is to be visited again. An office's only.
TARIK = "Z"
TMS_CODES = tuple(str(number) for number in range(1, 11))
MENINGGAL = "1"


def is_tms(code: str) -> bool:
    """True for the numbered codes: the voter is not eligible."""
    return code in TMS_CODES
