"""Who looks like whom in the whole country, by keys and in sets: read by batches alone.

Looser than `annuaire_homonymes` on purpose: what counts as a likely double, and in which words, is decided by
imilo.jeunes.doublons. One call is a year of birth, or (no year) the pairs that a NIR or a telephone make.
"""

from django.db import migrations

# ruff: noqa: S608  # functions made once from constants of this file

COLONNES = """
    a bigint, nom_naissance_a text, nom_usage_a text, prenom_a text, autres_prenoms_a text, sexe_a text, ne_a date,
    precision_a text, nir_a bytea,
    b bigint, nom_naissance_b text, nom_usage_b text, prenom_b text, autres_prenoms_b text, sexe_b text, ne_b date,
    precision_b text, meme_nir boolean, autre_nir boolean, meme_telephone boolean
"""

PAIRES = """
    SELECT a.id, a.nom_naissance::text, a.nom_usage::text, a.prenom::text, a.autres_prenoms::text, a.sexe::text,
        a.naissance, a.naissance_precision::text, CASE WHEN a.nir_empreinte = b.nir_empreinte THEN a.nir END,
        b.id, b.nom_naissance::text, b.nom_usage::text, b.prenom::text, b.autres_prenoms::text, b.sexe::text,
        b.naissance, b.naissance_precision::text, COALESCE(a.nir_empreinte = b.nir_empreinte, false),
        COALESCE(a.nir_empreinte <> b.nir_empreinte, false), v.tel
    FROM {vus} v JOIN jeunes_jeune a ON a.id = v.a JOIN jeunes_jeune b ON b.id = v.b
"""

PAR_ANNEE = f"""
CREATE FUNCTION doublons_candidats_nes_en(p_annee int, p_structure bigint) RETURNS TABLE ({COLONNES})
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET work_mem = '128MB' AS $$
BEGIN
    RETURN QUERY
    WITH p AS MATERIALIZED (
        SELECT j.id, j.mots::text[] AS mots, j.naissance_precision AS precise,
            -- The fourth of May and the fifth of April are one key: they are often swapped.
            least(extract(day FROM j.naissance), extract(month FROM j.naissance))::int * 100
                + greatest(extract(day FROM j.naissance), extract(month FROM j.naissance))::int AS jour
        FROM jeunes_jeune j
        WHERE j.naissance >= make_date(p_annee, 1, 1) AND j.naissance < make_date(p_annee + 1, 1, 1)
            AND j.id IN (SELECT d.jeune_id FROM dossiers_dossier d)
    ), a_voir AS MATERIALIZED (
        SELECT p.* FROM p
        WHERE p_structure IS NULL OR p.id IN (SELECT d.jeune_id FROM dossiers_dossier d WHERE d.structure_id = p_structure)
    ), par_jour AS (
        SELECT least(x.id, y.id) AS a, greatest(x.id, y.id) AS b, count(DISTINCT x.mot) AS communs
        FROM (SELECT v.id, v.jour, m.mot FROM a_voir v, unnest(v.mots) AS m(mot) WHERE v.precise = 'jour') x
        JOIN (SELECT p.id, p.jour, m.mot FROM p, unnest(p.mots) AS m(mot) WHERE p.precise = 'jour') y
            ON y.jour = x.jour AND y.mot = x.mot AND y.id <> x.id
        WHERE p_structure IS NOT NULL OR x.id < y.id
        GROUP BY 1, 2
    ), proches AS (
        SELECT c.a, c.b FROM par_jour c JOIN p x ON x.id = c.a JOIN p y ON y.id = c.b
        WHERE c.communs >= 2 OR cardinality(x.mots) = 1 OR cardinality(y.mots) = 1 OR EXISTS (
            SELECT 1 FROM unnest(x.mots) AS k(mot), unnest(y.mots) AS l(mot)
            WHERE k.mot <> ALL(y.mots) AND l.mot <> ALL(x.mots) AND similarity(k.mot, l.mot) >= 0.25)
    ), couples AS (
        -- A day that isn't known agrees with any of the year: two words in common, together, lead.
        SELECT q.id, q.precise, k.mot || ' ' || l.mot AS deux
        FROM p q, unnest(q.mots) AS k(mot), unnest(q.mots) AS l(mot) WHERE k.mot < l.mot
    ), vus AS (
        SELECT c.a, c.b FROM proches c
        UNION
        SELECT least(x.id, y.id), greatest(x.id, y.id) FROM couples x JOIN couples y ON y.deux = x.deux AND y.id <> x.id
        WHERE x.precise <> 'jour'
            AND (p_structure IS NULL OR x.id IN (SELECT v.id FROM a_voir v) OR y.id IN (SELECT v.id FROM a_voir v))
    ), avec AS (SELECT u.a, u.b, false AS tel FROM vus u)
    {PAIRES.format(vus="avec")};
END $$;
"""

PAR_NUMERO = f"""
CREATE FUNCTION doublons_candidats_par_numero(p_structure bigint) RETURNS TABLE ({COLONNES})
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET work_mem = '128MB' AS $$
BEGIN
    RETURN QUERY
    WITH d AS MATERIALIZED (
        SELECT x.jeune_id, x.structure_id, t.numero
        FROM dossiers_dossier x, unnest(ARRAY[x.telephone, x.telephone_2]) AS t(numero)
    ), par_telephone AS (
        SELECT DISTINCT least(x.jeune_id, y.jeune_id) AS a, greatest(x.jeune_id, y.jeune_id) AS b
        FROM d x JOIN d y ON y.numero = x.numero AND y.jeune_id <> x.jeune_id
        WHERE x.numero <> '' AND (p_structure IS NULL AND x.jeune_id < y.jeune_id OR x.structure_id = p_structure)
    ), par_nir AS (
        SELECT DISTINCT least(x.id, y.id) AS a, greatest(x.id, y.id) AS b
        FROM jeunes_jeune x JOIN jeunes_jeune y ON y.nir_empreinte = x.nir_empreinte AND y.id <> x.id
        WHERE x.nir_empreinte IS NOT NULL AND (p_structure IS NOT NULL OR x.id < y.id)
            AND x.id IN (SELECT d.jeune_id FROM d WHERE p_structure IS NULL OR d.structure_id = p_structure)
            AND y.id IN (SELECT d.jeune_id FROM d)
    ), vus AS (
        SELECT u.a, u.b, bool_or(u.tel) AS tel FROM (
            SELECT n.a, n.b, false AS tel FROM par_nir n
            UNION ALL
            SELECT t.a, t.b, true FROM par_telephone t
        ) u GROUP BY 1, 2
    )
    {PAIRES.format(vus="vus")}
    WHERE a.nir_empreinte = b.nir_empreinte OR a.mots::text[] && b.mots::text[];
END $$;
REVOKE ALL ON FUNCTION doublons_candidats_nes_en(int, bigint), doublons_candidats_par_numero(bigint) FROM PUBLIC, imilo_app;
GRANT EXECUTE ON FUNCTION doublons_candidats_nes_en(int, bigint), doublons_candidats_par_numero(bigint) TO imilo_lots;
"""


class Migration(migrations.Migration):
    dependencies = [("doublons", "0002_securite")]
    operations = [migrations.RunSQL(sql, reverse_sql=migrations.RunSQL.noop) for sql in (PAR_ANNEE, PAR_NUMERO)]
