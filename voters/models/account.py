"""Accounts of people who sign in: committees, KPU and Bawaslu. A pantarlih has a device, not an account."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from voters.placement import REFERENCE
from voters.privacy import Privacy


class User(AbstractUser):
    """A person with a user name; one-word names are common, so the name is one field."""

    placement = REFERENCE
    privacy = Privacy(
        internal="id password last_login is_superuser is_staff is_active date_joined username groups user_permissions",
        personal="name email phone",
    )

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """The name, as Django's own pages ask for it."""
        return self.name

    def get_short_name(self) -> str:
        """The name."""
        return self.name
