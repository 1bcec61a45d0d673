"""What the services of allowances share: the lock, the power to sign, the checks before a decision is taken."""

from __future__ import annotations

from datetime import date

from imilo.acteurs.models import Agent, Portee, Structure
from imilo.acteurs.selectors import Pouvoir, pouvoir_de_signer
from imilo.droit.decision import depuis_json
from imilo.parcours.allocations import calcul
from imilo.parcours.allocations.calcul import Contexte, ReponseDuDroit
from imilo.parcours.allocations.models import DecisionAllocation, EtatDecision, Reglement, Suite, TropPercu
from imilo.parcours.allocations.models.suites import D_AVANCE
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.socle.erreurs import NonHabilite, RegleViolee

CHAMPS = {
    "declaration_soutien_dit": "soutien_parental",
    "ressource_montant_positif": "ressources",
    "decision_allocation_notifiee_complete": "notifiee_le",
}
DEJA = "Cette décision est déjà prise."
DEUX_REGARDS = (
    "Votre structure demande deux regards : vous avez préparé cette décision, une autre personne habilitée la prend."
)
A_VERIFIER = "La personne a déclaré ce mois elle-même : vérifiez d'abord sa déclaration."
SANS_POUVOIR = (
    "Décider une allocation au nom de l'État demande d'être représentant légal de la structure, "
    "ou d'avoir sa délégation de signature en cours."
)
PIECES = (
    "Des pièces manquent : notez leur réception, ou faites prendre une décision de versement conservatoire, "
    "avant de décider ce mois."
)
PLUS_DE_CONSERVATOIRE = (
    "Des pièces manquent, et le versement à titre conservatoire ne peut pas couvrir ce mois (R. 5131-25 II) : "
    "notez la réception des pièces avant de le décider."
)
A_CHANGE = "Le calcul a changé depuis la préparation : enregistrez de nouveau les ressources du mois."
SUITES_D_UN_EXCES = frozenset(Suite.values)


def verrouiller(contrat: ContratEngagement) -> ContratEngagement:
    """The contract with its dossier locked: one writer of allowances at a time."""
    dossier = (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("jeune", "structure", "adresse_commune")
        .get(pk=contrat.dossier_id)
    )
    relu = ContratEngagement.objects.get(pk=contrat.pk, dossier=dossier)
    relu.dossier = dossier
    return relu


def contexte_de(contrat: ContratEngagement) -> Contexte:
    return calcul.contextes([contrat.pk])[contrat.pk]


def pouvoir_ou_refus(agent: Agent, structure: Structure, le: date) -> Pouvoir:
    """R. 5131-25 I: the representative of the mission locale, or whom they delegated their signature to.

    Raises `NonHabilite`.
    """
    pouvoir = pouvoir_de_signer(agent=agent, structure=structure, portee=Portee.ALLOCATIONS, le=le)
    if pouvoir is None:
        raise NonHabilite(SANS_POUVOIR)
    return pouvoir


def calculer(
    decision: DecisionAllocation, contrat: ContratEngagement, *, le: date, contexte: Contexte
) -> ReponseDuDroit:
    """Ask the law about the decision, on what its declaration says."""
    return calcul.repondre(
        contrat,
        declaration=decision.declaration,
        ressources=list(decision.declaration.ressources.all()),
        le=le,
        contexte=contexte,
        cause=decision.cause,
    )


def prendre(
    decision: DecisionAllocation, *, pouvoir: Pouvoir, le: date, contexte: Contexte, deux_regards: bool
) -> ReponseDuDroit:
    """Check, ask the law again, and write on the row (not saved) that the decision is taken.

    When the law no longer says what was shown (a scale changed, a claim was waived), nothing is decided. Raises
    `RegleViolee`.
    """
    if decision.prise:
        raise RegleViolee(DEJA)
    if decision.declaration.a_verifier:
        raise RegleViolee(A_VERIFIER)
    if deux_regards and decision.preparee_par_id == pouvoir.agent_id:
        raise RegleViolee(DEUX_REGARDS)
    montre = _montre(decision)
    reponse = calculer(decision, decision.contrat, le=le, contexte=contexte)
    if reponse.attend_des_pieces:
        raise RegleViolee(PLUS_DE_CONSERVATOIRE if reponse.conservatoire_decide else PIECES)
    reponse.appliquer(decision)
    if _montre(decision) != montre:
        raise RegleViolee(A_CHANGE)
    decision.etat, decision.decidee_le, decision.decidee_par_id = EtatDecision.DECIDEE, le, pouvoir.agent_id
    decision.pouvoir = pouvoir.mention
    decision.version += 1
    return reponse


def _montre(decision: DecisionAllocation) -> tuple[object, ...]:
    """What a page shows of a decision: its answer, its amounts in euros, and what a correction claims or gives up."""
    ecart = depuis_json(decision.regularisation).resultat["lignes"][0] if decision.regularisation else {}
    return decision.sens, decision.montant, decision.reste_a_verser, ecart.get("ecart"), ecart.get("suite")


def preparer_de_nouveau(contrat: ContratEngagement, le: date) -> None:
    """The decisions of a locked contract that wait say what the law says on `le`; who prepared them doesn't change."""
    attendent = DecisionAllocation.objects.filter(contrat=contrat, etat=EtatDecision.PREPAREE)
    contexte = contexte_de(contrat)
    for decision in attendent.select_related("declaration").order_by("mois"):
        decision.contrat, decision.dossier = contrat, contrat.dossier
        calculer(decision, contrat, le=le, contexte=contexte).appliquer(decision)
        decision.version += 1
        enregistrer(decision, champs=CHAMPS)


def trop_percu(decision: DecisionAllocation, reponse: ReponseDuDroit) -> TropPercu | None:
    """The row (not saved) of what a correction finds paid too much; None when nothing was."""
    if reponse.suite not in SUITES_D_UN_EXCES:
        return None
    return TropPercu(
        decision=decision,
        dossier_id=decision.dossier_id,
        structure_id=decision.structure_id,
        montant=reponse.ecart,
        suite=reponse.suite,
        cause=decision.cause,
        reglement=D_AVANCE.get(Suite(reponse.suite), Reglement.A_REGLER),
    )
