"""Keys that begin with kabkota for the phones' tables; phones that were known before count as confirmed, and uploads that
could not be applied then are tried again."""

from django.db import migrations

from voters.schema import PlaceSharded

CONFIRM = "UPDATE voters_device SET confirmed_at = issued_at WHERE confirmed_at IS NULL"
TRY_AGAIN = "UPDATE voters_syncbatch SET state = 'stored' WHERE state = 'failed'"


class Migration(migrations.Migration):
    dependencies = [("voters", "0004_phones")]

    operations = [
        migrations.RunSQL(CONFIRM, migrations.RunSQL.noop),
        migrations.RunSQL(TRY_AGAIN, migrations.RunSQL.noop),
        PlaceSharded(
            keys={
                "voters_enrolmentcode": "id",
                "voters_syncattempt": "id",
                "voters_heldevent": "id",
                "voters_conflict": "id",
                "voters_notice": "id",
                "voters_declaration": "id",
            },
            references=[
                ("voters_enrolmentcode", "pantarlih_id", "voters_pantarlih"),
                ("voters_enrolmentcode", "device_id", "voters_device"),
                ("voters_syncattempt", "device_id", "voters_device"),
                ("voters_heldevent", "tps_id", "voters_tps"),
                ("voters_heldevent", "pantarlih_id", "voters_pantarlih"),
                ("voters_heldevent", "device_id", "voters_device"),
                ("voters_heldevent", "batch_id", "voters_syncbatch"),
                ("voters_conflict", "tps_id", "voters_tps"),
                ("voters_conflict", "voter_id", "voters_voter"),
                ("voters_notice", "tps_id", "voters_tps"),
                ("voters_notice", "voter_id", "voters_voter"),
                ("voters_declaration", "tps_id", "voters_tps"),
                ("voters_declaration", "pantarlih_id", "voters_pantarlih"),
                ("voters_declaration", "device_id", "voters_device"),
            ],
        ),
    ]
