"""The clock of motivated accesses is PostgreSQL's: the database says which one runs, and leads to its dossier alone.

And an attempt to reach somebody is closed to whom its arrival is closed to: that of a restricted dossier.
"""

from importlib import import_module

from django.db import migrations

_SECURITE = import_module("imilo.parcours.acces.migrations.0002_securite")

MAINTENANT = """
-- The instant that accesses are counted by: one place to move the clock in.
CREATE FUNCTION acces_maintenant() RETURNS timestamptz
LANGUAGE sql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$ SELECT clock_timestamp() $$;
REVOKE ALL ON FUNCTION acces_maintenant() FROM PUBLIC, imilo_lots;
GRANT EXECUTE ON FUNCTION acces_maintenant() TO imilo_app;
"""

ENTREE = """
-- Where an access leads its own agent, from the structure where it was opened, while it runs: nowhere otherwise, nor
-- once the dossier is restricted to others.
CREATE FUNCTION acces_entree(p_acces bigint) RETURNS TABLE (structure_id bigint, dossier_id bigint) -- fonction etroite
DECLARE
    moi bigint := annuaire_structure();
    qui bigint := NULLIF(current_setting('imilo.agent', true), '')::bigint;
BEGIN
    RETURN QUERY
    SELECT a.structure_id, a.dossier_id
    FROM acces_accesmotive a JOIN acteurs_structure s ON s.id = a.structure_id
    WHERE a.id = p_acces AND a.agent_id = qui AND a.origine_id = moi AND a.clos_le IS NULL
        AND acces_maintenant() >= a.ouvert_le AND acces_maintenant() < a.expire_le
        -- pas restreint
        ;
END $$;
REVOKE ALL ON FUNCTION acces_entree(bigint) FROM PUBLIC, imilo_lots;
GRANT EXECUTE ON FUNCTION acces_entree(bigint) TO imilo_app;
"""
_FIN = "a.expire_le > now()"
assert _SECURITE.MIENS.count(_FIN) == 1
MIENS = _SECURITE.MIENS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
    _FIN, "a.expire_le > acces_maintenant() -- pas restreint\n        "
)
PAS_RESTREINT = """AND NOT EXISTS (
            SELECT 1 FROM acces_restriction r WHERE r.dossier_id = a.dossier_id AND r.levee_le IS NULL
                AND (acces_maintenant() AT TIME ZONE s.fuseau)::date BETWEEN r.du AND r.au
                AND NOT qui = ANY(r.agents))"""

TENTATIVES = """
CREATE POLICY restriction ON arrivees_tentative AS RESTRICTIVE TO imilo_app
    USING (EXISTS (SELECT 1 FROM arrivees_arrivee a WHERE a.id = arrivee_id));
"""


class Migration(migrations.Migration):
    dependencies = [("acces", "0002_securite"), ("arrivees", "0002_securite")]
    operations = [
        migrations.RunSQL(
            sql.replace("-- fonction etroite", _SECURITE.ETROITE).replace("-- pas restreint", PAS_RESTREINT),
            reverse_sql=migrations.RunSQL.noop,
        )
        for sql in (MAINTENANT, ENTREE, MIENS, TENTATIVES)
    ]
