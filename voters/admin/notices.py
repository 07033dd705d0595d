"""Notes to the pantarlih: given and withdrawn through the verbs, by the PPS of the village and by KPU kab/kota."""

from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from coklit import clock
from voters import access
from voters.access import Verb
from voters.admin.pages import dressed, form_page
from voters.admin.site import offices, today
from voters.admin.territory import RegionChoiceField, RegionFilter, TerritoryAdmin, account, kabkota_of
from voters.models import Election, Notice, Region, Tps
from voters.notices import MAX_LENGTH, NoticeRefused, give, withdraw


class NoticeForm(forms.Form):
    """A note to a village, or to one of its TPS by its number: a list of a regency's TPS would be endless."""

    kelurahan = dressed(RegionChoiceField(Region.objects.none(), label=_("village")))
    number = dressed(
        forms.IntegerField(
            label=_("TPS number"), min_value=1, required=False, help_text=_("Empty: every TPS of the village.")
        )
    )
    election = dressed(forms.ModelChoiceField(Election.objects.none(), label=_("election")))
    text = dressed(forms.CharField(label=_("text"), max_length=MAX_LENGTH))

    def __init__(self, data: Any, admin: TerritoryAdmin, request: HttpRequest) -> None:
        own = admin.kelurahan_of(request)
        regions = access.regions_for(offices(request), Verb.GIVE_NOTICE)
        tps = Tps.objects.filter(
            kabkota_of(regions), access.any_within(regions, "kelurahan_id"), election=OuterRef("pk")
        )
        held = Election.objects.filter(Exists(tps)).order_by("-voting_day")
        super().__init__(data, initial={"kelurahan": own.first(), "election": held.first()})
        cast("forms.ModelChoiceField[Any]", self.fields["kelurahan"]).queryset = own
        cast("forms.ModelChoiceField[Any]", self.fields["election"]).queryset = held
        self.fields["text"].widget = UnfoldAdminTextareaWidget({"rows": 4, "maxlength": MAX_LENGTH})

    def clean(self) -> dict[str, Any]:
        """With `tps`: the TPS of that number, None for all."""
        given = super().clean() or self.cleaned_data
        given["tps"] = None
        kelurahan, number, election = given.get("kelurahan"), given.get("number"), given.get("election")
        if kelurahan and number and election:
            given["tps"] = Tps.objects.filter(
                kabkota_id=kelurahan.code[:5], election=election, kelurahan=kelurahan, number=number
            ).first()
            if given["tps"] is None:
                self.add_error("number", _("The village has no TPS of this number in this election."))
        return given


@admin.register(Notice)
class NoticeAdmin(TerritoryAdmin):
    """Notes of the account's own villages; they are given and withdrawn, never changed."""

    see = Verb.GIVE_NOTICE
    write = Verb.GIVE_NOTICE
    region_field = "kelurahan_id"
    list_display = ("text", "kelurahan", "tps", "giver", "given_at", "withdrawn_at")
    list_filter = (RegionFilter,)
    list_select_related = ("kelurahan", "tps", "given_by")
    sortable_by = ()
    fields = ("kelurahan", "tps", "voter", "text", "giver", "given_at", "withdrawn_at")
    readonly_fields = ("giver",)
    change_form_outer_before_template = "admin/notice_acts.html"  # type: ignore[assignment]  # Unfold says None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A note is withdrawn, and another one given."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """With the page that withdraws."""
        page = self.admin_site.admin_view(partial(withdraw_page, self))
        return [path("<str:object_id>/tarik/", page, name="voters_notice_withdraw"), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form; the verb decides."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NoticeForm(request.POST or None, self, request)
        if form.is_valid():
            given = form.cleaned_data
            try:
                with transaction.atomic():
                    give(
                        kelurahan=given["kelurahan"],
                        tps=given["tps"],
                        text=given["text"],
                        by=account(request),
                        now=clock.now(),
                    )
            except NoticeRefused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, gettext("The note goes out with the next download."))
                return redirect("admin:voters_notice_changelist")
        return form_page(
            self,
            request,
            form,
            title=gettext("Give a note to pantarlih"),
            submit=gettext("Give the note"),
            back=reverse("admin:voters_notice_changelist"),
            notice=gettext("Every pantarlih it is for can read it. Never write a NIK or NKK into it."),
        )

    @admin.display(description=_("given by"))
    def giver(self, notice: Notice) -> str:
        """The account's name."""
        return str(notice.given_by)


def withdraw_page(admin: TerritoryAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Asks first."""
    notice = admin.get_object(request, unquote(object_id))
    if not isinstance(notice, Notice):
        raise Http404
    access.require(request.user, Verb.GIVE_NOTICE, notice.kelurahan_id, today())
    form = forms.Form(request.POST or None)
    if request.method == "POST":
        try:
            with transaction.atomic():
                withdraw(notice=notice, by=account(request), now=clock.now())
        except NoticeRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, gettext("The note is withdrawn."))
        return redirect("admin:voters_notice_changelist")
    return form_page(
        admin,
        request,
        form,
        title=gettext("Withdraw a note"),
        submit=gettext("Withdraw"),
        back=reverse("admin:voters_notice_change", args=[notice.pk]),
        facts=[
            (gettext("village"), notice.kelurahan),
            (gettext("TPS"), notice.tps or gettext("every TPS of the village")),
            (gettext("text"), notice.text),
        ],
    )
