"""Which kinds of file there are. A new one is a module with the verbs of `intake.kind.Kind` and a line here."""

from voters.intake.kind import Kind
from voters.terms import ImportKind

KINDS: dict[ImportKind, Kind] = {}
