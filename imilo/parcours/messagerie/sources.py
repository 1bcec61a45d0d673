"""What messages tell the dossier: each one that was written to the person, and whether it left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from imilo.parcours.dossiers import alertes, chronologie
from imilo.parcours.dossiers.alertes import Alerte, Urgence
from imilo.parcours.dossiers.chronologie import Entree
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.messagerie.models import EtatMessage, MessageSortant
from imilo.parcours.messagerie.selectors import pas_partis
from imilo.socle import lectures

CODE = "code"  # one-time codes: noise for whoever reads the dossier; the journal has them
LIMITE = 100


def _lus(dossier: Dossier) -> list[MessageSortant]:
    """The last messages, newest first: the timeline and the alerts of a same page read them once."""

    def lire() -> list[MessageSortant]:
        messages = MessageSortant.objects.filter(dossier=dossier).exclude(genre=CODE).select_related("agent")
        return list(messages.defer("corps", "secret", "destinataire").recents()[:LIMITE])

    return lectures.une_fois(dossier, "messages", lire)


def entrees(dossier: Dossier) -> Iterator[Entree]:
    for m in _lus(dossier):
        titre = f"{m.get_canal_display()} : {m.objet}"
        if m.etat != EtatMessage.ENVOYE:
            titre += f" ({m.get_etat_display().lower()}{' : ' + m.raison if m.raison else ''})"
        yield Entree(m.cree_le, "messages", titre, auteur=str(m.agent) if m.agent else "")


def alertes_du_dossier(dossier: Dossier, le: date) -> Iterator[Alerte]:
    """What didn't reach the person, and what to correct."""
    if dossier.statut == Statut.FIN:
        return
    coordonnees = Lien("dossier-coordonnees", (str(dossier),), "Corriger les coordonnées", "identite.modifier")
    for m in pas_partis(_lus(dossier)):
        jour = m.cree_le.astimezone(dossier.structure.zone)
        parti = "n'est peut-être pas parti" if m.etat == EtatMessage.INCERTAIN else "n'est pas parti"
        raison = f" ({m.raison})" if m.raison else ""
        yield Alerte(
            f"« {m.objet} », par {m.get_canal_display()} le {jour:%d/%m/%Y}, {parti}{raison} : {m.que_faire}",
            Urgence.BIENTOT,
            coordonnees,
        )


def declarer() -> None:
    """Called once, when the application is ready."""
    chronologie.declarer("messages", "Messages envoyés", entrees)
    alertes.declarer_alertes("messages", alertes_du_dossier)
