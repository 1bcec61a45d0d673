"""Ask for the resources of a month: the link to the young person, at once for one, together for those who are late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.delais import debut_du_mois, veille
from imilo.parcours.allocations.models import DecisionAllocation
from imilo.parcours.allocations.selectors import mois_couverts
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.liens.genres import GenreDeLien, declarer
from imilo.parcours.liens.models import LienPersonnel
from imilo.parcours.liens.selectors import liens_du_dossier
from imilo.parcours.liens.services import envoyer_lien
from imilo.socle.erreurs import RegleViolee

GENRE = "ressources"
TEXTE = "Déclarez ce que vous avez reçu le mois dernier, pour votre allocation du CEJ :"
DUREE = timedelta(days=40)  # until the next month is asked for
MOIS_EN_ARRIERE = 3


def declarer_le_lien() -> None:
    """Called once, when the application is ready."""
    declarer(
        GenreDeLien(
            GENRE,
            "Déclarer vos ressources du mois",
            vue="jeune_ressources",
            duree=DUREE,
            objet="contrats.ContratEngagement",
        )
    )


@dataclass(frozen=True)
class Envois:
    """How many links left, and who couldn't be reached, with the reason."""

    partis: int
    deja: int
    injoignables: tuple[tuple[ContratEngagement, str], ...]


def mois_a_declarer(contrat: ContratEngagement, *, le: date) -> list[date]:
    """The months that are over and that the young person may declare or correct still, the latest first."""
    finis = list(mois_couverts(contrat, le=veille(debut_du_mois(le))))[-MOIS_EN_ARRIERE:]
    traites = {
        d.mois
        for d in DecisionAllocation.objects.filter(contrat=contrat, mois__in=finis).select_related("declaration")
        if d.prise or not d.declaration.a_verifier
    }
    return [mois for mois in reversed(finis) if mois not in traites]


@transaction.atomic
def demander_au_jeune(agent: Agent | None, contrat: ContratEngagement) -> None:
    """Send the link of this contract. Fact `lien.envoye`. Raises `RegleViolee`: nothing to declare, or no address."""
    if not mois_a_declarer(contrat, le=aujourd_hui(contrat.dossier.structure)):
        raise RegleViolee("Aucun mois fini n'est à déclarer pour ce contrat.")
    envoyer_lien(agent, contrat.dossier, genre=GENRE, objet_id=contrat.pk, texte=TEXTE)


def demander_a_tous(agent: Agent | None, structure: Structure, contrats: Iterable[ContratEngagement]) -> Envois:
    """Send each of these contracts its link, but those that had one today already."""
    le = aujourd_hui(structure)
    partis, deja, injoignables = 0, 0, []
    for contrat in contrats:
        if any(lien.cree_le.astimezone(structure.zone).date() == le for lien in _liens(contrat)):
            deja += 1
            continue
        try:
            demander_au_jeune(agent, contrat)
        except RegleViolee as refus:
            injoignables.append((contrat, refus.message))
        else:
            partis += 1
    return Envois(partis, deja, tuple(injoignables))


def _liens(contrat: ContratEngagement) -> list[LienPersonnel]:
    return liens_du_dossier(dossier=contrat.dossier, genre=GENRE, objet_id=contrat.pk)
