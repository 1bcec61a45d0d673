"""Search keys and words of what was there before."""

from django.db import migrations

# The owner sees persons and dossiers through this setting only.
REMPLIR = """
SET LOCAL imilo.annuaire = 'on';
SELECT annuaire_reconstruire();
SET LOCAL imilo.annuaire = 'off';
"""


class Migration(migrations.Migration):
    dependencies = [("jeunes", "0004_fautes_de_frappe")]
    operations = [migrations.RunSQL(REMPLIR, reverse_sql=migrations.RunSQL.noop)]
