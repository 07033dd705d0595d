"""The read side as an app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Rollups, figures, dashboards and nightly mails."""

    name = "reports"
    verbose_name = _("Progress")
