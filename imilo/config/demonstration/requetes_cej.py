"""SQL of the bulk load: orientations, contracts, allowances and appointments, from their temporary tables.

What is referred to gets its number in the temporary table, by default, from the sequence of its own table.
"""

from __future__ import annotations


def _numero(colonne: str, table: str) -> str:
    return f"{colonne} bigint DEFAULT nextval('{table}_id_seq')"


ORIENTATIONS = (
    "dossier_id bigint", "structure_id bigint", "agent_id bigint", "decidee_le date", "decidee_par text", "vers text",
    "competence jsonb", "qualification text", "situation_emploi text", "aspirations text", "notifiee_le date",
    "moyen text", "limite date", "delai jsonb",
)  # fmt: skip
CONTRATS = (
    "dossier_id bigint", "structure_id bigint", "dossier_numero int", "jeune_id bigint", "agent_id bigint",
    "qualite text", "notifiee_le date", "debut date", "fin_prevue date", "fin_le date", "fin_motif text", "etat text",
    "logement text", "soutien text", "foyer text", "maximum numeric", "appreciation text", "objectif text",
    "synthese text", "engagements_jeune text", "engagements_structure text", "representant text",
    "representant_qualite text", "metier text", "eligibilite jsonb", "duree jsonb", "heures jsonb", "forfait jsonb",
)  # fmt: skip
MOIS = (
    "dossier_id bigint", "mois date", "logement text", "soutien text", "foyer text", "declaree_le date",
    "salaire numeric", "etat text", "sens text", "montant numeric", "forfait numeric", "droit jsonb", "calcul jsonb",
    "decidee_le date", "decidee_par bigint", "pouvoir text", "notifiee_le date", "moyen text",
)  # fmt: skip
RENDEZ_VOUS = (
    "dossier_id bigint", "structure_id bigint", "agent_id bigint", "site_id bigint", "debut timestamptz", "duree int",
    "modalite text", "objet text", "statut text", "pris_le date",
)  # fmt: skip
COLONNES = {"orientations": ORIENTATIONS, "contrats": CONTRATS, "mois": MOIS, "rendez_vous": RENDEZ_VOUS}
NUMEROS = {
    "orientations": (_numero("id", "diagnostics_orientation"),),
    "contrats": (
        _numero("id", "contrats_contratengagement"), _numero("diagnostic_id", "diagnostics_diagnostic"),
        _numero("examen_id", "contrats_examencej"), _numero("document_id", "dossiers_document"),
    ),
    "mois": (
        _numero("id", "allocations_decisionallocation"), _numero("declaration_id", "allocations_declaration"),
        _numero("document_id", "dossiers_document"),
    ),
    "rendez_vous": (_numero("id", "agenda_rendezvous"),),
}  # fmt: skip
# The one file that stands for every document of the bulk load.
DOCUMENT = "CREATE TEMP TABLE IF NOT EXISTS demo_document (contenu bytea, taille int, sha256 text)"
REMPLIR_LE_DOCUMENT = "INSERT INTO demo_document VALUES (%s, %s, %s)"


def _le(jour: str) -> str:
    """The instant of a row of that day: three in the afternoon, universal time, or now if that is to come."""
    return f"LEAST(({jour} + time '15:00') AT TIME ZONE 'UTC', now())"


def _dates(jour: str) -> str:
    return f"{_le(jour)}, {_le(jour)}"


