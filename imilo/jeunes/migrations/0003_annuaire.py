"""The national directory: search keys kept by triggers, and the functions that alone read them.

`jeunes_cle` holds, for each dossier, the words of the names, the date of birth ("=2003-05-01", "=2003-05" or
"=2003" as far as it is known) and the telephones ("=+33612345678"). Neither imilo_app nor imilo_lots may
touch it. Triggers are by statement: a COPY of millions of rows fires them once.
"""

from django.db import migrations

TABLE = """
CREATE TABLE jeunes_cle (
    structure_id bigint NOT NULL,
    jeune_id bigint NOT NULL,
    mot text COLLATE "C" NOT NULL,
    PRIMARY KEY (jeune_id, structure_id, mot)
);
CREATE INDEX jeunes_cle_nationale ON jeunes_cle (mot, structure_id, jeune_id);
CREATE INDEX jeunes_cle_structure ON jeunes_cle (structure_id, mot, jeune_id);
REVOKE ALL ON jeunes_cle FROM PUBLIC, imilo_app, imilo_lots;
"""

CLES = """
CREATE FUNCTION annuaire_date(naissance date, naissance_precision text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT '=' || to_char(naissance, CASE naissance_precision
        WHEN 'jour' THEN 'YYYY-MM-DD' WHEN 'mois' THEN 'YYYY-MM' ELSE 'YYYY' END)
$$;

CREATE FUNCTION annuaire_fin(debut text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    -- No text that begins by `debut` sorts after this one, in the "C" collation of an UTF-8 base.
    SELECT debut || chr(1114111)
$$;

CREATE FUNCTION annuaire_cles(
    mots text[], naissance date, naissance_precision text, telephone text, telephone_2 text
) RETURNS SETOF text
LANGUAGE sql STABLE AS $$
    SELECT unnest(
        mots
        || annuaire_date(naissance, naissance_precision)
        || CASE WHEN telephone <> '' THEN ARRAY['=' || telephone] END
        || CASE WHEN telephone_2 NOT IN ('', telephone) THEN ARRAY['=' || telephone_2] END)
$$;
"""

DECLENCHEURS = """
CREATE FUNCTION annuaire_dossier_ajoute() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO jeunes_cle (structure_id, jeune_id, mot)
    SELECT d.structure_id, d.jeune_id, c.mot
    FROM nouveaux d
    JOIN jeunes_jeune j ON j.id = d.jeune_id
    CROSS JOIN LATERAL annuaire_cles(
        j.mots::text[], j.naissance, j.naissance_precision, d.telephone, d.telephone_2) AS c(mot)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION annuaire_dossier_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE changes bigint[];
BEGIN
    changes := ARRAY(
        SELECT n.id FROM nouveaux n JOIN anciens a USING (id)
        WHERE (n.jeune_id, n.structure_id, n.telephone, n.telephone_2)
            IS DISTINCT FROM (a.jeune_id, a.structure_id, a.telephone, a.telephone_2));
    IF cardinality(changes) > 0 THEN
        DELETE FROM jeunes_cle k USING anciens a
        WHERE a.id = ANY(changes) AND k.jeune_id = a.jeune_id AND k.structure_id = a.structure_id;
        INSERT INTO jeunes_cle (structure_id, jeune_id, mot)
        SELECT d.structure_id, d.jeune_id, c.mot
        FROM nouveaux d
        JOIN jeunes_jeune j ON j.id = d.jeune_id
        CROSS JOIN LATERAL annuaire_cles(
            j.mots::text[], j.naissance, j.naissance_precision, d.telephone, d.telephone_2) AS c(mot)
        WHERE d.id = ANY(changes)
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION annuaire_dossier_retire() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM jeunes_cle k USING anciens a WHERE k.jeune_id = a.jeune_id AND k.structure_id = a.structure_id;
    RETURN NULL;
END $$;

CREATE FUNCTION annuaire_jeune_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE changes bigint[];
BEGIN
    changes := ARRAY(
        SELECT n.id FROM nouveaux n JOIN anciens a USING (id)
        WHERE (n.mots, n.naissance, n.naissance_precision)
            IS DISTINCT FROM (a.mots, a.naissance, a.naissance_precision));
    IF cardinality(changes) > 0 THEN
        DELETE FROM jeunes_cle k WHERE k.jeune_id = ANY(changes);
        INSERT INTO jeunes_cle (structure_id, jeune_id, mot)
        SELECT d.structure_id, d.jeune_id, c.mot
        FROM dossiers_dossier d
        JOIN jeunes_jeune j ON j.id = d.jeune_id
        CROSS JOIN LATERAL annuaire_cles(
            j.mots::text[], j.naissance, j.naissance_precision, d.telephone, d.telephone_2) AS c(mot)
        WHERE d.jeune_id = ANY(changes)
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER annuaire_ajoute AFTER INSERT ON dossiers_dossier
    REFERENCING NEW TABLE AS nouveaux FOR EACH STATEMENT EXECUTE FUNCTION annuaire_dossier_ajoute();
CREATE TRIGGER annuaire_change AFTER UPDATE ON dossiers_dossier
    REFERENCING NEW TABLE AS nouveaux OLD TABLE AS anciens FOR EACH STATEMENT EXECUTE FUNCTION annuaire_dossier_change();
CREATE TRIGGER annuaire_retire AFTER DELETE ON dossiers_dossier
    REFERENCING OLD TABLE AS anciens FOR EACH STATEMENT EXECUTE FUNCTION annuaire_dossier_retire();
CREATE TRIGGER annuaire_change AFTER UPDATE ON jeunes_jeune
    REFERENCING NEW TABLE AS nouveaux OLD TABLE AS anciens FOR EACH STATEMENT EXECUTE FUNCTION annuaire_jeune_change();
"""

