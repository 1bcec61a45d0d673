"""What accesses tell the rest of the path: who read from elsewhere, in the timeline; who may not open, to selectors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from imilo.parcours.acces.models import AccesMotive
from imilo.parcours.acces.restrictions import en_cours, fermes_a
from imilo.parcours.dossiers import alertes, chronologie
from imilo.parcours.dossiers.alertes import Alerte, Urgence
from imilo.parcours.dossiers.chronologie import Entree
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.acces import declarer_fermeture


def entrees(dossier: Dossier) -> Iterator[Entree]:
    """Each access of another structure; what was added to the reason is reserved to those who accompany."""
    for acces in AccesMotive.objects.filter(dossier=dossier).select_related("agent", "origine"):
        yield Entree(
            le=acces.ouvert_le,
            genre="acces",
            titre=f"Dossier lu par {acces.origine.nom}",
            detail=f"{acces.get_motif_display()}{f' : {acces.precision}' if acces.precision else ''}",
            auteur=str(acces.agent),
            reserve=True,
        )


def alertes_du_dossier(dossier: Dossier, le: date) -> Iterator[Alerte]:
    """Who opens a restricted dossier knows that it is, and until when."""
    restriction = en_cours(structure=dossier.structure, le=le).filter(dossier=dossier).first()
    if restriction is not None:
        yield Alerte(
            f"Ce dossier est restreint à {len(restriction.agents)} personne(s) nommée(s), "
            f"jusqu'au {restriction.au:%d/%m/%Y}.",
            Urgence.INFO,
            Lien("restriction-modifier", (restriction.pk,), "Voir la restriction", "restriction.gerer"),
        )


def declarer() -> None:
    """Called once, when the application is ready."""
    chronologie.declarer("acces", "Lectures d'autres structures", entrees)
    alertes.declarer_alertes("acces", alertes_du_dossier)
    declarer_fermeture(fermes_a)
