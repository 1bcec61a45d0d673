"""What the agenda tells to the dossier: timeline, obstacles to an end, and a column of the caseload."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models.expressions import Combinable
from django.utils import timezone

from imilo.parcours.agenda.models import StatutRendezVous
from imilo.parcours.agenda.selectors import prochain, prochain_par_dossier, rendez_vous_lus
from imilo.parcours.dossiers import alertes, chronologie
from imilo.parcours.dossiers.alertes import Alerte, Urgence
from imilo.parcours.dossiers.chronologie import Entree
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.portefeuille import Colonne, declarer_colonne


def entrees(dossier: Dossier) -> Iterator[Entree]:
    for rdv in rendez_vous_lus(dossier=dossier):
        yield Entree(
            le=rdv.debut,
            genre="rendez_vous",
            titre=f"Rendez-vous : {rdv.get_statut_display().lower()}",
            detail=rdv.objet,
            auteur=str(rdv.agent),
            lien=Lien("rendez-vous", (str(dossier), rdv.pk), "Ouvrir ce rendez-vous", "agenda.gerer"),
            reserve=True,
        )


def alertes_du_dossier(dossier: Dossier, le: date) -> Iterator[Alerte]:
    """A planned appointment of the past that nobody followed up."""
    zone = dossier.structure.zone
    maintenant, lus = timezone.now(), rendez_vous_lus(dossier=dossier)
    passes = [r for r in lus if r.statut == StatutRendezVous.PLANIFIE and r.debut < maintenant]
    for rdv in passes[:3]:
        yield Alerte(
            f"Le rendez-vous du {rdv.debut.astimezone(zone):%d/%m/%Y à %H:%M} est passé : la personne est-elle venue ?",
            Urgence.BIENTOT,
            Lien("rendez-vous", (str(dossier), rdv.pk), "Noter la présence", "agenda.gerer"),
        )


def obstacles(dossier: Dossier, le: date) -> Iterator[str]:
    if (rdv := prochain(dossier=dossier, depuis=timezone.now())) is not None:
        ici = rdv.debut.astimezone(dossier.structure.zone)
        yield f"Un rendez-vous est prévu le {ici:%d/%m/%Y à %H:%M} : annulez-le d'abord."


def _annotations(le: date) -> Mapping[str, Combinable]:
    return {"prochain_rdv": prochain_par_dossier(timezone.now())}


def _valeur(ligne: Any) -> Any:
    return ligne.prochain_rdv.astimezone(ligne.structure.zone) if ligne.prochain_rdv else None


def declarer() -> None:
    """Called once, when the application is ready."""
    chronologie.declarer("rendez_vous", "Rendez-vous", entrees)
    alertes.declarer_alertes("agenda", alertes_du_dossier)
    alertes.declarer_obstacles("agenda", obstacles)
    declarer_colonne(
        Colonne("rendez_vous", "Prochain rendez-vous", _annotations, _valeur, tri="prochain_rdv", famille="rendez_vous")
    )
