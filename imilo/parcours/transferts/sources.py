"""What transfers tell the dossier: its timeline, and the answer that is awaited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from imilo.parcours.dossiers import alertes, chronologie
from imilo.parcours.dossiers.alertes import Alerte, Urgence
from imilo.parcours.dossiers.chronologie import Entree
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.transferts.models import EtatTransfert
from imilo.parcours.transferts.selectors import en_attente, passations_lues, transferts_lus


def entrees(dossier: Dossier) -> Iterator[Entree]:
    lien = Lien("transferts", (), "Voir les transferts", "transfert.gerer")
    for t in transferts_lus(dossier=dossier):
        yield Entree(
            t.demande_le, "transfert", f"Transfert demandé vers {t.cible.nom}", auteur=str(t.demande_par), lien=lien
        )
        if t.repondu_le is not None and t.etat != EtatTransfert.DEMANDE:
            titre = f"Transfert vers {t.cible.nom} : {t.get_etat_display().lower()}"
            yield Entree(t.repondu_le, "transfert", titre, t.reponse, str(t.repondu_par), lien, reserve=True)
    for p in passations_lues(dossier=dossier):
        note = Lien("passation", (str(dossier), p.pk), "Lire la note de passation", "dossier.suivre")
        yield Entree(p.recu_le, "transfert", f"Dossier repris de {p.origine.nom}", auteur=str(p.recu_par), lien=note)


def alertes_du_dossier(dossier: Dossier, le: date) -> Iterator[Alerte]:
    attente = en_attente(dossier=dossier)
    if attente is not None:
        lien = Lien("transferts", (), "Voir la demande", "transfert.gerer")
        jour = attente.demande_le.astimezone(dossier.structure.zone)
        yield Alerte(
            f"Transfert demandé à {attente.cible.nom} le {jour:%d/%m/%Y} : la réponse est attendue.", Urgence.INFO, lien
        )
    derniere = next(iter(passations_lues(dossier=dossier)), None)
    if derniere is not None and (le - derniere.recu_le.date()).days <= 30:
        note = Lien("passation", (str(dossier), derniere.pk), "Lire la note de passation", "dossier.suivre")
        yield Alerte(f"Dossier repris de {derniere.origine.nom}.", Urgence.INFO, note)


def declarer() -> None:
    """Called once, when the application is ready."""
    chronologie.declarer("transfert", "Transferts", entrees)
    alertes.declarer_alertes("transferts", alertes_du_dossier)
