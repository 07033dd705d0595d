"""Celery with the tiny kind in the place of TPS, for a worker process of its own: `celery -A …worker_app worker`."""

import os
from pathlib import Path

from coklit.celery import app


@app.on_after_finalize.connect
def bring_the_tiny_kind(**_):
    """Once the settings are loaded."""
    import django  # noqa: PLC0415  # the worker of Celery sets Django up by itself

    django.setup()

    from tests.voters.imports.tiny_kind import TinyKind  # noqa: PLC0415  # needs the set-up
    from voters.imports.registry import KINDS  # noqa: PLC0415
    from voters.terms import ImportKind  # noqa: PLC0415

    KINDS[ImportKind.TPS] = TinyKind(Path(os.environ["COKLIT_TEST_GATE"]))
