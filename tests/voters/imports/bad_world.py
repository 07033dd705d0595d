"""What stands before a bad file comes in: the scene with voters, TPS and accounts whose values are always the same."""

import datetime as dt

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile

from tests.scene import (
    FAR_KELURAHAN,
    FOREIGN_KELURAHAN,
    KELURAHAN,
    KOTA,
    NEXT_KELURAHAN,
    NOW,
    make_tps,
    make_user,
    make_voter,
)
from tests.voters.sync.events import desk_of, event, phone_of
from voters.access import territory
from voters.codes import HAPUS
from voters.imports import ecoklit
from voters.imports.receiving import receive
from voters.intake import layout as layouts
from voters.intake import vault
from voters.intake.kind import Job
from voters.models import Membership, Pantarlih, Region, Stage, User, Voter
from voters.sync.apply import apply_results
from voters.terms import ImportKind, Role, StageKind, TpsKind

BORN = dt.date(1980, 2, 12)
# As every row of the files has it.
LIKE_ALL = {
    "nkk": "6271990101100001",
    "birth_place": "PALANGKA RAYA",
    "birth_day": BORN,
    "sex": "P",
    "marital": "S",
    "address": "JALAN CONTOH",
    "rt": 1,
    "rw": 2,
    "ktp_el": "S",
    "source": "DP4",
}

_NEW_HEADINGS = "NKK#NIK#NAMA#TMPLHR#TGLLHR#STS#L/P#JALAN#RT#RW#EKTP"
_NEW = "6271990101100001#6271995202800051#ORANG BARU#PALANGKA RAYA#12|02|1980#S#P#JALAN CONTOH#1#2#S"


def build(scene):
    """Six TPS, eight listed voters, one new voter, four pantarlih and some accounts."""
    Voter.objects.all().delete()
    # A second village of the same name.
    twin = {"parent_id": "62.71.02", "name": "Panarung", "level": 4, "kind": "kelurahan", "zone": "WIB"}
    Region.objects.create(code="62.71.02.1002", source="test", **twin)
    second = make_tps(scene.election, number=2)
    make_tps(scene.election, number=901, kind=TpsKind.SPECIAL)
    make_tps(scene.election, NEXT_KELURAHAN)
    far, foreign = make_tps(scene.election, FAR_KELURAHAN), make_tps(scene.election, FOREIGN_KELURAHAN)
    for tps, serial, name in (
        (scene.tps, 1, "SITI"),
        (scene.tps, 2, "SARI"),
        (second, 3, "WATI"),
        (far, 4, "ORANG MARANG"),
        (foreign, 5, "ORANG GAMBIR"),
    ):
        make_voter(tps, dpid=f"9000000{serial}", nik=f"627199520280000{serial}", name=name, **LIKE_ALL)
    # Twins by a slip of a pen: one NIK, one birth date.
    for tps, serial in ((scene.tps, 6), (second, 7)):
        make_voter(tps, dpid=f"9000000{serial}", nik="6271995202800006", name=f"KEMBAR {serial}", **LIKE_ALL)
    make_voter(scene.tps, dpid=None, nik="6271995202800008", name="TANPA DPID", **LIKE_ALL)
    make_voter(scene.tps, listed=False, nik="6271995202800009", name="PEMILIH BARU", **{**LIKE_ALL, "source": ""})
    _make_pantarlih(scene)
    _make_accounts(scene)


def _make_pantarlih(scene):
    for kelurahan, name, nik, phone in (
        (NEXT_KELURAHAN, "ANI CONTOH", "6271994101800001", ""),
        (KELURAHAN, "BUDI CONTOH", "", "+6281300000001"),
        (KELURAHAN, "CITRA CONTOH", "6271994101800003", "+6281300000003"),
    ):
        where = {"kabkota_id": KOTA, "election": scene.election, "kelurahan_id": kelurahan}
        Pantarlih.objects.create(name=name, nik=nik, phone=phone, **where)


def _make_accounts(scene):
    for username in ("dewi.satu", "dewi.dua"):
        make_user(username, Role.PKD, KELURAHAN, name="DEWI CONTOH")
    ended = User.objects.create(username="eka", name="EKA CONTOH", password=make_password(None), is_staff=True)
    days = {"from_day": dt.date(2023, 1, 24), "to_day": dt.date(2023, 2, 24)}
    Membership.objects.create(user=ended, role=Role.PPS, region_id=KELURAHAN, **days)


def _say(scene, source, code, name, minutes=0):
    """A result of the voter of that name, so many minutes after now."""
    voter, at = Voter.objects.get(name=name), NOW + dt.timedelta(minutes=minutes)
    with territory(KOTA):
        said = event(code, voter.pk, at=at.isoformat())
        apply_results(kabkota=KOTA, tps=voter.tps_id, events=[said], source=source, now=at)


def _seal(scene):
    Stage.objects.filter(election=scene.election, kind=StageKind.COKLIT).update(sealed_at=NOW)


def _end(scene):
    stage = Stage.objects.filter(election=scene.election, kind=StageKind.COKLIT)
    stage.update(last_day=NOW.date() - dt.timedelta(days=1))


def _load(scene, *results):
    """Files of e-Coklit, one after the other, each with one row: DPID or new voter, and what became of it."""
    for minutes, (heading, values) in enumerate(results):
        text = f"{heading}#DESA#TPS#KET\n{values}\n"
        now = NOW - dt.timedelta(hours=1, minutes=-minutes)
        record = receive(
            ContentFile(text.encode(), "lama.csv"),
            kind=ImportKind.ECOKLIT,
            election=scene.election,
            area=Region.objects.get(pk=KOTA),
            by=scene.kpu,
            now=now,
        )
        with territory(KOTA):
            path, layout = vault.path(record.stored), layouts.from_json(record.layout)
            assert ecoklit.commit(Job(record, path, layout, now)).created + minutes


def _change_mind(scene):
    _load(scene, ("DPID", "90000001#Pahandut#1#1"), ("DPID", "90000001#Pahandut#1#4"))


def _take_back(scene):
    _load(scene, (_NEW_HEADINGS, f"{_NEW}#Pahandut#1#B"))
    _say(scene, phone_of(scene), HAPUS, "ORANG BARU")


# What happened before, for files that are only wrong after it.
HISTORY = {
    "": lambda _scene: None,
    "the stage is sealed": _seal,
    "the last day was yesterday": _end,
    "a phone said 1": lambda scene: _say(scene, phone_of(scene), "1", "SITI"),
    "the PPS said 1": lambda scene: _say(scene, desk_of(scene), "1", "SITI"),
    "a file said 1, and a later one 4": _change_mind,
    "a phone took the new voter of a file back": _take_back,
    "the new voter was taken back": lambda scene: _say(scene, phone_of(scene), HAPUS, "PEMILIH BARU"),
}
