"""The form of declared counts: one day, and five numbers for each own TPS."""

import datetime as dt
from dataclasses import asdict
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from voters.declarations import MAX_COUNT, NAMES, DayDeclared, DeclaredCounts
from voters.phone.page import OwnTps, PhonePage

LABELS = {
    "sesuai": pgettext_lazy("outcome", "Matched"),
    "ubah": pgettext_lazy("outcome", "Changed"),
    "tms": pgettext_lazy("outcome", "Ineligible (TMS)"),
    "baru": pgettext_lazy("outcome", "New"),
    "stickers": pgettext_lazy("declared", "Stickers put up"),
}


class CountsForm(forms.Form):
    """The numbers of one TPS; an empty one is 0, and five empty ones say nothing of this TPS."""

    def __init__(self, data: QueryDict | None, own: OwnTps, saved: DayDeclared | None) -> None:
        super().__init__(data, prefix=str(own.tps.pk), initial=asdict(saved.counts) if saved else None)
        self.own, self.saved = own, saved
        for name in NAMES:
            field = forms.IntegerField(label=LABELS[name], min_value=0, max_value=MAX_COUNT, required=False)
            # What the server has: what was typed and differs from it has not been sent.
            stands = getattr(saved.counts, name) if saved else ""
            field.widget.attrs |= {"inputmode": "numeric", "data-saved": str(stands)}
            self.fields[name] = field

    def counts(self) -> DeclaredCounts | None:
        """What was typed; None for nothing."""
        given = {name: self.cleaned_data[name] for name in NAMES}
        if all(number is None for number in given.values()):
            return None
        return DeclaredCounts(**{name: number or 0 for name, number in given.items()})


class DayForms:
    """The forms of all own TPS for one day; `error` is what stands above them."""

    def __init__(self, page: PhonePage, pantarlih: UUID, day: dt.date, data: QueryDict | None = None) -> None:
        self.day = day
        self.error = ""
        self.each = [CountsForm(data, own, own.declared.of(pantarlih, day)) for own in page.own]

    def is_valid(self) -> bool:
        """All of them, so that every mistake is told at once."""
        mistaken = [one for one in self.each if not one.is_valid()]
        return not mistaken

    @property
    def has_errors(self) -> bool:
        """Whether anything is to be mended."""
        return bool(self.error) or any(one.is_bound and one.errors for one in self.each)


def day_from(text: str) -> dt.date | None:
    """The day that a request names, None for what is no day."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
