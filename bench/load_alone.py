"""`python -m bench.load_alone FILE ELECTION AREA`: one list loaded by a process of its own, for its memory."""

import sys
from pathlib import Path

import django


def main(file: str, election: str, area: str) -> None:
    """Load it as the worker does; the settings come from the environment."""
    django.setup()
    # Models cannot be imported before.
    from coklit import clock  # noqa: PLC0415
    from voters.models import Election, Region  # noqa: PLC0415
    from voters.roster.importing import import_list  # noqa: PLC0415

    record = import_list(
        Path(file),
        election=Election.objects.get(slug=election),
        area=Region.objects.get(pk=area),
        by=None,
        clock=clock.now,
    )
    print(
        f"{record.rows:,} rows = {record.created:,} created + {record.changed} changed + {record.unchanged} unchanged"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
