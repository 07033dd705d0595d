"""Which columns of which persons a file holds (docs/domain.md, file formats and forms)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from voters.exports import columns
from voters.terms import Level


@dataclass(frozen=True)
class ExportLayout:
    """A kind of file. `columns`: heading and SQL (voters/exports/columns.py), in the file's order.

    `present` lays corrections over the list and brings new voters (docs/adr/0007); without it values are as listed.
    `changed` leaves only persons with a result other than sesuai. `levels` are the areas it can be made for.
    """

    key: str
    title: str | Promise
    ending: str
    columns: tuple[tuple[str, str], ...]
    present: bool
    changed: bool
    levels: tuple[Level, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """The first row of the table."""
        return tuple(heading for heading, _ in self.columns)


_UP_TO_KABKOTA = (Level.KABKOTA, Level.KECAMATAN, Level.KELURAHAN)

# The code is 0 for those nobody has visited as well, as in a list that Sidalih gives out before coklit.
SIDALIH = ExportLayout(
    key="sidalih",
    title=_("Sidalih CSV: all voters with their present values"),
    ending="csv",
    columns=(
        ("KECAMATAN", columns.KECAMATAN),
        ("KELURAHAN", columns.KELURAHAN),
        ("DPID", columns.DPID),
        ("NKK", columns.NKK),
        ("NIK", columns.NIK),
        ("NAMA", columns.NAME),
        ("KELAMIN", columns.SEX),
        ("TEMPAT LAHIR", columns.BIRTH_PLACE),
        ("TANGGAL LAHIR", columns.BIRTH_DAY),
        ("STS KAWIN", columns.MARITAL),
        ("ALAMAT", columns.ADDRESS),
        ("RT", columns.RT),
        ("RW", columns.RW),
        ("DISABILITAS", columns.DISABILITY),
        ("EKTP", columns.KTP_EL),
        ("SUMBER", columns.SOURCE),
        ("KETERANGAN", columns.CODE),
        ("TPS", columns.TPS),
        ("UPDATED_AT", columns.UPDATED_AT),
        ("STATUS", columns.STATUS),
    ),
    present=True,
    changed=False,
    levels=_UP_TO_KABKOTA,
)

BULK = ExportLayout(
    key="bulk",
    title=_("Bulk Sidalih (Excel): new, changed and ineligible voters only"),
    ending="xlsx",
    columns=(
        ("KECAMATAN", columns.KECAMATAN),
        ("DESA", columns.KELURAHAN),
        ("DPID", columns.DPID),
        ("NKK", columns.NKK),
        ("NIK", columns.NIK),
        ("NAMA", columns.NAME),
        ("TMPLHR", columns.BIRTH_PLACE),
        ("TGLLHR", columns.BIRTH_DAY),
        ("STS", columns.MARITAL),
        ("L/P", columns.SEX),
        ("JALAN", columns.ADDRESS),
        ("RT", columns.RT),
        ("RW", columns.RW),
        ("DIS", columns.DISABILITY),
        ("EKTP", columns.KTP_EL),
        ("KET", columns.CODE),
        ("SMBR", columns.SOURCE),
        ("TPS", columns.TPS),
    ),
    present=True,
    changed=True,
    levels=_UP_TO_KABKOTA,
)

# Of one kelurahan: a sheet for each TPS. The first column parts the sheets; the number of a row is given while writing,
# and the last column of the form is left for the pantarlih.
A_DAFTAR = ExportLayout(
    key="a-daftar",
    title=_("Model A-Daftar Pemilih (Excel): the list as received, one sheet per TPS"),
    ending="xlsx",
    columns=(
        ("TPS", columns.TPS_PRINTED),
        ("No KK", columns.NKK),
        ("NIK", columns.NIK),
        ("Nama", columns.NAME),
        ("Tempat Lahir", columns.BIRTH_PLACE),
        ("Tanggal Lahir", columns.BIRTH_DAY),
        ("Status Perkawinan B/S/P", columns.MARITAL),
        ("Jenis Kelamin L/P", columns.SEX),
        ("Jalan/Dukuh", columns.ADDRESS),
        ("RT", columns.RT_PRINTED),
        ("RW", columns.RW_PRINTED),
        ("Disabilitas", columns.DISABILITY),
        ("Status KTP-el", columns.KTP_EL),
    ),
    present=False,
    changed=False,
    levels=(Level.KELURAHAN,),
)

LAYOUTS = {layout.key: layout for layout in (SIDALIH, BULK, A_DAFTAR)}
