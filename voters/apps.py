"""The write side as an app."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class VotersConfig(AppConfig):
    """Regions, elections, committees, pantarlih, voter lists and coklit results."""

    name = "voters"
    verbose_name = _("Voter data")


class AdminPagesConfig(AdminConfig):
    """Django's admin with our own site: territories, transactions, policy and navigation."""

    default_site = "voters.admin.site.CoklitAdminSite"

    def ready(self) -> None:
        """Loads our forms first: the site, too, stands in that package, and must be made once only."""
        import_module("voters.admin")
        super().ready()
