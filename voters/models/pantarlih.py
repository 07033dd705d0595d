"""Pantarlih, their TPS and their devices."""

from django.db import models
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from voters.placement import ColocatedForeignKey, Sharded, new_id
from voters.privacy import Privacy
from voters.terms import AttemptOutcome


class Pantarlih(Sharded):
    """A voter-data enumerator, appointed by the PPS of one kelurahan for one election.

    The two sync times are a projection of the ledger: receipt of the first and last event applied from an own device.
    """

    privacy = Privacy(
        internal="id kabkota election kelurahan first_synced_at last_synced_at",
        personal="name nik phone email",
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey(
        "voters.Election", models.PROTECT, related_name="+", db_index=False, verbose_name=_("election")
    )
    kelurahan = models.ForeignKey("voters.Region", models.PROTECT, related_name="+", verbose_name=_("village"))
    name = models.CharField(_("name"), max_length=100)
    nik = models.CharField(_("NIK"), max_length=16, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    first_synced_at = models.DateTimeField(_("first synced"), null=True, editable=False)
    last_synced_at = models.DateTimeField(_("last synced"), null=True, editable=False)

    class Meta:
        verbose_name = _("pantarlih")
        verbose_name_plural = _("pantarlih")
        constraints = [
            models.CheckConstraint(
                condition=Exact(Left("kelurahan", 5), models.F("kabkota")),
                name="pantarlih_kelurahan_in_kabkota",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Assignment(Sharded):
    """Who serves which TPS, from when to when: history says who did which voters."""

    privacy = Privacy(internal="id kabkota pantarlih tps sk_number sk_day from_day to_day reason")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pantarlih = ColocatedForeignKey(Pantarlih, related_name="assignments", verbose_name=_("pantarlih"))
    tps = ColocatedForeignKey("voters.Tps", related_name="assignments", verbose_name=_("TPS"))
    sk_number = models.CharField(_("decree (SK) number"), max_length=60, blank=True)
    sk_day = models.DateField(_("decree (SK) date"), null=True, blank=True)
    from_day = models.DateField(_("from"))
    to_day = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["kabkota", "tps", "pantarlih"],
                condition=models.Q(to_day__isnull=True),
                name="assignment_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(to_day__isnull=True) | models.Q(to_day__gte=models.F("from_day")),
                name="assignment_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["pantarlih"], name="assignment_pantarlih")]

    def __str__(self) -> str:
        return f"{self.pantarlih_id} - {self.tps_id}"


class Device(Sharded):
    """A phone. Its token is 256 random bits, of which only the SHA-256 is kept.

    It counts from `confirmed_at` until `revoked_at`: a second phone of a pantarlih waits until the PPS confirms it.
    `recorded`, `waiting`, `failed` are the phone's own counts when it last told them, `clock_offset` how many seconds
    its clock was ahead; `trouble` says what went wrong with its last attempt, empty after one that went well.
    """

    privacy = Privacy(
        internal="id kabkota pantarlih token_hash app_version issued_at confirmed_at seen_at revoked_at recorded"
        " waiting failed clock_offset trouble trouble_at"
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pantarlih = ColocatedForeignKey(Pantarlih, related_name="devices", verbose_name=_("pantarlih"))
    token_hash = models.BinaryField(max_length=32, editable=False)
    app_version = models.CharField(_("app version"), max_length=40, blank=True)
    issued_at = models.DateTimeField(_("issued"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    recorded = models.PositiveIntegerField(_("recorded on the phone"), null=True, blank=True)
    waiting = models.PositiveIntegerField(_("waiting on the phone"), null=True, blank=True)
    failed = models.PositiveIntegerField(_("failed on the phone"), null=True, blank=True)
    clock_offset = models.IntegerField(_("clock offset, seconds"), null=True, blank=True)
    trouble = models.CharField(_("trouble"), max_length=12, choices=AttemptOutcome, blank=True, default="")
    trouble_at = models.DateTimeField(_("trouble since"), null=True, blank=True)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            models.UniqueConstraint(fields=["kabkota", "token_hash"], name="device_token_once"),
            models.UniqueConstraint(
                fields=["kabkota", "pantarlih"],
                condition=models.Q(revoked_at__isnull=True, confirmed_at__isnull=False),
                name="device_one_active",
            ),
            models.UniqueConstraint(
                fields=["kabkota", "pantarlih"],
                condition=models.Q(revoked_at__isnull=True, confirmed_at__isnull=True),
                name="device_one_unconfirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {str(self.pk)[-6:]}"
