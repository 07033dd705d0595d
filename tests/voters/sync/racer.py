"""One of many processes that do the same at the same moment, each on its own connection to the database.

An act and its arguments come in; what came of it goes out, once all the others had been ready as well. Loaded once by a
process without connections, which the others are forked from (test_race_processes.py).
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coklit.settings")
django.setup()

from django.db import connection  # noqa: E402  # models load after the set-up

from tests.scene import KOTA, NOW  # noqa: E402
from voters.access import territory  # noqa: E402
from voters.models import Device, HeldEvent, User  # noqa: E402
from voters.sync.held import DecisionRefused, release  # noqa: E402
from voters.sync.receive import receive_batch  # noqa: E402


def serve(orders, start):
    """Do what comes in until nothing more does."""
    connection.ensure_connection()
    while order := orders.recv():
        act, arguments = order
        start.wait(timeout=60)
        orders.send(act(*arguments))
    connection.close()


def receive(device, bodies):
    """Send each body; the answers' ids and statuses, None for a stored upload."""
    phone = Device.objects.select_related("pantarlih").get(kabkota_id=KOTA, pk=device)
    receipts = [receive_batch(body, device=phone, now=NOW) for body in bodies]
    return [[(a.id, a.status) for a in one.answers] if one.applied else None for one in receipts]


def let_in(held, user):
    """Release a held event; the answer's status, or why not."""
    row, by = HeldEvent.objects.get(kabkota_id=KOTA, pk=held), User.objects.get(pk=user)
    try:
        with territory(KOTA):
            return release(held=row, by=by, now=NOW).status
    except DecisionRefused as refused:
        return refused.code
