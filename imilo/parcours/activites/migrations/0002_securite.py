"""Row-level security of activities."""

from django.db import migrations

from imilo.socle.rls import ProtegerHistorique, ProtegerTable

TABLES = ("absence", "activitedeclaree", "suiviaction")


class Migration(migrations.Migration):
    dependencies = [("activites", "0001_initial"), ("dossiers", "0002_securite"), ("acces", "0002_securite")]
    operations = [
        *(ProtegerTable(f"activites_{nom}") for nom in (*TABLES, "situationnonprofessionnelle")),
        *(ProtegerHistorique(f"activites_{nom}event") for nom in TABLES),
    ]
