"""The project's own settings, with the DRF endpoint in the place of its addresses."""

from coklit.settings import *  # noqa: F403
from coklit.settings import REST_FRAMEWORK as _OURS

ROOT_URLCONF = "bench.drf_endpoint"
REST_FRAMEWORK = {**_OURS, "EXCEPTION_HANDLER": "rest_framework.views.exception_handler"}
