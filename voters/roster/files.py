"""Opens a voter list file and finds its columns. Reads the header only; knows no database."""

from dataclasses import dataclass
from pathlib import Path

DELIMITER = "#"
BOM = b"\xef\xbb\xbf"

# Names that Sidalih exports and their relatives give to one column (docs/domain.md §8), without blanks and dots.
ALIASES = {
    "kode": ("KODEWILAYAH", "KODEKELURAHAN", "KODE"),
    "kecamatan": ("KECAMATAN", "NAMAKECAMATAN"),
    "kelurahan": ("KELURAHAN", "DESA", "DESAKELURAHAN", "NAMAKELURAHAN"),
    "dpid": ("DPID",),
    "nkk": ("NKK", "NOKK"),
    "nik": ("NIK",),
    "nama": ("NAMA", "NAMALENGKAP"),
    "jk": ("KELAMIN", "JK", "L/P", "JENISKELAMIN"),
    "tempat_lahir": ("TEMPATLAHIR", "TMPLHR"),
    "tanggal_lahir": ("TANGGALLAHIR", "TGLLHR", "TGLLAHIR"),
    "kawin": ("STSKAWIN", "STS", "STATUSKAWIN", "STATUSPERKAWINAN"),
    "alamat": ("ALAMAT", "JALAN", "JALAN/DUKUH"),
    "rt": ("RT",),
    "rw": ("RW",),
    "disabilitas": ("DISABILITAS", "DIFABEL", "DIS"),
    "ktp_el": ("EKTP", "KTPEL", "KTP-EL", "STATUSKTP-EL"),
    "sumber": ("SUMBER", "SMBR"),
    "tps": ("TPS", "NOTPS"),
}
OPTIONAL = {"kode", "sumber"}
_COLUMN_OF = {alias: column for column, aliases in ALIASES.items() for alias in aliases}


class BrokenFile(ValueError):
    """The file cannot be a voter list: what is wrong, and how to mend it."""


@dataclass(frozen=True)
class RosterFile:
    """A list file. `columns` has one name per column of the file; one that is not read is called `lain_<n>`."""

    path: Path
    size: int
    header_bytes: int
    columns: tuple[str, ...]

    @property
    def has_codes(self) -> bool:
        """Whether rows say their kelurahan by its official code, not by name only."""
        return "kode" in self.columns


def opened(path: Path) -> RosterFile:
    """The file with its columns; raises BrokenFile."""
    if not path.is_file():
        raise BrokenFile(f"{path}: there is no such file.")
    with path.open("rb") as stream:
        line = stream.readline(100_000)
    try:
        text = line.removeprefix(BOM).decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise BrokenFile(f"Row 1: the file is not UTF-8 (byte {error.start + 1}). Save it as UTF-8.") from error
    if DELIMITER not in text:
        raise BrokenFile(f'Row 1: no "{DELIMITER}" between the column names. Export the list from Sidalih as CSV.')
    columns = tuple(_column(name, place) for place, name in enumerate(text.split(DELIMITER), start=1))
    _require_each_once(columns)
    return RosterFile(path, path.stat().st_size, len(line), columns)


def _column(name: str, place: int) -> str:
    return _COLUMN_OF.get(name.upper().replace(" ", "").replace(".", "").replace("_", ""), f"lain_{place}")


def _require_each_once(columns: tuple[str, ...]) -> None:
    missing = [ALIASES[column][0] for column in ALIASES if column not in columns and column not in OPTIONAL]
    if missing:
        raise BrokenFile(f"Row 1: columns are missing: {', '.join(missing)}. Add them to the header and the rows.")
    twice = sorted({ALIASES[column][0] for column in columns if columns.count(column) > 1})
    if twice:
        raise BrokenFile(f"Row 1: columns stand there twice: {', '.join(twice)}. Remove one of each.")
