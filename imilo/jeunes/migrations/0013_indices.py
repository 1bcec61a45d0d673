"""The counter's search of likely doubles takes more than telephones: e-mail, address, INE, France Travail's number.

A number or an e-mail leads to who bears it. An address has no key: it makes up for a slip in the date of birth (one
digit, day and month swapped, one year off), and who bears the same names, or one letter away, is then looked at. Whom
the linkage of a list recognised (`reconnus`) comes too, when an arrival of the structure names that very person.
"""

from django.db import migrations

PRESQUE = """
CREATE FUNCTION annuaire_presque(a date, b date) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT (to_char(a, 'MMDD') = to_char(b, 'MMDD') AND abs(extract(year FROM a) - extract(year FROM b)) = 1)
        OR (to_char(a, 'YYYYMMDD') = to_char(b, 'YYYYDDMM') AND a <> b)
        OR (SELECT count(*) FROM generate_series(1, 8) i
            WHERE substr(to_char(a, 'YYYYMMDD'), i, 1) <> substr(to_char(b, 'YYYYMMDD'), i, 1)) = 1
$$;
"""

# An address by its own words: number and name, whatever the kind of way is called.
VOIE = """
CREATE FUNCTION annuaire_voie(adresse text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT trim(regexp_replace(regexp_replace(lower(unaccent(adresse)), '[^a-z0-9]+', ' ', 'g'),
        '(\\m(rue|r|avenue|ave|av|boulevard|blvd|bld|bd|place|pl|impasse|imp|allee|all|chemin|che|ch|route|rte|square|sq'
        || '|saint|sainte|st|ste|des|du|de|d|les|le|la|l)\\M| )+', ' ', 'g'))
$$;
"""

