"""Reads on transfers: asked of us, asked by us, and what was received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import QuerySet

from imilo.acteurs.models import Structure
from imilo.jeunes.dates import naissance_affichee
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.transferts.contenu import PAR_CODE
from imilo.parcours.transferts.models import EtatTransfert, FormeAccord, MotifTransfert, Passation, Transfert
from imilo.socle import lectures


@dataclass(frozen=True)
class Recu:
    """A request addressed to this structure: who, from where, why, what they agreed to pass on."""

    transfert_id: int
    origine_id: int
    origine_nom: str
    origine_telephone: str
    nom: str
    prenom: str
    naissance: date
    naissance_precision: str
    motif: str
    precision: str
    familles: list[str]
    accord_le: date | None
    accord_forme: str
    demande_par: str
    demande_le: datetime
    deja_ici: bool

    @property
    def personne(self) -> str:
        return f"{self.prenom} {self.nom}".strip()

    @property
    def ne_le(self) -> str:
        return naissance_affichee(self.naissance, self.naissance_precision)

    @property
    def pourquoi(self) -> str:
        return str(MotifTransfert(self.motif).label)

    @property
    def transmis(self) -> list[str]:
        """What would be passed on, in words."""
        return [PAR_CODE[code].libelle for code in self.familles if code in PAR_CODE]

    @property
    def accord(self) -> str:
        return str(FormeAccord(self.accord_forme).label) if self.accord_forme else ""


def recus() -> list[Recu]:
    """Requests that wait for the answer of the structure of this perimeter, the oldest first."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT * FROM transferts_recus()")
        return [Recu(*ligne) for ligne in curseur.fetchall()]


def recu(*, transfert_id: int) -> Recu | None:
    """One of them."""
    return next((r for r in recus() if r.transfert_id == transfert_id), None)


def demandes(*, structure: Structure) -> QuerySet[Transfert]:
    """Requests made by a structure, the latest first."""
    relies = Transfert.objects.filter(structure=structure)
    return relies.select_related("cible", "demande_par", "repondu_par", "dossier__jeune").order_by("-demande_le", "-pk")


def en_attente(*, dossier: Dossier) -> Transfert | None:
    """The request of this dossier that waits for an answer."""
    return next((t for t in transferts_lus(dossier=dossier) if t.etat == EtatTransfert.DEMANDE), None)


def transferts_lus(*, dossier: Dossier) -> list[Transfert]:
    """Every request of a dossier, the latest first; read once by a page that keeps its reads."""
    siens = Transfert.objects.filter(dossier=dossier).select_related("cible", "demande_par", "repondu_par")
    return lectures.une_fois(dossier, "transferts", lambda: list(siens))


def passations(*, dossier: Dossier) -> QuerySet[Passation]:
    """What was received with this dossier, the latest first."""
    return Passation.objects.filter(dossier=dossier).select_related("origine", "recu_par").order_by("-recu_le", "-pk")


def passations_lues(*, dossier: Dossier) -> list[Passation]:
    """The same; read once by a page that keeps its reads."""
    return lectures.une_fois(dossier, "passations", lambda: list(passations(dossier=dossier)))
