"""Who did what, to read."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from voters.access import Verb
from voters.admin.territory import ReadOnlyAdmin, RegionFilter
from voters.models import TrailEntry

# Acts in people's words: every verb that this code records.
ACTS = {
    "add_user": _("account made"),
    "change_user": _("account or office changed"),
    "add_pantarlih": _("pantarlih appointed"),
    "change_pantarlih": _("pantarlih's data changed"),
    "begin_assignment": _("assignment begun"),
    "end_assignment": _("assignment ended"),
    "issue_code": _("enrolment code issued"),
    "withdraw_code": _("enrolment code withdrawn"),
    "enrol_device": _("phone enrolled"),
    "confirm_device": _("phone confirmed"),
    "revoke_device": _("phone revoked"),
    "give_notice": _("note given to pantarlih"),
    "withdraw_notice": _("note to pantarlih withdrawn"),
    "declare": _("work of a day declared"),
    "held_applied": _("held result released"),
    "held_corrected": _("held result corrected by the office"),
    "held_carried": _("late result carried to the next stage"),
    "held_discarded": _("held result set aside"),
    "extend_window": _("window extended"),
    "seal_stage": _("stage closed"),
    "unseal_stage": _("stage opened again"),
    "change_outcomecode": _("outcome code changed"),
    "create_office": _("office given"),
    "print_invitations": _("cards of new accounts printed"),
    "appoint_pantarlih": _("pantarlih of the demonstration appointed"),
    "import_regions": _("regions imported"),
    "import_tps": _("TPS imported"),
    "import_list": _("voter list imported"),
    "export_list": _("voter list exported"),
    "export_broken": _("export broken off"),
    "upload_import": _("file brought in"),
    "check_import": _("check of a file asked for"),
    "load_import": _("load of a file asked for"),
    "cancel_import": _("run over a file cancelled"),
    "import_file": _("file loaded"),
    "ask_undo_import": _("undo of an import asked for"),
    "confirm_undo_import": _("undo of an import confirmed by a second person"),
    "withdraw_undo_import": _("undo of an import given up"),
    "undo_import": _("import taken back"),
    "download_import_errors": _("rows that stay out downloaded"),
    "reset_elections": _("elections reset to the shipped data"),
    "prepare_demo": _("demonstration prepared"),
    "resend_nightly": _("evening mail released to be sent again"),
}


@admin.register(TrailEntry)
class TrailAdmin(ReadOnlyAdmin):
    """Acts within the account's territory, the latest first."""

    see = Verb.SEE_TRAIL
    region_field = "region"
    list_display = ("at", "by_name", "act", "region", "subject", "reason")
    list_filter = (RegionFilter,)
    search_fields = ("subject__exact", "by_name__exact", "verb__exact")
    # The ids are made in the order of time.
    ordering = ("-pk",)
    sortable_by = ()
    fields = ("at", "by_name", "act", "region", "subject", "reason", "before", "after")
    readonly_fields = ("act",)

    @admin.display(description=_("what"))
    def act(self, entry: TrailEntry) -> Any:
        """The verb in words."""
        return ACTS.get(entry.verb, entry.verb)
