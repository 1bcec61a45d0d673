"""Who answers to what was typed: by an exact key, by the beginnings of words, then by words one letter away.

`annuaire_chercher` gathers persons in two rounds. The first takes what was typed as right: each word begins a
word of the names. When it finds fewer than asked, the second takes each long enough word for its neighbours too.
In the perimeter's structure both rounds are complete; in the country, the second goes through the pairs of words,
and the first, unless the words are those of somebody, reads at most fifty keys of the rarest one for each line
asked, so that two letters never read a tenth of it.
What is gathered is then compared with the names themselves, and what doesn't answer is dropped.
"""

from django.db import migrations

# Letters from which a word may be mistyped; a shorter one needs a date or a year of birth beside it.
PROCHES = """
CREATE FUNCTION annuaire_proches(mots text[], avec_naissance boolean) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT COALESCE(array_agg(
        CASE WHEN length(t.m) >= CASE WHEN avec_naissance THEN 2 ELSE 4 END AND t.m !~ '[0-9]' THEN COALESCE((
            SELECT ' ' || string_agg(DISTINCT p.mot, ' ') || ' ' FROM (
                SELECT d.mot FROM jeunes_mot d
                WHERE d.cles && annuaire_variantes(t.m) AND d.mot <> t.m AND (avec_naissance OR length(d.mot) >= 3)
                LIMIT 1000) p), '')
        ELSE '' END ORDER BY t.rang), '{}')
    FROM unnest(mots) WITH ORDINALITY t(m, rang));
END $$;
"""

# Persons who share, with a key that leads, every other condition; `voisins`: neighbours of a word, parted by spaces.
# The first two conditions are nearly always all of them: read one by one they cost a third of what a list does.
_UN_AUTRE_MOT = """EXISTS (
        SELECT 1 FROM jeunes_cle a
        WHERE a.jeune_id = c.jeune_id AND a.structure_id = c.structure_id
            AND ((a.mot >= {debut} AND a.mot < {fin}) OR ({voisin} <> '' AND strpos({voisin}, ' ' || a.mot || ' ') > 0)))"""
_AVEC_LE_RESTE = f"""
    AND (debuts[1] IS NULL OR {_UN_AUTRE_MOT.format(debut="debuts[1]", fin="fins[1]", voisin="voisins[1]")})
    AND (debuts[2] IS NULL OR {_UN_AUTRE_MOT.format(debut="debuts[2]", fin="fins[2]", voisin="voisins[2]")})
    AND (debuts[3] IS NULL OR NOT EXISTS (
        SELECT 1 FROM unnest(debuts[3:], fins[3:], voisins[3:]) AS m(debut, fin, voisin)
        WHERE NOT {_UN_AUTRE_MOT.format(debut="m.debut", fin="m.fin", voisin="m.voisin")}))
    AND (jours IS NULL OR EXISTS (
        SELECT 1 FROM jeunes_cle a
        WHERE a.jeune_id = c.jeune_id AND a.structure_id = c.structure_id AND a.mot = ANY(jours)))
    LIMIT 200
"""  # noqa: S608  # our own text

