"""The forms of committees and KPU, one file per subject. Roles decide who sees what (voters/access.py)."""

from voters.admin import committees, elections, notices, pantarlih, regions, sync, tps, trail, voters

__all__ = ["committees", "elections", "notices", "pantarlih", "regions", "sync", "tps", "trail", "voters"]
