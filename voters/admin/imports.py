"""Files that came in, with their proof."""

from django.contrib import admin

from voters.access import Verb
from voters.admin.territory import ReadOnlyAdmin
from voters.models import FileImport


@admin.register(FileImport)
class FileImportAdmin(ReadOnlyAdmin):
    """Imported files: rows = created + changed + unchanged + left out."""

    see = Verb.IMPORT_LIST
    region_field = "area_id"
    list_display = ("file_name", "kind", "area", "state", "rows", "created", "changed", "left_out", "committed_at")
    list_select_related = ("election", "area")
    ordering = ("-pk",)
    fields = ("file_name", "kind", "election", "area", "state", "rows", "created", "changed", "unchanged", "left_out",
              "missing", "doubtful", "by", "uploaded_at", "committed_at")  # fmt: skip
