"""Row-level security of collective acts; an act points at a collective act of its own structure."""

from django.db import migrations

from imilo.socle.rls import ProtegerHistorique, ProtegerTable

LIEN = """
ALTER TABLE dossiers_acte ADD CONSTRAINT dossiers_acte_structure_du_collectif
    FOREIGN KEY (collectif_id, structure_id) REFERENCES dossiers_actecollectif (id, structure_id)
    DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0004_acte_collectif")]
    operations = [
        ProtegerTable("dossiers_actecollectif", dossier=False),
        ProtegerHistorique("dossiers_actecollectifevent"),
        migrations.RunSQL(LIEN, reverse_sql=migrations.RunSQL.noop),
    ]
