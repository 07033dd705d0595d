"""List files as Sidalih writes them, one row or a few, each valid until a test says otherwise."""

from pathlib import Path

SITI = {
    "KODE WILAYAH": "62.71.01.1001",
    "KECAMATAN": "PAHANDUT",
    "KELURAHAN": "PAHANDUT",
    "DPID": "90000001",
    "NKK": "6271990101100001",
    "NIK": "6271995202800001",
    "NAMA": "SITI",
    "KELAMIN": "P",
    "TEMPAT LAHIR": "PALANGKA RAYA",
    "TANGGAL LAHIR": "12|02|1980",
    "STS KAWIN": "S",
    "ALAMAT": "JALAN CONTOH",
    "RT": "1",
    "RW": "2",
    "DISABILITAS": "0",
    "EKTP": "S",
    "SUMBER": "DP4",
    "TPS": "1",
}
COLUMNS = list(SITI)
# What the columns are called once they were found.
READ = [
    *("kode", "kecamatan", "kelurahan", "dpid", "nkk", "nik", "nama", "jk", "tempat_lahir", "tanggal_lahir", "kawin"),
    *("alamat", "rt", "rw", "disabilitas", "ktp_el", "sumber", "tps"),
]


def row(number: int = 1, **changed: str) -> dict[str, str]:
    """SITI, or the n-th like her; columns with a blank are given with `_` in its place."""
    own = {"DPID": f"{90_000_000 + number}", "NIK": f"62719952028{number:05d}"}
    return {**SITI, **own, **{name.replace("_", " "): value for name, value in changed.items()}}


def text_of(*rows: dict[str, str], columns: list[str] = COLUMNS, end: str = "\n") -> str:
    """The list with its header."""
    lines = ["#".join(columns), *("#".join(one[name] for name in columns) for one in rows)]
    return "".join(line + end for line in lines)


def write(path: Path, *rows: dict[str, str], columns: list[str] = COLUMNS) -> Path:
    """The list as a file."""
    path.write_text(text_of(*rows, columns=columns), encoding="utf-8")
    return path
