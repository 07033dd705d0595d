"""Files of results for the tests: rows as the offices' columns write them, and what stands afterwards."""

import datetime as dt

from tests.scene import KOTA
from tests.voters.imports.sheets import Sheets
from voters.access import territory
from voters.models import CoklitEvent, CoklitResult, Conflict, FileImport
from voters.sync.replay import check as check_ledger
from voters.terms import ImportState

# The columns of the bulk upload, as e-Coklit and Sidalih name them.
HEADINGS = (
    "KECAMATAN", "DESA", "DPID", "NKK", "NIK", "NAMA", "TMPLHR", "TGLLHR", "STS", "L/P", "JALAN", "RT", "RW", "DIS",
    "EKTP", "KET", "SMBR", "TPS",
)  # fmt: skip
MORE = ("BUKTI", "STIKER", "TANDA BUKTI", "TANGGAL COKLIT", "UPDATED_AT")
FIELDS = {
    "dpid": "DPID", "nkk": "NKK", "nik": "NIK", "name": "NAMA", "birth_place": "TMPLHR", "birth_day": "TGLLHR",
    "marital": "STS", "sex": "L/P", "address": "JALAN", "rt": "RT", "rw": "RW", "disability": "DIS", "ktp_el": "EKTP",
}  # fmt: skip
NEW = {
    "DESA": "Pahandut", "NKK": "6271990101105555", "NIK": "6271994101805555", "NAMA": "ORANG BARU",
    "TMPLHR": "PALANGKA RAYA", "TGLLHR": "01|01|1980", "STS": "S", "L/P": "P", "JALAN": "JALAN CONTOH", "RT": "1",
    "RW": "2", "DIS": "0", "EKTP": "S", "KET": "B", "TPS": "1",
}  # fmt: skip


def row(voter, ket, **cells):
    """A listed voter's row as the list has it, with its outcome; `cells` by heading replace what stands there."""
    told = {heading: getattr(voter, field) for field, heading in FIELDS.items()}
    told["TGLLHR"] = f"{voter.birth_day:%d|%m|%Y}"
    return {"DESA": "Pahandut", **told, "KET": ket, "TPS": "1", **cells}


def text(*rows, only=None):
    """A CSV of these rows, delimited by "#", with all headings or `only` some."""
    headings = only or (*HEADINGS, *MORE)
    lines = ["#".join(headings)] + ["#".join(str(one.get(name, "")) for name in headings) for one in rows]
    return "\n".join(lines) + "\n"


class Results(Sheets):
    """Files of results; who undoes one is who loaded it."""

    def load(self, *rows, **options):
        """Load these rows; the report."""
        return self.commit(text(*rows), **options)[1]

    def undo(self, record):
        """Take it back."""
        now = record.committed_at + dt.timedelta(seconds=30)
        record.undone_by = record.by
        with territory(record.area_id):
            report = self.kind.undo(record, now)
        FileImport.objects.filter(pk=record.pk).update(state=ImportState.UNDONE)
        return report


def standing(voter):
    """The voter's current result, or None."""
    found = CoklitResult.objects.filter(kabkota_id=KOTA, voter=voter.pk)
    return found.values_list("code", "door", "synced").first()


def events():
    """Every event: code and door, in their order."""
    return list(CoklitEvent.objects.order_by("received_at", "revision").values_list("code", "door"))


def open_conflicts():
    """What open conflicts are about."""
    return list(Conflict.objects.filter(settled_at__isnull=True).values_list("kind", flat=True))


def ledger_agrees():
    """Whether the results are what the ledger says."""
    return check_ledger(KOTA).differing == 0
