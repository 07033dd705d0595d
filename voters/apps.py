"""The write side as an app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VotersConfig(AppConfig):
    """Regions, elections, committees, pantarlih, voter lists and coklit results."""

    name = "voters"
    verbose_name = _("Voter data")
