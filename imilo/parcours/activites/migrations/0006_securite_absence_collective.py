"""An absence points at a collective act of its own structure."""

from django.db import migrations

LIEN = """
ALTER TABLE activites_absence ADD CONSTRAINT activites_absence_structure_du_collectif
    FOREIGN KEY (collectif_id, structure_id) REFERENCES dossiers_actecollectif (id, structure_id)
    DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("activites", "0005_absence_collective"), ("dossiers", "0005_securite_acte_collectif")]
    operations = [migrations.RunSQL(LIEN, reverse_sql=migrations.RunSQL.noop)]
