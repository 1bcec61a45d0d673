"""Decisions on contracts in the State's name, each with its power, its reasons and its letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import Pouvoir, aujourd_hui
from imilo.droit.decision import depuis_json
from imilo.journal.services import consigner
from imilo.parcours.contrats.courriers import Courrier, pdf_du_courrier
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement, DecisionContrat, GenreDecision
from imilo.parcours.contrats.selectors import dernier_examen, pouvoir_du_contrat
from imilo.parcours.contrats.services.commun import dossier_suivi
from imilo.parcours.dossiers.documents import PDF, enregistrer_document
from imilo.parcours.dossiers.models import Dossier, GenreDocument
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import NonHabilite, RegleViolee

Motifs = Sequence[tuple[str, str]]


def motifs_de(ecrite: Mapping[str, Any] | None, *, contraires: bool = False) -> list[tuple[str, str]]:
    """The sentences of a stored decision with their articles; only those that refuse, with `contraires`."""
    if ecrite is None:
        return []
    motifs = depuis_json(ecrite).motifs
    return [(m.phrase, m.article) for m in motifs if not contraires or m.satisfait is not True]


def ecrire_decision(
    agent: Agent,
    dossier: Dossier,
    *,
    genre: GenreDecision,
    cadre: str,
    objet: str,
    texte: str,
    motifs: Motifs,
    pouvoir: Pouvoir,
    le: date,
    contrat: ContratEngagement | None = None,
    decision: Mapping[str, Any] | None = None,
) -> DecisionContrat:
    """Keep a decision and its letter; the service that calls it writes the fact."""
    courrier = Courrier(
        titre=objet,
        texte=(texte,),
        motifs=tuple(motifs),
        pouvoir=pouvoir.mention,
        le=le,
        reference=contrat.reference if contrat else f"dossier {dossier}",
    )
    document = enregistrer_document(
        agent,
        dossier=dossier,
        genre=GenreDocument.NOTIFICATION,
        titre=objet,
        contenu=pdf_du_courrier(courrier, dossier, a=timezone.now()),
        type_mime=PDF,
    )
    objet_decision = DecisionContrat(
        dossier=dossier,
        structure_id=dossier.structure_id,
        contrat=contrat,
        genre=genre,
        cadre=cadre,
        objet=objet,
        motifs=[list(m) for m in motifs],
        decision=decision,
        le=le,
        agent=agent,
        pouvoir=pouvoir.mention,
        document=document,
    )
    enregistrer(objet_decision, champs={}, premier=True)
    return objet_decision


def decider_attribution(agent: Agent, contrat: ContratEngagement, *, pouvoir: Pouvoir, le: date) -> DecisionContrat:
    """The letter of the award, made with the signature."""
    sigle = contrat.sigle
    return ecrire_decision(
        agent,
        contrat.dossier,
        genre=GenreDecision.ATTRIBUTION,
        cadre=contrat.cadre,
        objet=f"Un {sigle} vous est accordé",
        texte=f"Un {sigle} vous est accordé du {contrat.debut:%d/%m/%Y} au {contrat.fin_prevue:%d/%m/%Y}, "
        "dans les conditions du contrat que vous avez signé.",
        motifs=motifs_de(contrat.eligibilite),
        pouvoir=pouvoir,
        le=le,
        contrat=contrat,
        decision=contrat.eligibilite,
    )


@transaction.atomic
def refuser_cej(agent: Agent, dossier: Dossier, *, precision: str = "") -> DecisionContrat:
    """Refuse a CEJ on the last examination, which says no. Fact `cej.refuse`.

    Raises `NonHabilite` (no power, R. 5131-15), `RegleViolee` when nothing was examined or the law doesn't refuse.
    """
    dossier = dossier_suivi(dossier)
    le = aujourd_hui(dossier.structure)
    pouvoir = pouvoir_du_contrat(agent=agent, structure=dossier.structure, le=le)
    if pouvoir is None:
        raise NonHabilite(f"{agent} n'a pas de délégation pour refuser un CEJ au nom de l'État.")
    examen = dernier_examen(dossier=dossier)
    if examen is None or examen.eligible is not False:
        raise RegleViolee("Un refus suppose un examen qui dit que la personne n'est pas éligible : examinez d'abord.")
    precisions = [(precision.strip(), "R. 5131-15")] if precision.strip() else []
    decision = ecrire_decision(
        agent,
        dossier,
        genre=GenreDecision.REFUS,
        cadre=Cadre.CEJ,
        objet="Un contrat d'engagement jeune ne peut pas vous être accordé",
        texte="La mission locale ne peut pas vous accorder de contrat d'engagement jeune aujourd'hui. Elle continue "
        "de vous accompagner autrement : parlez-en avec votre conseiller.",
        motifs=[*motifs_de(examen.decision, contraires=True), *precisions],
        pouvoir=pouvoir,
        le=le,
        decision=examen.decision,
    )
    consigner(agent, "cej.refuse", decision)
    return decision


@transaction.atomic
def noter_remise(
    agent: Agent, decision: DecisionContrat, *, version: int, remise_le: date, moyen: str
) -> DecisionContrat:
    """Write the day on which the letter was received, and how. Fact `decision.remise`. Raises `RegleViolee`."""
    stocke = reprendre(decision, version=version)
    if stocke.remise_le is not None:
        raise RegleViolee("La remise de cette décision est déjà notée.")
    if remise_le > aujourd_hui(decision.dossier.structure):
        raise RegleViolee("Une remise ne se note pas d'avance.", "remise_le")
    if moyen not in dict(codes(Liste.NOTIFICATION, remise_le)):
        raise RegleViolee("Choisissez comment la lettre a été remise.", "moyen")
    stocke.remise_le, stocke.remise_moyen = remise_le, moyen
    stocke.version += 1
    enregistrer(stocke, champs={"decision_remise_entiere": "remise_le"})
    consigner(agent, "decision.remise", stocke, moyen=moyen.lower())
    return stocke
