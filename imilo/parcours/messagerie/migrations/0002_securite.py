"""Row-level security of messages: nobody of the application takes one away."""

from django.db import migrations

from imilo.socle.rls import ProtegerHistorique, ProtegerTable


class Migration(migrations.Migration):
    dependencies = [("messagerie", "0001_initial"), ("dossiers", "0002_securite")]
    operations = [
        ProtegerTable("messagerie_messagesortant"),
        ProtegerHistorique("messagerie_messagesortantevent"),
    ]
