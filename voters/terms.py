"""Words of the trade as choices and codes. Imports nothing of the project."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Level(IntegerChoices):
    """Levels of the region tree."""

    NATION = 0, _("Nation")
    PROVINCE = 1, _("Province")
    KABKOTA = 2, _("Regency/city")
    KECAMATAN = 3, _("Sub-district")
    KELURAHAN = 4, _("Village")


class Role(TextChoices):
    """Whom an account works for. Which level a role stands at: `LEVEL_OF_ROLE`."""

    KPU_RI = "kpu_ri", _("KPU (national)")
    KPU_PROVINCE = "kpu_prov", _("KPU province")
    KPU_KABKOTA = "kpu_kab", _("KPU regency/city")
    PPK = "ppk", _("PPK (sub-district committee)")
    PPS = "pps", _("PPS (village committee)")
    BAWASLU_RI = "bawaslu_ri", _("Bawaslu (national)")
    BAWASLU_PROVINCE = "bawaslu_prov", _("Bawaslu province")
    BAWASLU_KABKOTA = "bawaslu_kab", _("Bawaslu regency/city")
    PANWASCAM = "panwascam", _("Panwascam (sub-district oversight)")
    PKD = "pkd", _("PKD (village oversight)")


LEVEL_OF_ROLE = {
    Role.KPU_RI: Level.NATION,
    Role.KPU_PROVINCE: Level.PROVINCE,
    Role.KPU_KABKOTA: Level.KABKOTA,
    Role.PPK: Level.KECAMATAN,
    Role.PPS: Level.KELURAHAN,
    Role.BAWASLU_RI: Level.NATION,
    Role.BAWASLU_PROVINCE: Level.PROVINCE,
    Role.BAWASLU_KABKOTA: Level.KABKOTA,
    Role.PANWASCAM: Level.KECAMATAN,
    Role.PKD: Level.KELURAHAN,
}
COMMITTEE_ROLES = (Role.KPU_RI, Role.KPU_PROVINCE, Role.KPU_KABKOTA, Role.PPK, Role.PPS)
OVERSIGHT_ROLES = (Role.BAWASLU_RI, Role.BAWASLU_PROVINCE, Role.BAWASLU_KABKOTA, Role.PANWASCAM, Role.PKD)


class StageKind(TextChoices):
    """Stages of the voter list, in their order."""

    COKLIT = "coklit", _("Coklit")
    DPHP = "dphp", _("DPHP")
    DPS = "dps", _("DPS")
    DPSHP = "dpshp", _("DPSHP")
    DPSHP_AKHIR = "dpshp_akhir", _("Final DPSHP")
    DPT = "dpt", _("DPT")


class Setter(TextChoices):
    """Who gives a result."""

    PANTARLIH = "pantarlih", _("Pantarlih")
    PPS = "pps", _("PPS")
    KPU = "kpu", _("KPU")


class Door(TextChoices):
    """By which door a result came in."""

    PHONE = "phone", _("Pantarlih's phone")
    PPS_FORM = "pps", _("PPS form")
    PAPER_FILE = "paper", _("Excel of paper results")
    ECOKLIT_FILE = "ecoklit", _("File of e-Coklit")


class Evidence(TextChoices):
    """State of the proof that a TMS code asks for."""

    NOT_NEEDED = "", _("not needed")
    ATTACHED = "ada", _("attached")
    PENDING = "menyusul", _("pending")
    NONE = "belum_ada", _("none yet")


class TpsKind(TextChoices):
    """A special-location TPS (prison, campus …) is made by KPU and expects no pantarlih."""

    REGULAR = "reguler", _("Regular")
    SPECIAL = "khusus", _("Special location")


class Sex(TextChoices):
    """Form letters (Model A-Daftar Pemilih, column 8)."""

    MALE = "L", _("Male")
    FEMALE = "P", _("Female")


class Marital(TextChoices):
    """Form letters (column 7)."""

    NOT_YET = "B", _("Not married")
    MARRIED = "S", _("Married")
    ONCE = "P", _("Was married")


class Disability(IntegerChoices):
    """Form codes (column 12)."""

    NONE = 0, _("None")
    PHYSICAL = 1, _("Physical")
    INTELLECTUAL = 2, _("Intellectual")
    MENTAL = 3, _("Mental")
    SPEECH = 4, _("Speech")
    HEARING = 5, _("Hearing")
    SIGHT = 6, _("Sight")


class KtpEl(TextChoices):
    """Form letters (column 13)."""

    HAS = "S", _("Has KTP-el")
    HAS_NOT = "B", _("Has no KTP-el yet")


class BatchState(TextChoices):
    """What became of the bytes a phone sent."""

    STORED = "stored", _("Stored, not applied yet")
    APPLIED = "applied", _("Applied")
    UNREADABLE = "unreadable", _("Not readable; kept as it came")


class Effect(TextChoices):
    """What a ledger event did to its voter's current result."""

    SET = "set", _("Became the current result")
    SAME = "same", _("Confirmed the current result")
    KEPT = "kept", _("The PPS' decision stayed")


