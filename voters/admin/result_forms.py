"""Forms of a result: which outcome, which corrected fields, which evidence. They offer what the code table allows."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldBooleanWidget

from voters.admin.outcomes import SECRET, field_name, value_of
from voters.admin.pages import dressed
from voters.admin.said import Said
from voters.codes import BARU, HAPUS, SESUAI, UBAH, is_tms
from voters.models import OutcomeCode, Voter
from voters.nik import SIXTEEN_DIGITS
from voters.placement import new_id
from voters.privacy import masked
from voters.terms import Disability, Evidence, KtpEl, Marital, Sex

SIXTEEN = RegexValidator(SIXTEEN_DIGITS, _("Exactly 16 digits."))
UNCHANGED = [("", _("unchanged"))]


class EventForm(forms.Form):
    """The id of the event is made with the form: sent twice, it is one event."""

    event = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    base_revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)


def person_fields(*, required: bool) -> dict[str, forms.Field]:
    """The form's personal fields, in its order and with its limits."""
    blank: list[tuple[Any, Any]] = [("", "")] if required else UNCHANGED
    fields: dict[str, forms.Field] = {
        "nkk": forms.CharField(label=_("NKK"), max_length=16, validators=[SIXTEEN], required=required),
        "nik": forms.CharField(label=_("NIK"), max_length=16, validators=[SIXTEEN], required=required),
        "name": forms.CharField(label=_("name"), max_length=100, required=required),
        "birth_place": forms.CharField(label=_("birth place"), max_length=60, required=required),
        "birth_day": forms.DateField(label=_("birth date"), required=required),
        "marital": forms.ChoiceField(label=_("marital status"), choices=[*blank, *Marital.choices], required=required),
        "sex": forms.ChoiceField(label=_("sex"), choices=[*blank, *Sex.choices], required=required),
        "address": forms.CharField(label=_("address"), max_length=150, required=required),
        "rt": forms.IntegerField(label=_("RT"), min_value=0, max_value=999, required=required),
        "rw": forms.IntegerField(label=_("RW"), min_value=0, max_value=999, required=required),
        "disability": forms.TypedChoiceField(
            label=_("disability"),
            choices=[*([] if required else UNCHANGED), *Disability.choices],
            coerce=int,
            empty_value=None,
            required=required,
        ),
        "ktp_el": forms.ChoiceField(label=_("KTP-el"), choices=[*blank, *KtpEl.choices], required=required),
    }
    return {name: dressed(field) for name, field in fields.items()}


class ListedResultForm(EventForm):
    """A listed voter: matched, changed with the corrected fields, or ineligible with its evidence."""

    def __init__(
        self,
        data: Any,
        *,
        voter: Voter,
        corrected: dict[str, Any],
        codes: dict[str, OutcomeCode],
        said: Said | None = None,
    ) -> None:
        super().__init__(data)
        plain = [codes[code] for code in (SESUAI, UBAH) if code in codes]
        offered = plain + [code for code in codes.values() if is_tms(code.code)]
        choices = [
            (code.code, code.label if code.code == SESUAI else f"{code.code} · {code.label}") for code in offered
        ]
        self.fields["code"] = dressed(forms.ChoiceField(label=_("outcome"), choices=choices), radio=True)
        self.fields["evidence"] = dressed(
            forms.ChoiceField(label=_("evidence"), choices=Evidence.choices, required=False)
        )
        tms = " || ".join(f"code === '{code.code}'" for code in offered if is_tms(code.code))
        self.fields["evidence"].shown_for = tms or "false"  # type: ignore[attr-defined]  # read by the page
        proofs = [f"{code.code}: {code.proof}" for code in offered if code.proof and is_tms(code.code)]
        self.fields["evidence"].help_text = "; ".join(proofs)
        for name, field in person_fields(required=False).items():
            field.help_text = _said(voter, name, corrected)
            field.shown_for = f"code === '{UBAH}'"  # type: ignore[attr-defined]  # read by the page
            self.fields[name] = field
        self.people = list(person_fields(required=False))
        self.kept: dict[str, str] = {}
        if said:
            self._prefill(said)

    def _prefill(self, said: Said) -> None:
        """With what a phone said. A NIK or NKK of it stays on the server: a box says whether it is taken."""
        self.fields["code"].initial = said.code
        self.fields["evidence"].initial = said.evidence
        if said.code != UBAH:
            return
        self.kept = said.numbers
        for name, value in said.plain.items():
            self.fields[name].initial = value
        for name, number in self.kept.items():
            label = _("%(field)s of the phone: %(value)s") % {"field": field_name(name), "value": masked(number)}
            field = forms.BooleanField(label=label, required=False, initial=not said.field.endswith(name))
            field.widget = UnfoldBooleanWidget()
            field.shown_for = f"code === '{UBAH}'"  # type: ignore[attr-defined]  # read by the page
            self.fields[f"said_{name}"] = field
        order = [one for name in self.fields for one in (name, f"said_{name}") if not name.startswith("said_")]
        self.order_fields(order)

    def event_values(self) -> dict[str, Any]:
        """Code, evidence and corrected fields, as far as the code asks for them."""
        given = self.cleaned_data
        corrected = {name: number for name, number in self.kept.items() if given[f"said_{name}"]}
        corrected |= {name: given[name] for name in self.people if given[name] not in ("", None)}
        return {
            "code": given["code"],
            "evidence": given["evidence"] if is_tms(given["code"]) else "",
            "corrected": corrected if given["code"] == UBAH and corrected else None,
        }


class NewVoterForm(EventForm):
    """Somebody who is not on the list (code B), or the mending of such a row. `voter` is made with the form, too."""

    voter = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)

    def __init__(self, data: Any, *, row: Voter | None = None, said: Said | None = None) -> None:
        super().__init__(data)
        known: dict[str, Any] = {name: getattr(row, name) for name in person_fields(required=True)} if row else {}
        if said and said.code == BARU:
            known |= said.plain | said.numbers
        if row:
            self.fields["voter"].initial = row.pk
        self.kept = {name: known[name] for name in SECRET if known.get(name)}
        for name, field in person_fields(required=True).items():
            if name in self.kept:
                field.required = field.widget.is_required = False
                field.help_text = _("now %(value)s; leave empty to keep it") % {"value": masked(self.kept[name])}
            elif name not in SECRET:
                field.initial = known.get(name)
            self.fields[name] = field
        self.people = list(person_fields(required=True))

    def event_values(self) -> dict[str, Any]:
        """Code B with all fields; a NIK or NKK that is left empty stays as it was."""
        new = {name: self.cleaned_data[name] for name in self.people}
        new |= {name: new[name] or self.kept.get(name, "") for name in SECRET}
        return {"code": BARU, "new": new}


class TakeBackForm(EventForm):
    """A new voter who should not have been recorded."""

    def event_values(self) -> dict[str, Any]:
        """Code X."""
        return {"code": HAPUS}


def _said(voter: Voter, name: str, corrected: dict[str, Any]) -> str:
    """What the list says, and what was corrected already."""
    text = _("on the list: %(value)s") % {"value": value_of(name, getattr(voter, name))}
    if name in corrected:
        text = f"{text}; " + _("corrected: %(value)s") % {"value": value_of(name, corrected[name])}
    return str(text)
