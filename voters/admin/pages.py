"""One page with one form, for acts that go through a verb."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from voters.admin.territory import TerritoryAdmin

Field = TypeVar("Field", bound=forms.Field)

WIDGETS: dict[type[forms.Field], type[forms.Widget]] = {
    forms.ModelChoiceField: UnfoldAdminSelectWidget,
    forms.TypedChoiceField: UnfoldAdminSelectWidget,
    forms.ChoiceField: UnfoldAdminSelectWidget,
    forms.IntegerField: UnfoldAdminIntegerFieldWidget,
    forms.DateField: UnfoldAdminSingleDateWidget,
    forms.CharField: UnfoldAdminTextInputWidget,
}


def dressed(field: Field, *, radio: bool = False) -> Field:
    """The field in the admin's look."""
    kind = next(kind for kind in WIDGETS if isinstance(field, kind))
    widget = UnfoldAdminRadioSelectWidget() if radio else WIDGETS[kind]()
    widget.is_required = field.required
    field.label = capfirst(field.label)
    if isinstance(field, forms.ChoiceField):
        widget.choices = field.choices  # type: ignore[attr-defined]  # every choice widget has them
    field.widget = widget
    return field


def form_page(
    admin: TerritoryAdmin,
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str,
    back: str,
    submit: str,
    facts: Sequence[tuple[str, Any]] = (),
    notice: str | SafeString = "",
    done: bool = False,
) -> TemplateResponse:
    """The page: what it is about (`facts`: label and value), the form (not when `done`), the way back."""
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "title": title,
        "form": form,
        "media": admin.media + form.media,
        "back": back,
        "submit_label": submit,
        "facts": facts,
        "notice": notice,
        "done": done,
    }
    return TemplateResponse(request, "admin/form_page.html", context)
