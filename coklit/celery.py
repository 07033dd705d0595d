"""The Celery application. Tasks are found in each app's `tasks.py`; the schedule stands in the settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coklit.settings")

# Celery's own Django part closes inherited database pools when a worker process starts.
app = Celery("coklit")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
