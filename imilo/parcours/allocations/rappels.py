"""Ask for the resources of a month: the link to the young person, at once for one, together for those who are late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.delais import debut_du_mois, veille
from imilo.parcours.allocations.models import DecisionAllocation, ReglageAllocations
from imilo.parcours.allocations.mois import contrats_du_mois, limite_de_declaration
from imilo.parcours.allocations.selectors import mois_couverts, reglage
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.liens.genres import GenreDeLien, declarer
from imilo.parcours.liens.models import LienPersonnel
from imilo.parcours.liens.selectors import liens_du_dossier
from imilo.parcours.liens.services import envoyer_lien
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import TOUTES, perimetre

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


def rappeler_les_silencieux(structure: Structure) -> Envois:
    """What the night does for a structure that asks for it: a link when the month is over, another once it is late.

    Done again, or the next night, it sends nothing more: each contract has one link for each of these two moments.
    """
    le = aujourd_hui(structure)
    reglages = reglage(structure=structure)
    mois = debut_du_mois(veille(debut_du_mois(le)))
    limite = limite_de_declaration(reglages, mois)
    depuis = limite + timedelta(days=1) if le > limite else debut_du_mois(le)
    contrats = contrats_du_mois(agent=None, structure=structure, mois=mois)
    declares = set(
        DecisionAllocation.objects.filter(contrat__in=contrats, mois=mois).values_list("contrat_id", flat=True)
    )
    silencieux = []
    for contrat in contrats:
        contrat.dossier.structure = structure
        envoyes = [lien.cree_le.astimezone(structure.zone).date() for lien in _liens(contrat)]
        if contrat.pk not in declares and not any(jour >= depuis for jour in envoyes):
            silencieux.append(contrat)
    return demander_a_tous(None, structure, silencieux)


def rappeler_partout() -> int:
    """The same for every structure that asks for it; how many links left."""
    with perimetre(TOUTES):
        cles = list(ReglageAllocations.objects.filter(rappels=True).values_list("structure_id", flat=True))
    partis = 0
    for structure in Structure.objects.filter(pk__in=cles, active=True).order_by("pk"):
        with perimetre(structure.pk):
            partis += rappeler_les_silencieux(structure).partis
    return partis


def _liens(contrat: ContratEngagement) -> list[LienPersonnel]:
    return liens_du_dossier(dossier=contrat.dossier, genre=GENRE, objet_id=contrat.pk)
