"""What allowances tell the dossier and *Ma journée*: timeline, deadlines, block."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from imilo.acteurs.models import Agent, Portee, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import en_cours_dans, pouvoir_de_signer
from imilo.droit import francais
from imilo.droit.delais import debut_du_mois, mois_echu, veille
from imilo.parcours.allocations import selectors, sources_suites
from imilo.parcours.allocations.models import AllocationPacea, DecisionAllocation, EtatDecision, EtatPacea, Sens
from imilo.parcours.allocations.selectors_pacea import accompagnement, allocations_pacea
from imilo.parcours.contrats.etats import CONCLUS, Cadre
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.selectors import contrats_lus
from imilo.parcours.dossiers import alertes, chronologie, decisions
from imilo.parcours.dossiers.alertes import Echeance, Resume, Urgence
from imilo.parcours.dossiers.chronologie import Entree
from imilo.parcours.dossiers.decisions import Source
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.referents import dossiers_suivis
from imilo.socle import mots

POUR_TOUS = (Profil.GESTIONNAIRE, Profil.DIRECTION)  # they see the months of every caseload


def _lien(decision: DecisionAllocation) -> Lien:
    ou = (str(decision.dossier), decision.contrat_id, decision.code_mois)
    return Lien("allocation", ou, "Voir la décision", "allocation.preparer")


def montant_en_mots(decision: DecisionAllocation) -> str:
    return mots.montant(decision.montant) if decision.sens == Sens.ACCORD else "pas d'allocation"


def entrees(dossier: Dossier) -> Iterator[Entree]:
    """What was decided and notified; the amount is for those who accompany."""
    for d in selectors.decisions(dossier=dossier):
        d.dossier = dossier
        mois, lien = francais.du_mois(d.mois), _lien(d)
        if d.decidee_le is not None:
            titre = f"Allocation {mois} {'décidée' if d.rang == 1 else 'corrigée'}"
            detail = montant_en_mots(d)
            faite = d.document.cree_le if d.document else None
            yield Entree(
                d.decidee_le, "allocation", titre, detail, str(d.decidee_par), lien, reserve=True, instant=faite
            )
        if d.notifiee_le is not None:
            titre = f"Décision d'allocation {mois} notifiée"
            yield Entree(
                d.notifiee_le, "allocation", titre, auteur=str(d.notifiee_par), lien=lien, instant=d.modifie_le
            )


def echeances(agent: Agent, structure: Structure, le: date) -> Iterator[Echeance]:
    """Months that are over and wait: to declare for who accompanies, to decide for who has the power.

    Contracts that ended more than two months ago are left to the list of their months.
    """
    fin = debut_du_mois(le)
    depuis = debut_du_mois(veille(debut_du_mois(veille(fin))))
    contrats = ContratEngagement.objects.filter(
        structure=structure, cadre=Cadre.CEJ, etat__in=CONCLUS, signe_le__lt=fin, fin_prevue__gte=depuis
    )
    if not any(a.profil in POUR_TOUS for a in en_cours_dans(agent=agent, structure=structure, le=le)):
        contrats = contrats.filter(dossier__in=dossiers_suivis(agent=agent, structure=structure, le=le))
    trouves = list(contrats.select_related("dossier", "dossier__jeune").order_by("dossier__numero"))
    etats = {
        (contrat_id, mois): etat
        for contrat_id, mois, etat in DecisionAllocation.objects.filter(contrat__in=[c.pk for c in trouves])
        .order_by("rang")  # the last one of a month is what waits
        .values_list("contrat_id", "mois", "etat")
    }
    pouvoir = pouvoir_de_signer(agent=agent, structure=structure, portee=Portee.ALLOCATIONS, le=le) is not None
    for contrat in trouves:
        for mois in selectors.mois_couverts(contrat, le=veille(fin)):
            lien = _attente(contrat, mois, etats.get((contrat.pk, mois)), pouvoir=pouvoir)
            if lien is not None:
                urgence = Urgence.DEPASSEE if mois < debut_du_mois(veille(fin)) else Urgence.BIENTOT
                titre = f"Allocation {francais.du_mois(mois)}"
                yield Echeance(mois_echu(mois), titre, contrat.dossier, lien, urgence)


def _attente(contrat: ContratEngagement, mois: date, etat: str | None, *, pouvoir: bool) -> Lien | None:
    """Where this agent does what waits for a month; None when it waits for another.

    Resources are for those who accompany and those who decide, not for the reception.
    """
    ou = (str(contrat.dossier), contrat.pk, f"{mois:%Y-%m}")
    if etat is None:
        return Lien("allocation-declarer", ou, "Déclarer les ressources", "allocation.preparer")
    if etat == EtatDecision.PREPAREE and pouvoir:
        return Lien("allocation", ou, "Décider", "allocation.preparer")
    return None


def resume(dossier: Dossier, le: date) -> Resume | None:
    """The block "Allocation" of the dossier page: the last decision, and where to go for the next one."""
    siens = contrats_lus(dossier=dossier)
    contrat = next((c for c in siens if c.cadre == Cadre.CEJ and c.etat in CONCLUS), None)
    if contrat is None:
        return None
    liste = Lien("allocations", (str(dossier), contrat.pk), "Allocations mois par mois", "allocation.preparer")
    derniere = next(iter(selectors.decisions(dossier=dossier)), None)
    if derniere is None:
        return Resume("Allocation", "Aucun mois décidé", (), (liste,))
    etat = f"{francais.mois(derniere.mois)} : {EtatDecision(derniere.etat).label.lower()}"
    return Resume("Allocation", etat, (), (liste,))


def _vers_l_allocation_pacea(allocation: AllocationPacea) -> Lien:
    adresse = (str(allocation.dossier), allocation.pk)
    return Lien("pacea-allocation", adresse, "Voir l'allocation", "allocation.preparer")


def entrees_pacea(dossier: Dossier) -> Iterator[Entree]:
    """PACEA allowances granted or refused; the amount is for those who accompany."""
    for a in allocations_pacea(dossier=dossier):
        if a.decidee_le is None:
            continue
        lien = Lien("pacea-allocation", (str(dossier), a.pk), "Voir l'allocation", "allocation.preparer")
        detail = mots.montant(a.a_verser) if a.etat == EtatPacea.ACCORDEE else "refusée"
        titre = f"Allocation du PACEA {francais.du_mois(a.mois)} décidée"
        faite = a.document.cree_le if a.document else None
        yield Entree(
            a.decidee_le, "allocation_pacea", titre, detail, str(a.decidee_par), lien, reserve=True, instant=faite
        )


def resume_pacea(dossier: Dossier, le: date) -> Resume | None:
    """The block "Allocation du PACEA" of the dossier page, for whom a PACEA runs."""
    demandes = allocations_pacea(dossier=dossier)
    contrat, _ = accompagnement(dossier=dossier, mois=debut_du_mois(le))
    if not demandes and (contrat is None or contrat.cadre != Cadre.PACEA):
        return None
    lien = Lien("pacea-allocations", (str(dossier),), "Allocations du PACEA", "allocation.preparer")
    if not demandes:
        return Resume("Allocation du PACEA", "Aucune demande", (), (lien,))
    derniere = demandes[0]
    return Resume(
        "Allocation du PACEA", f"{francais.mois(derniere.mois)} : {derniere.get_etat_display().lower()}", (), (lien,)
    )


DE_LA_SANCTION = ": l'effet d'une sanction"
DECISIONS = {
    "allocation-droit": ("droit", ": le droit"),
    "allocation-montant": ("calcul", ": le montant"),
    "allocation-pieces": ("pieces", ": les pièces"),
    "allocation-effet": ("effets", DE_LA_SANCTION),
    "allocation-ecart": ("regularisation", ": la différence"),
}


def _titre_du_mois(suite: str) -> Callable[[DecisionAllocation], str]:
    def titre(d: DecisionAllocation) -> str:
        mois = f"Allocation {francais.du_mois(d.mois)}"
        return f"{mois} {suite}" if d.rang == 1 else f"{mois}, correction {d.rang - 1} {suite}"

    return titre


def _titre_du_pacea(suite: str) -> Callable[[AllocationPacea], str]:
    return lambda a: f"Allocation du PACEA {francais.du_mois(a.mois)} {suite}".strip()


def declarer_decisions() -> None:
    """Every decision of the law that allowances keep."""
    for code, (champ, suite) in DECISIONS.items():
        source = Source(
            f"allocations.DecisionAllocation.{champ}",
            selectors.decisions,
            _titre_du_mois(suite),
            _lien,
            sources_suites.PREPARER,
        )
        decisions.declarer(code, source)
    for code, champ, suite in (("allocation-pacea", "droit", ""), ("pacea-effet", "effets", DE_LA_SANCTION)):
        du_pacea = Source(
            f"allocations.AllocationPacea.{champ}",
            allocations_pacea,
            _titre_du_pacea(suite),
            _vers_l_allocation_pacea,
            sources_suites.PREPARER,
        )
        decisions.declarer(code, du_pacea)
    decisions.declarer("pieces-attendues", sources_suites.DES_PIECES)


def declarer() -> None:
    """Called once, when the application is ready."""
    chronologie.declarer("allocation", "Allocations", entrees)
    alertes.declarer_echeances("allocations", echeances)
    alertes.declarer_echeances("allocations_suites", sources_suites.echeances)
    alertes.declarer_alertes("allocations", sources_suites.alertes)
    alertes.declarer_resume("allocations", resume)
    chronologie.declarer("allocation_pacea", "Allocations du PACEA", entrees_pacea)
    alertes.declarer_resume("allocations_pacea", resume_pacea)
    declarer_decisions()
