"""The update of a contract on paper: what was done, what changes, the plan, the signatures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from imilo.droit import francais
from imilo.droit.faits import montant
from imilo.parcours.contrats.models import Actualisation, CategorieAction, ContratEngagement, Signature
from imilo.parcours.contrats.pdf import (
    actualisation_en_mots,
    allocation_en_mots,
    cadre_de_signature,
    cadres_vides,
    donnees_de_la_structure,
    intensite_en_mots,
    lignes,
    offre_en_mots,
)
from imilo.parcours.contrats.textes import textes
from imilo.parcours.dossiers.documents import produire_pdf

GABARIT = "contrats/gabarits/actualisation.typ"


def pdf_de_l_actualisation(actualisation: Actualisation, *, a: datetime, signatures: Sequence[Signature] = ()) -> bytes:
    """The update as a tagged PDF: a project to read, or with its signatures."""
    contrat = actualisation.contrat
    dossier = contrat.dossier
    termes = actualisation.apres["termes"]
    le = actualisation.signe_le or a.astimezone(dossier.structure.zone).date()
    donnees: dict[str, Any] = {
        "titre": f"Actualisation du contrat {francais.de(dossier.jeune.nom_complet)}",
        "projet": not signatures,
        "reference": f"{contrat.reference}, actualisation {actualisation.pk}",
        "structure": donnees_de_la_structure(dossier.structure),
        "jeune": dossier.jeune.nom_complet,
        "contrat": f"{contrat} ({contrat.reference})",
        "motif": actualisation.get_motif_display(),
        "bilan": actualisation.bilan,
        "objectifs": termes["objectifs"],
        "intensite": intensite_en_mots(_objet(termes)),
        "engagements_jeune": lignes(termes["engagements_jeune"]),
        "engagements_structure": lignes(termes["engagements_structure"]),
        "offre": offre_en_mots(_objet(termes)),
        "allocation": _allocation(contrat, termes),
        "actions": [_action(action) for action in actualisation.apres["actions"]],
        "actualisation": actualisation_en_mots(termes["periodicite"]),
        "recours": [[m.texte, m.article] for m in textes(le).recours],
        "signatures": [cadre_de_signature(s, dossier.structure.zone) for s in signatures] or cadres_vides(contrat),
    }
    return produire_pdf(GABARIT, donnees, le=a)


def _objet(termes: dict[str, Any]) -> SimpleNamespace:
    salaire = termes["offre_salaire"]
    nombres = {"heures_hebdo": Decimal(termes["heures_hebdo"]), "offre_salaire": salaire and Decimal(salaire)}
    return SimpleNamespace(**{**termes, **nombres})


def _allocation(contrat: ContratEngagement, termes: dict[str, Any]) -> str:
    """What the update says of the allowance of a PACEA; nothing of a frame whose updates don't change it."""
    if "allocation_maximum" not in termes:
        return ""
    somme = termes["allocation_maximum"]
    return allocation_en_mots(contrat.cadre, None if somme is None else montant("allocation_maximum", Decimal(somme)))


def _action(action: dict[str, Any]) -> list[str]:
    jour = francais.jour(date.fromisoformat(action["echeance"])) if action["echeance"] else "au fil du contrat"
    categorie = CategorieAction(action["categorie"]).label
    return [categorie, action["intitule"], action["organisme"] or "Mission locale", jour]
