"""Row-level security of accesses, the narrow functions that cross structures, and what a restriction closes.

A restriction is read by one function, once per query, and only for a transaction that says for which agent it runs
(`imilo.agent`): keys of the API and batches don't. Its policies are restrictive: they add to those that are there.
"""

from django.db import migrations

from imilo.socle.rls import ProtegerTable

ETROITE = "LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$"

DESIGNER = """
-- The dossier that a line of the directory tells of: only for who gives all that the line shows.
CREATE FUNCTION acces_designer(p_structure bigint, p_nom text, p_prenom text, p_naissance date)
RETURNS TABLE (dossier_id bigint) -- fonction etroite
DECLARE moi bigint := annuaire_structure();
BEGIN
    RETURN QUERY
    SELECT d.id
    FROM jeunes_cle k
    JOIN jeunes_jeune j ON j.id = k.jeune_id
    JOIN dossiers_dossier d ON d.jeune_id = k.jeune_id AND d.structure_id = k.structure_id
    WHERE k.structure_id = p_structure AND p_structure <> moi
        AND k.mot IN (annuaire_date(p_naissance, 'jour'), annuaire_date(p_naissance, 'mois'),
            annuaire_date(p_naissance, 'annee'))
        AND j.nom_naissance = p_nom AND j.prenom = p_prenom AND j.naissance = p_naissance
    ORDER BY d.id LIMIT 2;
END $$;
REVOKE ALL ON FUNCTION acces_designer(bigint, text, text, date) FROM PUBLIC, imilo_lots;
GRANT EXECUTE ON FUNCTION acces_designer(bigint, text, text, date) TO imilo_app;
"""

MIENS = """
-- What the agent of this transaction may still read elsewhere, from the structure where they are now.
CREATE FUNCTION acces_miens() RETURNS TABLE (
    acces_id bigint, structure_id bigint, structure_nom text, numero integer, nom text, prenom text, motif text,
    expire_le timestamptz
) -- fonction etroite
DECLARE
    moi bigint := annuaire_structure();
    qui bigint := NULLIF(current_setting('imilo.agent', true), '')::bigint;
BEGIN
    RETURN QUERY
    SELECT a.id, a.structure_id, COALESCE(NULLIF(s.nom_usuel, ''), s.nom_officiel)::text, d.numero,
        COALESCE(NULLIF(j.nom_usage, ''), j.nom_naissance)::text, j.prenom::text, a.motif::text, a.expire_le
    FROM acces_accesmotive a
    JOIN dossiers_dossier d ON d.id = a.dossier_id
    JOIN jeunes_jeune j ON j.id = d.jeune_id
    JOIN acteurs_structure s ON s.id = a.structure_id
    WHERE a.agent_id = qui AND a.origine_id = moi AND a.clos_le IS NULL AND a.expire_le > now()
    ORDER BY a.expire_le, a.id LIMIT 100;
END $$;
REVOKE ALL ON FUNCTION acces_miens() FROM PUBLIC, imilo_lots;
GRANT EXECUTE ON FUNCTION acces_miens() TO imilo_app;
"""

DU_JEUNE = """
-- Every motivated access to a person's dossiers, in whatever structure, for a structure that holds one of them.
CREATE FUNCTION acces_du_jeune(p_jeune bigint) RETURNS TABLE (
    acces_id bigint, structure_nom text, origine_nom text, motif text, ouvert_le timestamptz, fin_le timestamptz
) -- fonction etroite
DECLARE moi bigint := annuaire_structure();
BEGIN
    IF NOT EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.jeune_id = p_jeune AND d.structure_id = moi) THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT a.id, COALESCE(NULLIF(s.nom_usuel, ''), s.nom_officiel)::text,
        COALESCE(NULLIF(o.nom_usuel, ''), o.nom_officiel)::text, a.motif::text, a.ouvert_le,
        LEAST(a.expire_le, COALESCE(a.clos_le, a.expire_le))
    FROM dossiers_dossier d
    JOIN acces_accesmotive a ON a.dossier_id = d.id
    JOIN acteurs_structure s ON s.id = a.structure_id
    JOIN acteurs_structure o ON o.id = a.origine_id
    WHERE d.jeune_id = p_jeune
    ORDER BY a.ouvert_le DESC, a.id DESC LIMIT 500;
END $$;
REVOKE ALL ON FUNCTION acces_du_jeune(bigint) FROM PUBLIC, imilo_lots;
GRANT EXECUTE ON FUNCTION acces_du_jeune(bigint) TO imilo_app;
"""

FERMES = """
CREATE FUNCTION acces_fermes() RETURNS bigint[] -- fonction etroite
DECLARE qui text := NULLIF(current_setting('imilo.agent', true), '');
BEGIN
    IF qui IS NULL THEN RETURN '{}'; END IF;
    RETURN ARRAY(
        SELECT r.dossier_id FROM acces_restriction r JOIN acteurs_structure s ON s.id = r.structure_id
        WHERE r.structure_id::text = current_setting('imilo.structure', true) AND r.levee_le IS NULL
            AND (now() AT TIME ZONE s.fuseau)::date BETWEEN r.du AND r.au AND NOT qui::bigint = ANY(r.agents));
END $$;
REVOKE ALL ON FUNCTION acces_fermes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION acces_fermes() TO imilo_app;

-- Close a table to whom a dossier is closed: by its number, or by the column that names it. Called by the
-- operations of imilo.socle.rls for the tables that come after this one.
CREATE FUNCTION acces_restreindre(p_table regclass) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE colonne text;
BEGIN
    IF p_table = 'dossiers_dossier'::regclass THEN
        colonne := 'id';
    ELSIF p_table = 'dossiers_dossierevent'::regclass THEN
        colonne := 'pgh_obj_id';
    ELSE
        SELECT a.attname INTO colonne FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE a.attrelid = p_table AND a.attname = 'dossier_id' AND NOT a.attisdropped
            AND c.relname !~ '^(journal|acces|doublons)_';
    END IF;
    IF colonne IS NULL OR EXISTS (
        SELECT 1 FROM pg_policy p WHERE p.polrelid = p_table AND p.polname = 'restriction') THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE POLICY restriction ON %s AS RESTRICTIVE TO imilo_app '
        'USING ((%I = ANY ((SELECT acces_fermes())::bigint[])) IS NOT TRUE)', p_table, colonne);
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION acces_restreindre(regclass) FROM PUBLIC, imilo_app, imilo_lots;
SELECT acces_restreindre(c.oid::regclass) FROM pg_class c
WHERE c.relkind = 'r' AND c.relforcerowsecurity AND c.relnamespace = 'public'::regnamespace;
"""

SQL = tuple(sql.replace("-- fonction etroite", ETROITE) for sql in (DESIGNER, MIENS, DU_JEUNE, FERMES))


class Migration(migrations.Migration):
    dependencies = [("acces", "0001_initial"), ("jeunes", "0003_annuaire"), ("dossiers", "0002_securite")]
    operations = [
        ProtegerTable("acces_accesmotive"),
        ProtegerTable("acces_restriction"),
        *(migrations.RunSQL(sql, reverse_sql=migrations.RunSQL.noop) for sql in SQL),
    ]
