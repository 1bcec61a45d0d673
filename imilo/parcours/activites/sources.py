"""What activities tell the dossier and *Ma journée*: timeline, alerts, block, filter of the caseload."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from imilo.parcours.activites import selectors
from imilo.parcours.activites.models import Absence, EtatDeclaration, SituationNonProfessionnelle
from imilo.parcours.activites.semaines import Semaine, duree_lisible, lundi_de
from imilo.parcours.contrats.etats import CONCLUS
from imilo.parcours.contrats.selectors import contrats_lus
from imilo.parcours.dossiers import alertes, chronologie
from imilo.parcours.dossiers.alertes import Alerte, Resume, Urgence
from imilo.parcours.dossiers.chronologie import Entree
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier, Situation, Statut


def _lien(dossier: Dossier, libelle: str = "Voir l'activité") -> Lien:
    return Lien("activites", (str(dossier),), libelle, "activite.examiner")


def entrees(dossier: Dossier) -> Iterator[Entree]:
    lien = _lien(dossier)
    for a in selectors.declarations_lues(dossier=dossier):
        auteur = "le jeune" if a.par_le_jeune else str(a.agent)
        titre = f"Activité déclarée : {duree_lisible(a.minutes)}, {a.get_etat_display().lower()}"
        yield Entree(
            a.jour, "activite", titre, a.intitule, auteur, lien, reserve=True, heure=a.heure, instant=a.cree_le
        )
    for s in SituationNonProfessionnelle.objects.filter(dossier=dossier).select_related("agent"):
        titre = f"Application CEJ : {s.get_mesure_display().lower()}, {duree_lisible(s.minutes)}"
        corriger = Lien("snp", (str(dossier), s.pk), "Voir ou corriger", "activite.examiner")
        yield Entree(s.fin, "activite", titre, s.commentaire, str(s.agent), corriger, reserve=True, instant=s.cree_le)


def entrees_des_absences(dossier: Dossier) -> Iterator[Entree]:
    """Absences but those of an appointment, which tells of itself; the reason for who accompanies only."""
    manquees = Absence.objects.filter(dossier=dossier, rendez_vous=None).select_related("agent", "collectif")
    for a in manquees:
        jours = "" if a.du == a.au else f" jusqu'au {a.au:%d/%m/%Y}"
        titre = f"Absence à « {a.collectif.intitule} »" if a.collectif else f"Absence{jours}"
        raison = ", ".join(filter(None, (a.get_motif_display(), a.precision)))
        lien = Lien("absence", (str(dossier), a.pk), "Voir ou apprécier", "activite.examiner")
        heure = a.collectif.heure if a.collectif else None
        yield Entree(a.du, "absence", titre, raison, str(a.agent), lien, reserve=True, heure=heure, instant=a.cree_le)


def _sous_contrat(dossier: Dossier, du: date, au: date) -> bool:
    """Whether a signed contract touches these days."""
    conclus = (c for c in contrats_lus(dossier=dossier) if c.etat in CONCLUS)
    return any(c.debut <= au and (c.fin_le or c.fin_prevue) >= du for c in conclus)


def _semaines(dossier: Dossier, le: date) -> list[Semaine]:
    """The last two whole weeks and the one that runs; none without a contract on these days.

    Kept on the dossier: the alert and the block of a same page read them once.
    """
    gardees: list[Semaine] | None = dossier.__dict__.get("_semaines_d_activite")
    if gardees is None:
        lundi = lundi_de(le)
        du = lundi - selectors.SEMAINES_DE_SUITE * timedelta(days=7)
        engage = _sous_contrat(dossier, du, lundi + timedelta(days=6))
        gardees = selectors.semaines(dossiers=[dossier.pk], du=du, au=lundi)[dossier.pk] if engage else []
        dossier.__dict__["_semaines_d_activite"] = gardees
    return gardees


def en_mots(situation: Situation) -> str:
    """A situation of life in a few words: its category, and what its author wrote."""
    return ", ".join(filter(None, (situation.get_categorie_display(), situation.libelle)))


def _sans_heures(dossier: Dossier, le: date) -> list[Situation]:
    """Situations of the last two weeks or of this one; no query without a contract on these days."""
    du = lundi_de(le) - selectors.SEMAINES_DE_SUITE * timedelta(days=7)
    return selectors.sans_heures(dossier=dossier, du=du, au=le) if _sous_contrat(dossier, du, le) else []


def alertes_du_dossier(dossier: Dossier, le: date) -> Iterator[Alerte]:
    """Under the hours of the contract for two weeks; situations without their hours; declarations that wait."""
    if dossier.statut != Statut.ACTIF:
        return
    entieres = _semaines(dossier, le)[:-1]
    if entieres and all(s.manque > 0 for s in entieres):
        faites = " puis ".join(duree_lisible(s.fait) for s in entieres)
        heures = duree_lisible(entieres[-1].demande)
        yield Alerte(
            f"Deux semaines de suite sous la durée du contrat : {faites}, pour {heures} demandées.",
            Urgence.BIENTOT,
            _lien(dossier),
        )
    for situation in _sans_heures(dossier, le):
        message = f"Heures à préciser : {en_mots(situation)}. Elle ne compte pour aucune heure."
        yield Alerte(message, Urgence.BIENTOT, _lien(dossier, "Préciser les heures"))
    attente = sum(a.etat == EtatDeclaration.DECLAREE for a in selectors.declarations_lues(dossier=dossier))
    if attente:
        yield Alerte(
            f"{attente} activités déclarées à examiner." if attente > 1 else "Une activité déclarée à examiner.",
            Urgence.INFO,
            _lien(dossier),
        )


def resume(dossier: Dossier, le: date) -> Resume | None:
    """The block "Activité": this week and the last one. Nothing without a contract."""
    semaines = _semaines(dossier, le)
    if not semaines:
        return None
    avant, cette = semaines[-2:]
    lignes = [
        ("Cette semaine", f"{duree_lisible(cette.fait)} faites, {duree_lisible(cette.prevu)} prévues"),
        ("Semaine passée", f"{duree_lisible(avant.fait)} faites"),
    ]
    if cette.a_confirmer or avant.a_confirmer:
        lignes.append(("À confirmer", duree_lisible(cette.a_confirmer + avant.a_confirmer)))
    etat = f"{duree_lisible(cette.demande)} demandées cette semaine" if cette.demande else "Aucune durée demandée"
    return Resume("Activité", etat, tuple(lignes), (_lien(dossier, "Heures, plan d'action, absences"),))


def declarer() -> None:
    """Called once, when the application is ready."""
    chronologie.declarer("activite", "Activités", entrees)
    chronologie.declarer("absence", "Absences", entrees_des_absences)
    alertes.declarer_alertes("activites", alertes_du_dossier)
    alertes.declarer_resume("activites", resume)
