"""The counter's search of likely doubles brings together short words that the engine says near.

Of words of five letters or fewer, "Lina" and "Lena" share a quarter of their trigrams: the engine judges what the
directory brings, and 0.4 kept them away from it.
"""

from importlib import import_module

from django.db import migrations

_AVANT = ">= 0.4)"
_APRES = ">= CASE WHEN least(length(a), length(b)) <= 5 THEN 0.1 ELSE 0.4 END)"
HOMONYMES = import_module("imilo.jeunes.migrations.0003_annuaire").HOMONYMES
assert HOMONYMES.count(_AVANT) == HOMONYMES.count("CREATE FUNCTION") == 1
REMPLACER = HOMONYMES.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(_AVANT, _APRES)


class Migration(migrations.Migration):
    dependencies = [("jeunes", "0010_rapprochement")]
    operations = [migrations.RunSQL(REMPLACER, reverse_sql=migrations.RunSQL.noop)]
