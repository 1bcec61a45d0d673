"""What a team does with its caseloads: dossiers given to a colleague, a batch undone, an absence, one's own views."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from imilo.acteurs.models import Agent, Structure
from imilo.config.demonstration.horloge import a_l_instant
from imilo.config.demonstration.personas import REUNION, TOURS
from imilo.config.demonstration.territoire import Territoire
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.portefeuilles.models import Lot
from imilo.parcours.portefeuilles.services import lots
from imilo.parcours.portefeuilles.services.remplacements import prevoir_remplacement
from imilo.parcours.portefeuilles.services.vues import choisir_colonnes, garder_recherche
from imilo.socle.perimetre import perimetre

COLONNES = ("age", "commune", "statut", "situation", "dernier_contact", "contrat", "referent", "telephone")
RECHERCHES = {
    "Sans contact depuis deux mois": {"referent": "tous", "statut": "actif", "contact": "60"},
    "Mineurs": {"referent": "tous", "statut": "actif", "age_max": "17"},
}


def equipes(equipe: dict[str, Agent], territoires: dict[str, Territoire], *, jour: date) -> None:
    """The day before, in each structure: a batch that stays, one that was undone, an absence to come, two searches."""
    for departement, direction, absent, remplacant in (
        (TOURS, "helene.montbrizac", "malik.tressange", "camille.larivaud"),
        (REUNION, "ludovic.grondalin", "marie.payetal", "ludovic.grondalin"),
    ):
        structure = territoires[departement].structure
        soir = datetime.combine(jour - timedelta(days=1), time(17, 30), tzinfo=structure.zone)
        with a_l_instant(soir), perimetre(structure.pk):
            _gerer(equipe[direction], structure, equipe[absent], equipe[remplacant], jour)


def _gerer(direction: Agent, structure: Structure, absent: Agent, remplacant: Agent, jour: date) -> None:
    endormis = list(Dossier.objects.filter(referent=absent, statut=Statut.EN_VEILLE).order_by("numero")[:4])
    gardes, rendus = endormis[:3], endormis[3:] or endormis[:1]
    _confier(direction, structure, gardes, remplacant)
    for dossier in rendus:
        dossier.refresh_from_db()
    en_trop = _confier(direction, structure, rendus, remplacant if rendus[0] not in gardes else absent)
    lots.annuler(direction, en_trop)
    prevoir_remplacement(
        direction,
        structure=structure,
        remplace=absent,
        remplacant=remplacant,
        du=jour + timedelta(days=4),
        au=jour + timedelta(days=18),
    )
    choisir_colonnes(direction, structure=structure, colonnes=COLONNES)
    for nom, parametres in RECHERCHES.items():
        garder_recherche(
            direction, structure=structure, nom=nom, parametres={**parametres, "tri": "nom", "ordre": "asc"}
        )


def _confier(direction: Agent, structure: Structure, dossiers: list[Dossier], a: Agent) -> Lot:
    versions = {d.numero: d.version for d in dossiers}
    return lots.appliquer(direction, structure=structure, action="referent", valeur=str(a.pk), versions=versions)
