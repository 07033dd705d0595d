"""Keys that begin with kabkota for the tables of what came in by file."""

from django.db import migrations

from voters.schema import PlaceSharded

REFERENCES = [
    ("voters_duplicate", "voter_id", "voters_voter"),
    ("voters_recap", "tps_id", "voters_tps"),
]


class Migration(migrations.Migration):
    dependencies = [("voters", "0007_intake")]

    operations = [
        PlaceSharded(
            keys={"voters_importchange": "id", "voters_duplicate": "id", "voters_recap": "id"},
            references=REFERENCES,
        ),
    ]
