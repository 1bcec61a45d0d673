"""What sanctions tell the dossier and *Ma journée*: timeline, deadlines, block, decisions kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from imilo.acteurs.models import Agent, Structure
from imilo.droit import francais
from imilo.parcours.dossiers import alertes, chronologie, decisions
from imilo.parcours.dossiers.alertes import Echeance, Resume, Urgence
from imilo.parcours.dossiers.chronologie import Entree
from imilo.parcours.dossiers.decisions import Source
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.sanctions import selectors
from imilo.parcours.sanctions.etats import Etat
from imilo.parcours.sanctions.faits import Mesure
from imilo.parcours.sanctions.models import Procedure, TirageControle
from imilo.parcours.sanctions.pdf import en_mots
from imilo.parcours.sanctions.suite import PERSONNE, suite
from imilo.socle import mots

ACTION = "sanction.suivre"
LUES = "_procedures_lues"


def _lien(procedure: Procedure, libelle: str = "Voir la procédure") -> Lien:
    return Lien("sanction", (str(procedure.dossier), procedure.pk), libelle, ACTION)


def _lues(dossier: Dossier) -> list[Procedure]:
    """Its procedures, read once by showing: the page gives the same object to the timeline and to the block."""
    lues: list[Procedure] | None = dossier.__dict__.get(LUES)
    if lues is None:
        lues = dossier.__dict__[LUES] = selectors.procedures(dossier=dossier)
    return lues


def entrees(dossier: Dossier) -> Iterator[Entree]:
    """What was noted, told, decided, lifted; what was said is for those who accompany."""
    for p in _lues(dossier):
        lien, sujet = _lien(p), p.get_manquement_display()
        yield Entree(p.constate_le, "sanction", "Manquement noté", sujet, str(p.constate_par), lien, reserve=True)
        if p.notifiee_le is not None:
            yield Entree(p.notifiee_le, "sanction", "Sanction envisagée : courrier reçu", sujet, "", lien, reserve=True)
        if p.decidee_le is not None:
            detail = en_mots(Mesure.decidee(p))
            yield Entree(p.decidee_le, "sanction", "Sanction décidée", detail, str(p.decidee_par), lien, reserve=True)
        if p.levee_le is not None:
            yield Entree(p.levee_le, "sanction", "Suspension levée", "", str(p.levee_par), lien, reserve=True)
        if p.close_le is not None:
            titre = f"Procédure de sanction : {Etat(p.etat).label.lower()}"
            yield Entree(p.close_le, "sanction", titre, p.close_raison, str(p.close_par), lien, reserve=True)


def echeances(agent: Agent, structure: Structure, le: date) -> Iterator[Echeance]:
    """Limits of the law in the agent's caseload, or in the whole structure for who may decide."""
    for p in selectors.procedures_suivies(agent=agent, structure=structure, le=le):
        s = suite(p, le=le)
        if s.limite is not None:
            urgence = Urgence.DEPASSEE if s.en_retard else Urgence.BIENTOT
            quoi = "fin du délai de réponse" if s.qui == PERSONNE else s.quoi
            yield Echeance(s.limite, f"Sanction : {quoi}", p.dossier, _lien(p, "Ouvrir"), urgence)


def resume(dossier: Dossier, le: date) -> Resume | None:
    """The block "Sanction": where it stands, the next deadline, who must act; how to begin."""
    toutes = Lien("sanctions-dossier", (str(dossier),), "Manquements et sanctions", ACTION)
    p = selectors.a_montrer(_lues(dossier))
    if p is None:
        actif = dossier.statut == Statut.ACTIF
        return Resume("Sanction", "Aucun manquement noté", (), (toutes,)) if actif else None
    s = suite(p, le=le)
    lignes = [("Sanction", en_mots(Mesure.decidee(p)))] if p.nature else []
    if s.quoi:
        lignes.append(("À faire", f"{s.quoi} ({s.qui})"))
    if s.limite is not None:
        lignes.append(("Au plus tard", mots.echeance_en_lettres(s.limite)))
    return Resume("Sanction", s.etat, tuple(lignes), (_lien(p), toutes))


DECISIONS = {
    "rang": "Rang du manquement",
    "quantum": "Ce que permet le texte",
    "quantum_decide": "Ce que permet le texte, au jour de la décision",
    "deroulement": "Procédure",
    "levee": "Fin de la suspension",
}


def _tirages(*, dossier: Dossier) -> Iterator[TirageControle]:
    """The draws that took this dossier: each is one decision on the whole structure (L. 5426-1 IV)."""
    yield from TirageControle.objects.filter(controles__dossier=dossier)


def _vers_le_tirage(tirage: TirageControle) -> Lien:
    return Lien("controles-du-mois", (tirage.code,), "Voir les contrôles du mois", ACTION)


def declarer() -> None:
    """Called once, when the application is ready."""
    chronologie.declarer("sanction", "Sanctions", entrees)
    alertes.declarer_echeances("sanctions", echeances)
    alertes.declarer_resume("sanctions", resume)
    for champ, titre in DECISIONS.items():
        source = Source(
            f"sanctions.Procedure.{champ}",
            selectors.procedures,
            decisions.avec_reference(titre),
            _lien,
            ACTION,
        )
        decisions.declarer(f"sanction-{champ.replace('_', '-')}", source)
    tirage = Source(
        "sanctions.TirageControle.decision",
        _tirages,
        lambda tirage: f"Tirage au sort d'un contrôle {francais.du_mois(tirage.mois)}",
        _vers_le_tirage,
        ACTION,
    )
    decisions.declarer("controle-tirage", tirage)
