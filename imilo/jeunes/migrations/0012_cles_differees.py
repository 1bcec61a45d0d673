"""A batch that writes millions of persons may leave their search keys for the end: made whole, they cost half or less.

It says so by the setting `imilo.cles`, for its own session only: anybody else's rows keep their keys as they are
written. PostgreSQL asks who signed in, which nobody can pretend, so the setting changes nothing to another role.
Whoever defers owes `annuaire_reconstruire()`, which now runs as the owner, for imilo_lots alone.
"""

from django.db import migrations

TENUES = """current_setting('imilo.cles', true) IS DISTINCT FROM 'differees'
        OR NOT pg_has_role(session_user, 'imilo_lots', 'USAGE')"""

DECLENCHEURS = f"""
CREATE OR REPLACE TRIGGER annuaire_ajoute AFTER INSERT ON dossiers_dossier
    REFERENCING NEW TABLE AS nouveaux FOR EACH STATEMENT
    WHEN ({TENUES}) EXECUTE FUNCTION annuaire_dossier_ajoute();
CREATE OR REPLACE TRIGGER annuaire_ajoute AFTER INSERT ON jeunes_jeune
    REFERENCING NEW TABLE AS nouveaux FOR EACH STATEMENT
    WHEN ({TENUES}) EXECUTE FUNCTION annuaire_jeune_ajoute();
"""

RECONSTRUIRE = """
ALTER FUNCTION annuaire_reconstruire() SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp;
GRANT EXECUTE ON FUNCTION annuaire_reconstruire() TO imilo_lots;
"""


class Migration(migrations.Migration):
    dependencies = [("jeunes", "0011_prenoms_courts"), ("dossiers", "0002_securite")]
    operations = [migrations.RunSQL(sql, reverse_sql=migrations.RunSQL.noop) for sql in (DECLENCHEURS, RECONSTRUIRE)]
