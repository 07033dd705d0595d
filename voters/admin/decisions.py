"""What an office does with held results: one at a time with a note, or the selected of a list. Always by the verbs."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from coklit import clock
from voters import access
from voters.admin.pages import dressed, form_page
from voters.admin.spoken import moment, number
from voters.admin.territory import TerritoryAdmin, account
from voters.admin.uploads import problem_said
from voters.models import HeldEvent, Tps, User
from voters.sync import held as verbs
from voters.sync.held import DecisionRefused
from voters.terms import HeldState

# One click decides on so many at most; the oldest first, and the list says that there are more.
AT_ONCE = 200


@dataclass(frozen=True)
class Decision:
    """One thing that can be done with a held result. `act` says what its phone would have been told, or nothing."""

    name: str
    title: Any
    submit: Any
    notice: Any
    done: Any
    act: Callable[..., Any]
    needs_note: bool = False


RELEASE = Decision(
    "lepaskan",
    _("Release the result"),
    _("Release"),
    _("It is judged anew, as its pantarlih's, and becomes the current result unless a rule still forbids it."),
    _("The result is applied."),
    verbs.release,
)
ACCEPT = Decision(
    "terima",
    _("Accept the late result"),
    _("Accept"),
    _("It counts as coklit, marked as late, unless a rule of results forbids it."),
    _("The result is applied."),
    verbs.release,
)
CARRY = Decision(
    "bawa",
    _("Carry to the next stage"),
    _("Carry to the next stage"),
    _("It never counts as coklit; it is left to those who work on the next stage of the list."),
    _("The result is carried to the next stage."),
    verbs.carry,
)
DISCARD = Decision(
    "sisihkan",
    _("Set the result aside"),
    _("Set aside"),
    _("It is kept, with your note, and never applied. The phone is told so when it asks again."),
    _("The result is set aside."),
    verbs.discard,
    needs_note=True,
)
REJECT = Decision(
    "tolak",
    _("Reject the late result"),
    _("Reject"),
    _("It is kept, with your note, and never applied."),
    _("The result is set aside."),
    verbs.discard,
    needs_note=True,
)


class NoteForm(forms.Form):
    """A note, needed where the decision says so."""

    note = dressed(forms.CharField(label=_("note"), max_length=200, required=False))

    def __init__(self, data: Any, *, needed: bool) -> None:
        super().__init__(data)
        if needed:
            self.fields["note"].required = self.fields["note"].widget.is_required = True
        else:
            self.fields["note"].label = format_lazy("{} ({})", self.fields["note"].label or "", _("optional"))


def pages_of(admin: TerritoryAdmin, decisions: tuple[Decision, ...]) -> list[URLPattern]:
    """One page for each decision on the rows of this list."""
    model = admin.model._meta.model_name
    return [
        path(
            f"<str:object_id>/{one.name}/",
            admin.admin_site.admin_view(partial(decision_page, admin, decision=one)),
            name=f"voters_{model}_{one.name}",
        )
        for one in decisions
    ]


def decision_page(admin: TerritoryAdmin, request: HttpRequest, object_id: str, *, decision: Decision) -> HttpResponse:
    """Says what will happen, and does it. A refusal is the form's error, and nothing changed."""
    held = admin.get_object(request, unquote(object_id))
    if not isinstance(held, HeldEvent):
        raise Http404
    form = NoteForm(request.POST if request.method == "POST" else None, needed=decision.needs_note)
    model = admin.model._meta.model_name
    if form.is_valid():
        try:
            told = decided(held, decision, account(request), clock.now(), form.cleaned_data["note"])
        except DecisionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, decision.done)
            if told:
                messages.warning(request, told)
            return redirect(f"admin:voters_{model}_changelist")
    zone = held.tps.kelurahan.zone
    return form_page(
        admin,
        request,
        form,
        title=decision.title,
        submit=decision.submit,
        back=reverse(f"admin:voters_{model}_change", args=[held.pk]),
        facts=[
            (gettext("TPS"), f"{held.tps}, {held.tps.kelurahan}"),
            (gettext("pantarlih"), held.pantarlih.name),
            (gettext("received at"), moment(held.received_at, zone)),
            (gettext("problem"), problem_said(held.problem) or held.get_kind_display()),
        ],
        notice=decision.notice,
    )


def decided(held: HeldEvent, decision: Decision, by: User, now: dt.datetime, note: str = "") -> str:
    """Do it; the text of what the result met, if it met another one. Raises DecisionRefused, with nothing changed."""
    # A NIK is looked for in the whole kab/kota, which is wider than a PPS' territory.
    with access.territory(held.kabkota_id):
        answer = decision.act(held=held, by=by, now=now, note=note)
    return answer.message if answer else ""


def decide_selected(request: HttpRequest, rows: QuerySet[Any], decision: Decision) -> None:
    """Do it with the selected ones, the oldest of each TPS first, and say how many were done and why others stay."""
    keys = list(
        rows.filter(state=HeldState.WAITING)
        .order_by("received_at", "pk")[: AT_ONCE + 1]
        .values_list("kabkota_id", "pk")
    )
    some = HeldEvent.objects.filter(
        kabkota_id__in={kabkota for kabkota, _pk in keys}, pk__in=[pk for _k, pk in keys[:AT_ONCE]]
    )
    # The held ones first, in one order: two people who select the same cannot wait for each other. Then their TPS, in
    # the order of all writers: nor can they and phones that send meanwhile.
    locked = list(some.select_for_update().order_by("kabkota_id", "pk"))
    _lock_tps(locked)
    locked.sort(key=lambda one: (one.tps_id, one.received_at, one.batch_id, one.event_at or one.received_at))
    by, now, done = account(request), clock.now(), 0
    refusals: Counter[str] = Counter()
    for one in locked:
        try:
            decided(one, decision, by, now)
        except DecisionRefused as refused:
            refusals[str(refused)] += 1
        else:
            done += 1
    _tell(request, decision, done, refusals)
    if len(keys) > AT_ONCE:
        text = gettext("These were the oldest %(n)d of the selected: repeat it for the others.")
        messages.info(request, text % {"n": AT_ONCE})


def _lock_tps(held: list[HeldEvent]) -> None:
    rows = Tps.objects.filter(kabkota_id__in={one.kabkota_id for one in held}, pk__in={one.tps_id for one in held})
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _tell(request: HttpRequest, decision: Decision, done: int, refusals: Counter[str]) -> None:
    if done:
        text = ngettext("%(act)s: %(n)s result.", "%(act)s: %(n)s results.", done)
        messages.success(request, text % {"act": decision.submit, "n": number(done)})
    elif not refusals:
        messages.info(request, gettext("None of the selected waits for a decision."))
    for reason, n in refusals.most_common():
        text = ngettext("%(n)s result stays: %(reason)s", "%(n)s results stay: %(reason)s", n)
        messages.warning(request, text % {"n": number(n), "reason": reason})
