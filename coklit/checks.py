"""Settings problems as system checks with ids and hints."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.database)
def web_role_is_not_the_owner(**_: Any) -> list[CheckMessage]:
    """E001: pages and workers must not run as the role that owns the tables."""
    web, owner = settings.DATABASES["default"], settings.DATABASES["owner"]
    if owner is not web and web["USER"] == owner["USER"] and not settings.DEBUG:
        return [
            Error(
                "Pages and migrations use the same database role.",
                hint="Give COKLIT_DATABASE_URL the web role and COKLIT_DATABASE_OWNER_URL the owner"
                " (coklit/sql/provision.sql creates both).",
                id="coklit.E001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def demo_is_not_a_deployment(**_: Any) -> list[CheckMessage]:
    """W001: an installation with invented data must not look like a real one."""
    if settings.DEMO:
        return [Warning("COKLIT_DEMO is on.", hint="Unset it outside `make demo`.", id="coklit.W001")]
    return []