_PAR_CLES = """
CREATE FUNCTION annuaire_par_cles(
    moi bigint, mots text[], proches text[], jours text[], annee int, exactes text[], ailleurs boolean, limite int
) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
    debuts text[] := mots; fins text[] := ARRAY(SELECT annuaire_fin(m) FROM unnest(mots) m); voisins text[] := proches;
    tete text[]; tete_fins text[]; tete_ailleurs text[]; tete_fins_ailleurs text[]; ici int;
BEGIN
    IF annee IS NOT NULL AND jours IS NULL THEN
        debuts := debuts || ('=' || annee); fins := fins || annuaire_fin('=' || annee); voisins := voisins || ''::text;
    END IF;
    -- The rarest condition leads: an exact key, a whole date (alone, it must be the very day), the rarest word.
    IF cardinality(exactes) > 0 THEN
        tete := exactes[1:1];
        debuts := debuts || exactes[2:];
        fins := fins || ARRAY(SELECT e || chr(1) FROM unnest(exactes[2:]) e);
        voisins := voisins || ARRAY(SELECT '' FROM unnest(exactes[2:]) e);
    ELSIF jours IS NOT NULL THEN
        tete := CASE WHEN cardinality(mots) = 0 THEN jours[1:1] ELSE jours END;
    END IF;
    IF tete IS NOT NULL THEN
        tete_fins := ARRAY(SELECT t || chr(1) FROM unnest(tete) t);
        tete_ailleurs := tete; tete_fins_ailleurs := tete_fins;
    ELSIF cardinality(mots) > 0 THEN
        debuts := debuts[2:]; fins := fins[2:]; voisins := voisins[2:];
        tete_ailleurs := string_to_array(trim(proches[1]), ' ');
        tete := mots[1] || tete_ailleurs;
        tete_fins := annuaire_fin(mots[1]) || ARRAY(SELECT t || chr(1) FROM unnest(tete_ailleurs) t);
        IF proches[1] <> '' THEN
            -- The neighbours of a word alone: with another word or a year, pairs of words answer.
            tete_fins_ailleurs := ARRAY(SELECT t || chr(1) FROM unnest(tete_ailleurs) t);
        ELSIF EXISTS (SELECT 1 FROM unnest(mots) m WHERE length(m) >= 3) THEN
            tete_ailleurs := mots[1:1]; tete_fins_ailleurs := ARRAY[annuaire_fin(mots[1])];
        ELSE
            -- In the whole country one or two letters alone are a name, never the beginning of one.
            tete_ailleurs := mots[1:1]; tete_fins_ailleurs := ARRAY[mots[1] || chr(1)];
        END IF;
    END IF;
    RETURN QUERY SELECT k.jeune_id FROM unnest(tete, tete_fins) AS r(debut, fin) CROSS JOIN LATERAL (
        SELECT c.jeune_id FROM (
            SELECT c.jeune_id, c.structure_id FROM jeunes_cle c
            WHERE c.structure_id = moi AND c.mot >= r.debut AND c.mot < r.fin ORDER BY c.mot) c
        WHERE true -- et le reste
    ) k LIMIT 1000;
    GET DIAGNOSTICS ici = ROW_COUNT;
    IF ailleurs AND ici < limite THEN
        RETURN QUERY SELECT k.jeune_id FROM unnest(tete_ailleurs, tete_fins_ailleurs) AS r(debut, fin) CROSS JOIN LATERAL (
            SELECT c.jeune_id FROM (
                SELECT c.jeune_id, c.structure_id FROM jeunes_cle c
                WHERE c.mot >= r.debut AND c.mot < r.fin ORDER BY c.mot LIMIT 50 * limite) c
            WHERE c.structure_id <> moi -- et le reste
        ) k LIMIT 1000;
    END IF;
END $$;
"""