class Timing(TextChoices):
    """How an event stood to the days of coklit in its kelurahan."""

    ORDINARY = "", _("In time")
    AFTER = "after", _("Made in time, synced after the last day")
    LATE = "late", _("Late, accepted by KPU")


class HeldKind(TextChoices):
    """Why an event waits beside the ledger."""

    QUARANTINED = "quarantine", _("Quarantined")
    LATE = "late", _("Late")


class HeldState(TextChoices):
    """What an office decided on a held event."""

    WAITING = "waiting", _("Waits for a decision")
    APPLIED = "applied", _("Applied")
    CORRECTED = "corrected", _("Corrected by the office")
    CARRIED = "carried", _("Carried to the next stage")
    DISCARDED = "discarded", _("Set aside with a note")


class ConflictKind(TextChoices):
    """What two results of one voter disagree on."""

    OUTCOME = "outcome", _("Another outcome")
    FIELDS = "fields", _("Another value of the same field")
    DECIDED = "decided", _("Another result than the PPS decided")


class AttemptOutcome(TextChoices):
    """Why an attempt of a phone to send brought nothing in."""

    DEVICE_LIMIT = "device", _("Too often: this phone")
    KABKOTA_LIMIT = "kabkota", _("Too many at once: the regency/city")
    SYSTEM_LIMIT = "system", _("Too many at once: the server")
    TOO_LARGE = "too_large", _("Too large")
    UNREADABLE = "unreadable", _("Not readable")
    NOT_YOUR_TPS = "not_your_tps", _("Not this pantarlih's TPS")
    NOT_CONFIRMED = "unconfirmed", _("Phone not confirmed yet")
    ERROR = "error", _("Fault of the server")
    NO_ANSWER = "no_answer", _("No answer reached the phone")


class DeclaredBy(TextChoices):
    """By which way declared counts came in."""

    PHONE_PAGE = "phone_page", _("Pantarlih's page")
    PAPER = "paper", _("Paper")
    ECOKLIT = "ecoklit", _("e-Coklit's recap")


class ImportKind(TextChoices):
    """What a file brings in."""

    VOTERS = "voters", _("Voter list")
    TPS = "tps", _("Polling stations")
    COMMITTEES = "committees", _("Accounts of committees")
    PANTARLIH = "pantarlih", _("Pantarlih")
    PAPER = "paper", _("Coklit results on paper")
    RECAP = "recap", _("e-Coklit: recap per TPS")
    ECOKLIT = "ecoklit", _("e-Coklit: baru, TMS or ubah")


class ImportState(TextChoices):
    """How far a file has come."""

    UPLOADED = "uploaded", _("Uploaded: say what its columns mean")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, nothing loaded yet")
    COMMITTING = "committing", _("Being loaded")
    COMMITTED = "committed", _("Loaded")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Failed, nothing loaded")
    CANCELLED = "cancelled", _("Cancelled, nothing loaded")


class CommitChoice(TextChoices):
    """What is loaded of a file with rows that cannot be."""

    ALL = "all", _("All rows or none")
    VALID = "valid", _("The rows that can be loaded")
