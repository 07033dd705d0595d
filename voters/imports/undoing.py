"""Taking an import back: its changeset, what keeps it from that, and what was done."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from voters.access import within
from voters.intake.findings import SAMPLES, Finding, Report, Rule, Sample, Severity
from voters.intake.kind import UndoRefused
from voters.models import NATION, FileImport, ImportChange, Region, TrailEntry, User
from voters.terms import ImportState, Level

CHANGED_SINCE = Rule(
    "changed_since",
    Severity.REFUSED,
    "",
    _("Changed since by a person or a later import"),
    _("Take the later change back first, or keep this import and correct the rows by hand."),
)


class Undoing:
    """One import on its way back. `changes` holds its changeset by kab/kota."""

    def __init__(self, record: FileImport, rules: Sequence[Rule]) -> None:
        """Reads the changeset; files of this kind have some thousand rows at most."""
        self.record = record
        self._rules = rules
        self._refused: dict[str, list[Sample]] = {}
        self.changes: dict[str, list[ImportChange]] = {}
        rows = ImportChange.objects.filter(kabkota_id__in=kabkota_in(record.area_id), file_import=record.pk)
        for one in rows.order_by("kabkota_id", "pk"):
            self.changes.setdefault(one.kabkota_id, []).append(one)

    def refuse(self, code: str, value: str) -> None:
        """Something of the import cannot be taken back; `value` names it for people."""
        self._refused.setdefault(code, []).append(Sample(0, value))

    def refuse_changed_later(self, kabkota: str, done: Iterable[ImportChange], names: Mapping[str, str]) -> None:
        """Refuse what a later import of the same kind has changed again; `names` by key, for people."""
        later = FileImport.objects.filter(
            kind=self.record.kind, state=ImportState.COMMITTED, committed_at__gt=self.record.committed_at
        )
        ids = list(later.values_list("pk", flat=True))
        subjects = [one.subject for one in done]
        again = ImportChange.objects.filter(kabkota_id=kabkota, file_import__in=ids, subject__in=subjects)
        for subject in sorted(set(again.values_list("subject", flat=True))):
            key = subject.partition(":")[2]
            self.refuse(CHANGED_SINCE.code, names.get(key, subject))

    def edited_by_people(self, regions: Collection[str], subjects: Collection[str]) -> set[str]:
        """The keys of those subjects that people have changed since: acts of imports have `import` in their trail."""
        acts = TrailEntry.objects.filter(region__in=regions, at__gt=self.record.committed_at, subject__in=subjects)
        acts = acts.filter(verb__startswith="change_").exclude(after__has_key="import")
        return {subject.partition(":")[2] for subject in acts.values_list("subject", flat=True)}

    def raise_refused(self) -> None:
        """Raises UndoRefused where anything was refused."""
        if self._refused:
            found = [
                Finding(rule.code, rule.severity, rule.column, len(samples), samples[:SAMPLES])
                for rule in self._rules
                if (samples := self._refused.get(rule.code))
            ]
            raise UndoRefused(Report(refused_undo=found))

    def report(self) -> Report:
        """How many rows were removed again, and how many got their values back."""
        made = sum(one.before is None for done in self.changes.values() for one in done)
        every = sum(len(done) for done in self.changes.values())
        return Report(facts={"removed": made, "restored": every - made})


def kabkota_in(area: str) -> list[str]:
    """The codes of the kab/kota of an area, or the one that it lies in."""
    if area == NATION or len(area) < len("62.71"):
        rows = Region.objects.filter(within(area, "code"), level=Level.KABKOTA)
        return list(rows.order_by("code").values_list("code", flat=True))
    return [area[:5]]


def actor(record: FileImport) -> User | None:
    """Whose acts the trail names, and by whose offices the rows are judged; None for the operator."""
    return record.committed_by or record.by


def key_of(change: ImportChange) -> str:
    """The key in "model:key"."""
    return change.subject.partition(":")[2]


def uuid_of(change: ImportChange) -> UUID:
    """The key of a row whose key is a UUID."""
    return UUID(key_of(change))
