"""The columns that a voter list can have, and which column of the voter each one fills."""

from django.utils.translation import gettext_lazy as _

from voters.intake.layout import Column, Layout

# Names that Sidalih, DP4, the A-forms and their relatives give to one column (docs/domain.md, file formats).
COLUMNS = (
    Column("kode", _("Village code"), ("KODE WILAYAH", "KODE KELURAHAN", "KODE DESA", "KD_KEL", "KODE")),
    Column("kecamatan", _("Sub-district"), ("KECAMATAN", "NAMA KECAMATAN", "NAMA_KEC", "KEC", "DISTRIK")),
    Column(
        "kelurahan",
        _("Village"),
        (
            "KELURAHAN",
            "DESA",
            "KELURAHAN/DESA",
            "DESA/KELURAHAN",
            "DESA_KEL",
            "NAMA KELURAHAN",
            "NAMA DESA",
            "NAMA_KEL",
        ),
    ),
    Column("dpid", _("DPID"), ("DPID", "DP_ID", "ID PEMILIH", "ID")),
    Column("nkk", _("NKK"), ("NKK", "NO KK", "NOMOR KK", "NOMOR KARTU KELUARGA", "KK")),
    Column("nik", _("NIK"), ("NIK", "NO NIK", "NOMOR NIK", "NO KTP"), required=True),
    Column("nama", _("Name"), ("NAMA", "NAMA LENGKAP", "NAMA PEMILIH"), required=True),
    Column("jk", _("Sex"), ("KELAMIN", "JK", "L/P", "JENIS KELAMIN", "JENIS KELAMIN L/P")),
    Column("tempat_lahir", _("Birth place"), ("TEMPAT LAHIR", "TMPLHR", "TMP LAHIR")),
    Column("tanggal_lahir", _("Birth date"), ("TANGGAL LAHIR", "TGLLHR", "TGL LAHIR"), required=True),
    Column(
        "kawin",
        _("Marital status"),
        ("STS KAWIN", "STS", "STATUS KAWIN", "STATUS PERKAWINAN", "STATUS PERKAWINAN B/S/P", "KAWIN"),
    ),
    Column("alamat", _("Address"), ("ALAMAT", "JALAN", "JALAN/DUKUH", "ALAMAT: JALAN/DUKUH")),
    Column("rt", _("RT"), ("RT",)),
    Column("rw", _("RW"), ("RW",)),
    Column("disabilitas", _("Disability"), ("DISABILITAS", "DIFABEL", "DIS", "RAGAM DISABILITAS")),
    Column(
        "ktp_el",
        _("KTP-el"),
        ("EKTP", "E-KTP", "KTP-EL", "STATUS KTP-EL", "STATUS PEREKAMAN KTP-EL", "STATUS PEREKAMAN KTP-EL B/S/K"),
    ),
    Column("sumber", _("Source"), ("SUMBER", "SMBR", "SUMBERDATA", "SUMBER DATA")),
    Column("tps", _("TPS"), ("TPS", "NO TPS", "NOMOR TPS"), required=True),
)
KEYS = tuple(column.key for column in COLUMNS)

# Column of the file -> column of the voter that takes its value.
FIELDS = {
    "dpid": "dpid",
    "nkk": "nkk",
    "nik": "nik",
    "nama": "name",
    "jk": "sex",
    "tempat_lahir": "birth_place",
    "tanggal_lahir": "birth_day",
    "kawin": "marital",
    "alamat": "address",
    "rt": "rt",
    "rw": "rw",
    "disabilitas": "disability",
    "ktp_el": "ktp_el",
    "sumber": "source",
}


def given(layout: Layout) -> frozenset[str]:
    """The keys that the file says anything about: an absent column changes no voter and raises no doubt."""
    return frozenset(KEYS) & (layout.columns.keys() | layout.constants.keys())
