import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voters", "0008_intake_placed")]

    operations = [
        migrations.AddField(
            model_name="fileimport",
            name="committed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="loaded by",
            ),
        ),
    ]
