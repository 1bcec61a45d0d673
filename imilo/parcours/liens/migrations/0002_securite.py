"""Row-level security of links, the narrow function that finds one by its token, and the perimeter of one dossier.

A transaction that says `imilo.dossier` sees the rows of this dossier alone: restrictive policies add to those that
are there. A table of the structure that names no dossier is then closed; the journal can be written to.
"""

from django.db import migrations

from imilo.socle.rls import ProtegerHistorique, ProtegerTable

RESOUDRE = """
-- Where a token leads: numbers, for whoever shows a hash that only the key of the application makes.
CREATE FUNCTION liens_resoudre(p_empreinte bytea)
RETURNS TABLE (lien_id bigint, structure_id bigint, dossier_id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT l.id, l.structure_id, l.dossier_id
    FROM liens_lienpersonnel l WHERE l.empreinte = p_empreinte;
END $$;
REVOKE ALL ON FUNCTION liens_resoudre(bytea) FROM PUBLIC, imilo_lots;
GRANT EXECUTE ON FUNCTION liens_resoudre(bytea) TO imilo_app;
"""

# Written as an inequality, because the planner takes an inequality to be nearly always true: said as
# "no dossier is named OR it is this one", it would count on one row in two hundred, and join as for so few.
RESTREINDRE = """
CREATE FUNCTION liens_restreindre(p_table regclass) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    nom text := (SELECT relname FROM pg_class WHERE oid = p_table);
    colonnes text[] := ARRAY(SELECT attname::text FROM pg_attribute
        WHERE attrelid = p_table AND attnum > 0 AND NOT attisdropped);
    colonne text := CASE WHEN nom = 'dossiers_dossier' THEN 'id' WHEN nom = 'dossiers_dossierevent' THEN 'pgh_obj_id'
        WHEN 'dossier_id' = ANY(colonnes) THEN 'dossier_id' END;
    seul text := $x$(SELECT NULLIF(current_setting('imilo.dossier', true), ''))$x$;
    condition text;
BEGIN
    IF (colonne IS NULL AND NOT 'structure_id' = ANY(colonnes))
        OR EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = p_table AND p.polname = 'un_seul_dossier') THEN
        RETURN false;
    END IF;
    condition := CASE WHEN colonne IS NULL THEN format('%s IS NULL', seul) ELSE format(
        'COALESCE(%1$I, 0) <> CASE WHEN %2$s IS NULL OR %1$I = %2$s::bigint THEN -1 ELSE COALESCE(%1$I, 0) END',
        colonne, seul) END;
    EXECUTE format('CREATE POLICY un_seul_dossier ON %s AS RESTRICTIVE FOR %s TO imilo_app USING (%s)',
        p_table, CASE WHEN nom LIKE 'journal\\_%' THEN 'SELECT' ELSE 'ALL' END, condition);
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION liens_restreindre(regclass) FROM PUBLIC, imilo_app, imilo_lots;
SELECT liens_restreindre(c.oid::regclass) FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND c.relforcerowsecurity AND NOT c.relispartition
    AND c.relnamespace = 'public'::regnamespace;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("liens", "0001_initial"),
        ("messagerie", "0002_securite"),
        ("dossiers", "0002_securite"),
        ("journal", "0002_inscrire"),
    ]
    operations = [
        ProtegerTable("liens_lienpersonnel"),
        ProtegerHistorique("liens_lienpersonnelevent"),
        migrations.RunSQL(RESOUDRE, reverse_sql=migrations.RunSQL.noop),
        migrations.RunSQL(RESTREINDRE, reverse_sql=migrations.RunSQL.noop),
    ]
