"""Which office the words of a list mean: "Ketua PPK", "Admin KPU Kab/Kota", "Panwaslu Kecamatan". Pure."""

import re

from voters.terms import Role

# What somebody is within an office says nothing of which office it is.
_POSITIONS = {
    "KETUA", "WAKIL", "ANGGOTA", "SEKRETARIS", "SEKRETARIAT", "STAF", "STAFF", "KASUBBAG", "OPERATOR", "ADMIN",
    "ADMINISTRATOR", "SIDALIH", "DIVISI", "DATA", "PERENCANAAN", "INFORMASI", "KOMISIONER",
}  # fmt: skip
# The names of an office as they begin; "KPU" and "BAWASLU" alone may be any level, so they are none.
_OFFICES = {
    Role.KPU_KABKOTA: ("KPU KAB", "KPU KABUPATEN", "KPU KOTA", "KPU KABKOTA", "KIP KAB", "KIP KABUPATEN", "KIP KOTA"),
    Role.PPK: ("PPK", "PANITIA PEMILIHAN KECAMATAN"),
    Role.PPS: ("PPS", "PANITIA PEMUNGUTAN SUARA"),
    Role.BAWASLU_KABKOTA: (
        "BAWASLU KAB", "BAWASLU KABUPATEN", "BAWASLU KOTA", "BAWASLU KABKOTA", "PANWASLIH KAB", "PANWASLIH KABUPATEN",
        "PANWASLIH KOTA",
    ),
    Role.PANWASCAM: ("PANWASCAM", "PANWASLU KECAMATAN", "PANITIA PENGAWAS KECAMATAN"),
    Role.PKD: ("PKD", "PPL", "PANWASLU KELURAHAN", "PANWASLU DESA", "PENGAWAS KELURAHAN", "PENGAWAS DESA"),
}  # fmt: skip
# The operator of a list that says no more is that of KPU kab/kota, who keeps Sidalih.
_OPERATORS = {"OPERATOR", "ADMIN"}


def role_of(written: str) -> Role | None:
    """The office; None where the words name none below KPU province.

    >>> role_of("Anggota PPS Kel. Pahandut")
    <Role.PPS: 'pps'>
    """
    words = re.findall(r"[A-Z]+", written.upper())
    office = " ".join(word for word in words if word not in _POSITIONS) + " "
    for role, names in _OFFICES.items():
        if any(office.startswith(f"{name} ") for name in names):
            return role
    return Role.KPU_KABKOTA if not office.strip() and _OPERATORS & set(words) else None
