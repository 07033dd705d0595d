"""Phones that need somebody: which ones, and what to do about one, in a sentence."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voters.admin.spoken import ago, clock_off, number
from voters.models import Device, HeldEvent
from voters.terms import AttemptOutcome, HeldState

# A phone that holds results is given a day: coklit is synced in the evening.
SILENT_AFTER = dt.timedelta(hours=24)


def needs_somebody(now: dt.datetime, own: Q) -> Q:
    """The filter "in use or to be confirmed, and something is to be done"; `own` keeps the kab/kota of held results."""
    silent = now - SILENT_AFTER
    held = HeldEvent.objects.filter(
        own, kabkota_id=OuterRef("kabkota_id"), device=OuterRef("pk"), state=HeldState.WAITING
    )
    return Q(revoked_at__isnull=True) & (
        ~Q(trouble="")
        | Q(confirmed_at__isnull=True)
        | Q(waiting__gt=0, seen_at__lt=silent)
        | Q(seen_at__isnull=True, issued_at__lt=silent)
        | Q(Exists(held))
    )


def what_to_do(device: Device, held: int, now: dt.datetime) -> str:
    """The most urgent thing, in a sentence or two; `held` counts its results that wait for a decision."""
    if device.revoked_at:
        return _("This phone is signed out. Nothing comes from it any more.")
    if not device.confirmed_at:
        return _("A new phone waits for you: confirm or reject it.")
    urgent = [_silence(device, now), _trouble(device)]
    return (
        " ".join(one for one in urgent if one) or _decisions(held) or _clock(device) or _("Nothing needs to be done.")
    )


def _silence(device: Device, now: dt.datetime) -> str:
    if device.seen_at is None:
        if now - device.issued_at < SILENT_AFTER:
            return ""
        return _("Call the pantarlih: the phone was enrolled %(when)s and has never sent anything.") % {
            "when": ago(device.issued_at, now)
        }
    if not device.waiting or now - device.seen_at < SILENT_AFTER:
        return ""
    text = ngettext(
        "Call the pantarlih: %(n)s result is still on the phone, last contact %(when)s.",
        "Call the pantarlih: %(n)s results are still on the phone, last contact %(when)s.",
        device.waiting,
    )
    return text % {"n": number(device.waiting), "when": ago(device.seen_at, now)}


def _trouble(device: Device) -> str:
    match device.trouble:
        case "":
            return ""
        case AttemptOutcome.DEVICE_LIMIT | AttemptOutcome.KABKOTA_LIMIT | AttemptOutcome.SYSTEM_LIMIT:
            return _("The server asked the phone to wait. It tries again by itself; sending outside the peak helps.")
        case AttemptOutcome.NO_ANSWER:
            return _("The phone does not reach the server: let the pantarlih send from a place with a better signal.")
        case AttemptOutcome.NOT_YOUR_TPS:
            return _("The phone sends for a TPS that was never assigned to this pantarlih: look at the assignments.")
        case AttemptOutcome.NOT_CONFIRMED:
            return _("The phone tried before it was confirmed. It may send now: ask the pantarlih to try again.")
        case AttemptOutcome.ERROR:
            return _("A fault of the server: tell those who run it. The results stay on the phone meanwhile.")
        case _:
            return _("The app sends what the server cannot take: tell its makers. The results stay on the phone.")


def _decisions(held: int) -> str:
    text = ngettext(
        "%(n)s result of this phone waits for a decision.", "%(n)s results of this phone wait for a decision.", held
    )
    return text % {"n": number(held)} if held else ""


def _clock(device: Device) -> str:
    off = clock_off(device.clock_offset)
    if not off:
        return ""
    return _("The phone's %(off)s: ask the pantarlih to let the phone set its time by itself.") % {"off": off}
