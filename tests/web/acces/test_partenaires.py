"""What really leaves for the CFA and for the paying agency, beside what the field policy says that they receive."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path

import pytest

from imilo.acteurs import politique
from imilo.acteurs.models import Agent, Secteur, Structure
from imilo.acteurs.politique import Portee, Visibilite
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.echanges.connecteurs.asp.envoi import fixer
from imilo.echanges.connecteurs.asp.faux import FausseAsp
from imilo.echanges.connecteurs.asp.messages import LIGNES, LigneAllocation, LigneAvenant, LigneContrat
from imilo.parcours.arrivees.models import Arrivee, Issue, Moyen
from imilo.parcours.arrivees.services import Essai, tenter
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.api.apprentissage.envois import apprenti, cle, envoyer, lire_les_suites, organisme
from tests.echanges.connecteurs.asp.scene import Scene
from tests.web.acces.dossier_plein import marquer, marques_lues, remplir

pytestmark = pytest.mark.django_db

# Each column that leaves, and the fields that it is made of; a reference of ours, or a code of the format, is of none.
CONTRAT, DECISION, PACEA = "contrats.ContratEngagement", "allocations.DecisionAllocation", "allocations.AllocationPacea"
VERS_L_ASP: dict[type, dict[str, tuple[str, ...]]] = {
    LigneContrat: {
        "reference": (),
        "nir": ("jeunes.Jeune.nir",),
        "nom": ("jeunes.Jeune.nom_naissance",),
        "prenom": ("jeunes.Jeune.prenom",),
        "naissance": ("jeunes.Jeune.naissance",),
        "sexe": ("jeunes.Jeune.sexe",),
        "adresse": tuple(f"dossiers.Dossier.adresse_{c}" for c in ("numero", "voie", "complement")),
        "code_postal": ("dossiers.Dossier.adresse_code_postal",),
        "commune": ("dossiers.Dossier.adresse_commune",),
        "debut": (f"{CONTRAT}.signe_le",),
        "fin": (f"{CONTRAT}.fin_prevue", f"{CONTRAT}.fin_le"),
        "cadre": (f"{CONTRAT}.cadre",),
    },
    LigneAvenant: {
        "reference": (),
        "contrat": (),
        "nature": (),
        "du": ("contrats.Suspension.debut",),
        "au": ("contrats.Suspension.fin", f"{CONTRAT}.fin_le"),
    },
    LigneAllocation: {
        "reference": (),
        "contrat": (),
        "mois": (f"{DECISION}.mois", f"{PACEA}.mois"),
        "nature": (),
        "montant": (f"{DECISION}.montant", f"{DECISION}.reste_a_verser", f"{PACEA}.montant"),
        "iban": ("fiche.CompteBancaire.iban",),
        "titulaire": ("fiche.CompteBancaire.titulaire_nom",),
    },
}
VERS_LE_CFA: dict[str, tuple[str, ...]] = {
    "id": (),
    "id_erp_apprenant": ("apprentissage.DossierApprenant.id_erp_apprenant",),
    "annee_scolaire": ("apprentissage.DossierApprenant.annee_scolaire",),
    "etablissement_formateur_uai": (),
    "etablissement_formateur_siret": (),
    "situation": ("apprentissage.Suite.situation",),
    "connaissance_ml": ("apprentissage.Suite.connaissance",),
    "date": ("apprentissage.Suite.le",),
    "mission_locale": (),
}


def dites(portee: Portee, qui: str) -> set[str]:
    """The families that the policy shows to this recipient."""
    lignes = politique.politique().lignes
    return {famille for (p, q, famille), regle in lignes.items() if (p, q, regle) == (portee, qui, Visibilite.VU)}


def test_the_policy_says_what_each_format_carries_and_no_more() -> None:
    """A column added to a format is put here and in the policy, or this fails; a line too many fails too."""
    assert set(VERS_L_ASP) == set(LIGNES.values())
    for ligne, colonnes in VERS_L_ASP.items():
        assert {f.name for f in fields(ligne)} == set(colonnes)
    partis = {champ for colonnes in VERS_L_ASP.values() for champs in colonnes.values() for champ in champs}
    assert {politique.famille_du_champ(c) for c in partis} == dites(Portee.FICHIER_ASP, politique.ASP)
    rendus = {champ for champs in VERS_LE_CFA.values() for champ in champs}
    assert {politique.famille_du_champ(c) for c in rendus} == dites(Portee.API_CFA, politique.CFA)


def test_the_files_of_the_agency_carry_what_the_policy_says(structure: Structure, tmp_path: Path) -> None:
    scene = Scene(
        structure,
        fabriques.agent(structure),
        fabriques.agent(structure, Profil.DIRECTION, representant_legal=True),
        FausseAsp(tmp_path),
    )
    contrat = scene.contrat(date(2026, 1, 12), jeune_nir="204053726100108", adresse_commune_id="37261")
    with perimetre(structure.pk):
        posees = marquer(contrat.dossier)
        envoyes = "".join(envoi.contenu for envoi in fixer(structure))
    scene.decision(contrat, date(2026, 1, 1))
    with perimetre(structure.pk):
        envoyes += "".join(envoi.contenu for envoi in fixer(structure))
    lus = {posees[m] for m in marques_lues(envoyes, posees)}
    assert lus >= {"jeunes.Jeune.nom_naissance", "jeunes.Jeune.prenom", "dossiers.Dossier.adresse_voie"}
    permis = dites(Portee.FICHIER_ASP, politique.ASP)
    assert {c for c in lus if politique.famille_du_champ(c) not in permis} == set()
    mappes = {champ for colonnes in VERS_L_ASP.values() for champs in colonnes.values() for champ in champs}
    assert lus - mappes == set()


def test_the_outcomes_of_a_cfa_say_nothing_of_the_dossier(
    structure: Structure, agent: Agent, directrice: Agent
) -> None:
    Secteur.objects.create(structure=structure, commune_id="37261")
    secret = cle(organisme())
    rompu_le = aujourd_hui(structure) - timedelta(days=20)
    envoyer([apprenti(contrat_date_rupture=rompu_le.isoformat(), cause_rupture_contrat="Faillite")], secret)
    with perimetre(structure.pk):
        arrivee = Arrivee.objects.get()
        plein = remplir(structure, agent, directrice)
        Arrivee.objects.filter(pk=arrivee.pk).update(dossier=plein)
        posees = marquer(plein)
        arrivee.refresh_from_db()
        tenter(agent, arrivee, version=arrivee.version, essai=Essai(moyen=Moyen.SMS, issue=Issue.DEJA_ACCOMPAGNE))
    reponse = lire_les_suites(secret)
    (suite,) = reponse.json()["data"]
    assert set(suite) == set(VERS_LE_CFA)
    assert suite["situation"] == "DEJA_ACCOMPAGNE"
    assert marques_lues(reponse.content.decode(), posees) == set()