PAR_PAIRES = """
CREATE FUNCTION annuaire_de_ces_paires(cherchees int[], annee int) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF annee IS NULL THEN
        RETURN QUERY SELECT r.jeune_id FROM jeunes_paire r WHERE r.paire = ANY(cherchees) LIMIT 1000;
    ELSE
        RETURN QUERY SELECT r.jeune_id FROM jeunes_paire r
            WHERE r.paire = ANY(cherchees) AND r.annee = annuaire_de_ces_paires.annee LIMIT 1000;
    END IF;
END $$;

CREATE FUNCTION annuaire_par_paires(mots text[], proches text[], annee int) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
    rangs int[];
    a text; b text; pres_a text[]; pres_b text[];
    cherchees int[];
BEGIN
    -- The two longest words are likely the rarest; a word alone goes with the year.
    rangs := ARRAY(SELECT i FROM generate_subscripts(mots, 1) i ORDER BY length(mots[i]) DESC, i LIMIT 2);
    IF cardinality(rangs) = 2 THEN
        b := mots[rangs[2]]; pres_b := string_to_array(trim(proches[rangs[2]]), ' ');
    ELSIF cardinality(rangs) = 1 AND annee IS NOT NULL THEN
        b := annee::text; pres_b := '{}';
    ELSE
        RETURN;
    END IF;
    a := mots[rangs[1]]; pres_a := string_to_array(trim(proches[rangs[1]]), ' ');
    cherchees := annuaire_paire(a, b)
        || ARRAY(SELECT annuaire_paire(x, b) FROM unnest(pres_a) x)
        || ARRAY(SELECT annuaire_paire(a, y) FROM unnest(pres_b) y);
    RETURN QUERY SELECT annuaire_de_ces_paires(cherchees, annee);
    IF NOT FOUND AND cardinality(pres_a) * cardinality(pres_b) BETWEEN 1 AND 5000 THEN
        cherchees := ARRAY(SELECT annuaire_paire(x, y) FROM unnest(pres_a) x CROSS JOIN unnest(pres_b) y);
        RETURN QUERY SELECT annuaire_de_ces_paires(cherchees, annee);
    END IF;
END $$;
"""

CLASSER = """
CREATE FUNCTION annuaire_classer(
    moi bigint, trouves bigint[], p_mots text[], proches text[], p_naissance date, p_annee int, ailleurs boolean,
    limite int
) RETURNS TABLE (jeune_id bigint, structure_id bigint, ici boolean, exacts int, erreurs int)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT d.jeune_id, d.structure_id, d.structure_id = moi, s.exacts, s.erreurs
    FROM (SELECT DISTINCT unnest(trouves) AS id) t
    JOIN jeunes_jeune j ON j.id = t.id
    CROSS JOIN LATERAL (
        -- 0 for a word of the names, 1 for the beginning of one, 2 for a neighbour, 3 for none of them.
        SELECT count(*) FILTER (WHERE x.ecart = 0)::int AS exacts, count(*) FILTER (WHERE x.ecart = 2)::int AS erreurs,
            count(*) FILTER (WHERE x.ecart = 3) AS etrangers
        FROM (
            SELECT CASE
                WHEN m = ANY(j.mots::text[]) THEN 0
                WHEN EXISTS (SELECT 1 FROM unnest(j.mots::text[]) v WHERE starts_with(v, m)) THEN 1
                WHEN EXISTS (SELECT 1 FROM unnest(j.mots::text[]) v WHERE strpos(p, ' ' || v || ' ') > 0) THEN 2
                ELSE 3 END AS ecart
            FROM unnest(p_mots, proches) AS u(m, p)) x
    ) s
    JOIN dossiers_dossier d ON d.jeune_id = j.id
    WHERE s.etrangers = 0
        AND (p_annee IS NULL OR extract(year FROM j.naissance) = p_annee)
        AND (p_naissance IS NULL OR annuaire_date(p_naissance, j.naissance_precision)
            = annuaire_date(j.naissance, j.naissance_precision))
        AND (d.structure_id = moi OR (ailleurs AND NOT EXISTS (
            SELECT 1 FROM dossiers_dossier p WHERE p.jeune_id = j.id AND p.structure_id = moi)))
    ORDER BY d.structure_id = moi DESC, s.erreurs, s.exacts DESC, lower(j.nom_naissance) COLLATE "C",
        lower(j.prenom) COLLATE "C", j.naissance, d.jeune_id, d.structure_id
    LIMIT limite;
END $$;
"""

