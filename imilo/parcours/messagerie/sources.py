"""What messages tell the dossier: each one that was written to the person, and whether it left."""

from __future__ import annotations

from collections.abc import Iterator

from imilo.parcours.dossiers import chronologie
from imilo.parcours.dossiers.chronologie import Entree
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.messagerie.models import EtatMessage, MessageSortant

CODE = "code"  # one-time codes: noise for whoever reads the dossier; the journal has them
LIMITE = 100


def entrees(dossier: Dossier) -> Iterator[Entree]:
    messages = MessageSortant.objects.filter(dossier=dossier).exclude(genre=CODE).select_related("agent")
    for m in messages.defer("corps", "secret", "destinataire").recents()[:LIMITE]:
        titre = f"{m.get_canal_display()} : {m.objet}"
        if m.etat != EtatMessage.ENVOYE:
            titre += f" ({m.get_etat_display().lower()}{' : ' + m.raison if m.raison else ''})"
        yield Entree(m.cree_le, "messages", titre, auteur=str(m.agent) if m.agent else "")


def declarer() -> None:
    """Called once, when the application is ready."""
    chronologie.declarer("messages", "Messages envoyés", entrees)
