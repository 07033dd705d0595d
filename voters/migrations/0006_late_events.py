"""Late results as a list of their own: no table, Django only has to know of it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("voters", "0005_phones_placed")]

    operations = [
        migrations.CreateModel(
            name="LateEvent",
            fields=[],
            options={
                "verbose_name": "late result",
                "verbose_name_plural": "late results",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("voters.heldevent",),
        ),
    ]
