"""The national lists as their files are today. Loading again is idempotent: a new edition only needs this again."""

from datetime import date

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from imilo.referentiels.services import charger


def charger_les_listes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    # The files and the loader move together with the tables: a change of columns comes with its own load.
    charger(date.today(), schema_editor.connection.alias)  # noqa: DTZ011  # the day it is for whoever migrates


class Migration(migrations.Migration):
    dependencies = [("referentiels", "0001_initial")]
    operations = [migrations.RunPython(charger_les_listes, migrations.RunPython.noop, elidable=True)]
