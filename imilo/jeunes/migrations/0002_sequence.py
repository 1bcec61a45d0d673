"""Identifiers of persons are taken before the insertion: see `prochain_id`."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("jeunes", "0001_initial"), ("socle", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE jeunes_jeune_id_seq OWNED BY jeunes_jeune.id",
            reverse_sql="DROP SEQUENCE jeunes_jeune_id_seq",
        )
    ]