CHERCHER = """
DROP FUNCTION annuaire_chercher(text[], date, int, text, int, int);
CREATE FUNCTION annuaire_chercher(
    mots text[], naissance date, annee int, exactes text[], numero int, nir bytea, ailleurs boolean, limite int
) RETURNS TABLE (
    dossier_id bigint, ici boolean, structure_id bigint, structure_nom text, structure_telephone text,
    nom_naissance text, nom_usage text, prenom text, ne_le date, naissance_precision text, exacts int, erreurs int
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off AS $$
DECLARE
    moi bigint := annuaire_structure();
    cote CONSTANT int := least(limite, 1000);
    jours text[]; proches text[]; trouves bigint[] := '{}';
    par_paires boolean; entiers boolean := false; finis boolean := false;
BEGIN
    -- The rarest word first, counted on the index and no further than three hundred.
    mots := ARRAY(
        SELECT m FROM unnest(mots) m WHERE m <> ''
        ORDER BY (
            SELECT count(*) FROM (
                SELECT 1 FROM jeunes_cle k WHERE k.mot >= m AND k.mot < annuaire_fin(m) LIMIT 300) vus
        ), length(m) DESC, m);
    proches := ARRAY(SELECT '' FROM unnest(mots));
    IF naissance IS NOT NULL THEN
        jours := ARRAY(SELECT annuaire_date(naissance, p) FROM unnest(ARRAY['jour', 'mois', 'annee']) p);
        annee := extract(year FROM naissance);
    END IF;
    par_paires := ailleurs AND cardinality(exactes) = 0 AND jours IS NULL AND numero IS NULL AND nir IS NULL
        AND (cardinality(mots) > 1 OR (cardinality(mots) = 1 AND annee IS NOT NULL));
    IF numero IS NOT NULL THEN
        trouves := ARRAY(SELECT d.jeune_id FROM dossiers_dossier d
            WHERE d.numero = annuaire_chercher.numero AND d.structure_id = moi);
    ELSIF nir IS NOT NULL THEN
        trouves := ARRAY(SELECT j.id FROM jeunes_jeune j WHERE j.nir_empreinte = annuaire_chercher.nir LIMIT 100);
    ELSE
        -- Words that somebody bears together are whole: in the country, none of them is taken for a beginning.
        IF par_paires THEN
            trouves := ARRAY(SELECT annuaire_par_paires(mots, proches, annee));
            entiers := EXISTS (
                SELECT 1 FROM unnest(trouves) t JOIN jeunes_jeune j ON j.id = t
                WHERE annuaire_chercher.mots <@ j.mots::text[]);
        END IF;
        -- Two names and a year are written to the end: they are looked for with an error before being beginnings.
        finis := par_paires AND annee IS NOT NULL AND cardinality(mots) > 1;
        trouves := trouves || ARRAY(SELECT annuaire_par_cles(
            moi, mots, proches, jours, annee, exactes, ailleurs AND NOT entiers AND NOT finis, cote));
    END IF;
    IF numero IS NULL AND cardinality(mots) > 0 AND (SELECT count(DISTINCT t) FROM unnest(trouves) t) < cote THEN
        proches := annuaire_proches(mots, annee IS NOT NULL);
        IF nir IS NULL AND EXISTS (SELECT 1 FROM unnest(proches) p WHERE p <> '') THEN
            trouves := trouves || ARRAY(SELECT annuaire_par_cles(
                moi, mots, proches, jours, annee, exactes, ailleurs AND NOT par_paires, cote));
            IF par_paires THEN
                trouves := trouves || ARRAY(SELECT annuaire_par_paires(mots, proches, annee));
            END IF;
        END IF;
        IF finis AND cardinality(trouves) = 0 THEN
            trouves := ARRAY(SELECT annuaire_par_cles(
                moi, mots, ARRAY(SELECT '' FROM unnest(mots)), jours, annee, exactes, true, cote));
        END IF;
    END IF;
    RETURN QUERY
    SELECT d.id, r.ici, r.structure_id, COALESCE(NULLIF(s.nom_usuel, ''), s.nom_officiel)::text, s.telephone::text,
        j.nom_naissance::text, j.nom_usage::text, j.prenom::text, j.naissance, j.naissance_precision::text, r.exacts,
        r.erreurs
    FROM annuaire_classer(moi, trouves, mots, proches, naissance, annee, ailleurs, cote) WITH ORDINALITY
        AS r(jeune_id, structure_id, ici, exacts, erreurs, rang)
    JOIN jeunes_jeune j ON j.id = r.jeune_id
    JOIN acteurs_structure s ON s.id = r.structure_id
    LEFT JOIN dossiers_dossier d ON r.ici AND d.jeune_id = r.jeune_id AND d.structure_id = r.structure_id
    ORDER BY r.rang;
END $$;

REVOKE ALL ON FUNCTION annuaire_chercher(text[], date, int, text[], int, bytea, boolean, int) FROM PUBLIC, imilo_lots;
GRANT EXECUTE ON FUNCTION annuaire_chercher(text[], date, int, text[], int, bytea, boolean, int) TO imilo_app;
"""

