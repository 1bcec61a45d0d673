"""What the letters on a contract say: its award, what changes it, its end, each with its reasons."""

from __future__ import annotations

from datetime import date

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import Pouvoir
from imilo.parcours.contrats.echeancier import possible_des
from imilo.parcours.contrats.etats import SIGLES, Cadre, Etat
from imilo.parcours.contrats.models import (
    CauseProlongation,
    ContratEngagement,
    DecisionContrat,
    GenreDecision,
    MotifSuspension,
    Prolongation,
    Suspension,
)
from imilo.parcours.contrats.selectors import pouvoir_de_suivre
from imilo.parcours.contrats.services.decisions import DecisionDite, ecrire_decision, motifs_de
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import libelle

TERME = "TERME"
ARTICLES_DU_TERME = {Cadre.PACEA: "R. 5131-13", Cadre.CEJ: "R. 5131-16"}
APRES = "Parlez de la suite avec votre conseiller."


def decider_attribution(agent: Agent, contrat: ContratEngagement, *, pouvoir: Pouvoir, le: date) -> DecisionContrat:
    """The letter of the award, made with the signature. It tells which contract it replaces."""
    sigle, precedent = contrat.sigle, contrat.precedent
    accord = (
        f"Un {sigle} vous est accordé du {contrat.debut:%d/%m/%Y} au {contrat.fin_prevue:%d/%m/%Y}, "
        "dans les conditions du contrat que vous avez signé."
    )
    texte = [accord]
    if precedent is not None:
        texte.append(
            f"Il remplace votre {precedent.sigle} commencé le {precedent.debut:%d/%m/%Y}, "
            f"qui prend fin le {precedent.fin:%d/%m/%Y}."
        )
    dite = DecisionDite(
        genre=GenreDecision.ATTRIBUTION,
        cadre=contrat.cadre,
        objet=f"Un {sigle} vous est accordé",
        texte=texte,
        motifs=motifs_de(contrat.eligibilite),
        contrat=contrat,
        decision=contrat.eligibilite,
    )
    return ecrire_decision(agent, contrat.dossier, dite, pouvoir=pouvoir, le=le)


def decider_prolongation(agent: Agent, ligne: Prolongation, *, pouvoir: Pouvoir) -> DecisionContrat:
    """The letter of a prolongation: until when, on what the law allows, and why it is needed."""
    contrat, fin = ligne.contrat, ligne.fin_apres
    raisons = [ligne.motif] if ligne.motif else []
    if ligne.cause == CauseProlongation.RELAIS:
        raisons.append(f"Parcours qui prend le relais : {ligne.parcours}.")
    dite = DecisionDite(
        genre=GenreDecision.MODIFICATION,
        cadre=contrat.cadre,
        objet=f"Votre {contrat.sigle} est prolongé jusqu'au {fin:%d/%m/%Y}",
        texte=(f"Votre {contrat.sigle}, qui finissait le {ligne.fin_avant:%d/%m/%Y}, va jusqu'au {fin:%d/%m/%Y}.",),
        motifs=[*motifs_de(ligne.decision), *((raison, "") for raison in raisons)],
        contrat=contrat,
        decision=ligne.decision,
    )
    return ecrire_decision(agent, contrat.dossier, dite, pouvoir=pouvoir, le=ligne.le)


def _changement(
    agent: Agent, contrat: ContratEngagement, *, objet: str, texte: tuple[str, ...], raison: str, le: date
) -> None:
    pouvoir = pouvoir_de_suivre(agent=agent, structure=contrat.dossier.structure, le=le, cadre=contrat.cadre)
    dite = DecisionDite(
        genre=GenreDecision.MODIFICATION,
        cadre=contrat.cadre,
        objet=objet,
        texte=texte,
        motifs=[(raison, "")],
        contrat=contrat,
    )
    ecrire_decision(agent, contrat.dossier, dite, pouvoir=pouvoir, le=le)


def decider_suspension(agent: Agent, suspension: Suspension, *, le: date) -> None:
    """The letter of a suspension of the activities: what stays, what stops, why."""
    contrat, autre = suspension.contrat, suspension.motif == MotifSuspension.AUTRE
    arret = (
        f"À partir du {suspension.debut:%d/%m/%Y}, aucune heure d'activité ne vous est demandée, jusqu'à la reprise "
        "que vous fixerez avec votre conseiller."
    )
    reste = f"Votre contrat continue : il finit toujours le {contrat.fin_prevue:%d/%m/%Y}. Ce n'est pas une sanction."
    _changement(
        agent,
        contrat,
        objet=f"Les activités de votre {contrat.sigle} sont suspendues",
        texte=(arret, reste),
        raison=suspension.precision if autre else f"{MotifSuspension(suspension.motif).label}.",
        le=le,
    )


def decider_reprise(agent: Agent, suspension: Suspension, *, le: date) -> None:
    """The letter of the resumption: the activities of the contract are expected again."""
    contrat = suspension.contrat
    reprise = (
        f"Le dernier jour de la suspension est le {suspension.fin:%d/%m/%Y}. À partir du lendemain, votre plan "
        "d'action et ses heures d'activité reprennent."
    )
    _changement(
        agent,
        contrat,
        objet=f"Les activités de votre {contrat.sigle} reprennent",
        texte=(reprise, f"Votre contrat finit le {contrat.fin_prevue:%d/%m/%Y}."),
        raison=f"La suspension commencée le {suspension.debut:%d/%m/%Y} a pris fin.",
        le=le,
    )


def decider_fin(agent: Agent, contrat: ContratEngagement, *, le: date) -> DecisionContrat:
    """The letter of the end: its motive, and when another CEJ may follow (R. 5131-16)."""
    sigle = SIGLES[Cadre(contrat.cadre)]
    avant_le_terme = contrat.etat == Etat.ROMPU
    quand = f"le {contrat.fin:%d/%m/%Y}" + (
        f", avant son terme du {contrat.fin_prevue:%d/%m/%Y}" if avant_le_terme else ", à son terme"
    )
    texte = [f"Votre {sigle}, commencé le {contrat.debut:%d/%m/%Y}, prend fin {quand}."]
    attente = possible_des(contrat, le) if contrat.cadre == Cadre.CEJ else None
    if attente is not None:
        texte.append(
            f"Un nouveau CEJ est possible à partir du {attente:%d/%m/%Y}, sauf circonstances particulières "
            "(R. 5131-16)."
        )
    article = ARTICLES_DU_TERME.get(Cadre(contrat.cadre), "") if contrat.fin_motif == TERME else ""
    dite = DecisionDite(
        genre=GenreDecision.FIN,
        cadre=contrat.cadre,
        objet=f"Votre {sigle} prend fin le {contrat.fin:%d/%m/%Y}",
        texte=[*texte, APRES],
        motifs=[(f"{libelle(Liste.FIN_CEJ, contrat.fin_motif)}.", article)],
        contrat=contrat,
    )
    pouvoir = pouvoir_de_suivre(agent=agent, structure=contrat.dossier.structure, le=le, cadre=contrat.cadre)
    return ecrire_decision(agent, contrat.dossier, dite, pouvoir=pouvoir, le=le)
