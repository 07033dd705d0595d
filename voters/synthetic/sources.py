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


@cache
def region_names() -> dict[str, str]:
    """Dotted code -> name, as Kemendagri writes it (91,599 regions)."""
    return {row["kode"]: row["nama"] for row in _rows("wilayah_kemendagri_2025")}


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
def villages_by_province() -> dict[str, list[Village]]:
    """Two digits -> its villages in code order. A village without a Kemendagri code keeps KPU's."""
    sizes = {row["kode"]: row for row in _rows("dpt_2024_dki_palangkaraya_kelurahan")}
    names = region_names()
    provinces: dict[str, list[Village]] = {}
    for row in _rows("tps_pemilu_2024"):
        code = row["kode_kemendagri"] or row["kode_kpu"]
        size = sizes.get(code)
        village = Village(
            code=code,
            name=names.get(code) or row["nama_kpu"],
            regular=int(row["tps_reguler"]),
            special=int(row["tps_khusus"]),
            tps_size=(int(size["dpt_2024"]) / (int(size["tps_reguler"]) + int(size["tps_khusus"])) if size else None),
            size_is_official=bool(size) and size["dpt_2024_dasar"] == "resmi_kelurahan",
        )
        provinces.setdefault(code[:2], []).append(village)
    return {province: sorted(found, key=lambda one: one.code) for province, found in provinces.items()}


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
