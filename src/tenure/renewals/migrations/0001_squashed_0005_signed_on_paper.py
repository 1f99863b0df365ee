"""The tables of the room as they are after 0005, made at once: a new installation is ready sooner."""

from pathlib import Path

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('renewals', '0001_initial'),
        ('renewals', '0002_quotes_kept'),
        ('renewals', '0003_tasks_taken'),
        ('renewals', '0004_programmes_services'),
        ('renewals', '0005_signed_on_paper'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0003_tax_identifier'),
        ('catalog', '0001_initial'),
        ('entitlements', '0004_extensions_apart'),
        ('outbox', '0003_what_came_back'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.TextField()),
                ('step', models.SmallIntegerField()),
                ('ends_on', models.DateField()),
                ('due_on', models.DateField()),
                ('policy', models.IntegerField()),
                ('run_at', models.DateTimeField()),
                ('written_at', models.DateTimeField(null=True)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='entitlements.asset')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('reseller', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='entitlements.term')),
            ],
            options={
                'indexes': [models.Index(models.F('organisation'), models.F('id'), condition=models.Q(('written_at', None)), name='notice_to_write'), models.Index(models.F('organisation'), models.F('id'), name='notice_of_customer')],
                'constraints': [models.UniqueConstraint(fields=('asset', 'ends_on', 'step'), name='notice_once'), models.CheckConstraint(condition=models.Q(('due_on', django.db.models.expressions.CombinedExpression(models.F('ends_on'), '+', models.F('step')))), name='notice_due')],
            },
        ),
        migrations.CreateModel(
            name='NoticeLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recipient', models.TextField(choices=[('licence_owner', 'licence_owner'), ('renewal_contact', 'renewal_contact'), ('reseller', 'reseller')])),
                ('address', models.TextField()),
                ('bounced_at', models.DateTimeField(null=True)),
                ('mail', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outbox.mail')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='renewals.notice')),
            ],
            options={
                'indexes': [models.Index(models.F('mail'), name='notice_letter_by_mail')],
                'constraints': [models.UniqueConstraint(models.F('notice'), django.db.models.functions.text.Lower('address'), name='notice_letter_once')],
            },
        ),
        migrations.CreateModel(
            name='Price',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.TextField()),
                ('currency', models.TextField()),
                ('region', models.TextField(blank=True, db_default='', default='')),
                ('programme', models.TextField(blank=True, db_default='', default='')),
                ('unit_list_price', models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ('unit_maintenance_per_year', models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                ('band_from', models.BigIntegerField(default=1)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('product', 'level', 'currency', 'region', 'programme', 'valid_from', 'band_from'), name='price_once'), models.CheckConstraint(condition=models.Q(('band_from__gt', 0)), name='price_band'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='price_valid'), models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='price_currency'), models.CheckConstraint(condition=models.Q(('unit_list_price__gte', 0), ('unit_maintenance_per_year__gte', 0), _connector='OR'), name='price_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('unit_list_price', None), ('unit_list_price__gte', 0), _connector='OR'), models.Q(('unit_maintenance_per_year', None), ('unit_maintenance_per_year__gte', 0), _connector='OR')), name='price_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Quote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.TextField()),
                ('prepared_at', models.DateTimeField()),
                ('order_day', models.DateField()),
                ('valid_to', models.DateField()),
                ('zone', models.TextField(db_default='UTC')),
                ('policy', models.IntegerField()),
                ('currency', models.TextField()),
                ('wish', models.JSONField()),
                ('total', models.DecimalField(decimal_places=4, max_digits=20)),
                ('tax', models.DecimalField(decimal_places=4, max_digits=20)),
                ('partner_total', models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ('partner_tax', models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ('partner_percent', models.DecimalField(decimal_places=4, max_digits=7, null=True)),
                ('partner_tax_rule', models.TextField(db_default='')),
                ('partner_tax_percent', models.DecimalField(decimal_places=4, max_digits=7, null=True)),
                ('tax_rule', models.TextField()),
                ('tax_percent', models.DecimalField(decimal_places=4, max_digits=7)),
                ('notes', models.JSONField(default=list)),
                ('waiting', models.JSONField(default=list)),
                ('sent_at', models.DateTimeField(null=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('declined_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('why', models.TextField(blank=True, default='')),
                ('programme', models.TextField(blank=True, db_default='', default='')),
                ('signed_by', models.TextField(blank=True, db_default='', default='')),
                ('signed_on', models.DateField(null=True)),
                ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('prepared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reseller', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('revises', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revised_by', to='renewals.quote')),
            ],
            options={
                'indexes': [models.Index(models.F('organisation'), models.OrderBy(models.F('id'), descending=True), name='quote_of_customer'), models.Index(models.F('reseller'), models.OrderBy(models.F('id'), descending=True), name='quote_of_reseller')],
                'constraints': [models.UniqueConstraint(fields=('number',), name='quote_number_once'), models.CheckConstraint(condition=models.Q(('valid_to__gt', models.F('order_day'))), name='quote_valid'), models.CheckConstraint(condition=models.Q(('accepted_at', None), models.Q(('declined_at', None), ('withdrawn_at', None)), _connector='OR'), name='quote_one_answer'), models.CheckConstraint(condition=models.Q(('accepted_at', None), ('sent_at__isnull', False), _connector='OR'), name='quote_sent_first')],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordered_at', models.DateTimeField()),
                ('certificate', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='entitlements.certificate')),
                ('ordered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('quote', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='order', to='renewals.quote')),
            ],
        ),
        migrations.CreateModel(
            name='QuoteLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.SmallIntegerField()),
                ('kind', models.TextField(choices=[('renewal', 'renewal'), ('level_change', 'level_change'), ('first_term', 'first_term'), ('extension', 'extension')])),
                ('level', models.TextField()),
                ('quantity', models.BigIntegerField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('lapsed_days', models.IntegerField(default=0)),
                ('amount', models.DecimalField(decimal_places=4, max_digits=20)),
                ('partner_amount', models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ('steps', models.JSONField()),
                ('notes', models.JSONField(default=list)),
                ('held', models.JSONField(default=dict)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='entitlements.asset')),
                ('quote', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='renewals.quote')),
            ],
            options={
                'indexes': [models.Index(models.F('asset'), models.F('id'), name='quote_line_by_asset')],
                'constraints': [models.UniqueConstraint(fields=('quote', 'place'), name='quote_line_once'), models.UniqueConstraint(fields=('quote', 'asset', 'kind'), name='quote_asset_once'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='quote_line_days'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='quote_line_quantity')],
            },
        ),
        migrations.CreateModel(
            name='QuoteService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.SmallIntegerField()),
                ('service', models.TextField()),
                ('name', models.TextField()),
                ('unit', models.TextField()),
                ('quantity', models.BigIntegerField()),
                ('unit_price', models.DecimalField(decimal_places=6, max_digits=18)),
                ('amount', models.DecimalField(decimal_places=4, max_digits=20)),
                ('partner_amount', models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                ('quote', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='renewals.quote')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('quote', 'service'), name='quote_service_once'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='quote_service_quantity')],
            },
        ),
        migrations.CreateModel(
            name='RenewalTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField(choices=[('nobody_to_tell', 'nobody_to_tell'), ('bounced', 'bounced'), ('quote_wanted', 'quote_wanted'), ('legal_window', 'legal_window'), ('service_ordered', 'service_ordered'), ('disputed', 'disputed')])),
                ('region', models.TextField()),
                ('words', models.TextField(blank=True, default='')),
                ('subject', models.TextField(blank=True, db_default='', default='')),
                ('made_at', models.DateTimeField()),
                ('taken_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('asset', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='entitlements.asset')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('notice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='renewals.notice')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(models.F('region'), models.F('id'), condition=models.Q(('done_at', None)), name='renewal_task_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('done_at', None)), fields=('kind', 'organisation', 'asset', 'notice', 'subject'), name='renewal_task_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='ResellerChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('changed_on', models.DateField()),
                ('changed_at', models.DateTimeField()),
                ('why', models.TextField(blank=True, default='')),
                ('applied_at', models.DateTimeField(null=True)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='entitlements.asset')),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reseller_after', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('reseller_before', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'indexes': [models.Index(models.F('asset'), models.F('id'), name='reseller_change_by_asset'), models.Index(models.F('changed_on'), models.F('id'), condition=models.Q(('applied_at', None)), name='reseller_change_due')],
            },
        ),
        migrations.CreateModel(
            name='ResellerProfile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('countries', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('families', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('address', models.TextField(blank=True, default='')),
                ('email', models.TextField(blank=True, default='')),
                ('phone', models.TextField(blank=True, default='')),
                ('website', models.TextField(blank=True, default='')),
                ('listed', models.BooleanField(default=True)),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='ResellerRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wish', models.TextField(choices=[('quote', 'quote'), ('of_record', 'of_record')])),
                ('serials', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('words', models.TextField(blank=True, default='')),
                ('starts_on', models.DateField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('granted', models.BooleanField(null=True)),
                ('why', models.TextField(blank=True, default='')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('quote', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='asked_by_request', to='renewals.quote')),
                ('reseller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'indexes': [models.Index(models.F('reseller'), models.OrderBy(models.F('id'), descending=True), name='reseller_request_for'), models.Index(models.F('organisation'), models.OrderBy(models.F('id'), descending=True), name='reseller_request_of'), models.Index(models.F('id'), condition=models.Q(('answered_at', None), ('wish', 'of_record')), name='reseller_request_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('organisation', 'reseller', 'wish'), name='reseller_request_once'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('granted', None)), models.Q(('answered_at__isnull', False), ('granted__isnull', False)), _connector='OR'), name='reseller_request_answer'), models.CheckConstraint(condition=models.Q(('serials__len__gt', 0)), name='reseller_request_names')],
            },
        ),
        migrations.CreateModel(
            name='SignedPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('stored_as', models.TextField()),
                ('size_bytes', models.BigIntegerField()),
                ('sha256', models.BinaryField()),
                ('scan', models.TextField()),
                ('recorded_at', models.DateTimeField()),
                ('objected_at', models.DateTimeField(null=True)),
                ('objection', models.TextField(blank=True, db_default='', default='')),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('objected_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('quote', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='signed_paper', to='renewals.quote')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('size_bytes__gt', 0)), name='signed_paper_size'), models.CheckConstraint(condition=models.Q(models.Q(('objected_at', None), ('objected_by', None), ('taken_back_at', None)), models.Q(('objected_at__isnull', False), ('objected_by__isnull', False)), _connector='OR'), name='signed_paper_objection')],
            },
        ),
        migrations.CreateModel(
            name='Unsubscribed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.TextField()),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('address'), models.F('organisation'), condition=models.Q(('ended_at', None)), name='unsubscribed_once')],
            },
        ),
        migrations.CreateModel(
            name='ActingConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('reseller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('organisation', 'reseller'), name='acting_consent_once')],
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.BinaryField(unique=True)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('person',), name='calendar_feed_once')],
            },
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.TextField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('organisation'), models.F('organisation'), models.Value('[]'), function='int8range'), '&&'), (models.Func(models.F('starts_on'), models.F('ends_on'), function='daterange'), '&&')], name='enrolment_one_at_a_time'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='enrolment_days')],
            },
        ),
        migrations.CreateModel(
            name='Lost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ends_on', models.DateField()),
                ('reason', models.TextField(choices=[('price', 'price'), ('no_longer_used', 'no_longer_used'), ('competitor', 'competitor'), ('end_of_support', 'end_of_support'), ('bought_anew', 'bought_anew'), ('other', 'other')])),
                ('words', models.TextField(blank=True, default='')),
                ('said_at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='entitlements.asset')),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('taken_back_at', None)), fields=('asset', 'ends_on'), name='lost_once')],
            },
        ),
        *(
            migrations.RunSQL(sql=(Path(__file__).parent / name).read_text())
            for name in ("0001_kept.sql", "0002_kept.sql", "0004_programmes_services.sql")
        ),
    ]
