"""The story of one dossier, told through the services, one step after another, each at its own past instant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

import pghistory

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui as aujourd_hui_dans
from imilo.config.demonstration import fictif, recits
from imilo.config.demonstration.horloge import Histoire
from imilo.config.demonstration.personnes import FRANCE, Personne
from imilo.config.demonstration.territoire import Territoire
from imilo.jeunes.identite import Identite
from imilo.parcours.dossiers.coordonnees import Arrivee, Coordonnees
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.identite import Piece, justifier_identite
from imilo.parcours.dossiers.services.ouverture import ouvrir_dossier
from imilo.socle.perimetre import perimetre

# What a step does; it may change what the story remembers.
Action = Callable[["Recit"], None]
PAS_LA_MEME = "Homonyme : ni la même naissance, ni les mêmes parents, vérifié sur la pièce."


@dataclass(frozen=True)
class Etape:
    """A step: so many days before the day of the demonstration, at an hour of the structure's clock."""

    jours: int
    heure: time
    action: Action


@dataclass
class Recit:
    """What a story knows as it goes."""

    territoire: Territoire
    personne: Personne
    referent: Agent
    accueil: Agent
    gestionnaire: Agent
    jour: date
    hasard: Random
    codes_postaux: dict[str, str]
    dossier_id: int = 0
    contrat_id: int = 0
    rendez_vous_id: int = 0
    projet: recits.Projet = field(default=recits.PROJETS[0])
    _dossier: Dossier | None = None

    @property
    def structure(self) -> Structure:
        return self.territoire.structure

    @property
    def dossier(self) -> Dossier:
        """The dossier as read first: services read again what they lock."""
        if self._dossier is None:
            self._dossier = self.relire()
        return self._dossier

    def relire(self) -> Dossier:
        """The dossier as stored, for what needs its version."""
        lus = Dossier.objects.select_related("jeune", "structure", "adresse_commune")
        return lus.get(pk=self.dossier_id)

    def le(self, etape: Etape) -> date:
        """The day of a step: working days only, but for the day of the demonstration, whatever it is."""
        jour = self.jour - timedelta(days=etape.jours)
        if etape.jours < 0:
            return jour + timedelta(days=(7 - jour.weekday()) % 7 if jour.weekday() > 4 else 0)
        return jour_ouvre(jour) if etape.jours else jour

    def instant(self, etape: Etape) -> datetime:
        return datetime.combine(self.le(etape), etape.heure, tzinfo=self.structure.zone)


def jour_ouvre(jour: date) -> date:
    """The same day, or the Friday before a week-end."""
    return jour - timedelta(days=max(0, jour.weekday() - 4))


def raconter(recit: Recit, etapes: list[Etape]) -> tuple[datetime, Histoire]:
    """The instant of the first step and the story. Steps are told in the order of their instants."""
    rangees = sorted(etapes, key=recit.instant)

    def histoire() -> Histoire:
        for rang, etape in enumerate(rangees):
            with (
                perimetre(recit.structure.pk),
                pghistory.context(agent=recit.referent.pk, structure=recit.structure.pk),
            ):
                etape.action(recit)
            if rang + 1 < len(rangees):
                yield recit.instant(rangees[rang + 1])

    return recit.instant(rangees[0]), histoire()


def ouvrir(recit: Recit) -> None:
    """The reception opens the dossier; the counsellor is named at once."""
    p = recit.personne
    dossier = ouvrir_dossier(
        recit.accueil,
        structure=recit.structure,
        identite=_identite(p),
        coordonnees=_coordonnees(p, recit.codes_postaux),
        arrivee=_arrivee(p, recit),
        premier_accueil=aujourd_hui(recit),
        referent=recit.referent,
        site=recit.hasard.choice(recit.territoire.sites),
        nir_confirme=True,
        doublon_ecarte=PAS_LA_MEME,  # kept only where somebody looks like them
    )
    recit.dossier_id = dossier.pk
    if p.justifie:
        justifier(recit)


def justifier(recit: Recit) -> None:
    """The identity document is seen."""
    dossier, p = recit.relire(), recit.personne
    le = aujourd_hui(recit)
    piece = Piece(
        piece_type=p.piece,
        piece_numero=fictif.numero_de_piece(p.rang),
        piece_vue_le=le,
        piece_expire_le=le + timedelta(days=recit.hasard.randint(200, 3000)) if p.piece != "LIVRET_FAMILLE" else None,
    )
    justifier_identite(recit.accueil, dossier, piece=piece, version=dossier.version)


def aujourd_hui(recit: Recit) -> date:
    """The day that services believe it is."""
    return aujourd_hui_dans(recit.structure)


def _identite(p: Personne) -> Identite:
    return Identite(
        nom_naissance=p.nom,
        prenom=p.prenom,
        nom_unique=not p.prenom,
        nom_usage=p.nom_usage,
        sexe=p.sexe,
        naissance=p.naissance,
        naissance_precision=p.precision,
        naissance_pays_id=p.pays if p.complet else None,
        naissance_commune_id=p.commune_naissance if p.complet else None,
        naissance_lieu="" if p.pays == FRANCE or not p.complet else "Ville-Exemple",
        nationalite_id=p.nationalite if p.complet else None,
        nir=p.nir,
    )


def _coordonnees(p: Personne, codes_postaux: dict[str, str]) -> Coordonnees:
    if p.sans_adresse:
        return Coordonnees(telephone=p.telephone, sans_adresse=True, adresse_commune_id=p.commune)
    return Coordonnees(
        telephone=p.telephone,
        courriel=p.courriel,
        adresse_numero=p.numero_voie,
        adresse_voie=p.voie,
        adresse_code_postal=codes_postaux.get(p.commune, ""),
        adresse_commune_id=p.commune,
    )


def _arrivee(p: Personne, recit: Recit) -> Arrivee:
    le = aujourd_hui(recit)
    return Arrivee(
        venue=p.venue,
        notice_remise_le=le if p.complet else None,
        numero_ft=p.numero_ft,
        niveau_diplome=p.diplome,
        rqth_du=min(p.rqth_du, le) if p.rqth_du else None,
    )
