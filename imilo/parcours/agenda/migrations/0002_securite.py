"""Row-level security of appointments."""

from django.db import migrations

from imilo.socle.rls import ProtegerTable


class Migration(migrations.Migration):
    dependencies = [("agenda", "0001_initial"), ("dossiers", "0002_securite")]
    operations = [ProtegerTable("agenda_rendezvous")]
