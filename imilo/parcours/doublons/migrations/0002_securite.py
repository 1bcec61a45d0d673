"""Row-level security of doubles and merges; the former numbers; the persons of two structures made one.

Each structure writes its own row of a pair. What passes from one to the other goes through the functions below,
which say who they act for by the perimeter, and check where both stand.
"""

from django.db import migrations

from imilo.socle.rls import ProtegerTable

RENVOI = """
-- Where the number of a merged dossier leads: chains end in one step, since merges follow the dossier they are of.
CREATE FUNCTION doublons_numero_actuel(p_numero int) RETURNS int
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT d.numero FROM doublons_fusion f JOIN dossiers_dossier d ON d.id = f.dossier_id
    WHERE f.absorbe_numero = p_numero AND f.defaite_le IS NULL
$$;
REVOKE ALL ON FUNCTION doublons_numero_actuel(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION doublons_numero_actuel(int) TO imilo_app, imilo_lots;

CREATE FUNCTION doublons_effacer_absorbes(p_jeune bigint, p_absorbes bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM jeunes_jeune j
    WHERE (j.id = ANY(p_absorbes) OR j.id IN (SELECT r.absorbe FROM doublons_reunion r WHERE r.garde = p_jeune))
        AND j.id <> p_jeune AND NOT EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.jeune_id = j.id)
$$;
REVOKE ALL ON FUNCTION doublons_effacer_absorbes(bigint, bigint[]) FROM PUBLIC, imilo_app;
GRANT EXECUTE ON FUNCTION doublons_effacer_absorbes(bigint, bigint[]) TO imilo_lots;
"""

REUNIONS = """
-- Two persons of the country that two structures said to be one. Closed to the running role: both need it.
CREATE TABLE doublons_reunion (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    garde bigint NOT NULL,
    absorbe bigint NOT NULL,
    dossiers bigint[] NOT NULL,
    champs text[] NOT NULL,
    avant bigint,
    mots text[] NOT NULL,
    paire_ici bigint NOT NULL,
    paire_la bigint NOT NULL,
    faite_le timestamptz NOT NULL DEFAULT now(),
    defaite_le timestamptz
);
CREATE INDEX doublons_reunion_garde ON doublons_reunion (garde);
CREATE INDEX doublons_reunion_absorbe ON doublons_reunion (absorbe);
REVOKE ALL ON doublons_reunion FROM PUBLIC, imilo_app, imilo_lots;
"""

# The pairs that the page shows, beside what the reception desk may know of the other person.
VOISINS = """
CREATE FUNCTION doublons_voisins(p_paires bigint[]) RETURNS TABLE (
    paire bigint, jeune_id bigint, dossier_id bigint, ici boolean, structure_id bigint, structure_nom text,
    structure_telephone text, nom_naissance text, nom_usage text, prenom text, autres_prenoms text, ne_le date,
    naissance_precision text, meme_sexe boolean, meme_nir boolean, meme_telephone boolean, autre_nir boolean,
    autre_sexe boolean
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT p.id, a.id, CASE WHEN da.structure_id = p.structure_id THEN da.id END, da.structure_id = p.structure_id,
        da.structure_id, COALESCE(NULLIF(s.nom_usuel, ''), s.nom_officiel)::text, s.telephone::text,
        a.nom_naissance::text, a.nom_usage::text, a.prenom::text, a.autres_prenoms::text, a.naissance,
        a.naissance_precision::text, a.sexe = j.sexe, COALESCE(a.nir_empreinte = j.nir_empreinte, false),
        ARRAY[da.telephone, da.telephone_2]::text[] && array_remove(ARRAY[d.telephone, d.telephone_2]::text[], ''),
        COALESCE(a.nir_empreinte <> j.nir_empreinte, false), a.sexe <> j.sexe AND 'X' NOT IN (a.sexe, j.sexe)
    FROM doublons_paire p
    JOIN dossiers_dossier d ON d.id = p.dossier_id
    JOIN jeunes_jeune j ON j.id = d.jeune_id
    JOIN dossiers_dossier da ON da.id = p.autre
    JOIN jeunes_jeune a ON a.id = da.jeune_id
    JOIN acteurs_structure s ON s.id = da.structure_id
    WHERE p.id = ANY(p_paires) AND p.structure_id = annuaire_structure()
$$;
REVOKE ALL ON FUNCTION doublons_voisins(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION doublons_voisins(bigint[]) TO imilo_app, imilo_lots;
"""

