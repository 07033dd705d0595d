"""Which files an account may bring in, and for which regions."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from voters import access
from voters.admin.site import offices
from voters.imports.registry import KINDS
from voters.models import FileImport, Region
from voters.terms import ImportKind, Level


def kinds_for(request: HttpRequest) -> list[ImportKind]:
    """The kinds that the account may bring in somewhere, in the order of their work."""
    own = offices(request)
    return [kind for kind in ImportKind if kind in KINDS and access.regions_for(own, KINDS[kind].verb)]


def may_bring(request: HttpRequest, kind: str, area: str) -> bool:
    """Whether the account may bring in such a file for that region."""
    return kind in KINDS and access.holds(offices(request), KINDS[ImportKind(kind)].verb, area)


def areas_for(request: HttpRequest, kind: ImportKind) -> QuerySet[Region]:
    """The regions a file of this kind may be for: the account's own, and below it as far as fits one choice.

    An office above the kab/kota brings in files of provinces and kab/kota; the smaller ones are for those below it.
    """
    own = access.regions_for(offices(request), KINDS[kind].verb)
    above = any(region.count(".") < 1 for region in own)
    lowest = Level.KABKOTA if above else Level.KELURAHAN
    levels = [level for level in KINDS[kind].levels if level <= lowest]
    return Region.objects.filter(access.any_within(own, "code"), level__in=levels).order_by("code")


def own_import(request: HttpRequest, pk: UUID) -> FileImport:
    """An import that the account may see; raises Http404 for any other."""
    rows = FileImport.objects.select_related("area", "election", "by", "committed_by", "undo_asked_by", "undone_by")
    record = rows.filter(pk=pk).first()
    if record is None or not may_bring(request, record.kind, record.area_id):
        raise Http404
    return record