_DOCUMENTS = f"""
INSERT INTO dossiers_document (id, cree_le, modifie_le, dossier_id, structure_id, genre, titre, type_mime, taille,
    sha256, contenu, depose_par_id)
SELECT c.document_id, {_dates("c.debut")}, c.dossier_id, c.structure_id, 'contrat_signe',
    'Contrat d''engagement jeune signé CEJ-' || to_char(c.dossier_numero, 'FM0000000') || '-' || c.id,
    'application/pdf', f.taille, f.sha256, f.contenu, c.agent_id
FROM demo_contrats c CROSS JOIN demo_document f
UNION ALL
SELECT m.document_id, {_dates("m.decidee_le")}, c.dossier_id, c.structure_id, 'notification',
    'Décision d''allocation ' || to_char(m.mois, 'MM/YYYY'), 'application/pdf', f.taille, f.sha256, f.contenu,
    m.decidee_par
FROM demo_mois m JOIN demo_contrats c USING (dossier_id) CROSS JOIN demo_document f WHERE m.decidee_le IS NOT NULL
"""  # noqa: S608  # our own names
_ORIENTATIONS = f"""
INSERT INTO diagnostics_orientation (id, cree_le, modifie_le, dossier_id, structure_id, decidee_le, decidee_par, vers,
    competence, beneficiaire_rsa, qualification, situation_emploi, aspirations, difficultes, insertion_sociale,
    agent_id, notifiee_le, notification_moyen, notification_reference, notifiee_par_id, a_signer_avant_le, delai,
    nouvelle_raison, version)
SELECT id, {_dates("decidee_le")}, dossier_id, structure_id, decidee_le, decidee_par, vers, competence, false,
    qualification, situation_emploi, aspirations, '{{}}', false, agent_id, notifiee_le, moyen, '',
    CASE WHEN notifiee_le IS NOT NULL THEN agent_id END, limite, delai, '', 1
FROM demo_orientations
"""  # noqa: S608  # our own names
_DIAGNOSTICS = f"""
INSERT INTO diagnostics_diagnostic (id, cree_le, modifie_le, dossier_id, structure_id, etabli_le, agent_id, objectifs,
    synthese)
SELECT diagnostic_id, {_dates("notifiee_le")}, dossier_id, structure_id, notifiee_le, agent_id, objectif, synthese
FROM demo_contrats
"""  # noqa: S608  # our own names
_THEMES = f"""
INSERT INTO diagnostics_diagnostictheme (cree_le, modifie_le, dossier_id, structure_id, diagnostic_id, theme, valeur,
    texte)
SELECT {_dates("c.notifiee_le")}, dossier_id, structure_id, diagnostic_id, t.theme, t.valeur, t.texte
FROM demo_contrats c CROSS JOIN (VALUES
    ('EMPLOI', 'besoin', 'Peu d''expérience ; deux missions d''intérim.'),
    ('MOBILITE', 'besoin', 'Ni permis ni véhicule.')) AS t(theme, valeur, texte)
"""  # noqa: S608  # our own names
_EXAMENS = f"""
INSERT INTO contrats_examencej (id, cree_le, modifie_le, dossier_id, structure_id, le, agent_id, etudiant,
    en_formation, difficulte_emploi_durable, difficulte_appreciation, circonstances_particulieres,
    circonstances_texte, eligible, decision)
SELECT examen_id, {_dates("debut")}, dossier_id, structure_id, debut, agent_id, false, false, true, appreciation,
    false, '', true, eligibilite
FROM demo_contrats
"""  # noqa: S608  # our own names
_CONTRATS = f"""
INSERT INTO contrats_contratengagement (id, cree_le, modifie_le, dossier_id, structure_id, jeune_id, cadre, etat,
    orientation_id, diagnostic_id, referent_id, debut, fin_prevue, duree, heures_hebdo, amenagement,
    amenagement_raison, heures, objectifs, engagements_jeune, engagements_structure, examen_id, eligibilite,
    logement, soutien_parental, foyer_fiscal, autonomie_fiscale, forfait, allocation_maximum, mineur_emancipe,
    representant_nom, representant_qualite, prepare_par_id, signe_le, mode_signature, document_id, document_sha256,
    fin_le, fin_motif, fin_precision, termine_par_id, version,
    representant_telephone, representant_courriel, projet, offre_emplois, offre_zone, actes_recherche, refuse_par,
    refuse_motif)
SELECT c.id, {_dates("c.debut")}, c.dossier_id, c.structure_id, c.jeune_id, 'cej', c.etat, o.id,
    c.diagnostic_id, c.agent_id,
    c.debut, c.fin_prevue, c.duree, (c.heures->'faits'->>'heures')::numeric, 'aucun', '', c.heures, c.objectif,
    c.engagements_jeune, c.engagements_structure, c.examen_id, c.eligibilite, c.logement, c.soutien, c.foyer, 'aucune',
    c.forfait, c.maximum, false, c.representant, c.representant_qualite, c.agent_id, c.debut, 'papier', c.document_id,
    f.sha256, c.fin_le, c.fin_motif, '', CASE WHEN c.fin_le IS NOT NULL THEN c.agent_id END, 1,
    '', '', '', '', '', '', '', ''
FROM demo_contrats c JOIN demo_orientations o USING (dossier_id) CROSS JOIN demo_document f
"""  # noqa: S608  # our own names
_ACTIONS = f"""
INSERT INTO contrats_actionprevue (cree_le, modifie_le, dossier_id, structure_id, contrat_id, categorie, intitule,
    organisme, echeance, financement, programme)
SELECT {_dates("c.debut")}, dossier_id, structure_id, id, a.categorie, replace(a.intitule, '...', c.metier),
    a.organisme, c.debut + 60, '', ''
FROM demo_contrats c CROSS JOIN (VALUES
    ('accompagnement', 'Entretien chaque semaine avec le conseiller', ''),
    ('mise_en_situation', 'Immersion de deux semaines en ...', 'Entreprise à trouver ensemble')
) AS a(categorie, intitule, organisme)
"""  # noqa: S608  # our own names
_SIGNATURES = f"""
INSERT INTO contrats_signature (cree_le, modifie_le, dossier_id, structure_id, contrat_id, partie, nom, qualite, mode,
    a, traits, agent_id, canal, lu_sha256)
SELECT {_dates("c.debut")}, c.dossier_id, c.structure_id, c.id, s.partie, s.nom, s.qualite, 'papier', {_le("c.debut")},
    '[]', c.agent_id, '', ''
FROM demo_contrats c
JOIN demo_personnes p USING (dossier_id)
JOIN acteurs_agent x ON x.id = c.agent_id
CROSS JOIN LATERAL (VALUES
    ('jeune', p.prenom || ' ' || COALESCE(NULLIF(p.nom_usage, ''), p.nom), ''),
    ('representant', c.representant, c.representant_qualite),
    ('etat', x.prenom || ' ' || x.nom, c.qualite)) AS s(partie, nom, qualite)
WHERE s.nom <> ''
"""  # noqa: S608  # our own names
_DECLARATIONS = f"""
INSERT INTO allocations_declaration (id, cree_le, modifie_le, dossier_id, structure_id, contrat_id, mois, logement,
    soutien_parental, foyer_fiscal, autonomie_fiscale, rsa, prime_activite, suspensif, declaree_le, agent_id, version)
SELECT m.declaration_id, {_dates("m.declaree_le")}, c.dossier_id, c.structure_id, c.id, m.mois, m.logement, m.soutien,
    m.foyer, 'aucune', 'non', 'non', 'aucun', m.declaree_le, c.agent_id, 1
FROM demo_mois m JOIN demo_contrats c USING (dossier_id)
"""  # noqa: S608  # our own names
_RESSOURCES = f"""
INSERT INTO allocations_ressourcedeclaree (cree_le, modifie_le, dossier_id, structure_id, declaration_id, nature,
    montant)
SELECT {_dates("m.declaree_le")}, c.dossier_id, c.structure_id, m.declaration_id, 'salaire', m.salaire
FROM demo_mois m JOIN demo_contrats c USING (dossier_id) WHERE m.salaire IS NOT NULL
"""  # noqa: S608  # our own names
_DECISIONS = f"""
INSERT INTO allocations_decisionallocation (id, cree_le, modifie_le, dossier_id, structure_id, contrat_id,
    declaration_id, mois, etat, sens, montant, forfait, droit, calcul, preparee_par_id, decidee_le, decidee_par_id,
    pouvoir, document_id, notifiee_le, notification_moyen, notifiee_par_id, version)
SELECT m.id, {_le("m.declaree_le")}, {_le("COALESCE(m.notifiee_le, m.decidee_le, m.declaree_le)")}, c.dossier_id,
    c.structure_id, c.id, m.declaration_id, m.mois, m.etat, m.sens, m.montant, m.forfait, m.droit, m.calcul,
    c.agent_id, m.decidee_le, m.decidee_par, m.pouvoir, CASE WHEN m.decidee_le IS NOT NULL THEN m.document_id END,
    m.notifiee_le, m.moyen, CASE WHEN m.notifiee_le IS NOT NULL THEN m.decidee_par END, 1
FROM demo_mois m JOIN demo_contrats c USING (dossier_id)
"""  # noqa: S608  # our own names
_RENDEZ_VOUS = f"""
INSERT INTO agenda_rendezvous (id, cree_le, modifie_le, dossier_id, structure_id, agent_id, site_id, debut, duree,
    modalite, objet, statut, version)
SELECT id, {_dates("pris_le")}, dossier_id, structure_id, agent_id, site_id, debut, duree, modalite, objet, statut, 1
FROM demo_rendez_vous
"""  # noqa: S608  # our own names
INSERTIONS = (
    _DOCUMENTS, _ORIENTATIONS, _DIAGNOSTICS, _THEMES, _EXAMENS, _CONTRATS, _ACTIONS, _SIGNATURES, _DECLARATIONS,
    _RESSOURCES, _DECISIONS, _RENDEZ_VOUS,
)  # fmt: skip

