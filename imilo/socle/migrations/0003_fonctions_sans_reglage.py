"""For bases made before: the functions of the owner no longer carry a setting, which only a superuser could allow.

Their policies now ask who signed in instead (`imilo.socle.rls.FONCTION_ETROITE`). A new base has nothing to change.
"""

from django.db import migrations

from imilo.socle.rls import FONCTION_ETROITE

CHANGER = f"""
DO $faire$
DECLARE
    quoi record;
BEGIN
    FOR quoi IN
        SELECT format('%I.%I', schemaname, tablename) AS nom FROM pg_policies
        WHERE policyname = 'proprietaire' AND schemaname = 'public' AND tablename NOT LIKE 'journal\\_%'
    LOOP
        EXECUTE format('ALTER POLICY proprietaire ON %s USING (%s) WITH CHECK (%s)',
            quoi.nom, $p${FONCTION_ETROITE}$p$, $p${FONCTION_ETROITE}$p$);
    END LOOP;
    FOR quoi IN
        SELECT p.oid::regprocedure AS nom FROM pg_proc p, unnest(p.proconfig) reglage
        WHERE p.pronamespace = 'public'::regnamespace AND reglage LIKE 'imilo.annuaire=%'
    LOOP
        EXECUTE format('ALTER FUNCTION %s RESET imilo.annuaire', quoi.nom);
    END LOOP;
END $faire$;
"""  # noqa: S608  # our own policy


class Migration(migrations.Migration):
    dependencies = [("socle", "0002_avancement")]
    operations = [migrations.RunSQL(CHANGER, reverse_sql=migrations.RunSQL.noop)]