NOTER = """
-- A dossier of the perimeter was saved in spite of somebody it looks like: the pair is to decide, on both sides.
CREATE FUNCTION doublons_noter(p_dossier bigint, p_jeune bigint, p_verdict text, p_force int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE notees int;
BEGIN
    INSERT INTO doublons_paire (cree_le, modifie_le, dossier_id, structure_id, autre, autre_structure_id, verdict,
        force, origine, etat, vue_le, mot, mot_recu)
    SELECT now(), now(), v.dossier, v.structure, v.autre, v.autre_structure, p_verdict, p_force, 'saisie',
        'a_decider', now(), '', ''
    FROM dossiers_dossier d
    JOIN dossiers_dossier a ON a.jeune_id = p_jeune AND a.id <> d.id
    CROSS JOIN LATERAL (VALUES
        (d.structure_id = a.structure_id, least(d.id, a.id), d.structure_id, greatest(d.id, a.id), a.structure_id),
        (d.structure_id <> a.structure_id, d.id, d.structure_id, a.id, a.structure_id),
        (d.structure_id <> a.structure_id, a.id, a.structure_id, d.id, d.structure_id)
    ) AS v(vaut, dossier, structure, autre, autre_structure)
    WHERE v.vaut AND d.id = p_dossier AND d.structure_id = annuaire_structure()
    ON CONFLICT (dossier_id, autre) DO NOTHING;
    GET DIAGNOSTICS notees = ROW_COUNT;
    RETURN notees;
END $$;
REVOKE ALL ON FUNCTION doublons_noter(bigint, bigint, text, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION doublons_noter(bigint, bigint, text, int) TO imilo_app, imilo_lots;
"""

QUESTIONS = """
-- The row of the perimeter and its mirror, locked in the same order by both structures.
CREATE FUNCTION doublons_miroir(p_paire bigint, OUT mienne doublons_paire, OUT sienne doublons_paire)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE moi bigint := annuaire_structure();
BEGIN
    SELECT * INTO mienne FROM doublons_paire WHERE id = p_paire AND structure_id = moi AND autre_structure_id <> moi;
    PERFORM 1 FROM doublons_paire
    WHERE (dossier_id, autre) IN ((mienne.dossier_id, mienne.autre), (mienne.autre, mienne.dossier_id))
    ORDER BY id FOR UPDATE;
    SELECT * INTO mienne FROM doublons_paire WHERE id = p_paire AND structure_id = moi AND autre_structure_id <> moi;
    SELECT * INTO sienne FROM doublons_paire WHERE dossier_id = mienne.autre AND autre = mienne.dossier_id;
END $$;
REVOKE ALL ON FUNCTION doublons_miroir(bigint) FROM PUBLIC, imilo_app, imilo_lots;

-- 'demandee'; 'differentes' when the other structure had said so already; 'introuvable' when a dossier has gone.
CREATE FUNCTION doublons_demander(p_paire bigint, p_mot text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE m record; reponse text := 'demandee';
BEGIN
    m := doublons_miroir(p_paire);
    IF (m.sienne).id IS NULL OR NOT EXISTS (SELECT 1 FROM dossiers_dossier WHERE id = (m.mienne).autre) THEN
        RETURN 'introuvable';
    END IF;
    IF (m.mienne).etat <> 'a_decider' THEN RETURN (m.mienne).etat; END IF;
    IF (m.sienne).etat = 'differentes' THEN
        reponse := 'differentes';
        UPDATE doublons_paire SET mot_recu = (m.sienne).mot WHERE id = p_paire;
    ELSE
        UPDATE doublons_paire SET etat = 'a_repondre', mot_recu = p_mot, modifie_le = now() WHERE id = (m.sienne).id;
    END IF;
    UPDATE doublons_paire SET etat = reponse, mot = p_mot, modifie_le = now() WHERE id = p_paire;
    RETURN reponse;
END $$;

-- "No": two persons, on both sides.
CREATE FUNCTION doublons_refuser(p_paire bigint, p_mot text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE m record;
BEGIN
    m := doublons_miroir(p_paire);
    IF (m.mienne).etat IS DISTINCT FROM 'a_repondre' THEN RETURN COALESCE((m.mienne).etat, 'introuvable'); END IF;
    UPDATE doublons_paire SET etat = 'differentes', mot = p_mot, modifie_le = now() WHERE id = p_paire;
    UPDATE doublons_paire SET etat = 'differentes', mot_recu = p_mot, modifie_le = now() WHERE id = (m.sienne).id;
    RETURN 'differentes';
END $$;
REVOKE ALL ON FUNCTION doublons_demander(bigint, text), doublons_refuser(bigint, text) FROM PUBLIC, imilo_lots;
GRANT EXECUTE ON FUNCTION doublons_demander(bigint, text), doublons_refuser(bigint, text) TO imilo_app;
"""

