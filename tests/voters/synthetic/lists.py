"""Lists made in memory, as text and as rows."""

import csv
import io

from voters.synthetic.planning import plan_of
from voters.synthetic.sidalih import Edition
from voters.synthetic.writing import pieces

DPT = Edition("pemilu-2024", "dpt", 7, with_code=True)


def list_text(area, edition=DPT, *, limit_tps=None, processes=1):
    plan = plan_of(area, edition, limit_tps)
    return b"".join(piece.text for piece in pieces(edition, plan, processes)).decode()


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text), delimiter="#", quoting=csv.QUOTE_NONE))