# How many times in an hour an agent was shown people of other structures: nobody reads the country name by name. One
# row per agent; what is typed letter by letter counts once: the same beginning (a keyed hash of it), within two minutes
# and twenty requests.
QUOTA = """
CREATE TABLE jeunes_quota (
    agent_id bigint PRIMARY KEY REFERENCES acteurs_agent (id) ON DELETE CASCADE,
    depuis timestamptz NOT NULL,
    recherches int NOT NULL,
    debut bytea,
    debut_le timestamptz NOT NULL,
    frappes int NOT NULL
);
REVOKE ALL ON jeunes_quota FROM PUBLIC, imilo_app, imilo_lots;

CREATE FUNCTION annuaire_compter(p_agent bigint, p_debut bytea, p_quota int)
RETURNS TABLE (permise boolean, nouvelle boolean, atteint boolean, reprise timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    q jeunes_quota;
    maintenant timestamptz := clock_timestamp();
BEGIN
    INSERT INTO jeunes_quota VALUES (p_agent, maintenant, 0, NULL, maintenant, 0) ON CONFLICT DO NOTHING;
    SELECT * INTO q FROM jeunes_quota c WHERE c.agent_id = p_agent FOR UPDATE;
    IF q.depuis <= maintenant - interval '1 hour' THEN
        q.depuis := maintenant; q.recherches := 0; q.debut := NULL;
    END IF;
    reprise := q.depuis + interval '1 hour';
    nouvelle := q.debut IS DISTINCT FROM p_debut OR q.debut_le < maintenant - interval '2 minutes' OR q.frappes >= 20;
    permise := NOT nouvelle OR q.recherches < p_quota;
    atteint := NOT permise AND q.debut IS NOT NULL;
    IF NOT permise THEN
        q.debut := NULL; nouvelle := false;
    ELSIF nouvelle THEN
        q.recherches := q.recherches + 1; q.debut := p_debut; q.debut_le := maintenant; q.frappes := 1;
    ELSE
        q.frappes := q.frappes + 1;
    END IF;
    UPDATE jeunes_quota c SET depuis = q.depuis, recherches = q.recherches, debut = q.debut, debut_le = q.debut_le,
        frappes = q.frappes WHERE c.agent_id = p_agent;
    RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION annuaire_compter(bigint, bytea, int) FROM PUBLIC, imilo_lots;
GRANT EXECUTE ON FUNCTION annuaire_compter(bigint, bytea, int) TO imilo_app;
"""

PAR_CLES = _PAR_CLES.replace("-- et le reste", _AVEC_LE_RESTE)


class Migration(migrations.Migration):
    dependencies = [("jeunes", "0005_cles"), ("dossiers", "0002_securite"), ("acteurs", "0001_initial")]
    operations = [
        migrations.RunSQL(sql, reverse_sql=migrations.RunSQL.noop)
        for sql in (PROCHES, PAR_CLES, PAR_PAIRES, CLASSER, CHERCHER, QUOTA)
    ]