PERIMETRE = """
CREATE FUNCTION annuaire_structure() RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE courante text := NULLIF(current_setting('imilo.structure', true), '');
BEGIN
    IF courante IS NULL OR courante !~ '^[0-9]+$' THEN
        RAISE EXCEPTION 'L''annuaire ne répond qu''à un agent dans le périmètre de sa structure.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN courante::bigint;
END $$;
"""

# What a key that leads must share its dossier with: every typed word, and one of the days.
_AVEC_LE_RESTE = """
    AND NOT EXISTS (
        SELECT 1 FROM unnest(debuts, fins) AS m(debut, fin) WHERE NOT EXISTS (
            SELECT 1 FROM jeunes_cle a
            WHERE a.jeune_id = c.jeune_id AND a.structure_id = c.structure_id AND a.mot >= m.debut AND a.mot < m.fin))
    AND (jours IS NULL OR EXISTS (
        SELECT 1 FROM jeunes_cle a
        WHERE a.jeune_id = c.jeune_id AND a.structure_id = c.structure_id AND a.mot = ANY(jours)))
    ORDER BY c.mot LIMIT plafond
"""

_FONCTION_ETROITE = """
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
"""

_RECHERCHE = """
CREATE FUNCTION annuaire_chercher(
    mots text[], naissance date, annee int, telephone text, numero int, limite int
) RETURNS TABLE (
    dossier_id bigint, ici boolean, structure_id bigint, structure_nom text, structure_telephone text,
    nom_naissance text, nom_usage text, prenom text, ne_le date, naissance_precision text, exacts int
) -- fonction etroite
DECLARE
    moi bigint := annuaire_structure();
    plafond CONSTANT int := 200;
    debuts text[]; fins text[]; jours text[];
    tete text; tete_debuts text[]; tete_fins text[]; tete_fins_ailleurs text[];
BEGIN
    -- The rarest word first, counted on the index and no further than a thousand.
    mots := ARRAY(
        SELECT m FROM unnest(mots) m WHERE m <> ''
        ORDER BY (
            SELECT count(*) FROM (
                SELECT 1 FROM jeunes_cle k WHERE k.mot >= m AND k.mot < annuaire_fin(m) LIMIT 1000) vus
        ), length(m) DESC, m);
    debuts := mots;
    fins := ARRAY(SELECT annuaire_fin(m) FROM unnest(mots) m);
    IF annee IS NOT NULL THEN
        debuts := debuts || ('=' || annee);
        fins := fins || annuaire_fin('=' || annee);
    END IF;
    IF naissance IS NOT NULL THEN
        jours := ARRAY(SELECT annuaire_date(naissance, p) FROM unnest(ARRAY['jour', 'mois', 'annee']) p);
    END IF;
    -- The rarest condition leads: a telephone, a whole date (alone, it must be the very day), the rarest word.
    IF telephone IS NOT NULL THEN
        tete := '=' || telephone;
        tete_debuts := ARRAY[tete];
        tete_fins := ARRAY[tete || chr(1)];
    ELSIF naissance IS NOT NULL THEN
        tete_debuts := CASE WHEN cardinality(mots) = 0 THEN jours[1:1] ELSE jours END;
        tete_fins := ARRAY(SELECT t || chr(1) FROM unnest(tete_debuts) t);
    ELSIF cardinality(mots) > 0 THEN
        tete_debuts := mots[1:1];
        tete_fins := fins[1:1];
        debuts := debuts[2:];
        fins := fins[2:];
        -- In the whole country one or two letters alone are a name, never the beginning of one.
        IF NOT EXISTS (SELECT 1 FROM unnest(mots) m WHERE length(m) >= 3) THEN
            tete_fins_ailleurs := ARRAY[mots[1] || chr(1)];
        END IF;
    END IF;
    tete_fins_ailleurs := COALESCE(tete_fins_ailleurs, tete_fins);

    RETURN QUERY
    WITH candidats AS (
        SELECT DISTINCT k.jeune_id, k.structure_id
        FROM unnest(tete_debuts, tete_fins) AS r(debut, fin) CROSS JOIN LATERAL (
            SELECT c.jeune_id, c.structure_id FROM jeunes_cle c
            WHERE c.structure_id = moi AND c.mot >= r.debut AND c.mot < r.fin -- et le reste
        ) k
        UNION
        SELECT DISTINCT k.jeune_id, k.structure_id
        FROM unnest(tete_debuts, tete_fins_ailleurs) AS r(debut, fin) CROSS JOIN LATERAL (
            SELECT c.jeune_id, c.structure_id FROM jeunes_cle c
            WHERE c.structure_id <> moi AND c.mot >= r.debut AND c.mot < r.fin -- et le reste
        ) k
        UNION
        SELECT d.jeune_id, d.structure_id FROM dossiers_dossier d
        WHERE d.numero = annuaire_chercher.numero AND d.structure_id = moi
    ), retenus AS (
        SELECT c.jeune_id, c.structure_id, c.structure_id = moi AS ici, j.nom_naissance, j.nom_usage, j.prenom,
            j.naissance, j.naissance_precision,
            (SELECT count(*)::int FROM unnest(annuaire_chercher.mots) m WHERE m = ANY(j.mots::text[])) AS exacts
        FROM candidats c JOIN jeunes_jeune j ON j.id = c.jeune_id
        WHERE c.structure_id = moi OR NOT EXISTS (
            SELECT 1 FROM candidats p WHERE p.jeune_id = c.jeune_id AND p.structure_id = moi)
        ORDER BY ici DESC, exacts DESC, lower(j.nom_naissance) COLLATE "C", lower(j.prenom) COLLATE "C", c.jeune_id
        LIMIT least(limite, 100)
    )
    SELECT d.id, r.ici, r.structure_id, COALESCE(NULLIF(s.nom_usuel, ''), s.nom_officiel)::text, s.telephone::text,
        r.nom_naissance::text, r.nom_usage::text, r.prenom::text, r.naissance, r.naissance_precision::text, r.exacts
    FROM retenus r
    JOIN acteurs_structure s ON s.id = r.structure_id
    LEFT JOIN dossiers_dossier d ON r.ici AND d.jeune_id = r.jeune_id AND d.structure_id = r.structure_id
    ORDER BY r.ici DESC, r.exacts DESC, lower(r.nom_naissance) COLLATE "C", lower(r.prenom) COLLATE "C", r.jeune_id;
END $$;
"""

