"""Invented voter lists with the size and shape of the real ones. No person in them exists."""

from voters.synthetic.quotas import TpsQuota, quotas_of

__all__ = ["TpsQuota", "quotas_of"]
