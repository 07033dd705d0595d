"""Results recorded by PPS or KPU: the same verb as the phones' door, and its answer shown."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from coklit import clock
from voters import access
from voters.access import KPU_ROLES, Verb
from voters.admin.pages import form_page
from voters.admin.result_forms import EventForm, ListedResultForm, NewVoterForm, TakeBackForm
from voters.admin.said import said_by
from voters.admin.site import offices, refusal
from voters.admin.territory import TerritoryAdmin, account
from voters.admin.uploads import problem_said
from voters.codes import BARU
from voters.elections import codes_for
from voters.models import CoklitEvent, CoklitResult, HeldEvent, Tps, Voter
from voters.privacy import masked
from voters.sync.apply import Answer, Source, apply_results
from voters.sync.held import DecisionRefused, settle_corrected
from voters.sync.payload import ResultEvent
from voters.terms import Door, HeldKind, Setter, StageKind


def result_page(admin: TerritoryAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """The form for one voter: a listed one's outcome, or the mending of a new one."""
    voter = _voter(admin, request, object_id)
    result = CoklitResult.objects.filter(kabkota_id=voter.kabkota_id, voter=voter).first()
    held = _held(request, voter.tps)
    said = said_by(held) if held else None
    if held and said and not _about(voter, held.voter or said.voter):
        raise Http404
    form: EventForm
    if voter.listed:
        codes = codes_for(voter.tps.election, StageKind.COKLIT, setter_of(request, voter.tps.kelurahan_id))
        corrected = (result.corrected or {}) if result else {}
        form = ListedResultForm(request.POST or None, voter=voter, corrected=corrected, codes=codes, said=said)
    else:
        form = NewVoterForm(request.POST or None, row=voter, said=said)
    form.fields["base_revision"].initial = result.revision if result else 0
    if form.is_valid() and _given(request, form, voter.tps, voter.pk, held):
        return redirect("admin:voters_heldevent_changelist" if held else _address(voter))
    return _page(admin, request, form, voter, title=_("Coklit result"), held=held)


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
    held = _held(request, place)
    said = said_by(held) if held else None
    form = NewVoterForm(request.POST or None, said=said)
    if said and said.voter and not Voter.objects.filter(kabkota_id=place.kabkota_id, pk=said.voter).exists():
        # The phone's own id of the person, which it uses for what it says later.
        form.fields["voter"].initial = said.voter
    if form.is_valid() and _given(request, form, place, form.cleaned_data["voter"], held):
        return redirect("admin:voters_heldevent_changelist" if held else _list_of(place))
    facts = [(_("TPS"), f"{place}, {place.kelurahan}"), *_why_held(held)]
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


def _held(request: HttpRequest, tps: Tps) -> HeldEvent | None:
    """The held event that the office corrects by this form (`?held=`), locked before the TPS when it is sent.

    404 for one of another kab/kota, and for one the account may not decide on.
    """
    key = request.GET.get("held")
    if key is None:
        return None
    rows = HeldEvent.objects.filter(
        access.rows_of(offices(request), Verb.DECIDE_HELD, "tps__kelurahan_id"), kabkota_id=tps.kabkota_id
    )
    if request.method == "POST":
        rows = rows.select_for_update(of=("self",))
    try:
        return rows.get(pk=key, kind=HeldKind.QUARANTINED)
    except (HeldEvent.DoesNotExist, ValidationError) as error:
        raise Http404 from error


def _about(voter: Voter, named: UUID | None) -> bool:
    """Whether what names this voter, or nobody who is known in the kab/kota, can be corrected as this voter's."""
    if named is None or named == voter.pk:
        return True
    return not Voter.objects.filter(kabkota_id=voter.kabkota_id, pk=named, deleted_at__isnull=True).exists()


def _why_held(held: HeldEvent | None) -> list[tuple[str, Any]]:
    return [(_("the phone's result is held"), problem_said(held.problem))] if held else []


def _given(request: HttpRequest, form: EventForm, tps: Tps, voter: UUID, held: HeldEvent | None = None) -> bool:
    """Whether the verb took the result, and the held event is settled by it; says its answer."""
    try:
        with transaction.atomic():
            answer = _apply(request, form, tps, voter)
            taken = answer.status != "quarantined" and answer.problem != "id_reused"
            # Sent twice, the form has settled it already.
            if held and taken and held.event != form.cleaned_data["event"]:
                settle_corrected(held=held, event=form.cleaned_data["event"], by=account(request), now=clock.now())
    except DecisionRefused as refused:
        form.add_error(None, str(refused))
        return False
    return _said(request, form, answer)


def _said(request: HttpRequest, form: EventForm, answer: Answer) -> bool:
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
    Tps.objects.select_for_update(no_key=True).get(kabkota_id=tps.kabkota_id, pk=tps.pk)
    sent = CoklitEvent.objects.filter(kabkota_id=tps.kabkota_id, pk=event).values_list("event_at", flat=True).first()
    return sent or now


def _page(
    admin: TerritoryAdmin,
    request: HttpRequest,
    form: EventForm,
    voter: Voter,
    *,
    title: str,
    held: HeldEvent | None = None,
) -> HttpResponse:
    facts: list[tuple[str, Any]] = [
        (_("name"), voter.name),
        (_("NIK"), masked(voter.nik)),
        (_("TPS"), f"{voter.tps}, {voter.tps.kelurahan}"),
        (_("address"), f"{voter.address} {voter.rt:03d}/{voter.rw:03d}"),
        *_why_held(held),
    ]
    back = _address(voter)
    return form_page(admin, request, form, title=title, submit=_("Save"), back=back, facts=facts)


def _address(voter: Voter) -> str:
    return reverse("admin:voters_voter_change", args=[voter.pk])


def _list_of(tps: Tps) -> str:
    return f"{reverse('admin:voters_voter_changelist')}?tps={tps.pk}"