# Loose on purpose: what counts as a likely double, and in which words, is decided by imilo.jeunes.doublons.
_HOMONYMES = """
CREATE FUNCTION annuaire_homonymes(
    p_mots text[], p_naissance date, p_precision text, p_telephones text[], p_nir bytea, p_sexe text, p_sauf bigint,
    limite int
) RETURNS TABLE (
    jeune_id bigint, dossier_id bigint, ici boolean, structure_id bigint, structure_nom text, structure_telephone text,
    nom_naissance text, nom_usage text, prenom text, autres_prenoms text, ne_le date, naissance_precision text,
    meme_sexe boolean, meme_nir boolean, meme_telephone boolean
) -- fonction etroite
DECLARE
    moi bigint := annuaire_structure();
    jours text[];
    periode text := annuaire_date(p_naissance, p_precision);
    telephones text[] := ARRAY(SELECT '=' || t FROM unnest(p_telephones) t WHERE t <> '');
BEGIN
    p_mots := ARRAY(SELECT DISTINCT m FROM unnest(p_mots) m WHERE m <> '');
    jours := ARRAY(
        SELECT annuaire_date(p_naissance, p) FROM unnest(ARRAY['jour', 'mois', 'annee']) p
        WHERE p_precision = 'jour' OR p = 'annee' OR p_precision = p);
    IF p_precision = 'jour' AND extract(day FROM p_naissance) <= 12 THEN
        jours := jours || to_char(p_naissance, '"="YYYY-DD-MM');
    END IF;
    RETURN QUERY
    WITH vus AS (
        SELECT j.id, true AS nir, false AS tel FROM jeunes_jeune j
        WHERE p_nir IS NOT NULL AND j.nir_empreinte = p_nir
        UNION ALL
        SELECT k.jeune_id, false, true FROM jeunes_cle k WHERE k.mot = ANY(telephones)
        UNION ALL
        SELECT k.jeune_id, false, false FROM jeunes_cle k WHERE k.mot = ANY(jours)
        UNION ALL
        -- A day that isn't known agrees with any day of the month or of the year: two names lead.
        SELECT k.jeune_id, false, false FROM jeunes_cle k
        WHERE p_precision <> 'jour' AND k.mot = ANY(p_mots)
        GROUP BY k.jeune_id, k.structure_id
        HAVING count(*) >= LEAST(2, cardinality(p_mots)) AND EXISTS (
            SELECT 1 FROM jeunes_cle a
            WHERE a.jeune_id = k.jeune_id AND a.structure_id = k.structure_id
                AND a.mot >= periode AND a.mot < annuaire_fin(periode))
    ), personnes AS (
        SELECT v.id, bool_or(v.nir) AS nir, bool_or(v.tel) AS tel FROM vus v
        WHERE p_sauf IS NULL OR v.id <> p_sauf GROUP BY v.id
    ), retenus AS (
        SELECT p.id, p.nir, p.tel, j.nom_naissance, j.nom_usage, j.prenom, j.autres_prenoms, j.naissance,
            j.naissance_precision, j.sexe, m.communs
        FROM personnes p JOIN jeunes_jeune j ON j.id = p.id
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE x.commun) AS communs, count(*) FILTER (WHERE NOT x.commun AND x.proche) AS proches
            FROM (
                SELECT a = ANY(j.mots::text[]) AS commun,
                    EXISTS (SELECT 1 FROM unnest(j.mots::text[]) b WHERE similarity(a, b) >= 0.4) AS proche
                FROM unnest(p_mots) a
            ) x
        ) m
        WHERE p.nir OR (p.tel AND m.communs >= 1) OR m.communs + m.proches >= 2
            OR (m.communs = 1 AND (cardinality(p_mots) = 1 OR cardinality(j.mots) = 1))
        ORDER BY p.nir DESC, m.communs DESC, m.proches DESC, p.id
        LIMIT least(limite, 100)
    )
    SELECT r.id, CASE WHEN d.structure_id = moi THEN d.id END, d.structure_id = moi, d.structure_id,
        COALESCE(NULLIF(s.nom_usuel, ''), s.nom_officiel)::text, s.telephone::text,
        r.nom_naissance::text, r.nom_usage::text, r.prenom::text, r.autres_prenoms::text, r.naissance,
        r.naissance_precision::text, r.sexe = p_sexe, r.nir, r.tel
    FROM retenus r
    JOIN dossiers_dossier d ON d.jeune_id = r.id
    JOIN acteurs_structure s ON s.id = d.structure_id
    ORDER BY r.nir DESC, d.structure_id = moi DESC, r.communs DESC, r.id;
END $$;
"""

