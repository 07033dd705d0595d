"""The project as an app: its checks, commands and what every page knows of the installation."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.http import HttpRequest


class CoklitConfig(AppConfig):
    """Loads the system checks."""

    name = "coklit"
    verbose_name = "Coklit"

    def ready(self) -> None:
        """Checks register themselves on import."""
        from coklit import checks  # noqa: F401, PLC0415  # apps must be loaded first


def installation(request: HttpRequest) -> dict[str, Any]:
    """For every page: `is_demo`, so that it can say that its data are examples."""
    return {"is_demo": settings.DEMO}
