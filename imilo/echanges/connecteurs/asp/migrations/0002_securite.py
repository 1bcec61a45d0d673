"""Row-level security of what is exchanged with the paying agency; a line is of its file's structure."""

from django.db import migrations

from imilo.socle.rls import ProtegerHistorique, ProtegerTable

LIEN = """
ALTER TABLE asp_ligne ADD CONSTRAINT asp_ligne_structure_de_l_envoi
    FOREIGN KEY (envoi_id, structure_id) REFERENCES asp_envoi (id, structure_id) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("asp", "0001_initial"), ("dossiers", "0002_securite")]
    operations = [
        ProtegerTable("asp_envoi", dossier=False),
        ProtegerTable("asp_ligne"),
        ProtegerHistorique("asp_ligneevent"),
        ProtegerTable("asp_retour", dossier=False),
        ProtegerTable("asp_liaison", dossier=False),
        migrations.RunSQL(LIEN, reverse_sql=migrations.RunSQL.noop),
    ]
