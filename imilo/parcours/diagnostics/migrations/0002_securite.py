"""Row-level security of orientations and assessments."""

from django.db import migrations

from imilo.socle.rls import ProtegerHistorique, ProtegerTable


class Migration(migrations.Migration):
    dependencies = [("diagnostics", "0001_initial"), ("dossiers", "0002_securite")]
    operations = [
        ProtegerTable("diagnostics_orientation"),
        ProtegerTable("diagnostics_diagnostic"),
        ProtegerTable("diagnostics_diagnostictheme"),
        ProtegerHistorique("diagnostics_orientationevent"),
        ProtegerHistorique("diagnostics_diagnosticevent"),
        ProtegerHistorique("diagnostics_diagnosticthemeevent"),
    ]
