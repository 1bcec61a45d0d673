"""What structures do with each other's dossiers, and what a direction closes: told last, the day before."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.config.demonstration.horloge import a_l_instant
from imilo.config.demonstration.personas import REUNION, TOURS
from imilo.config.demonstration.territoire import Territoire
from imilo.journal.services import consulter
from imilo.parcours.acces.models import MotifAcces, MotifRestriction
from imilo.parcours.acces.restrictions import en_cours, restreindre
from imilo.parcours.acces.services import donner_acces
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.transferts.contenu import PAR_CODE
from imilo.parcours.transferts.models import MotifTransfert, Passation, Transfert
from imilo.parcours.transferts.services import Demande, accepter, demander
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
        camille, marie = equipe["camille.larivaud"], equipe["marie.payetal"]
        for demandeur, repond, chez, vers in ((camille, marie, tours, reunion), (marie, camille, reunion, tours)):
            transfert = _demande(demandeur, chez=chez, vers=vers)
            with perimetre(vers.pk):
                accepter(repond, structure=vers, origine_id=chez.pk, transfert_id=transfert.pk, referent=repond)
        _demande(marie, chez=reunion, vers=tours)


def _endormi(chez: Structure) -> Dossier:
    """A dossier with a référent, nobody's business of the day."""
    dossiers = Dossier.objects.filter(structure=chez, referent__isnull=False).select_related("structure")
    return dossiers.exclude(statut=Statut.ACTIF).order_by("numero")[0]


def _lu(agent: Agent, *, chez: Structure, depuis: Structure) -> None:
    with perimetre(chez.pk):
        dossier = _endormi(chez)
        acces = donner_acces(agent, dossier, origine=depuis, motif=MotifAcces.SE_PRESENTE, duree=DUREE)
        consulter(agent, dossier, "acces_motive", objet=acces)


def _demande(agent: Agent, *, chez: Structure, vers: Structure) -> Transfert:
    """A request of the référent for the latest of their dossiers, one that sleeps first, all but health agreed to."""
    with perimetre(chez.pk):
        siens = Dossier.objects.filter(structure=chez, referent=agent).exclude(statut=Statut.FIN)
        restreints = en_cours(structure=chez, le=aujourd_hui(chez)).values("dossier_id")
        repris = Passation.objects.values("dossier_id")
        libres = siens.exclude(pk__in=restreints).exclude(pk__in=repris).select_related("structure", "jeune")
        dossier = libres.order_by("-statut", "-numero")[0]
        familles = [code for code in PAR_CODE if code != "sante_travail"]
        demande = Demande(
            vers, MotifTransfert.DEMENAGEMENT, familles=familles, accord_le=aujourd_hui(chez), accord_forme="ecrit"
        )
        return demander(agent, dossier, demande=demande)


def _restreint(direction: Agent, *, chez: Structure, jour: date) -> None:
    with perimetre(chez.pk):
        dossier = _endormi(chez)
        assert dossier.referent_id is not None
        au = jour + timedelta(days=180)
        restreindre(direction, dossier, agents=[dossier.referent_id], motif=MotifRestriction.PROCHE, au=au)
