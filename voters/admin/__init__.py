"""The forms of committees and KPU, one file per subject. Roles decide who sees what (voters/access.py)."""

from voters.admin import assignments, committees, elections, pantarlih, regions, results, site, sync, tps, trail, voters

__all__ = [
    "assignments",
    "committees",
    "elections",
    "pantarlih",
    "regions",
    "results",
    "site",
    "sync",
    "tps",
    "trail",
    "voters",
]
