"""What every list and form of the admin shares: the account's territory, roles in place of model permissions, the
trail, and lists that stay fast however many rows there are.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, cast

from django.contrib.admin import ShowFacets, SimpleListFilter
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.forms import BaseForm, ModelChoiceField
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from coklit import clock
from voters import access, trail
from voters.access import Verb
from voters.admin.site import offices
from voters.models import NATION, Region, User
from voters.placement import Sharded
from voters.terms import Level

# How the address names a filter on a column: a value, a related row, or none at all.
_OF_A_FILTER = ("exact", "id__exact", "isnull")


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """Counts no further than 10,000 rows: nobody turns more pages, and a full count reads the whole table."""

    cap = 10_000
    template_name = "admin/capped_pages.html"

    @cached_property
    def count(self) -> int:
        """The rows there are, or `cap` for that many and more."""
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by()[: self.cap].count()


class CappedChangeList(ChangeList):
    """Says nothing of a total that nobody counted."""

    def get_results(self, request: HttpRequest) -> None:
        """The header shows a total only where it differs from the rows found."""
        super().get_results(request)
        self.full_result_count = self.result_count


class RegionChoiceField(ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A region by name and code: names repeat."""

    def label_from_instance(self, obj: Model) -> str:
        """ "Langkai (62.71.01.1001)"."""
        return f"{obj} ({obj.pk})"


