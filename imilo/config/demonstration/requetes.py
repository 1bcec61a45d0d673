"""SQL of the bulk load: temporary tables that COPY fills, and what is inserted from them."""

from __future__ import annotations

from imilo.config.demonstration import requetes_cej

PERSONNES = (
    "rang bigint", "numero int", "jeune_id bigint", "dossier_id bigint", "structure_id bigint", "site_id bigint",
    "referent_id bigint", "statut text", "completude text", "accueil date", "fin_le date", "fin_motif text",
    "sexe text", "nom text", "prenom text", "nom_usage text", "naissance date", "pays text", "commune_naissance text",
    "nationalite text", "nir bytea", "nir_empreinte bytea", "mots text", "diplome text", "venue text", "commune text",
    "numero_voie text", "voie text", "telephone text", "courriel text", "numero_ft text", "rqth_du date",
    "piece_type text", "piece_numero bytea", "complet boolean",
)  # fmt: skip
ACTES = (
    "dossier_id bigint", "structure_id bigint", "agent_id bigint", "le date", "duree int", "type text",
    "modalite text", "theme text", "compte_rendu text",
)  # fmt: skip
SITUATIONS = ("dossier_id bigint", "structure_id bigint", "categorie text", "debut date", "fin date", "rome text")


COLONNES = {"personnes": PERSONNES, "actes": ACTES, "situations": SITUATIONS, **requetes_cej.COLONNES}


def _noms(colonnes: tuple[str, ...]) -> str:
    return ", ".join(c.split()[0] for c in colonnes)


def _creer(table: str) -> str:
    colonnes = (*COLONNES[table], *requetes_cej.NUMEROS.get(table, ()))
    return f"CREATE TEMP TABLE IF NOT EXISTS demo_{table} ({', '.join(colonnes)})"


POSTAL = """
CREATE TEMP TABLE IF NOT EXISTS demo_postal AS
SELECT commune_id AS commune, min(code) AS code FROM referentiels_codepostal GROUP BY 1
"""
TEMPORAIRES = (
    *map(_creer, COLONNES),
    requetes_cej.DOCUMENT,
    POSTAL,
)
VIDER = f"TRUNCATE {', '.join(f'demo_{table}' for table in COLONNES)}"
# Progress is in the transaction of each batch: a crash that loses the last ones loses their progress with them.
REGLER = "SELECT set_config('synchronous_commit', 'off', true), set_config('imilo.cles', %s, true)"
CLES_DIFFEREES = "differees"  # see the migration jeunes.0012_cles_differees
# Sorts of whole tables, once in a load.
MEMOIRE = "SELECT set_config('work_mem', '256MB', true), set_config('maintenance_work_mem', '1GB', true)"
REFAIRE_LES_CLES = "SELECT annuaire_reconstruire()"
SEQUENCES = ("jeunes_jeune_id_seq", "dossiers_dossier_id_seq")
COPIER = {table: f"COPY demo_{table} ({_noms(colonnes)}) FROM STDIN" for table, colonnes in COLONNES.items()}

# Rows bear the instants of what they tell of: nine in the morning, universal time, of their day.
_INSTANT = "p.accueil + time '09:00'"
_JEUNES = f"""
INSERT INTO jeunes_jeune (id, cree_le, modifie_le, nom_naissance, nom_usage, prenom, autres_prenoms, nom_unique, sexe,
    naissance, naissance_precision, naissance_pays_id, naissance_commune_id, naissance_lieu, nationalite_id, nir,
    nir_empreinte, mots, version)
SELECT jeune_id, {_INSTANT}, {_INSTANT}, nom, nom_usage, prenom, '', false, sexe, naissance, 'jour',
    CASE WHEN complet THEN pays END, CASE WHEN complet THEN commune_naissance END,
    CASE WHEN complet AND pays <> '99100' THEN 'Ville-Exemple' ELSE '' END, CASE WHEN complet THEN nationalite END,
    nir, nir_empreinte, string_to_array(mots, ' '), 1
FROM demo_personnes p
"""  # noqa: S608  # our own names
_DOSSIERS = f"""
INSERT INTO dossiers_dossier (id, cree_le, modifie_le, numero, jeune_id, structure_id, site_id, referent_id,
    referent_depuis, statut, completude, premier_accueil, venue, notice_remise_le, numero_ft, telephone, telephone_2,
    courriel, sans_adresse, adresse_numero, adresse_voie, adresse_complement, adresse_code_postal, adresse_commune_id,
    niveau_diplome, rqth_du, piece_type, piece_numero, piece_vue_le, piece_vue_par_id, doublon_ecarte, fin_le,
    fin_motif, version)
SELECT dossier_id, {_INSTANT}, {_INSTANT}, numero, jeune_id, structure_id, site_id, referent_id, accueil, statut,
    completude, accueil, venue, CASE WHEN complet THEN accueil END, numero_ft, telephone, '', courriel, false,
    numero_voie, voie, '', COALESCE(c.code, ''), p.commune, diplome, rqth_du, piece_type, piece_numero,
    CASE WHEN piece_numero IS NOT NULL THEN accueil END,
    CASE WHEN piece_numero IS NOT NULL THEN referent_id END, '', fin_le, fin_motif, 1
FROM demo_personnes p LEFT JOIN demo_postal c ON c.commune = p.commune
"""  # noqa: S608  # our own names
_ACTES = """
INSERT INTO dossiers_acte (cree_le, modifie_le, le, duree, type, modalite, theme, compte_rendu, version, agent_id,
    dossier_id, structure_id)
SELECT LEAST((a.le + time '15:00') AT TIME ZONE 'UTC', now()), LEAST((a.le + time '15:00') AT TIME ZONE 'UTC', now()),
    a.le, duree, type, modalite, theme, compte_rendu, 1, agent_id,
    dossier_id, structure_id
FROM demo_actes a
"""
_SITUATIONS = """
INSERT INTO dossiers_situation (cree_le, modifie_le, categorie, debut, fin, libelle, rome_prepare, rome_premier,
    rome_exerce, version, dossier_id, structure_id)
SELECT s.debut + time '15:00', s.debut + time '15:00', categorie, debut, fin, '',
    CASE WHEN categorie = 'Formation' THEN rome ELSE '' END,
    CASE WHEN categorie = 'Demandeur d''emploi' THEN rome ELSE '' END,
    CASE WHEN categorie = 'Emploi' THEN rome ELSE '' END, 1, dossier_id, structure_id
FROM demo_situations s
"""
INSERTIONS = (_JEUNES, _DOSSIERS, _ACTES, _SITUATIONS, *requetes_cej.INSERTIONS)

FAITS = (
    f"""
INSERT INTO journal_fait (le, structure_id, agent_id, acteur, genre, objet_type, objet_id, dossier_id, identifiants)
SELECT {_INSTANT}, structure_id, referent_id, 'agent', 'dossier.ouvert', 'dossiers.dossier', dossier_id, dossier_id,
    jsonb_build_object('jeune', jeune_id)
FROM demo_personnes p
""",  # noqa: S608  # our own names
    """
INSERT INTO journal_fait (le, structure_id, agent_id, acteur, genre, objet_type, objet_id, dossier_id, identifiants)
SELECT a.cree_le, a.structure_id, a.agent_id, 'agent', 'acte.saisi', 'dossiers.acte', a.id, a.dossier_id, '{}'
FROM dossiers_acte a WHERE a.dossier_id IN (SELECT dossier_id FROM demo_personnes)
""",
    *requetes_cej.FAITS,
)
