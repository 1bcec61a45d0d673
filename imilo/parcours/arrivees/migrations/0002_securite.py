"""Row-level security of arrivals and of their attempts."""

from django.db import migrations

from imilo.socle.rls import ProtegerHistorique, ProtegerTable

LIEN = """
ALTER TABLE arrivees_tentative ADD CONSTRAINT arrivees_tentative_structure_de_l_arrivee
    FOREIGN KEY (arrivee_id, structure_id) REFERENCES arrivees_arrivee (id, structure_id)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("arrivees", "0001_initial"), ("dossiers", "0002_securite")]
    operations = [
        ProtegerTable("arrivees_arrivee"),
        ProtegerTable("arrivees_tentative", dossier=False),
        ProtegerHistorique("arrivees_arriveeevent"),
        migrations.RunSQL(LIEN, reverse_sql=migrations.RunSQL.noop),
    ]
