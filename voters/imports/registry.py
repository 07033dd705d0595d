"""Which kinds of file there are. A new one is a module with the verbs of `intake.kind.Kind` and a line here."""

from voters.intake.kind import Kind
from voters.models import FileImport
from voters.terms import ImportKind

KINDS: dict[ImportKind, Kind] = {}


def kind_of(record: FileImport) -> Kind:
    """The verbs for this import's file."""
    return KINDS[ImportKind(record.kind)]
