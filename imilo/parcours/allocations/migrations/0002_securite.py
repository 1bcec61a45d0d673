"""Row-level security of allowances."""

from django.db import migrations

from imilo.socle.rls import ProtegerHistorique, ProtegerTable


class Migration(migrations.Migration):
    dependencies = [("allocations", "0001_initial"), ("dossiers", "0002_securite")]
    operations = [
        ProtegerTable("allocations_declaration"),
        ProtegerTable("allocations_ressourcedeclaree"),
        ProtegerTable("allocations_decisionallocation"),
        ProtegerHistorique("allocations_declarationevent"),
        ProtegerHistorique("allocations_ressourcedeclareeevent"),
        ProtegerHistorique("allocations_decisionallocationevent"),
    ]
