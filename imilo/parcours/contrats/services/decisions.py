"""Decisions on contracts in the State's name, each with its power, its reasons and its letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import Pouvoir, aujourd_hui
from imilo.droit.decision import depuis_json, vers_json
from imilo.journal.services import consigner
from imilo.parcours.contrats.courriers import Courrier, pdf_du_courrier
from imilo.parcours.contrats.etats import SIGLES, Cadre
from imilo.parcours.contrats.models import ContratEngagement, DecisionContrat, GenreDecision
from imilo.parcours.contrats.selectors import REFERENT, REPRESENTANT, dernier_examen, pouvoir_du_contrat
from imilo.parcours.contrats.services import cadres
from imilo.parcours.contrats.services.commun import doit_representer, dossier_suivi
from imilo.parcours.dossiers.documents import PDF, enregistrer_document
from imilo.parcours.dossiers.models import Document, Dossier, GenreDocument
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
    return [(m.phrase, m.article) for m in motifs if not contraires or m.satisfait is False]


@dataclass(frozen=True)
class DecisionDite:
    """What a decision says: its subject and its words as the letter has them, its reasons (sentence, article).

    `decision` is the law's own answer as it is kept, when there is one. A refusal has no contract.
    """

    genre: GenreDecision
    cadre: str
    objet: str
    texte: Sequence[str]
    motifs: Motifs
    contrat: ContratEngagement | None = None
    decision: Mapping[str, Any] | None = None


def ecrire_decision(
    agent: Agent, dossier: Dossier, dite: DecisionDite, *, pouvoir: Pouvoir, le: date
) -> DecisionContrat:
    """Keep a decision and its letter; the service that calls it writes the fact."""
    objet = DecisionContrat(
        dossier=dossier,
        structure_id=dossier.structure_id,
        contrat=dite.contrat,
        genre=dite.genre,
        cadre=dite.cadre,
        objet=dite.objet,
        motifs=[list(m) for m in dite.motifs],
        decision=dite.decision,
        le=le,
        agent=agent,
        pouvoir=pouvoir.mention,
        document=_lettre(agent, dossier, dite, pouvoir=pouvoir, le=le),
    )
    enregistrer(objet, champs={}, premier=True)
    return objet


def _lettre(agent: Agent, dossier: Dossier, dite: DecisionDite, *, pouvoir: Pouvoir, le: date) -> Document:
    contrat = dite.contrat
    courrier = Courrier(
        titre=dite.objet,
        texte=tuple(dite.texte),
        motifs=tuple(dite.motifs),
        pouvoir=pouvoir.mention,
        au_nom_de_l_etat=pouvoir.qualite not in (REPRESENTANT, REFERENT),
        le=le,
        reference=contrat.reference if contrat else f"dossier {dossier}",
        sous_couvert_de=_representant(contrat, le),
    )
    return enregistrer_document(
        agent,
        dossier=dossier,
        genre=GenreDocument.NOTIFICATION,
        titre=dite.objet,
        contenu=pdf_du_courrier(courrier, dossier, a=timezone.now()),
        type_mime=PDF,
    )


def _representant(contrat: ContratEngagement | None, le: date) -> str:
    """Who represents a minor, as the contract names them; nobody for an adult."""
    if contrat is None or not contrat.representant_nom or not doit_representer(contrat, le=le):
        return ""
    qualite = contrat.representant_qualite
    return f"{contrat.representant_nom}, {qualite}" if qualite else contrat.representant_nom


PAS_DE_PACEA = (
    "La mission locale ne peut pas ouvrir aujourd'hui de parcours contractualisé d'accompagnement vers l'emploi et "
    "l'autonomie (PACEA)."
)
REFUS = {
    Cadre.CEJ: (
        "Un contrat d'engagement jeune ne peut pas vous être accordé",
        "La mission locale ne peut pas vous accorder de contrat d'engagement jeune aujourd'hui.",
    ),
    Cadre.PACEA: ("Un PACEA ne peut pas vous être proposé", PAS_DE_PACEA),
}
SUITE_DU_REFUS = "Elle continue de vous accompagner autrement : parlez-en avec votre conseiller."


def _refuser(
    agent: Agent, dossier: Dossier, cadre: Cadre, ecrite: Mapping[str, Any], *, precision: str, le: date
) -> DecisionContrat:
    """The refusal of a contract on the law's answer, and its letter. Raises `NonHabilite`."""
    pouvoir = pouvoir_du_contrat(agent=agent, structure=dossier.structure, le=le, cadre=cadre)
    if pouvoir is None:
        raise NonHabilite(f"{agent} n'a pas le pouvoir de refuser un {SIGLES[cadre]} pour la mission locale.")
    precisions = [(precision.strip(), "")] if precision.strip() else []
    objet, texte = REFUS[cadre]
    dite = DecisionDite(
        genre=GenreDecision.REFUS,
        cadre=cadre,
        objet=objet,
        texte=(texte, SUITE_DU_REFUS),
        motifs=[*motifs_de(ecrite, contraires=True), *precisions],
        decision=ecrite,
    )
    return ecrire_decision(agent, dossier, dite, pouvoir=pouvoir, le=le)


@transaction.atomic
def refuser_cej(agent: Agent, dossier: Dossier, *, precision: str = "") -> DecisionContrat:
    """Refuse a CEJ on the last examination, which says no. Fact `cej.refuse`.

    Raises `NonHabilite` (no power, R. 5131-15), `RegleViolee` when nothing was examined or the law doesn't refuse.
    """
    dossier = dossier_suivi(dossier)
    examen = dernier_examen(dossier=dossier)
    if examen is None or examen.eligible is not False:
        raise RegleViolee("Un refus suppose un examen qui dit que la personne n'est pas éligible : examinez d'abord.")
    le = aujourd_hui(dossier.structure)
    decision = _refuser(agent, dossier, Cadre.CEJ, examen.decision, precision=precision, le=le)
    consigner(agent, "cej.refuse", decision)
    return decision


@transaction.atomic
def refuser_pacea(
    agent: Agent,
    dossier: Dossier,
    *,
    en_difficulte: bool | None,
    risque_exclusion: bool | None,
    precision: str = "",
) -> DecisionContrat:
    """Refuse a PACEA when the law doesn't open it on what is answered today. Fact `pacea.refuse`.

    Raises `NonHabilite` (who accompanies may, R. 5131-12), `RegleViolee` when the law doesn't refuse.
    """
    dossier = dossier_suivi(dossier)
    le = aujourd_hui(dossier.structure)
    reponse = cadres.droit_au_pacea(dossier, en_difficulte=en_difficulte, risque_exclusion=risque_exclusion, le=le)
    if reponse.resultat["eligible"] is not False:
        raise RegleViolee(
            "Ces réponses ne ferment pas le PACEA : rien n'est à refuser. Complétez-les, ou préparez le contrat.",
            "en_difficulte",
        )
    decision = _refuser(agent, dossier, Cadre.PACEA, vers_json(reponse), precision=precision, le=le)
    consigner(agent, "pacea.refuse", decision)
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