class RegionFilter(SimpleListFilter):
    """Step by step down the region tree: one range of an index at every step, and never a long list."""

    title = _("region")
    parameter_name = "wilayah"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The chosen region, or the account's own, and what lies directly below it."""
        top = self.value() or access.spanning(offices(request))
        found = Region.objects.filter(Q(pk=top) | Q(parent=top)).order_by("pk")
        return [(region.pk, f"{region.name} ({region.pk})") for region in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows of the chosen region."""
        return self.model_admin.in_regions(queryset, [self.value()]) if self.value() else queryset

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.model_admin = model_admin
        super().__init__(request, params, model, model_admin)


class TerritoryAdmin(ModelAdmin):
    """Rows of the account's territory only; `see` and `write` say by which verbs, `region_field` where a row lies.

    `region_field` "" is for reference data, which every office may read. Nothing is ever deleted here.
    """

    region_field = ""
    # What the address may ask for besides the list's own filters: the links that lead here.
    linked_by: tuple[str, ...] = ()
    see = Verb.SEE_PROGRESS
    write: Verb | None = None
    actions = None
    list_per_page = 50
    show_full_result_count = False
    # Counts beside each filter would count the whole table.
    show_facets = ShowFacets.NEVER
    paginator = CappedPaginator
    list_filter_sheet = True
    compressed_fields = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The account's rows; sharded rows are asked for by their kab/kota, single ones included."""
        rows = super().get_queryset(request)
        if not self.region_field:
            return rows
        return self.in_regions(rows, access.regions_for(offices(request), self.see))

    def in_regions(self, rows: QuerySet[Any], regions: Sequence[str]) -> QuerySet[Any]:
        """The rows in these regions."""
        rows = rows.filter(access.any_within(regions, self.region_field))
        return rows.filter(kabkota_of(regions)) if issubclass(self.model, Sharded) else rows

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """The list's filters and links only: any other lookup would read a masked column letter by letter."""
        allowed = set(self.linked_by)
        filters: Sequence[Any] = self.get_list_filter(request)
        for one in filters:
            if isinstance(one, str):
                allowed |= {f"{one}__{ending}" for ending in _OF_A_FILTER}
            else:
                allowed.add(one.parameter_name)
        return lookup in allowed

    def badge(self, request: HttpRequest) -> str:
        """What the navigation says beside the list's name: nothing, unless something waits for the account."""
        return ""

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Sharded rows in their key's order, read backwards (newest first), so that a page needs no sort."""
        return tuple(self.ordering or (("-kabkota_id", "-pk") if issubclass(self.model, Sharded) else ()))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Without a full count."""
        return CappedChangeList

    def region_of(self, obj: Model) -> str:
        """The code of the region a row lies in."""
        return str(attrgetter(self.region_field.replace("__", "."))(obj)) if self.region_field else NATION

    def _may(self, request: HttpRequest, verb: Verb | None, obj: Model | None) -> bool:
        if verb is None:
            return False
        if obj is None or (verb == self.see and not self.region_field):
            return bool(access.regions_for(offices(request), verb))
        return access.holds(offices(request), verb, self.region_of(obj))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """By the verb `see`."""
        return self._may(request, self.see, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By the verb `write`."""
        return self._may(request, self.write, None)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """By the verb `write`."""
        return self._may(request, self.write, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: offices and assignments end, results change, lists stay."""
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever may see the list."""
        return self.has_view_permission(request)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A kelurahan is chosen from the account's own."""
        if db_field.name == "kelurahan":
            kwargs |= {"queryset": self.kelurahan_of(request), "form_class": RegionChoiceField}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def kelurahan_of(self, request: HttpRequest) -> QuerySet[Region]:
        """The kelurahan the account may write in."""
        if self.write is None:
            return Region.objects.none()
        own = access.rows_of(offices(request), self.write, "code")
        return Region.objects.filter(own, level=Level.KELURAHAN).order_by("name")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without the buttons that open another model's form inside this one."""
        return without_buttons(super().formfield_for_dbfield(db_field, request, **kwargs))

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """What changed, for the trail; Django hands it on to log_addition and log_change."""
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        forms = [form, *(one for formset in formsets or () for one in formset.forms if one.has_changed())]
        for one in forms:
            inline = "" if one is form else f"{one.instance._meta.model_name}:{one.instance.pk}."
            for name in recorded_fields(one):
                before[inline + name] = plain(one.initial.get(name))
                after[inline + name] = "changed" if name == "password" else plain(one.cleaned_data.get(name))
        return {"before": {} if add else before, "after": after}

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """A trail row."""
        self._record(request, obj, "add", message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """A trail row."""
        self._record(request, obj, "change", message)

    def _record(self, request: HttpRequest, obj: Model, verb: str, message: dict[str, Any]) -> None:
        name = obj._meta.model_name
        trail.record(
            verb=f"{verb}_{name}",
            by=account(request),
            region=self.region_of(obj),
            subject=f"{name}:{obj.pk}",
            now=clock.now(),
            before=message["before"] or None,
            after=message["after"] or None,
        )


def account(request: HttpRequest) -> User:
    """Who is signed in; the site lets nobody else in."""
    return cast(User, request.user)


class ReadOnlyAdmin(TerritoryAdmin):
    """A list to look at. `write` stays None, so that every field is shown as text."""


def kabkota_of(regions: Iterable[str]) -> Q:
    """The filter "kabkota is one of theirs": equal for kab/kota and below, a range for a province."""
    narrow = {region[:5] for region in regions if len(region) >= 5}
    allowed = Q(kabkota_id__in=sorted(narrow))
    for region in regions:
        if region == NATION:
            return Q()
        if len(region) < 5:
            allowed |= access.within(region, "kabkota_id")
    return allowed


def without_buttons(field: Any) -> Any:
    """The form field without the buttons beside it that open the related row."""
    for button in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
        if field is not None and hasattr(field.widget, button):
            setattr(field.widget, button, False)
    return field


def recorded_fields(form: BaseForm) -> list[str]:
    """The changed fields whose values may stand in the trail, and "password" for the fact alone."""
    columns = {field.name for field in getattr(getattr(form, "instance", None), "_meta", User._meta).fields}
    return [name for name in form.changed_data if name in columns]


def plain(value: Any) -> Any:
    """A field's value as JSON knows it."""
    if isinstance(value, Model):
        return plain(value.pk)
    return value if value is None or isinstance(value, bool | int) else str(value)
