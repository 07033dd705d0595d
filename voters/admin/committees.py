"""Accounts and offices. A KPU level looks after the offices below its own; nobody makes or touches a superuser here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from voters import access
from voters.access import Territory, Verb
from voters.admin.site import offices, today
from voters.admin.territory import RegionChoiceField, TerritoryAdmin, without_buttons
from voters.models import Membership, User
from voters.terms import LEVEL_OF_ROLE, Level, Role


def below(own: list[Territory], field: str) -> Q:
    """The filter "the region `field` is strictly below an office that looks after it"."""
    regions = access.regions_for(own, Verb.MANAGE_OFFICES)
    return access.any_within(regions, field) & ~Q(**{f"{field}__in": regions})


class OfficeForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """One office: the role must fit the region's level, and the region must be below the account's own."""

    own: list[Territory] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # An office that was held is history: it ends, another begins.
            for name in ("role", "region", "from_day"):
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        """Refuses a role at the wrong level and a region outside one's care."""
        given = super().clean() or self.cleaned_data
        role, region = given.get("role"), given.get("region")
        if role and region:
            level = LEVEL_OF_ROLE[Role(role)]
            if region.level != level:
                self.add_error(
                    "region", _("This role stands at the level “%(level)s”.") % {"level": Level(level).label}
                )
            if not access.manages(self.own, region.code):
                self.add_error("region", _("Only offices below your own can be given."))
        return given


class OfficeInline(TabularInline):
    """The offices of one account."""

    model = Membership
    form = OfficeForm
    extra = 0
    hide_title = True
    min_num = 1
    validate_min = True
    fields = ("role", "region", "from_day", "to_day", "gets_nightly")
    autocomplete_fields = ("region",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Those in the account's care."""
        rows = super().get_queryset(request).filter(below(offices(request), "region_id"))
        return rows.select_related("region").order_by("from_day", "pk")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The forms know who fills them in."""
        form = type("OfficeForm", (OfficeForm,), {"own": offices(request)})
        return super().get_formset(request, obj, **{"form": form, "validate_min": True, **kwargs})

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The region by name and code, without the button that opens it."""
        if db_field.name == "region":
            kwargs["form_class"] = RegionChoiceField
        return without_buttons(super().formfield_for_dbfield(db_field, request, **kwargs))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see the account."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change the account."""
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change the account."""
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An office ends by its last day."""
        return False


@admin.register(User)
class AccountAdmin(UserAdmin, TerritoryAdmin):  # type: ignore[misc, type-arg]  # both are Django's ModelAdmin underneath
    """Accounts whose every present office is below the account's own."""

    see = Verb.MANAGE_OFFICES
    write = Verb.MANAGE_OFFICES
    form = UserChangeForm
    add_form = UserCreationForm
    # Everything is on the first page already; the theme's own says that more comes later.
    add_form_template = None
    change_password_form = AdminPasswordChangeForm
    inlines = (OfficeInline,)
    list_display = ("username", "name", "held", "email", "phone", "last_login", "is_active")
    list_filter = ("is_active",)
    search_fields = ("username__istartswith", "name__istartswith", "email__iexact")
    ordering = ("username",)
    filter_horizontal = ()
    change_form_outer_before_template = "admin/account_acts.html"  # type: ignore[assignment]  # Unfold says None
    readonly_fields = ("last_login",)
    fieldsets = (
        (None, {"fields": ("username", "is_active", "last_login")}),
        (_("person"), {"fields": ("name", "email", "phone")}),
    )
    add_fieldsets = (  # type: ignore[assignment]  # Unfold says ()
        (None, {"fields": ("username", "password1", "password2")}),
        (_("person"), {"fields": ("name", "email", "phone")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With an office in care, and none beside it."""
        held = Membership.objects.filter(user=OuterRef("pk"))
        open_ones = held.filter(Q(to_day__isnull=True) | Q(to_day__gte=today()))
        own = below(offices(request), "region_id")
        rows = super().get_queryset(request).filter(Exists(held.filter(own)), is_superuser=False)
        return rows.exclude(Exists(open_ones.exclude(own))).prefetch_related("memberships__region")

    def region_of(self, obj: Model) -> str:
        """The region of the widest office, for permissions and the trail."""
        codes = Membership.objects.filter(user=obj.pk).order_by("region__level", "region_id")
        return codes.values_list("region_id", flat=True).first() or ""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Any account in the list: get_queryset decides which those are."""
        return self.has_view_permission(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Everybody with an office may enter here; the office says what for."""
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)

    @admin.display(description=_("offices"))
    def held(self, user: User) -> str:
        """Every office with its region."""
        return "; ".join(f"{one.get_role_display()}, {one.region.name}" for one in user.memberships.all())


# Roles decide here, not groups.
admin.site.unregister(Group)
