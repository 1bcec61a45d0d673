"""What structures do with each other's dossiers, and what a direction closes: told last, the day before."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from imilo.acteurs.models import Agent, Structure
from imilo.config.demonstration.horloge import a_l_instant
from imilo.config.demonstration.personas import REUNION, TOURS
from imilo.config.demonstration.territoire import Territoire
from imilo.journal.services import consulter
from imilo.parcours.acces.models import MotifAcces, MotifRestriction
from imilo.parcours.acces.restrictions import restreindre
from imilo.parcours.acces.services import donner_acces
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.socle.perimetre import perimetre

DUREE = timedelta(hours=48)


def entre_structures(equipe: dict[str, Agent], territoires: dict[str, Territoire], *, jour: date) -> None:
    """Each structure had a dossier read by the other, and restricts one to its référent."""
    tours, reunion = territoires[TOURS].structure, territoires[REUNION].structure
    hier = datetime.combine(jour - timedelta(days=1), time(16), tzinfo=tours.zone)
    with a_l_instant(hier):
        _lu(equipe["marie.payetal"], chez=tours, depuis=reunion)
        _lu(equipe["camille.larivaud"], chez=reunion, depuis=tours)
        _restreint(equipe["helene.montbrizac"], chez=tours, jour=jour)
        _restreint(equipe["ludovic.grondalin"], chez=reunion, jour=jour)


def _endormi(chez: Structure) -> Dossier:
    """A dossier with a référent, nobody's business of the day."""
    dossiers = Dossier.objects.filter(structure=chez, referent__isnull=False).select_related("structure")
    return dossiers.exclude(statut=Statut.ACTIF).order_by("numero")[0]


def _lu(agent: Agent, *, chez: Structure, depuis: Structure) -> None:
    with perimetre(chez.pk):
        dossier = _endormi(chez)
        acces = donner_acces(agent, dossier, origine=depuis, motif=MotifAcces.SE_PRESENTE, duree=DUREE)
        consulter(agent, dossier, "acces_motive", objet=acces)


def _restreint(direction: Agent, *, chez: Structure, jour: date) -> None:
    with perimetre(chez.pk):
        dossier = _endormi(chez)
        assert dossier.referent_id is not None
        au = jour + timedelta(days=180)
        restreindre(direction, dossier, agents=[dossier.referent_id], motif=MotifRestriction.PROCHE, au=au)
