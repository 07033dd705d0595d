"""Files that came in: what was in them, what became of their rows, and how to take it back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from voters.placement import LOCAL, ColocatedForeignKey, Sharded, new_id
from voters.privacy import Privacy
from voters.terms import CommitChoice, DeclaredBy, ImportKind, ImportState


class FileImport(models.Model):
    """One file on its way in, and afterwards its permanent result: rows = created + changed + unchanged + left out.

    `layout` is how the file is read and which column means what, `report` what the checks and the merge found
    (voters/intake/findings.py has both shapes). `stored` and `errors` name the upload and its error file in the vault
    until `keep_until`; afterwards only the counts remain. `claimed_at` is empty while the work of its state waits for
    a worker. `mends` is the import whose left-out rows this file brings again.
    """

    placement = LOCAL
    privacy = Privacy(
        internal="id kind election area by file_name file_hash size stored errors keep_until state layout choice"
        " create_tps rows created changed unchanged left_out missing doubtful report problem claimed_at attempts"
        " cancel_asked_at mends uploaded_at checked_at committed_at committed_by undo_asked_by undo_asked_at"
        " undo_reason undone_by undone_at"
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind of file"), max_length=12, choices=ImportKind)
    election = models.ForeignKey("voters.Election", models.PROTECT, related_name="+", verbose_name=_("election"))
    area = models.ForeignKey("voters.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("by"))
    file_name = models.CharField(_("file"), max_length=200)
    file_hash = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    stored = models.CharField(max_length=80, blank=True, default="")
    errors = models.CharField(max_length=80, blank=True, default="")
    keep_until = models.DateTimeField(_("kept until"), null=True)
    state = models.CharField(_("state"), max_length=12, choices=ImportState, default=ImportState.UPLOADED)
    layout = models.JSONField(null=True)
    choice = models.CharField(_("what is loaded"), max_length=6, choices=CommitChoice, default=CommitChoice.VALID)
    create_tps = models.BooleanField(_("make the TPS that the list names"), default=False)
    rows = models.PositiveBigIntegerField(_("rows in the file"), null=True)
    created = models.PositiveBigIntegerField(_("created"), null=True)
    changed = models.PositiveBigIntegerField(_("changed"), null=True)
    unchanged = models.PositiveBigIntegerField(_("unchanged"), null=True)
    left_out = models.PositiveBigIntegerField(_("left out"), null=True)
    missing = models.PositiveBigIntegerField(_("on the list but not in the file"), null=True)
    doubtful = models.PositiveBigIntegerField(_("loaded but to be checked"), null=True)
    report = models.JSONField(null=True)
    problem = models.TextField(_("problem"), blank=True, default="")
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    cancel_asked_at = models.DateTimeField(null=True)
    mends = models.ForeignKey("self", models.PROTECT, related_name="+", null=True, verbose_name=_("mends"))
    uploaded_at = models.DateTimeField(_("uploaded"))
    checked_at = models.DateTimeField(_("checked"), null=True)
    committed_at = models.DateTimeField(_("loaded"), null=True)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("loaded by")
    )
    undo_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    undo_asked_at = models.DateTimeField(null=True)
    undo_reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("undone by")
    )
    undone_at = models.DateTimeField(_("undone"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(committed_at__isnull=True)
                | models.Q(
                    rows=models.F("created") + models.F("changed") + models.F("unchanged") + models.F("left_out")
                ),
                name="import_no_row_is_lost",
            )
        ]
        indexes = [models.Index(fields=["area", "uploaded_at"], name="import_area")]

    def __str__(self) -> str:
        return self.file_name


class ImportChange(Sharded):
    """What an import did to one row, so that it can be taken back. `before` is empty for a row that it made.

    Voters that an import made are told by `Voter.loaded_by` instead: a first load makes millions. `subject` is
    "model:key"; `file_import` the import's id, without a key of the database because it is a local table.
    """

    privacy = Privacy(internal="id kabkota file_import subject", personal="before")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file_import = models.UUIDField()
    subject = models.CharField(max_length=60)
    before = models.JSONField(null=True)

    class Meta:
        verbose_name = _("imported change")
        verbose_name_plural = _("imported changes")
        indexes = [models.Index(fields=["file_import"], name="import_change")]

    def __str__(self) -> str:
        return self.subject


class LeftOut(models.Model):
    """A row of a list file that could not be loaded, until a later import brings it or an office notes why not.

    `row` counts from 1 with the file's first line; `region` is the lowest one that is known for it.
    """

    placement = LOCAL
    privacy = Privacy(internal="id file_import row code region dpid settled_by settled_at note", personal="nik")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file_import = models.ForeignKey(FileImport, models.CASCADE, related_name="left_out_rows")
    row = models.PositiveBigIntegerField(_("row"))
    code = models.CharField(_("reason"), max_length=40)
    region = models.CharField(_("region"), max_length=13, db_collation="C")
    dpid = models.CharField(_("DPID"), max_length=20, blank=True, default="")
    nik = models.CharField(_("NIK"), max_length=16, blank=True, default="")
    settled_by = models.ForeignKey(FileImport, models.PROTECT, related_name="+", null=True)
    settled_at = models.DateTimeField(_("settled"), null=True)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("row left out")
        verbose_name_plural = _("rows left out")
        constraints = [models.UniqueConstraint(fields=["file_import", "row"], name="left_out_once")]
        indexes = [
            models.Index(fields=["region"], condition=models.Q(settled_at__isnull=True), name="left_out_open"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.row}"


class ListShift(models.Model):
    """How many listed voters a kelurahan had before and after an import: why a denominator changed."""

    placement = LOCAL
    privacy = Privacy(internal="id file_import kelurahan at before after")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file_import = models.ForeignKey(FileImport, models.CASCADE, related_name="shifts")
    kelurahan = models.CharField(_("village"), max_length=13, db_collation="C")
    at = models.DateTimeField(_("when"))
    before = models.PositiveIntegerField(_("before"))
    after = models.PositiveIntegerField(_("after"))

    class Meta:
        verbose_name = _("change of the list's size")
        verbose_name_plural = _("changes of the list's size")
        indexes = [models.Index(fields=["kelurahan", "at"], name="list_shift_kelurahan")]

    def __str__(self) -> str:
        return f"{self.kelurahan} {self.before} - {self.after}"


class Duplicate(Sharded):
    """A listed voter whose NIK another listed voter has too: a question for the offices of both, not an error.

    One row for each side. `holders` is how many listed voters have the NIK; the other one named is a first of them.
    """

    privacy = Privacy(
        internal="id kabkota election voter other_kabkota other_region other_voter holders file_import found_at"
        " settled_at note"
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey(
        "voters.Election", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    voter = ColocatedForeignKey("voters.Voter", related_name="duplicates", verbose_name=_("voter"))
    other_kabkota = models.CharField(max_length=5, db_collation="C")
    other_region = models.CharField(_("village of the other"), max_length=13, db_collation="C")
    other_voter = models.UUIDField()
    holders = models.PositiveIntegerField(_("voters with this NIK"))
    file_import = models.UUIDField()
    found_at = models.DateTimeField(_("found"))
    settled_at = models.DateTimeField(_("settled"), null=True)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("duplicate NIK")
        verbose_name_plural = _("duplicate NIKs")
        constraints = [
            models.UniqueConstraint(fields=["kabkota", "voter", "other_voter"], name="duplicate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.voter_id} - {self.other_voter}"


class SavedLayout(models.Model):
    """Which column of a file means what, as an office settled it for files with these headings."""

    placement = LOCAL
    privacy = Privacy(internal="id region kind headings columns by saved_at")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region = models.ForeignKey("voters.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    kind = models.CharField(_("kind of file"), max_length=12, choices=ImportKind)
    # SHA-256 of the headings as they are compared.
    headings = models.CharField(max_length=64)
    columns = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("saved layout")
        verbose_name_plural = _("saved layouts")
        constraints = [
            models.UniqueConstraint(fields=["region", "kind", "headings"], name="saved_layout_once"),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.kind}"


class Recap(Sharded):
    """What another count says a TPS had reached by a day: sums up to then, never the work of that day.

    A second one of the same source and day replaces the first. `pantarlih` and `last_sync_at` are as told by the
    source; nothing is inferred from them (docs/domain.md, "Declared coverage").
    """

    privacy = Privacy(
        internal="id kabkota tps source day listed sesuai ubah tms baru last_sync_at file_import recorded_at",
        personal="pantarlih",
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tps = ColocatedForeignKey("voters.Tps", related_name="recaps", verbose_name=_("TPS"))
    source = models.CharField(_("source"), max_length=10, choices=DeclaredBy)
    day = models.DateField(_("as of"))
    pantarlih = models.CharField(_("pantarlih"), max_length=100, blank=True, default="")
    listed = models.PositiveIntegerField(_("listed"))
    sesuai = models.PositiveIntegerField(_("matched"))
    ubah = models.PositiveIntegerField(_("changed"))
    tms = models.PositiveIntegerField(_("ineligible"))
    baru = models.PositiveIntegerField(_("new"))
    last_sync_at = models.DateTimeField(_("last synced"), null=True)
    file_import = models.UUIDField()
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("recap of a TPS")
        verbose_name_plural = _("recaps of TPS")
        constraints = [
            models.UniqueConstraint(fields=["kabkota", "tps", "source", "day"], name="recap_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.tps_id} {self.day}"
