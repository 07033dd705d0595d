"""The page that gives out a voter list as a file: who may, of which area, in which layout and what for."""

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coklit import clock
from voters import access
from voters.access import Verb
from voters.admin.pages import dressed, form_page
from voters.admin.site import offices
from voters.admin.territory import RegionChoiceField, TerritoryAdmin, account, kabkota_of
from voters.exports import watermark
from voters.exports.exporting import Busy, announce, stream
from voters.exports.layouts import LAYOUTS
from voters.exports.selection import Order
from voters.models import Election, Region, Tps
from voters.nik import stands_in
from voters.terms import Level

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportForm(forms.Form):
    """One area in one layout, with the purpose that stands on the file and on the trail."""

    election = dressed(forms.ModelChoiceField(Election.objects.none(), label=_("election")))
    area = dressed(RegionChoiceField(Region.objects.none(), label=_("region")))
    layout = dressed(
        forms.ChoiceField(choices=[(layout.key, layout.title) for layout in LAYOUTS.values()], label=_("layout"))
    )
    purpose = dressed(
        forms.CharField(
            label=_("purpose"),
            min_length=5,
            max_length=120,
            help_text=_("Stands on every page of the file, with your name and the time, and on the trail."),
        )
    )

    def __init__(self, data: Any, request: HttpRequest) -> None:
        regions = access.regions_for(offices(request), Verb.EXPORT_LIST)
        areas = Region.objects.filter(access.any_within(regions, "code"), level__gte=Level.KABKOTA).select_related(
            "parent__parent__parent"
        )
        tps = Tps.objects.filter(
            kabkota_of(regions), access.any_within(regions, "kelurahan_id"), election=OuterRef("pk")
        )
        held = Election.objects.filter(Exists(tps)).order_by("-voting_day")
        super().__init__(data, initial={"election": held.first(), "area": areas.order_by("level", "code").first()})
        cast("forms.ModelChoiceField[Any]", self.fields["area"]).queryset = areas.order_by("code")
        cast("forms.ModelChoiceField[Any]", self.fields["election"]).queryset = held

    def clean_purpose(self) -> str:
        """Nobody is named by number there."""
        purpose = str(self.cleaned_data["purpose"])
        if stands_in(purpose):
            raise forms.ValidationError(_("Leave out NIK and NKK: the purpose is printed on the file."))
        return purpose

    def clean(self) -> dict[str, Any]:
        """A form with a sheet for each TPS is made for one village."""
        given = super().clean() or self.cleaned_data
        layout, area = LAYOUTS.get(given.get("layout", "")), given.get("area")
        if layout and area and area.level not in layout.levels:
            self.add_error("area", _("This layout has a sheet for each TPS: choose one village."))
        return given


def export_page(admin: TerritoryAdmin, request: HttpRequest) -> HttpResponseBase:
    """The form; sent, it answers with the file."""
    if not access.regions_for(offices(request), Verb.EXPORT_LIST):
        raise PermissionDenied
    form = ExportForm(request.POST or None, request)
    if form.is_valid():
        given = form.cleaned_data
        order = Order(
            election=given["election"],
            area=given["area"],
            layout=LAYOUTS[given["layout"]],
            by=account(request),
            purpose=given["purpose"],
            now=clock.now(),
        )
        try:
            return _file(order)
        except Busy:
            form.add_error(None, _("Another export of yours is still running. Wait until its file is complete."))
    return form_page(
        admin,
        request,
        form,
        title=gettext("Export the voter list"),
        submit=gettext("Export"),
        back=reverse("admin:voters_voter_changelist"),
        notice=gettext("NIK and NKK are masked. A masked file cannot be loaded again."),
    )


def _file(order: Order) -> StreamingHttpResponse:
    with access.territory(order.area.pk):
        announced = announce(order)
    response = StreamingHttpResponse(stream(order, announced), content_type=_TYPES[order.layout.ending])
    response.headers["Content-Disposition"] = f'attachment; filename="{watermark.file_name(order)}"'
    if order.layout.ending == "xlsx":
        # A workbook is compressed already: the middleware leaves alone what says how it is encoded.
        response.headers["Content-Encoding"] = "identity"
    return response