RECHERCHE = _RECHERCHE.replace("-- fonction etroite", _FONCTION_ETROITE).replace("-- et le reste", _AVEC_LE_RESTE)
HOMONYMES = _HOMONYMES.replace("-- fonction etroite", _FONCTION_ETROITE)

DROITS = """
-- A trigger fires without its caller's right to run the function: nobody attaches these to a table of their own.
REVOKE ALL ON FUNCTION annuaire_dossier_ajoute(), annuaire_dossier_change(), annuaire_dossier_retire(), annuaire_jeune_change() FROM PUBLIC, imilo_app, imilo_lots;
REVOKE ALL ON FUNCTION annuaire_chercher(text[], date, int, text, int, int) FROM PUBLIC, imilo_lots;
REVOKE ALL ON FUNCTION annuaire_homonymes(text[], date, text, text[], bytea, text, bigint, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION annuaire_chercher(text[], date, int, text, int, int) TO imilo_app;
GRANT EXECUTE ON FUNCTION annuaire_homonymes(text[], date, text, text[], bytea, text, bigint, int)
    TO imilo_app, imilo_lots;
-- Keys of what was there before: the owner sees dossiers through this setting only.
SET LOCAL imilo.annuaire = 'on';
INSERT INTO jeunes_cle (structure_id, jeune_id, mot)
SELECT d.structure_id, d.jeune_id, c.mot
FROM dossiers_dossier d
JOIN jeunes_jeune j ON j.id = d.jeune_id
CROSS JOIN LATERAL annuaire_cles(
    j.mots::text[], j.naissance, j.naissance_precision, d.telephone, d.telephone_2) AS c(mot)
ON CONFLICT DO NOTHING;
SET LOCAL imilo.annuaire = 'off';
"""


class Migration(migrations.Migration):
    dependencies = [("jeunes", "0002_sequence"), ("dossiers", "0002_securite"), ("acteurs", "0001_initial")]
    operations = [
        migrations.RunSQL(sql, reverse_sql=migrations.RunSQL.noop)
        for sql in (TABLE, CLES, DECLENCHEURS, PERIMETRE, RECHERCHE, HOMONYMES, DROITS)
    ]
