"""Which kinds of file there are. A new one is a module with the verbs of `intake.kind.Kind` and a line here."""

from voters.imports import committees, ecoklit, pantarlih, paper, recap, stations
from voters.intake.kind import Kind
from voters.models import FileImport
from voters.roster import importing
from voters.terms import ImportKind

KINDS: dict[ImportKind, Kind] = {
    ImportKind.VOTERS: importing,
    ImportKind.TPS: stations,
    ImportKind.COMMITTEES: committees,
    ImportKind.PANTARLIH: pantarlih,
    ImportKind.PAPER: paper,
    ImportKind.RECAP: recap,
    ImportKind.ECOKLIT: ecoklit,
}


def kind_of(record: FileImport) -> Kind:
    """The verbs for this import's file."""
    return KINDS[ImportKind(record.kind)]
