"""The project: settings, clock, logs, mail and local services. Knows nothing of voters or reports."""

from coklit.celery import app as celery_app

__all__ = ["celery_app"]
