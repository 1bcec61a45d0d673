"""Doubles of the small demonstration: one merged in each structure, one to decide between them; told the day before."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from imilo.acteurs.models import Agent, Structure
from imilo.config.demonstration.horloge import a_l_instant
from imilo.config.demonstration.personas import REUNION, TOURS
from imilo.config.demonstration.territoire import Territoire
from imilo.jeunes.doublons import rapprocher
from imilo.jeunes.identite import identite_de
from imilo.jeunes.models import Jeune, Precision
from imilo.parcours.dossiers.coordonnees import Arrivee, Coordonnees
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.dossiers.services.ouverture import ouvrir_dossier
from imilo.parcours.doublons.models import Paire
from imilo.parcours.doublons.services.fusion import fusionner
from imilo.socle.perimetre import perimetre


def doublons(equipe: dict[str, Agent], territoires: dict[str, Territoire], *, jour: date) -> None:
    """Somebody received twice in each structure, and merged; somebody of Tours who came to La Réunion, to decide."""
    camille, marie = equipe["camille.larivaud"], equipe["marie.payetal"]
    tours, reunion = territoires[TOURS].structure, territoires[REUNION].structure
    hier = datetime.combine(jour - timedelta(days=1), time(17), tzinfo=tours.zone)
    with a_l_instant(hier):
        parti = _fusionne(camille, tours)
        _fusionne(marie, reunion)
        with perimetre(reunion.pk):
            _encore(marie, reunion, parti)


def _fusionne(agent: Agent, structure: Structure) -> Dossier:
    """Merge into a known dossier the one that was opened again. Returns another known dossier."""
    with perimetre(structure.pk):
        connu, autre = _connus(structure)
        nouveau = _encore(agent, structure, connu)
        paire = Paire.objects.get(dossier=connu, autre=nouveau.pk)
        fusionner(agent, paire, garde_id=connu.pk, repris=("telephone_2",))
    return autre


def _connus(structure: Structure) -> list[Dossier]:
    """Two followed dossiers of people whose name can be written otherwise, and whose birth is known."""
    dossiers = Dossier.objects.filter(structure=structure, statut=Statut.ACTIF).select_related("jeune", "structure")
    longs = dossiers.filter(jeune__naissance_precision=Precision.JOUR, jeune__nom_unique=False).order_by("-numero")
    return [d for d in longs if len(d.jeune.nom_naissance) > 5][:2]


def _encore(agent: Agent, structure: Structure, connu: Dossier) -> Dossier:
    """The same person received again under a name with a letter doubled: opened anyway."""
    nom = connu.jeune.nom_naissance
    jeune = Jeune(
        nom_naissance=nom[:3] + nom[2:],
        prenom=connu.jeune.prenom,
        sexe=connu.jeune.sexe,
        naissance=connu.jeune.naissance,
    )
    assert rapprocher(identite_de(jeune)).candidats
    return ouvrir_dossier(
        agent,
        structure=structure,
        identite=identite_de(jeune),
        coordonnees=Coordonnees(telephone_2=connu.telephone),
        arrivee=Arrivee(),
        premier_accueil=connu.premier_accueil,
        doublon_ecarte="Dit être déjà venu, papiers oubliés : à vérifier",
    )
