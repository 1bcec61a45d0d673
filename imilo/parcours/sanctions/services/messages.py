"""The outbox: what partners have to be told, written once, noted as sent by hand while there is no transport."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.parcours.sanctions.models import Destinataire, EtatMessage, GenreMessage, MessagePartenaire, Procedure
from imilo.parcours.sanctions.models.message import empreinte
from imilo.parcours.sanctions.services.commun import exiger_texte, verifier_passe, verrouiller
from imilo.socle.erreurs import RegleViolee


def _jour(jour: date | None) -> str | None:
    return None if jour is None else jour.isoformat()


def charge(procedure: Procedure, genre: GenreMessage) -> dict[str, Any]:
    """What is told: who, which measure, since when; never the facts, nor what the person answered."""
    dossier, jeune = procedure.dossier, procedure.dossier.jeune
    quantum = procedure.quantum_decide or procedure.quantum or {}
    return {
        "objet": str(genre),
        "reference": procedure.reference,
        "structure": dossier.structure.code,
        "dossier": str(dossier),
        "personne": {
            "nom_naissance": jeune.nom_naissance,
            "nom_usage": jeune.nom_usage,
            "prenom": jeune.prenom,
            "naissance": jeune.naissance.isoformat(),
            "numero_france_travail": dossier.numero_ft or None,
        },
        "manquement": procedure.manquement,
        "constate_le": procedure.constate_le.isoformat(),
        "nature": procedure.nature or None,
        "part": None if procedure.part is None else str(procedure.part),
        "mois": procedure.mois,
        "premier_mois": None if procedure.premier_mois is None else f"{procedure.premier_mois:%Y-%m}",
        "terme": _jour(procedure.terme),
        "radiation_mois": procedure.radiation_mois,
        "decidee_le": _jour(procedure.decidee_le),
        "notifiee_le": _jour(procedure.decision_notifiee_le),
        "levee_le": _jour(procedure.levee_le),
        "articles": list(quantum.get("articles", [])),
    }


def ecrire_message(
    procedure: Procedure,
    genre: GenreMessage,
    *,
    le: date,
    destinataire: Destinataire = Destinataire.FRANCE_TRAVAIL,
) -> MessagePartenaire:
    """Write a line of the outbox inside the act that calls for it, which writes the fact."""
    contenu = charge(procedure, genre)
    message = MessagePartenaire(
        procedure=procedure,
        dossier=procedure.dossier,
        structure_id=procedure.structure_id,
        destinataire=destinataire,
        genre=genre,
        charge=contenu,
        sha256=empreinte(contenu),
        ecrit_le=le,
    )
    enregistrer(message, champs={}, premier=True)
    return message


@transaction.atomic
def noter_transmission(
    agent: Agent, message: MessagePartenaire, *, version: int, transmis_le: date, moyen: str
) -> MessagePartenaire:
    """Note that a message was sent, when and how. Fact `sanction.transmise`. Raises `RegleViolee`, `VersionPerimee`."""
    dossier = verrouiller(message.dossier)
    stocke = reprendre(message, version=version)
    if stocke.etat != EtatMessage.A_TRANSMETTRE:
        raise RegleViolee("Ce message est déjà noté comme transmis.")
    verifier_passe(transmis_le, aujourd_hui(dossier.structure), "transmis_le", "Une transmission")
    if transmis_le < stocke.ecrit_le:
        raise RegleViolee("Un message ne part pas avant d'avoir été écrit.", "transmis_le")
    stocke.transmis_moyen = exiger_texte(moyen, "moyen", "Dites comment il a été transmis : courriel, téléphone, API…")
    stocke.etat, stocke.transmis_le, stocke.transmis_par = EtatMessage.TRANSMIS, transmis_le, agent
    stocke.version += 1
    enregistrer(stocke, champs={})
    consigner(agent, "sanction.transmise", stocke, destinataire=stocke.destinataire, objet_du_message=stocke.genre)
    return stocke