HOMONYMES = """
DROP FUNCTION annuaire_homonymes(text[], date, text, text[], bytea, text, bigint, int);
CREATE FUNCTION annuaire_homonymes(
    p_mots text[], p_naissance date, p_precision text, p_telephones text[], p_nir bytea, p_sexe text, p_sauf bigint,
    p_indices jsonb, limite int
) RETURNS TABLE (
    jeune_id bigint, dossier_id bigint, ici boolean, structure_id bigint, structure_nom text, structure_telephone text,
    nom_naissance text, nom_usage text, prenom text, autres_prenoms text, ne_le date, naissance_precision text,
    meme_sexe boolean, meme_nir boolean, meme_telephone boolean, meme_courriel boolean, meme_adresse boolean,
    meme_ine boolean, meme_numero_ft boolean
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    moi bigint := annuaire_structure();
    jours text[];
    periode text := annuaire_date(p_naissance, p_precision);
    telephones text[] := ARRAY(SELECT '=' || t FROM unnest(p_telephones) t WHERE t <> '');
    dit_courriel text := '=@' || (p_indices ->> 'courriel');
    dit_numero text := '=#' || (p_indices ->> 'numero_ft');
    dit_ine bytea := decode(p_indices ->> 'ine', 'hex');
    dit_postal text := p_indices ->> 'code_postal';
    dite_voie text := NULLIF(annuaire_voie(p_indices ->> 'adresse'), '');
    reconnus bigint[] := ARRAY(
        SELECT a.reconnue FROM arrivees_arrivee a
        WHERE p_indices ? 'reconnus' AND a.structure_id = moi
            AND a.reconnue = ANY(ARRAY(SELECT jsonb_array_elements_text(p_indices -> 'reconnus')::bigint)));
    paires int[]; voisines int[];
BEGIN
    p_mots := ARRAY(SELECT DISTINCT m FROM unnest(p_mots) m WHERE m <> '');
    jours := ARRAY(
        SELECT annuaire_date(p_naissance, p) FROM unnest(ARRAY['jour', 'mois', 'annee']) p
        WHERE p_precision = 'jour' OR p = 'annee' OR p_precision = p);
    IF p_precision = 'jour' AND extract(day FROM p_naissance) <= 12 THEN
        jours := jours || to_char(p_naissance, '"="YYYY-DD-MM');
    END IF;
    IF p_precision = 'jour' AND dite_voie IS NOT NULL THEN
        paires := ARRAY(SELECT DISTINCT annuaire_paire(a, b) FROM unnest(p_mots[:6]) a, unnest(p_mots[:6]) b WHERE a < b);
        voisines := ARRAY(
            SELECT DISTINCT annuaire_paire(v, b)
            FROM unnest(p_mots[:6], annuaire_proches(p_mots[:6], true)) AS u(m, pres)
            CROSS JOIN LATERAL unnest(string_to_array(trim(u.pres), ' ')) v
            CROSS JOIN unnest(p_mots[:6]) b WHERE b <> u.m AND v <> '');
    END IF;
    RETURN QUERY
    WITH vus AS (
        SELECT j.id, true AS nir, false AS tel, false AS numero, false AS presque FROM jeunes_jeune j
        WHERE p_nir IS NOT NULL AND j.nir_empreinte = p_nir
        UNION ALL
        SELECT k.jeune_id, false, true, false, false FROM jeunes_cle k WHERE k.mot = ANY(telephones || dit_courriel)
        UNION ALL
        SELECT k.jeune_id, false, false, true, false FROM jeunes_cle k WHERE k.mot = dit_numero
        UNION ALL
        SELECT d.jeune_id, false, false, true, false FROM fiche_scolarite s JOIN dossiers_dossier d ON d.id = s.dossier_id
        WHERE s.ine_empreinte = dit_ine
        UNION ALL
        SELECT r, false, false, true, false FROM unnest(reconnus) r
        UNION ALL
        SELECT k.jeune_id, false, false, false, false FROM jeunes_cle k WHERE k.mot = ANY(jours)
        UNION ALL
        -- A day that isn't known agrees with any day of the month or of the year: two names lead.
        SELECT k.jeune_id, false, false, false, false FROM jeunes_cle k
        WHERE p_precision <> 'jour' AND k.mot = ANY(p_mots)
        GROUP BY k.jeune_id, k.structure_id
        HAVING count(*) >= LEAST(2, cardinality(p_mots)) AND EXISTS (
            SELECT 1 FROM jeunes_cle a
            WHERE a.jeune_id = k.jeune_id AND a.structure_id = k.structure_id
                AND a.mot >= periode AND a.mot < annuaire_fin(periode))
        UNION ALL
        -- A date that may be mistyped: the names lead, and the address has to agree.
        SELECT q.jeune_id, false, false, false, true FROM (
            (SELECT r.jeune_id FROM jeunes_paire r WHERE r.paire = ANY(paires) LIMIT 1000)
            UNION
            (SELECT r.jeune_id FROM jeunes_paire r
            WHERE r.paire = ANY(voisines) AND r.annee BETWEEN extract(year FROM p_naissance) - 1
                AND extract(year FROM p_naissance) + 1 LIMIT 1000)
        ) q
    ), personnes AS (
        SELECT v.id, bool_or(v.nir) AS nir, bool_or(v.tel) AS tel, bool_or(v.numero) AS numero,
            bool_and(v.presque) AS presque
        FROM vus v WHERE p_sauf IS NULL OR v.id <> p_sauf GROUP BY v.id
    ), retenus AS (
        SELECT p.id, p.nir, p.numero, j.nom_naissance, j.nom_usage, j.prenom, j.autres_prenoms, j.naissance,
            j.naissance_precision, j.sexe, m.communs
        FROM personnes p JOIN jeunes_jeune j ON j.id = p.id
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE x.commun) AS communs, count(*) FILTER (WHERE NOT x.commun AND x.proche) AS proches
            FROM (
                SELECT a = ANY(j.mots::text[]) AS commun,
                    EXISTS (SELECT 1 FROM unnest(j.mots::text[]) b WHERE similarity(a, b)
                        >= CASE WHEN least(length(a), length(b)) <= 5 THEN 0.1 ELSE 0.4 END) AS proche
                FROM unnest(p_mots) a
            ) x
        ) m
        WHERE (NOT p.presque OR (annuaire_presque(j.naissance, p_naissance) AND EXISTS (
                SELECT 1 FROM dossiers_dossier d WHERE d.jeune_id = p.id AND d.adresse_code_postal = dit_postal
                    AND annuaire_voie(concat_ws(' ', d.adresse_numero, d.adresse_voie)) = dite_voie)))
            AND (p.nir OR p.numero OR (p.tel AND m.communs >= 1) OR m.communs + m.proches >= 2
                OR (m.communs = 1 AND (cardinality(p_mots) = 1 OR cardinality(j.mots) = 1)))
        ORDER BY p.nir DESC, p.numero DESC, m.communs DESC, m.proches DESC, p.id
        LIMIT least(limite, 100)
    )
    SELECT r.id, CASE WHEN d.structure_id = moi THEN d.id END, d.structure_id = moi, d.structure_id,
        COALESCE(NULLIF(s.nom_usuel, ''), s.nom_officiel)::text, s.telephone::text,
        r.nom_naissance::text, r.nom_usage::text, r.prenom::text, r.autres_prenoms::text, r.naissance,
        r.naissance_precision::text, r.sexe = p_sexe, r.nir, i.telephone, i.courriel, i.adresse,
        EXISTS (SELECT 1 FROM fiche_scolarite f JOIN dossiers_dossier x ON x.id = f.dossier_id
            WHERE f.ine_empreinte = dit_ine AND x.jeune_id = r.id), i.numero
    FROM retenus r
    CROSS JOIN LATERAL (
        SELECT COALESCE(bool_or('=' || x.telephone = ANY(telephones) OR '=' || x.telephone_2 = ANY(telephones)), false)
                AS telephone,
            COALESCE(bool_or('=@' || lower(x.courriel) = dit_courriel), false) AS courriel,
            COALESCE(bool_or('=#' || upper(x.numero_ft) = dit_numero), false) AS numero,
            COALESCE(bool_or(x.adresse_code_postal = dit_postal
                AND annuaire_voie(concat_ws(' ', x.adresse_numero, x.adresse_voie)) = dite_voie), false) AS adresse
        FROM dossiers_dossier x WHERE x.jeune_id = r.id
    ) i
    JOIN dossiers_dossier d ON d.jeune_id = r.id
    JOIN acteurs_structure s ON s.id = d.structure_id
    ORDER BY r.nir DESC, r.numero DESC, d.structure_id = moi DESC, r.communs DESC, r.id;
END $$;
REVOKE ALL ON FUNCTION annuaire_homonymes(text[], date, text, text[], bytea, text, bigint, jsonb, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION annuaire_homonymes(text[], date, text, text[], bytea, text, bigint, jsonb, int)
    TO imilo_app, imilo_lots;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("jeunes", "0012_cles_differees"), ("fiche", "0002_securite"), ("arrivees", "0005_reconnaissance"),
    ]  # fmt: skip
    operations = [migrations.RunSQL(sql, reverse_sql=migrations.RunSQL.noop) for sql in (PRESQUE, VOIE, HOMONYMES)]
