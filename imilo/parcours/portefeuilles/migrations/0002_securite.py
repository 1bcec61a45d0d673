"""Row-level security; the history of référents can be added to and read, never changed."""

from django.db import migrations

from imilo.socle.rls import ProtegerTable

# Undoing a batch writes its lines; a change of référent is rewritten by nobody but a merge (its dossier).
JAMAIS_REECRIT = """
REVOKE UPDATE ON portefeuilles_changementreferent FROM imilo_app;
GRANT UPDATE (dossier_id) ON portefeuilles_changementreferent TO imilo_app;
"""
LIEN = """
ALTER TABLE portefeuilles_lignedelot ADD CONSTRAINT portefeuilles_lignedelot_structure_du_lot
    FOREIGN KEY (lot_id, structure_id) REFERENCES portefeuilles_lot (id, structure_id)
    DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("portefeuilles", "0001_initial"), ("dossiers", "0002_securite")]
    operations = [
        ProtegerTable("portefeuilles_changementreferent"),
        ProtegerTable("portefeuilles_lignedelot"),
        ProtegerTable("portefeuilles_lot", dossier=False),
        ProtegerTable("portefeuilles_remplacement", dossier=False),
        ProtegerTable("portefeuilles_recherche", dossier=False),
        ProtegerTable("portefeuilles_affichage", dossier=False),
        migrations.RunSQL([JAMAIS_REECRIT, LIEN], reverse_sql=migrations.RunSQL.noop),
    ]
