"""Row-level security of imports and of their lines."""

from django.db import migrations

from imilo.socle.rls import ProtegerTable

LIEN = """
ALTER TABLE listes_ligneimport ADD CONSTRAINT listes_ligneimport_structure_de_l_import
    FOREIGN KEY (imports_id, structure_id) REFERENCES listes_import (id, structure_id)
    DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("listes", "0001_initial"), ("arrivees", "0002_securite")]
    operations = [
        ProtegerTable("listes_import", dossier=False),
        ProtegerTable("listes_ligneimport", dossier=False),
        migrations.RunSQL(LIEN, reverse_sql=migrations.RunSQL.noop),
    ]