FAITS = (
    f"""
INSERT INTO journal_fait (le, structure_id, agent_id, acteur, genre, objet_type, objet_id, dossier_id, identifiants)
SELECT {_le("f.jour")}, c.structure_id, f.agent, 'agent', f.genre, f.objet_type, f.objet_id, c.dossier_id, f.dit
FROM demo_contrats c JOIN demo_orientations o USING (dossier_id)
CROSS JOIN LATERAL (
    VALUES
    (o.decidee_le, c.agent_id, 'orientation.decidee', 'diagnostics.orientation', o.id,
        jsonb_build_object('vers', o.vers)),
    (o.notifiee_le, c.agent_id, 'orientation.notifiee', 'diagnostics.orientation', o.id,
        jsonb_build_object('moyen', lower(o.moyen))),
    (c.notifiee_le, c.agent_id, 'diagnostic.saisi', 'diagnostics.diagnostic', c.diagnostic_id, '{{}}'),
    (c.debut, c.agent_id, 'cej.examine', 'contrats.examencej', c.examen_id, '{{"issue": "eligible"}}'),
    (c.debut, c.agent_id, 'contrat.prepare', 'contrats.contratengagement', c.id, '{{}}'),
    (c.debut, c.agent_id, 'contrat.signe', 'contrats.contratengagement', c.id,
        jsonb_build_object('mode', 'papier', 'document', c.document_id, 'signataire', c.agent_id)),
    (c.fin_le, c.agent_id, 'contrat.' || c.etat, 'contrats.contratengagement', c.id,
        jsonb_build_object('motif', lower(c.fin_motif)))
    UNION ALL
    SELECT f.jour, f.agent, f.genre, 'allocations.decisionallocation', m.id,
        jsonb_build_object('mois', to_char(m.mois, 'YYYY-MM')) || f.dit
    FROM demo_mois m CROSS JOIN LATERAL (VALUES
        (m.declaree_le, c.agent_id, 'ressources.declarees', '{{}}'),
        (m.decidee_le, m.decidee_par,
            CASE m.sens WHEN 'accord' THEN 'allocation.decidee' ELSE 'allocation.refusee' END, '{{}}'),
        (m.notifiee_le, m.decidee_par, 'allocation.notifiee', jsonb_build_object('moyen', lower(m.moyen)))
    ) AS f(jour, agent, genre, dit)
    WHERE m.dossier_id = c.dossier_id
) AS f(jour, agent, genre, objet_type, objet_id, dit)
WHERE f.jour IS NOT NULL
""",  # noqa: S608  # our own names
    f"""
INSERT INTO journal_fait (le, structure_id, agent_id, acteur, genre, objet_type, objet_id, dossier_id, identifiants)
SELECT {_le("r.pris_le")}, structure_id, agent_id, 'agent', 'rendez_vous.pris', 'agenda.rendezvous', id, dossier_id,
    '{{}}'
FROM demo_rendez_vous r
""",  # noqa: S608  # our own names
)
