"""The shipped data that the invented lists are calibrated on, read once per process."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
FIRST_SPECIAL_TPS = 901


@dataclass(frozen=True, slots=True)
class Village:
    """A kelurahan or desa with its TPS of Pemilu 2024. `tps_size` is voters per TPS, None when unknown.

    `size_is_official` is False where `tps_size` is only its kecamatan's or kota's mean.
    """

    code: str
    name: str
    regular: int
    special: int
    tps_size: float | None
    size_is_official: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One official figure as printed; None where the source does not say."""

    code: str
    stage: str
    tps: int | None
    male: int | None
    female: int | None
    total: int


def _rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(DATA / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _columns(name: str, *wanted: str) -> Iterator[list[str]]:
    """The file's rows as lists, four times as fast as by name; its first columns must be the wanted ones."""
    with gzip.open(DATA / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        if next(rows)[: len(wanted)] != list(wanted):
            raise ValueError(f"{name}.csv.gz does not start with the columns {', '.join(wanted)}")
        yield from rows


@cache
def region_names() -> dict[str, str]:
    """Dotted code -> name, as Kemendagri writes it (91,599 regions)."""
    return {code: name for code, name, *_ in _columns("wilayah_kemendagri_2025", "kode", "nama")}


@cache
def figures() -> tuple[Figure, ...]:
    """Every official figure that is shipped."""

    def whole(text: str) -> int | None:
        return int(text) if text else None

    return tuple(
        Figure(
            code=row["kode"],
            stage=row["tahap"],
            tps=whole(row["tps"]),
            male=whole(row["laki_laki"]),
            female=whole(row["perempuan"]),
            total=int(row["total"]),
        )
        for row in _rows("angka_resmi_dpt_dps")
    )


@cache
def villages_of(province: str) -> list[Village]:
    """The villages of a province (two digits) that have TPS, in code order; [] for an unknown one.

    A village without a Kemendagri code keeps KPU's code and name.
    """
    sizes = {row["kode"]: row for row in _rows("dpt_2024_dki_palangkaraya_kelurahan")}
    names = region_names()
    found = []
    columns = _columns("tps_pemilu_2024", "kode_kpu", "kode_kemendagri", "nama_kpu", "tps_reguler", "tps_khusus")
    for kpu_code, kemendagri_code, kpu_name, regular, special in columns:
        code = kemendagri_code or kpu_code
        if not code.startswith(province):
            continue
        size = sizes.get(code)
        village = Village(
            code=code,
            name=names.get(code) or kpu_name,
            regular=int(regular),
            special=int(special),
            tps_size=(int(size["dpt_2024"]) / (int(size["tps_reguler"]) + int(size["tps_khusus"])) if size else None),
            size_is_official=size is not None and size["dpt_2024_dasar"] == "resmi_kelurahan",
        )
        if village.regular or village.special:
            found.append(village)
    return sorted(found, key=lambda village: village.code)


@cache
def sampled_tps() -> tuple[tuple[int, int], ...]:
    """(male, total) voters of real regular TPS: how sizes and sexes vary from one TPS to the next."""
    return tuple(
        (int(row["dpt_l"]), int(row["dpt"]))
        for row in _rows("dpt_per_tps_sampel_sirekap2024")
        if int(row["no_tps"]) < FIRST_SPECIAL_TPS
    )


@cache
def name_counts() -> tuple[tuple[str, int], ...]:
    """(word, bearers) of the published name counts, one entry per row of the source."""
    return tuple((row["kata"], int(row["jumlah"])) for row in _rows("nama_frekuensi"))
