"""Files of every kind come in by one table; the imports of lists that were known before stay on record."""

import django.db.models.deletion
import django.db.models.expressions
import voters.placement
from django.conf import settings
from django.db import migrations, models


KEEP = """
INSERT INTO voters_fileimport (id, kind, election_id, area_id, by_id, file_name, file_hash, size, stored, errors, state,
                               choice, create_tps, rows, created, changed, unchanged, left_out, missing, doubtful,
                               problem, attempts, undo_reason, uploaded_at, checked_at, committed_at)
SELECT id, 'voters', election_id, area_id, by_id, file_name, file_hash, 0, '', '', 'committed', 'all', false, rows,
       created, changed, unchanged, 0, missing, doubtful, '', 1, '', started_at, started_at, finished_at
FROM voters_listimport
"""


class Migration(migrations.Migration):

    dependencies = [
        ('voters', '0006_late_events'),
    ]

    operations = [
        migrations.AddField(
            model_name='pantarlih',
            name='nik',
            field=models.CharField(blank=True, default='', max_length=16, verbose_name='NIK'),
        ),
        migrations.AddField(
            model_name='voter',
            name='loaded_by',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='coklitevent',
            name='door',
            field=models.CharField(choices=[('phone', "Pantarlih's phone"), ('pps', 'PPS form'), ('paper', 'Excel of paper results'), ('ecoklit', 'File of e-Coklit')], max_length=10, verbose_name='door'),
        ),
        migrations.AlterField(
            model_name='coklitresult',
            name='door',
            field=models.CharField(choices=[('phone', "Pantarlih's phone"), ('pps', 'PPS form'), ('paper', 'Excel of paper results'), ('ecoklit', 'File of e-Coklit')], max_length=10, verbose_name='door'),
        ),
        migrations.CreateModel(
            name='Duplicate',
            fields=[
                ('id', models.UUIDField(default=voters.placement.new_id, editable=False, primary_key=True, serialize=False)),
                ('other_kabkota', models.CharField(db_collation='C', max_length=5)),
                ('other_region', models.CharField(db_collation='C', max_length=13, verbose_name='village of the other')),
                ('other_voter', models.UUIDField()),
                ('holders', models.PositiveIntegerField(verbose_name='voters with this NIK')),
                ('file_import', models.UUIDField()),
                ('found_at', models.DateTimeField(verbose_name='found')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='settled')),
                ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='note')),
                ('election', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='voters.election')),
                ('kabkota', models.ForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='voters.region')),
                ('voter', voters.placement.ColocatedForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='duplicates', to='voters.voter', verbose_name='voter')),
            ],
            options={
                'verbose_name': 'duplicate NIK',
                'verbose_name_plural': 'duplicate NIKs',
            },
        ),
        migrations.CreateModel(
            name='FileImport',
            fields=[
                ('id', models.UUIDField(default=voters.placement.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('voters', 'Voter list'), ('tps', 'Polling stations'), ('committees', 'Accounts of committees'), ('pantarlih', 'Pantarlih'), ('paper', 'Coklit results on paper'), ('recap', 'e-Coklit: recap per TPS'), ('ecoklit', 'e-Coklit: baru, TMS or ubah')], max_length=12, verbose_name='kind of file')),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('file_hash', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='bytes')),
                ('stored', models.CharField(blank=True, default='', max_length=80)),
                ('errors', models.CharField(blank=True, default='', max_length=80)),
                ('keep_until', models.DateTimeField(null=True, verbose_name='kept until')),
                ('state', models.CharField(choices=[('uploaded', 'Uploaded: say what its columns mean'), ('checking', 'Being checked'), ('checked', 'Checked, nothing loaded yet'), ('committing', 'Being loaded'), ('committed', 'Loaded'), ('undoing', 'Being undone'), ('undone', 'Undone'), ('failed', 'Failed, nothing loaded'), ('cancelled', 'Cancelled, nothing loaded')], default='uploaded', max_length=12, verbose_name='state')),
                ('layout', models.JSONField(null=True)),
                ('choice', models.CharField(choices=[('all', 'All rows or none'), ('valid', 'The rows that can be loaded')], default='valid', max_length=6, verbose_name='what is loaded')),
                ('create_tps', models.BooleanField(default=False, verbose_name='make the TPS that the list names')),
                ('rows', models.PositiveBigIntegerField(null=True, verbose_name='rows in the file')),
                ('created', models.PositiveBigIntegerField(null=True, verbose_name='created')),
                ('changed', models.PositiveBigIntegerField(null=True, verbose_name='changed')),
                ('unchanged', models.PositiveBigIntegerField(null=True, verbose_name='unchanged')),
                ('left_out', models.PositiveBigIntegerField(null=True, verbose_name='left out')),
                ('missing', models.PositiveBigIntegerField(null=True, verbose_name='on the list but not in the file')),
                ('doubtful', models.PositiveBigIntegerField(null=True, verbose_name='loaded but to be checked')),
                ('report', models.JSONField(null=True)),
                ('problem', models.TextField(blank=True, default='', verbose_name='problem')),
                ('claimed_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('cancel_asked_at', models.DateTimeField(null=True)),
                ('uploaded_at', models.DateTimeField(verbose_name='uploaded')),
                ('checked_at', models.DateTimeField(null=True, verbose_name='checked')),
                ('committed_at', models.DateTimeField(null=True, verbose_name='loaded')),
                ('undo_asked_at', models.DateTimeField(null=True)),
                ('undo_reason', models.CharField(blank=True, default='', max_length=200, verbose_name='reason')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='undone')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='voters.region', verbose_name='region')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('election', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='voters.election', verbose_name='election')),
                ('mends', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='voters.fileimport', verbose_name='mends')),
                ('undo_asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='undone by')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
            },
        ),
        migrations.CreateModel(
            name='ImportChange',
            fields=[
                ('id', models.UUIDField(default=voters.placement.new_id, editable=False, primary_key=True, serialize=False)),
                ('file_import', models.UUIDField()),
                ('subject', models.CharField(max_length=60)),
                ('before', models.JSONField(null=True)),
                ('kabkota', models.ForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='voters.region')),
            ],
            options={
                'verbose_name': 'imported change',
                'verbose_name_plural': 'imported changes',
            },
        ),
        migrations.CreateModel(
            name='LeftOut',
            fields=[
                ('id', models.UUIDField(default=voters.placement.new_id, editable=False, primary_key=True, serialize=False)),
                ('row', models.PositiveBigIntegerField(verbose_name='row')),
                ('code', models.CharField(max_length=40, verbose_name='reason')),
                ('region', models.CharField(db_collation='C', max_length=13, verbose_name='region')),
                ('dpid', models.CharField(blank=True, default='', max_length=20, verbose_name='DPID')),
                ('nik', models.CharField(blank=True, default='', max_length=16, verbose_name='NIK')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='settled')),
                ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='note')),
                ('file_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='left_out_rows', to='voters.fileimport')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='voters.fileimport')),
            ],
            options={
                'verbose_name': 'row left out',
                'verbose_name_plural': 'rows left out',
            },
        ),
        migrations.CreateModel(
            name='ListShift',
            fields=[
                ('id', models.UUIDField(default=voters.placement.new_id, editable=False, primary_key=True, serialize=False)),
                ('kelurahan', models.CharField(db_collation='C', max_length=13, verbose_name='village')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('before', models.PositiveIntegerField(verbose_name='before')),
                ('after', models.PositiveIntegerField(verbose_name='after')),
                ('file_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='voters.fileimport')),
            ],
            options={
                'verbose_name': "change of the list's size",
                'verbose_name_plural': "changes of the list's size",
            },
        ),
        migrations.CreateModel(
            name='Recap',
            fields=[
                ('id', models.UUIDField(default=voters.placement.new_id, editable=False, primary_key=True, serialize=False)),
                ('source', models.CharField(choices=[('phone_page', "Pantarlih's page"), ('paper', 'Paper'), ('ecoklit', "e-Coklit's recap")], max_length=10, verbose_name='source')),
                ('day', models.DateField(verbose_name='as of')),
                ('pantarlih', models.CharField(blank=True, default='', max_length=100, verbose_name='pantarlih')),
                ('listed', models.PositiveIntegerField(verbose_name='listed')),
                ('sesuai', models.PositiveIntegerField(verbose_name='matched')),
                ('ubah', models.PositiveIntegerField(verbose_name='changed')),
                ('tms', models.PositiveIntegerField(verbose_name='ineligible')),
                ('baru', models.PositiveIntegerField(verbose_name='new')),
                ('last_sync_at', models.DateTimeField(null=True, verbose_name='last synced')),
                ('file_import', models.UUIDField()),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('kabkota', models.ForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='voters.region')),
                ('tps', voters.placement.ColocatedForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='recaps', to='voters.tps', verbose_name='TPS')),
            ],
            options={
                'verbose_name': 'recap of a TPS',
                'verbose_name_plural': 'recaps of TPS',
            },
        ),
        migrations.CreateModel(
            name='SavedLayout',
            fields=[
                ('id', models.UUIDField(default=voters.placement.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('voters', 'Voter list'), ('tps', 'Polling stations'), ('committees', 'Accounts of committees'), ('pantarlih', 'Pantarlih'), ('paper', 'Coklit results on paper'), ('recap', 'e-Coklit: recap per TPS'), ('ecoklit', 'e-Coklit: baru, TMS or ubah')], max_length=12, verbose_name='kind of file')),
                ('headings', models.CharField(max_length=64)),
                ('columns', models.JSONField()),
                ('saved_at', models.DateTimeField(verbose_name='saved')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='voters.region', verbose_name='region')),
            ],
            options={
                'verbose_name': 'saved layout',
                'verbose_name_plural': 'saved layouts',
            },
        ),
        migrations.AddConstraint(
            model_name='duplicate',
            constraint=models.UniqueConstraint(fields=('kabkota', 'voter', 'other_voter'), name='duplicate_once'),
        ),
        migrations.AddIndex(
            model_name='fileimport',
            index=models.Index(fields=['area', 'uploaded_at'], name='import_area'),
        ),
        migrations.AddConstraint(
            model_name='fileimport',
            constraint=models.CheckConstraint(condition=models.Q(('committed_at__isnull', True), ('rows', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('created'), '+', models.F('changed')), '+', models.F('unchanged')), '+', models.F('left_out'))), _connector='OR'), name='import_no_row_is_lost'),
        ),
        migrations.AddIndex(
            model_name='importchange',
            index=models.Index(fields=['file_import'], name='import_change'),
        ),
        migrations.AddIndex(
            model_name='leftout',
            index=models.Index(condition=models.Q(('settled_at__isnull', True)), fields=['region'], name='left_out_open'),
        ),
        migrations.AddConstraint(
            model_name='leftout',
            constraint=models.UniqueConstraint(fields=('file_import', 'row'), name='left_out_once'),
        ),
        migrations.AddIndex(
            model_name='listshift',
            index=models.Index(fields=['kelurahan', 'at'], name='list_shift_kelurahan'),
        ),
        migrations.AddConstraint(
            model_name='recap',
            constraint=models.UniqueConstraint(fields=('kabkota', 'tps', 'source', 'day'), name='recap_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='savedlayout',
            constraint=models.UniqueConstraint(fields=('region', 'kind', 'headings'), name='saved_layout_once'),
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.DeleteModel(name="ListImport"),
    ]
