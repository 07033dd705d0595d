"""The forms of committees and KPU, one file per subject. Roles decide who sees what (voters/access.py)."""

from voters.admin import (
    committees,
    conflicts,
    devices,
    elections,
    held,
    imports,
    notices,
    pantarlih,
    regions,
    sync,
    tps,
    trail,
    voters,
)

__all__ = [
    "committees",
    "conflicts",
    "devices",
    "elections",
    "held",
    "imports",
    "notices",
    "pantarlih",
    "regions",
    "sync",
    "tps",
    "trail",
    "voters",
]
