"""What allowances tell the dossier and *Ma journée*: timeline, deadlines, block."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import en_cours_dans
from imilo.droit import francais
from imilo.droit.delais import debut_du_mois, fin_du_mois, veille
from imilo.parcours.allocations import selectors
from imilo.parcours.allocations.models import DECIDES, DecisionAllocation, EtatDecision, Sens
from imilo.parcours.contrats.etats import CONCLUS
from imilo.parcours.contrats.models import ContratCEJ
from imilo.parcours.dossiers import alertes, chronologie
from imilo.parcours.dossiers.alertes import Echeance, Resume, Urgence
from imilo.parcours.dossiers.chronologie import Entree
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier

POUR_TOUS = (Profil.GESTIONNAIRE, Profil.DIRECTION)  # they see the months of every caseload


def _lien(decision: DecisionAllocation) -> Lien:
    return Lien("allocation", (str(decision.dossier), decision.contrat_id, decision.code_mois), "Voir la décision")


def montant_en_mots(decision: DecisionAllocation) -> str:
    return francais.euros(decision.montant) if decision.sens == Sens.ACCORD else "pas d'allocation"


def entrees(dossier: Dossier) -> Iterator[Entree]:
    for d in selectors.decisions(dossier=dossier):
        d.dossier = dossier
        mois = francais.mois(d.mois)
        if d.decidee_le is not None:
            titre = f"Allocation de {mois} : {montant_en_mots(d)}"
            yield Entree(d.decidee_le, "allocation", titre, auteur=str(d.decidee_par), lien=_lien(d))
        if d.notifiee_le is not None:
            titre = f"Décision d'allocation de {mois} notifiée"
            yield Entree(d.notifiee_le, "allocation", titre, auteur=str(d.notifiee_par), lien=_lien(d))


def echeances(agent: Agent, structure: Structure, le: date) -> Iterator[Echeance]:
    """Months that are over and wait for their decision, two months back at most: of the agent's dossiers, or
    of all for those who decide for the whole structure."""
    fin = debut_du_mois(le)
    debut = debut_du_mois(veille(debut_du_mois(veille(fin))))
    contrats = ContratCEJ.objects.filter(structure=structure, etat__in=CONCLUS, signe_le__lt=fin).filter(
        fin_prevue__gte=debut
    )
    if not any(a.profil in POUR_TOUS for a in en_cours_dans(agent=agent, structure=structure, le=le)):
        contrats = contrats.filter(dossier__referent=agent)
    trouves = list(contrats.select_related("dossier", "dossier__jeune").order_by("dossier__numero"))
    prises = set(
        DecisionAllocation.objects.filter(
            contrat__in=[c.pk for c in trouves], etat__in=DECIDES, mois__gte=debut
        ).values_list("contrat_id", "mois")
    )
    for contrat in trouves:
        for mois in selectors.mois_couverts(contrat, le=veille(fin)):
            if mois < debut or (contrat.pk, mois) in prises:
                continue
            lien = Lien(
                "allocation", (str(contrat.dossier), contrat.pk, f"{mois:%Y-%m}"), "Décider", "allocation.preparer"
            )
            yield Echeance(
                fin_du_mois(mois),
                f"Allocation de {francais.mois(mois)} à décider",
                contrat.dossier,
                lien,
                Urgence.BIENTOT,
            )


def resume(dossier: Dossier, le: date) -> Resume | None:
    """The block "Allocation" of the dossier page: the last decision, and where to go for the next one."""
    contrat = (
        ContratCEJ.objects.filter(dossier=dossier, etat__in=CONCLUS)
        .only("pk", "signe_le", "fin_le", "fin_prevue")
        .first()
    )
    if contrat is None:
        return None
    liste = Lien("allocations", (str(dossier), contrat.pk), "Allocations mois par mois", "dossier.lire")
    derniere = next(iter(selectors.decisions(dossier=dossier)), None)
    if derniere is None:
        return Resume("Allocation", "Aucun mois décidé", (), (liste,))
    etat = f"{francais.mois(derniere.mois)} : {EtatDecision(derniere.etat).label.lower()}"
    return Resume("Allocation", etat, (("Montant", montant_en_mots(derniere)),), (liste,))


def declarer() -> None:
    """Called once, when the application is ready."""
    chronologie.declarer("allocation", "Allocations", entrees)
    alertes.declarer_echeances("allocations", echeances)
    alertes.declarer_resume("allocations", resume)
