"""What was said of a dossier holds for the one it was merged into: two persons stay two, and aren't asked about again."""

from importlib import import_module

from django.db import migrations

DEJA_DIT = """
-- Whether somebody said that these two dossiers are two persons', or those of which they were made by merges. It is
-- read off the pairs and the merges that stand: undoing a merge takes back what it brought.
CREATE FUNCTION doublons_deja_dit(p_un bigint, p_autre bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH un AS (
        SELECT p_un AS id UNION SELECT absorbe FROM doublons_fusion WHERE dossier_id = p_un AND defaite_le IS NULL
    ), autre AS (
        SELECT p_autre AS id UNION SELECT absorbe FROM doublons_fusion WHERE dossier_id = p_autre AND defaite_le IS NULL
    )
    SELECT EXISTS (
        SELECT 1 FROM un, autre, doublons_paire p
        WHERE p.etat = 'differentes' AND (un.id, autre.id) <> (p_un, p_autre)
            AND ((p.dossier_id = un.id AND p.autre = autre.id) OR (p.dossier_id = autre.id AND p.autre = un.id)))
$$;
REVOKE ALL ON FUNCTION doublons_deja_dit(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION doublons_deja_dit(bigint, bigint) TO imilo_app, imilo_lots;
"""
NOTER = import_module("imilo.parcours.doublons.migrations.0002_securite").NOTER
_OU = "WHERE v.vaut AND d.id = p_dossier"
assert NOTER.count(_OU) == 1
NOTER = NOTER.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
    _OU, f"{_OU} AND NOT doublons_deja_dit(d.id, a.id)"
)


class Migration(migrations.Migration):
    dependencies = [("doublons", "0003_candidats")]
    operations = [migrations.RunSQL(sql, reverse_sql=migrations.RunSQL.noop) for sql in (DEJA_DIT, NOTER)]
