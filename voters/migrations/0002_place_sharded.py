"""Keys that begin with kabkota, and the foreign keys between rows of one kab/kota (docs/adr/0002)."""

from django.db import migrations

from voters.schema import PlaceSharded


class Migration(migrations.Migration):
    dependencies = [("voters", "0001_initial")]

    operations = [
        PlaceSharded(
            keys={
                "voters_tps": "id",
                "voters_pantarlih": "id",
                "voters_assignment": "id",
                "voters_device": "id",
                "voters_voter": "id",
                "voters_syncbatch": "id",
                "voters_coklitevent": "id",
                "voters_coklitresult": "voter_id",
                "voters_change": "id",
                "voters_windowextension": "id",
            },
            references=[
                ("voters_assignment", "pantarlih_id", "voters_pantarlih"),
                ("voters_assignment", "tps_id", "voters_tps"),
                ("voters_device", "pantarlih_id", "voters_pantarlih"),
                ("voters_voter", "tps_id", "voters_tps"),
                ("voters_syncbatch", "device_id", "voters_device"),
                # The event's TPS is its voter's TPS at that time: the voter's own reference covers it.
                ("voters_coklitevent", "voter_id", "voters_voter"),
                ("voters_coklitevent", "batch_id", "voters_syncbatch"),
                ("voters_coklitevent", "by_pantarlih_id", "voters_pantarlih"),
                ("voters_coklitresult", "voter_id", "voters_voter"),
            ],
        ),
    ]
