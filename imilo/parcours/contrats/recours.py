"""Appeals read: those of the structure, what waits, and what they tell the dossier (alert, timeline).

No article gives the mission locale a delay to answer: what is shown is how long an appeal has waited, and a setting of
ours (`reglages.yaml`) says from when it stands out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Count, Min, Q, QuerySet, When

from imilo.acteurs.models import Structure
from imilo.parcours.contrats.models import IssueRecours, Recours
from imilo.parcours.contrats.reglages import reglages
from imilo.parcours.dossiers import alertes, chronologie
from imilo.parcours.dossiers.alertes import Alerte, Urgence
from imilo.parcours.dossiers.chronologie import Entree
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier
from imilo.socle import lectures

ACTION = "contrat.preparer"
EN_ATTENTE, TOUS = "attente", "tous"


@dataclass(frozen=True)
class Attente:
    """An appeal, and how many days it has waited, or waited before its answer."""

    recours: Recours
    jours: int

    @property
    def en_vue(self) -> bool:
        return not self.recours.issue and self.jours >= reglages().recours_en_vue_jours

    @property
    def depuis(self) -> str:
        return _depuis(self.jours)


def _depuis(jours: int) -> str:
    return "aujourd'hui" if jours == 0 else f"depuis {jours} jour{'s' if jours > 1 else ''}"


def attente(recours: Recours, *, le: date) -> Attente:
    """How long it has waited on the day `le`."""
    return Attente(recours, ((recours.repondu_le or le) - recours.recu_le).days)


# --- the list of the structure -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recherche:
    """What the list is narrowed to; `etat` is an issue, or one of `EN_ATTENTE` and `TOUS`."""

    etat: str = EN_ATTENTE
    nature: str = ""
    referent: int | None = None
    tri: str = "attente"


ETATS = ((EN_ATTENTE, "En attente de réponse"), (TOUS, "Tous"), *IssueRecours.choices)
TRIS = (("attente", "Attente"), ("recu", "Réception"), ("nom", "Nom"))


def recours_de_la_structure(*, structure: Structure, recherche: Recherche) -> QuerySet[Recours]:
    """The appeals of a structure, filtered and sorted; rows of restricted dossiers are closed by the database."""
    lignes = Recours.objects.filter(structure=structure).select_related("dossier__jeune", "dossier__referent")
    lignes = lignes.defer("arguments", "reponse", "dossier__piece_numero", "dossier__jeune__nir")
    if recherche.etat != TOUS:
        lignes = lignes.filter(issue="" if recherche.etat == EN_ATTENTE else recherche.etat)
    if recherche.nature:
        lignes = lignes.filter(nature=recherche.nature)
    if recherche.referent is not None:
        lignes = lignes.filter(dossier__referent_id=recherche.referent)
    tri = {
        "attente": (Case(When(issue="", then=0), default=1), "recu_le"),
        "recu": ("-recu_le",),
        "nom": ("dossier__jeune__nom_naissance", "dossier__jeune__prenom"),
    }[recherche.tri]
    return lignes.order_by(*tri, "pk")


@dataclass(frozen=True)
class EnAttente:
    """How many appeals of a structure wait, of which how many stand out, and since when the oldest does."""

    nombre: int
    en_vue: int
    plus_ancien: date
    le: date

    @property
    def depuis(self) -> str:
        return _depuis((self.le - self.plus_ancien).days)


def en_attente(*, structure: Structure, le: date) -> EnAttente | None:
    """What waits for an answer on the day `le`; None when nothing does. One query, of `recours_structure`."""
    compte = Recours.objects.filter(structure=structure, issue="").aggregate(
        nombre=Count("pk"),
        en_vue=Count("pk", filter=Q(recu_le__lte=le - timedelta(days=reglages().recours_en_vue_jours))),
        plus_ancien=Min("recu_le"),
    )
    return EnAttente(**compte, le=le) if compte["nombre"] else None


# --- what they tell the dossier ----------------------------------------------------------------------------------


def _du_dossier(dossier: Dossier) -> list[Recours]:
    def lire() -> list[Recours]:
        return list(Recours.objects.filter(dossier=dossier).select_related("recu_par", "repondu_par"))

    return lectures.une_fois(dossier, "recours", lire)


def _lien(dossier: Dossier, libelle: str = "Voir les recours") -> Lien:
    return Lien("contrats-decisions", (str(dossier),), libelle, ACTION)


def alertes_du_dossier(dossier: Dossier, le: date) -> Iterator[Alerte]:
    """One for each appeal that waits, whatever became of the accompaniment since: it is owed an answer."""
    for attend in (attente(r, le=le) for r in _du_dossier(dossier) if not r.issue):
        r = attend.recours
        yield Alerte(
            f"Recours reçu le {r.recu_le:%d/%m/%Y}, sans réponse ({attend.depuis}) : {r.contre}.",
            Urgence.BIENTOT if attend.en_vue else Urgence.INFO,
            _lien(dossier, "Ouvrir les recours"),
        )


def entrees(dossier: Dossier) -> Iterator[Entree]:
    """Received, answered; what is said there is for those who accompany."""
    for r in _du_dossier(dossier):
        lien = _lien(dossier)
        yield Entree(r.recu_le, "recours", "Recours reçu", r.contre, str(r.recu_par), lien, reserve=True)
        if r.repondu_le is not None:
            issue = f"{IssueRecours(r.issue).label} ({r.contre})"
            yield Entree(r.repondu_le, "recours", "Réponse au recours", issue, str(r.repondu_par), lien, reserve=True)


def declarer() -> None:
    """Called once, when the application is ready."""
    chronologie.declarer("recours", "Recours", entrees)
    alertes.declarer_alertes("recours", alertes_du_dossier)
