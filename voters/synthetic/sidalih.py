"""The layout of Sidalih's export (`#` between fields, birthdays DD|MM|YYYY), and what one file holds."""

from dataclasses import dataclass

from voters.synthetic.elections import ElectionName, StageName
from voters.synthetic.sharing import TpsQuota

HEADER = (
    "KECAMATAN#KELURAHAN#DPID#NKK#NIK#NAMA#KELAMIN#TEMPAT LAHIR#TANGGAL LAHIR#STS KAWIN#ALAMAT#RT#RW#DISABILITAS"
    "#EKTP#SUMBER#KETERANGAN#TPS#UPDATED_AT#STATUS\n"
)
SERIALS = 9_999  # last four digits of NIK and NKK, from 0001
CODE_HEADER = "KODE WILAYAH#"


@dataclass(frozen=True, slots=True)
class Edition:
    """Which list is made; everything drawn depends on it. `with_code` puts the village code in front of a row."""

    election: ElectionName
    stage: StageName
    seed: int
    with_code: bool

    @property
    def header(self) -> str:
        """The first line."""
        return CODE_HEADER + HEADER if self.with_code else HEADER


@dataclass(frozen=True, slots=True)
class VillageList:
    """One village's part of a list: its TPS and the numbers that are its own.

    DPID count up from `first_dpid`. For any one day NIK and NKK serials run from `first_serial` to
    `last_serial`: no other village of the kab/kota has these, so villages can be made apart.
    """

    code: str
    kecamatan: str
    name: str
    tps: tuple[TpsQuota, ...]
    first_dpid: int
    first_serial: int
    last_serial: int

    @property
    def voters(self) -> int:
        """Rows."""
        return sum(one.voters for one in self.tps)
