"""Results recorded by PPS or KPU: the same verb as the phones' door, and its answer shown."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from coklit import clock
from voters import access
from voters.access import KPU_ROLES, Verb
from voters.admin.pages import form_page
from voters.admin.result_forms import EventForm, ListedResultForm, NewVoterForm, TakeBackForm
from voters.admin.site import offices, refusal
from voters.admin.territory import TerritoryAdmin, account
from voters.codes import BARU
from voters.elections import codes_for
from voters.models import CoklitEvent, CoklitResult, Tps, Voter
from voters.privacy import masked
from voters.sync.apply import Answer, Source, apply_results
from voters.sync.payload import ResultEvent
from voters.terms import Door, Setter, StageKind


def result_page(admin: TerritoryAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """The form for one voter: a listed one's outcome, or the mending of a new one."""
    voter = _voter(admin, request, object_id)
    result = CoklitResult.objects.filter(kabkota_id=voter.kabkota_id, voter=voter).first()
    form: EventForm
    if voter.listed:
        codes = codes_for(voter.tps.election, StageKind.COKLIT, setter_of(request, voter.tps.kelurahan_id))
        corrected = (result.corrected or {}) if result else {}
        form = ListedResultForm(request.POST or None, voter=voter, corrected=corrected, codes=codes)
    else:
        form = NewVoterForm(request.POST or None, row=voter)
    form.fields["base_revision"].initial = result.revision if result else 0
    if form.is_valid() and _given(request, form, voter.tps, voter.pk):
        return redirect("admin:voters_voter_change", voter.pk)
    return _page(admin, request, form, voter, title=_("Coklit result"))


def take_back_page(admin: TerritoryAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """A new voter is taken back, after a question. A listed one never is: the verb refuses it."""
    voter = _voter(admin, request, object_id)
    form = TakeBackForm(request.POST or None)
    if form.is_valid() and _given(request, form, voter.tps, voter.pk):
        return redirect(_list_of(voter.tps))
    return _page(admin, request, form, voter, title=_("Take a new voter back"))


def new_voter_page(admin: TerritoryAdmin, request: HttpRequest, tps: str) -> HttpResponse:
    """Somebody who is not on the list of this TPS."""
    place = (
        Tps.objects.filter(access.rows_of(offices(request), Verb.SET_RESULT, "kelurahan_id"), pk=tps)
        .select_related("election", "kelurahan")
        .first()
    )
    if place is None:
        raise Http404
    if BARU not in codes_for(place.election, StageKind.COKLIT, setter_of(request, place.kelurahan_id)):
        return refusal(request, _("New voters may not be recorded here at this stage."))
    form = NewVoterForm(request.POST or None)
    if form.is_valid() and _given(request, form, place, form.cleaned_data["voter"]):
        return redirect(_list_of(place))
    facts = [(_("TPS"), f"{place}, {place.kelurahan}")]
    return form_page(admin, request, form, title=_("New voter"), submit=_("Save"), back=_list_of(place), facts=facts)


def setter_of(request: HttpRequest, kelurahan: str) -> Setter:
    """As whom the account sets results there."""
    own = [t for t in offices(request) if t.role in access.MAY[Verb.SET_RESULT] and access.covers(t.region, kelurahan)]
    if not own:
        raise PermissionDenied
    return Setter.KPU if any(t.role in KPU_ROLES for t in own) else Setter.PPS


def _voter(admin: TerritoryAdmin, request: HttpRequest, object_id: str) -> Voter:
    voter = admin.get_object(request, unquote(object_id))
    if not isinstance(voter, Voter):
        raise Http404
    setter_of(request, voter.tps.kelurahan_id)
    return voter


def _given(request: HttpRequest, form: EventForm, tps: Tps, voter: UUID) -> bool:
    """Whether the verb took the result; says its answer."""
    answer = _apply(request, form, tps, voter)
    if answer.status == "quarantined" or answer.problem == "id_reused":
        name = answer.field.rpartition(".")[2]
        form.add_error(name if name in form.fields and not form.fields[name].widget.is_hidden else None, answer.message)
        return False
    if answer.status == "accepted":
        messages.success(request, _("The result is saved."))
    else:
        messages.warning(request, answer.message or _("This result was saved before."))
    return True


def _apply(request: HttpRequest, form: EventForm, tps: Tps, voter: UUID) -> Answer:
    now = clock.now()
    given = form.cleaned_data
    source = Source(door=Door.PPS_FORM, setter=setter_of(request, tps.kelurahan_id), user=account(request))
    # A NIK is looked for in the whole kab/kota, which is wider than a PPS' territory.
    with access.territory(tps.kabkota_id):
        event = msgspec.convert(
            {
                "id": given["event"],
                "voter": voter,
                "at": _moment(tps, given["event"], now),
                "base_revision": given["base_revision"],
                **form.event_values(),  # type: ignore[attr-defined]  # each of the three forms has it
            },
            ResultEvent,
        )
        (answer,) = apply_results(kabkota=tps.kabkota_id, tps=tps.pk, events=[event], source=source, now=now)
    return answer


def _moment(tps: Tps, event: UUID, now: dt.datetime) -> dt.datetime:
    """Now, or the moment this form was sent before: a second click must say the same as the first."""
    Tps.objects.select_for_update().get(kabkota_id=tps.kabkota_id, pk=tps.pk)
    sent = CoklitEvent.objects.filter(kabkota_id=tps.kabkota_id, pk=event).values_list("event_at", flat=True).first()
    return sent or now


def _page(admin: TerritoryAdmin, request: HttpRequest, form: EventForm, voter: Voter, *, title: str) -> HttpResponse:
    facts: list[tuple[str, Any]] = [
        (_("name"), voter.name),
        (_("NIK"), masked(voter.nik)),
        (_("TPS"), f"{voter.tps}, {voter.tps.kelurahan}"),
        (_("address"), f"{voter.address} {voter.rt:03d}/{voter.rw:03d}"),
    ]
    back = reverse("admin:voters_voter_change", args=[voter.pk])
    return form_page(admin, request, form, title=title, submit=_("Save"), back=back, facts=facts)


def _list_of(tps: Tps) -> str:
    return f"{reverse('admin:voters_voter_changelist')}?tps={tps.pk}"
