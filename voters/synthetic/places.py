"""Addresses, RT/RW and places of birth to draw from."""

import random
from typing import NamedTuple

from voters.synthetic.sources import region_names

BIRTHPLACES = 1 << 8  # eight random bits pick one
VOTERS_PER_RT = 110
RT_PER_RW = 8
STREETS_PER_VILLAGE = 40

STREETS = (
    "MERPATI RAJAWALI CENDRAWASIH KUTILANG ELANG GELATIK NURI KENARI GARUDA BANGAU MAWAR MELATI ANGGREK DAHLIA KENANGA "
    "CEMPAKA FLAMBOYAN SEROJA TERATAI KAMBOJA BOUGENVILLE NANGKA RAMBUTAN MANGGA DURIAN JAMBU KELAPA CEMARA BERINGIN "
    "AKASIA JATI MERANTI ULIN PINUS DAMAI MERDEKA PAHLAWAN PEMUDA VETERAN PENDIDIKAN PASAR MASJID BALAI SUNGAI DERMAGA "
    "PELABUHAN STASIUN SWADAYA KARYA MAKMUR SEJAHTERA HARAPAN BAHAGIA BERSAMA USAHA TANI KEBUN SAWAH BUKIT LEMBAH "
    "MUTIARA INTAN PERMATA BERLIAN NUSANTARA KATAMSO DIPONEGORO KARTINI SUDIRMAN"
)
HAMLETS = "KRAJAN TENGAH LOR KIDUL WETAN KULON BARU MAJU MEKAR SARI INDAH JAYA HULU HILIR SEBERANG MUARA"
OFFICES = ("Kota Administrasi ", "Kabupaten Administrasi ", "Kabupaten ", "Kota ")


class Rt(NamedTuple):
    """One RT inside a TPS: its street up to the house number, and `RT#RW`."""

    street: str
    numbers: str


def streets(village: str, draw: random.Random) -> list[str]:
    """Beginnings of addresses in a kelurahan (the number starts with 1) or a desa (2)."""
    if village.rpartition(".")[2].startswith("1"):
        names = draw.sample(STREETS.split(), STREETS_PER_VILLAGE)
        return [
            f"JL. {name} GG. {draw.randint(1, 9)} NO. " if draw.random() < 0.3 else f"JL. {name} NO. " for name in names
        ]
    return [f"DUSUN {name} NO. " for name in HAMLETS.split()]


def rts_of_tps(voters: int, first: int, names: list[str], draw: random.Random) -> list[Rt]:
    """The RT that one TPS covers; `first` counts the RT of the village before it."""
    count = max(1, round(voters / VOTERS_PER_RT))
    return [
        Rt(draw.choice(names), f"{place % RT_PER_RW + 1}#{place // RT_PER_RW + 1}")
        for place in range(first, first + count)
    ]


def birthplaces(kabkota: str, draw: random.Random) -> list[str]:
    """BIRTHPLACES entries: mostly the kab/kota itself, then its province, then the whole country."""
    towns = {code: _town(code, name) for code, name in region_names().items() if len(code) == 5}
    near = [town for code, town in towns.items() if code[:2] == kabkota[:2]]
    own = [towns[kabkota]] * (BIRTHPLACES * 6 // 10)
    province = draw.choices(near, k=BIRTHPLACES // 5)
    return own + province + draw.choices(list(towns.values()), k=BIRTHPLACES - len(own) - len(province))


def _town(code: str, name: str) -> str:
    if code.startswith("31.7"):
        return "JAKARTA"
    for office in OFFICES:
        name = name.removeprefix(office)
    return name.upper()
