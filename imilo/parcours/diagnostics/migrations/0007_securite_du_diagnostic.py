"""Row-level security of what an assessment holds; nobody rewrites what the person wrote."""

from django.db import migrations

from imilo.socle.rls import ProtegerHistorique, ProtegerTable

TABLES = ("contrainte", "elementdecontrainte", "appreciation", "metierdudiagnostic", "commentaire")
# Reading a comment is noted; a merge moves it to the dossier that stays.
JAMAIS_REECRIT = """
REVOKE UPDATE ON diagnostics_commentaire FROM imilo_app;
GRANT UPDATE (vu_le, vu_par_id, dossier_id, modifie_le) ON diagnostics_commentaire TO imilo_app;
"""


class Migration(migrations.Migration):
    dependencies = [("diagnostics", "0006_diagnostic_partage")]
    operations = [
        *(ProtegerTable(f"diagnostics_{table}") for table in TABLES),
        *(ProtegerHistorique(f"diagnostics_{table}event") for table in TABLES),
        migrations.RunSQL(JAMAIS_REECRIT, reverse_sql=migrations.RunSQL.noop),
    ]
