"""Invented voter lists with the size and shape of the real ones. No person in them exists."""

from voters.synthetic.quotas import quotas_of
from voters.synthetic.sharing import TpsQuota

__all__ = ["TpsQuota", "quotas_of"]
