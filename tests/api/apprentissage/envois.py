"""Calls of a CFA's software, as it makes them."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from imilo.echanges.connecteurs.apprentissage.models import Organisme
from imilo.echanges.connecteurs.apprentissage.organismes import creer_cle_de_l_organisme, enregistrer_organisme

ADRESSE = "/api/v3/dossiers-apprenants"
UAI, SIRET = "0370001A", "99900000100015"


def organisme(uai: str = UAI, siret: str = SIRET, **champs: Any) -> Organisme:
    return enregistrer_organisme(uai=uai, siret=siret, nom=champs.pop("nom", "CFA de Touraine"), **champs)


def cle(chez: Organisme) -> str:
    return creer_cle_de_l_organisme(chez)[1]


def apprenti(**champs: Any) -> dict[str, Any]:
    """An item under contract since 1 September 2025; a field given as None is sent as null."""
    return {
        "nom_apprenant": "Martin",
        "prenom_apprenant": "Lina",
        "date_de_naissance_apprenant": "2008-03-12",
        "id_erp_apprenant": "A-1",
        "annee_scolaire": "2025-2026",
        "date_inscription_formation": "2025-08-25",
        "date_entree_formation": "2025-09-01",
        "date_fin_formation": "2027-08-31",
        "etablissement_responsable_uai": UAI,
        "etablissement_responsable_siret": SIRET,
        "etablissement_formateur_uai": UAI,
        "etablissement_formateur_siret": SIRET,
        "tel_apprenant": "06 12 34 56 78",
        "code_commune_insee_apprenant": "37261",
        "code_postal_apprenant": "37000",
        "libelle_court_formation": "CAP Cuisine",
        "contrat_date_debut": "2025-09-01",
        "contrat_date_fin": "2027-08-31",
        **champs,
    }


def envoyer(corps: object, secret: str, *, suite: str = "") -> Any:
    brut = corps if isinstance(corps, bytes | str) else json.dumps(corps)
    entetes = {"Authorization": f"Bearer {secret}"} if secret else {}
    return Client().post(ADRESSE + suite, brut, content_type="application/json", headers=entetes)


def lire_les_suites(secret: str, curseur: str = "") -> Any:
    adresse = f"{ADRESSE}/suites" + (f"?curseur={curseur}" if curseur else "")
    return Client().get(adresse, headers={"Authorization": f"Bearer {secret}"})
