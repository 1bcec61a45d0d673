"""Reads of contracts, and the one question asked of the whole country."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q

from imilo.acteurs.models import Agent, Portee, Structure
from imilo.acteurs.selectors import Pouvoir, agents_de, pouvoir_de_signer
from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import ContratEngagement, ContratQuerySet, ExamenCEJ
from imilo.parcours.diagnostics.delai import ContratSuivant
from imilo.parcours.diagnostics.models import Orientation
from imilo.parcours.dossiers.models import Dossier


@dataclass(frozen=True)
class DroitsNationaux:
    """What contracts signed in any structure change here: one that runs, and the last day of the last one."""

    en_cours: bool
    derniere_fin: date | None


def droits_nationaux(*, dossier: Dossier, le: date) -> DroitsNationaux:
    """CEJ of this person in the whole country, by the narrow function `droits_cej` (not where, nor why)."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT en_cours, derniere_fin FROM droits_cej(%s, %s)", [dossier.jeune_id, le])
        return DroitsNationaux(*curseur.fetchone())


def contrats(*, dossier: Dossier) -> ContratQuerySet:
    """Contracts of a dossier, newest first."""
    relies = ContratEngagement.objects.filter(dossier=dossier).select_related(
        "referent", "prepare_par", "termine_par", "document", "examen", "orientation", "diagnostic"
    )
    return relies.defer("document__contenu")


def contrat(*, dossier: Dossier, contrat_id: int) -> ContratEngagement | None:
    """One contract of this dossier; None when it isn't one of its contracts."""
    trouve = contrats(dossier=dossier).filter(pk=contrat_id).first()
    if trouve is not None:
        trouve.dossier = dossier  # with its person and structure loaded
    return trouve


def contrat_ouvert(*, dossier: Dossier) -> ContratEngagement | None:
    """The contract to be signed or to be ended, if any."""
    return contrats(dossier=dossier).ouverts().first()


def orientation_a_signer(*, dossier: Dossier) -> Orientation | None:
    """The notified orientation, not superseded, whose contract isn't signed yet: its time to sign runs."""
    derniere = Orientation.objects.filter(dossier=dossier).first()
    if derniere is None or derniere.a_signer_avant_le is None:
        return None
    signe = ContratEngagement.objects.conclus().filter(Q(orientation=derniere) | Q(etat=Etat.SIGNE), dossier=dossier)
    return None if signe.exists() else derniere


def contrats_suivants(dossier: Dossier) -> dict[int, ContratSuivant]:
    """The last contract concluded after each orientation of a dossier."""
    conclus = ContratEngagement.objects.conclus().filter(dossier=dossier).order_by("signe_le", "pk")
    lus = conclus.values_list("orientation_id", "signe_le", "fin_le")
    return {pk: ContratSuivant(signe_le, fin_le) for pk, signe_le, fin_le in lus if pk is not None}


def dernier_examen(*, dossier: Dossier) -> ExamenCEJ | None:
    return ExamenCEJ.objects.filter(dossier=dossier).select_related("agent").first()


def signataires(*, structure: Structure, le: date) -> list[Pouvoir]:
    """Who could sign a contract in the State's name on that day, by name."""
    pouvoirs = (
        pouvoir_de_signer(agent=agent, structure=structure, portee=Portee.CONTRATS, le=le)
        for agent in agents_de(structure=structure, le=le)
    )
    return [p for p in pouvoirs if p is not None]


def pouvoir_du_contrat(*, agent: Agent, structure: Structure, le: date) -> Pouvoir | None:
    return pouvoir_de_signer(agent=agent, structure=structure, portee=Portee.CONTRATS, le=le)