REUNIR = """
-- "Yes" to a question: one person in the country, the older of the two. `p_champs` are columns taken from the answering
-- structure's person (else the asking one's), then each side fills the other's blanks. 'reunie', else what forbids it.
CREATE FUNCTION doublons_reunir(p_paire bigint, p_mot text, p_champs text[]) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    permis CONSTANT text[] := ARRAY['nom_naissance', 'nom_usage', 'prenom', 'nom_unique', 'autres_prenoms', 'sexe',
        'naissance', 'naissance_precision', 'naissance_pays_id', 'naissance_commune_id', 'naissance_lieu',
        'nationalite_id', 'nationalite_2_id', 'nir', 'nir_empreinte'];
    visibles CONSTANT text[] := ARRAY['nom_naissance', 'nom_usage', 'prenom', 'autres_prenoms', 'naissance'];
    m record; moi bigint; autre bigint; g jeunes_jeune; a jeunes_jeune; pris text[]; bouges bigint[]; evenement bigint;
    chez text;
BEGIN
    m := doublons_miroir(p_paire);
    IF (m.mienne).etat IS DISTINCT FROM 'a_repondre' OR (m.sienne).etat IS DISTINCT FROM 'demandee' THEN
        RETURN COALESCE((m.mienne).etat, 'introuvable');
    END IF;
    SELECT jeune_id INTO moi FROM dossiers_dossier WHERE id = (m.mienne).dossier_id;
    SELECT jeune_id INTO autre FROM dossiers_dossier WHERE id = (m.mienne).autre;
    IF moi IS NULL OR autre IS NULL THEN RETURN 'introuvable'; END IF;
    IF moi <> autre THEN
        PERFORM 1 FROM jeunes_jeune WHERE id IN (moi, autre) ORDER BY id FOR UPDATE;
        SELECT COALESCE(NULLIF(s.nom_usuel, ''), s.nom_officiel) INTO chez
        FROM dossiers_dossier x JOIN dossiers_dossier y USING (structure_id)
        JOIN acteurs_structure s ON s.id = x.structure_id WHERE x.jeune_id = moi AND y.jeune_id = autre LIMIT 1;
        IF chez IS NOT NULL THEN RETURN 'deux_dossiers:' || chez; END IF;
        SELECT * INTO g FROM jeunes_jeune WHERE id = least(moi, autre);
        SELECT * INTO a FROM jeunes_jeune WHERE id = greatest(moi, autre);
        -- Columns to take from the absorbed: those chosen on its side, and what the kept one leaves blank.
        pris := ARRAY(
            SELECT c FROM unnest(permis) c
            WHERE to_jsonb(a) -> c IS DISTINCT FROM to_jsonb(g) -> c
                AND COALESCE(to_jsonb(a) ->> c, '') NOT IN ('', 'false', 'X')
                AND ((c = ANY(visibles) AND (c = ANY(p_champs)) = (a.id = moi))
                    OR COALESCE(to_jsonb(g) ->> c, '') IN ('', 'X')));
        -- What goes by two goes by two: the day with how far it is known, the number with its hash.
        pris := ARRAY(SELECT DISTINCT c FROM unnest(pris
            || CASE WHEN pris && ARRAY['naissance', 'naissance_precision'] THEN ARRAY['naissance', 'naissance_precision'] END
            || CASE WHEN pris && ARRAY['nir', 'nir_empreinte'] THEN ARRAY['nir', 'nir_empreinte'] END
            || CASE WHEN pris && ARRAY['prenom', 'nom_unique'] THEN ARRAY['prenom', 'nom_unique'] END) c);
        WITH u AS (UPDATE dossiers_dossier SET jeune_id = g.id WHERE jeune_id = a.id RETURNING id)
        SELECT array_agg(id ORDER BY id) INTO bouges FROM u;
        IF cardinality(pris) > 0 THEN
            -- The words of both, until the application writes those of the names that were kept.
            EXECUTE (SELECT 'UPDATE jeunes_jeune g SET version = g.version + 1, modifie_le = now(), mots = g.mots || a.mots, '
                || string_agg(format('%1$I = a.%1$I', c), ', ') FROM unnest(pris) c)
                || ' FROM jeunes_jeune a WHERE g.id = $1 AND a.id = $2' USING g.id, a.id;
            SELECT max(pgh_id) INTO evenement FROM jeunes_jeuneevent WHERE id = g.id;
        END IF;
        INSERT INTO doublons_reunion (garde, absorbe, dossiers, champs, avant, mots, paire_ici, paire_la)
        VALUES (g.id, a.id, bouges, pris, evenement, g.mots, p_paire, (m.sienne).id);
    END IF;
    UPDATE doublons_paire SET etat = 'reunie', mot = p_mot, modifie_le = now() WHERE id = p_paire;
    UPDATE doublons_paire SET etat = 'reunie', mot_recu = p_mot, modifie_le = now() WHERE id = (m.sienne).id;
    RETURN 'reunie';
END $$;

-- Either structure undoes it. What was corrected since stays; the dossiers opened since stay with the kept person.
CREATE FUNCTION doublons_separer(p_paire bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE m record; r doublons_reunion; g jeunes_jeune; a jeunes_jeune; rendus text[];
BEGIN
    m := doublons_miroir(p_paire);
    IF (m.mienne).etat IS DISTINCT FROM 'reunie' THEN RETURN COALESCE((m.mienne).etat, 'introuvable'); END IF;
    SELECT * INTO r FROM doublons_reunion
    WHERE p_paire IN (paire_ici, paire_la) AND defaite_le IS NULL ORDER BY id DESC LIMIT 1 FOR UPDATE;
    IF r.id IS NULL THEN RETURN 'introuvable'; END IF;
    IF EXISTS (
        SELECT 1 FROM doublons_reunion x WHERE x.id > r.id AND x.defaite_le IS NULL
            AND (x.absorbe IN (r.garde, r.absorbe) OR (x.garde = r.garde AND x.champs && r.champs))
    ) THEN RETURN 'autre_reunion_depuis'; END IF;
    IF NOT EXISTS (SELECT 1 FROM dossiers_dossier WHERE id = ANY(r.dossiers)) THEN RETURN 'introuvable'; END IF;
    PERFORM 1 FROM jeunes_jeune WHERE id IN (r.garde, r.absorbe) ORDER BY id FOR UPDATE;
    SELECT * INTO g FROM jeunes_jeune WHERE id = r.garde;
    SELECT * INTO a FROM jeunes_jeune WHERE id = r.absorbe;
    UPDATE dossiers_dossier SET jeune_id = r.absorbe WHERE id = ANY(r.dossiers) AND jeune_id = r.garde;
    -- The same number is encrypted anew when a key goes: its hash tells.
    rendus := ARRAY(
        SELECT c FROM unnest(r.champs) c
        WHERE CASE WHEN c = 'nir' THEN g.nir_empreinte = a.nir_empreinte
            ELSE to_jsonb(g) -> c IS NOT DISTINCT FROM to_jsonb(a) -> c END);
    IF cardinality(rendus) > 0 AND r.avant IS NOT NULL THEN
        EXECUTE (SELECT 'UPDATE jeunes_jeune g SET version = g.version + 1, modifie_le = now(), '
            || CASE WHEN rendus @> r.champs THEN 'mots = $3, ' ELSE '' END
            || string_agg(format('%1$I = e.%1$I', c), ', ') FROM unnest(rendus) c)
            || ' FROM jeunes_jeuneevent e WHERE g.id = $1 AND e.pgh_id = $2' USING r.garde, r.avant, r.mots;
    END IF;
    UPDATE doublons_reunion SET defaite_le = now() WHERE id = r.id;
    UPDATE doublons_paire SET etat = 'a_decider', modifie_le = now() WHERE id IN (r.paire_ici, r.paire_la);
    RETURN 'a_decider';
END $$;
REVOKE ALL ON FUNCTION doublons_reunir(bigint, text, text[]), doublons_separer(bigint) FROM PUBLIC, imilo_lots;
GRANT EXECUTE ON FUNCTION doublons_reunir(bigint, text, text[]), doublons_separer(bigint) TO imilo_app;
"""


class Migration(migrations.Migration):
    dependencies = [("doublons", "0001_initial"), ("jeunes", "0003_annuaire"), ("dossiers", "0002_securite")]
    operations = [
        ProtegerTable("doublons_paire", dossier=False),
        ProtegerTable("doublons_fusion"),
        *(
            migrations.RunSQL(sql, reverse_sql=migrations.RunSQL.noop)
            for sql in (REUNIONS, RENVOI, VOISINS, NOTER, QUESTIONS, REUNIR)
        ),
    ]
