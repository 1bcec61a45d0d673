"""The small demonstration: sixty dossiers with whole histories in Tours, a few in La Réunion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import chain
from random import Random

from django.db import connection

from imilo.acteurs.models import Agent
from imilo.config.demonstration import recits
from imilo.config.demonstration.activites import activites
from imilo.config.demonstration.allocations import allocations
from imilo.config.demonstration.arrivees import arrivees
from imilo.config.demonstration.asp import paiements
from imilo.config.demonstration.contrats import contrats
from imilo.config.demonstration.diagnostics import diagnostics
from imilo.config.demonstration.doublons import doublons
from imilo.config.demonstration.entre_structures import entre_structures
from imilo.config.demonstration.equipe import creer_equipe
from imilo.config.demonstration.fiches import fiches
from imilo.config.demonstration.histoires import Etape, Recit, ouvrir, raconter
from imilo.config.demonstration.horloge import Histoire, a_l_instant, derouler
from imilo.config.demonstration.noms import Noms
from imilo.config.demonstration.personas import REUNION, TOURS
from imilo.config.demonstration.personnes import Fabrique, Personne
from imilo.config.demonstration.portefeuilles import equipes
from imilo.config.demonstration.sanctions import sanctions
from imilo.config.demonstration.scenarios import (
    Scenario,
    a_signer,
    accueilli,
    en_veille,
    endormi,
    engage,
    oriente,
    suivi,
    termine,
)
from imilo.config.demonstration.territoire import Territoire
from imilo.config.demonstration.tirage import Tirage
from imilo.journal.partitions import preparer
from imilo.parcours.dossiers.models import Categorie
from imilo.socle.perimetre import TOUTES, perimetre

PASSE = timedelta(days=750)  # the oldest story starts later


def _dans(jours: int, heure: int, minute: int = 0) -> Etape:
    """A future appointment: in so many days (0: on the day itself)."""
    return Etape(-jours, time(heure, minute), ouvrir)


def _de_camille() -> list[tuple[Scenario, int | None]]:
    """Active dossiers of the first counsellor, with an age in years where the story needs one."""
    return [
        (a_signer(notifie=24, prochain=_dans(0, 9)), 20),
        (engage(64, mois=6, prochain=_dans(0, 10), a_declarer=True), 19),
        (engage(100, mois=12, prochain=_dans(0, 14), a_decider=True), 22),
        (engage(172, mois=6, prochain=_dans(0, 15, 30)), 21),
        (engage(36, mois=9, prochain=_dans(1, 9, 30), a_decider=True), 17),
        (engage(196, mois=6), 23),  # past its term: the end is to be recorded
        (oriente(26, decide=28, prochain=_dans(1, 11)), 20),
        (oriente(None, decide=4, prochain=_dans(2, 14)), 24),
        (suivi(15, prochain=_dans(2, 10)), 18),
        (suivi(160, prochain=_dans(3, 9)), None),
        (accueilli(1), 19),
    ]


def _de_malik() -> list[tuple[Scenario, int | None]]:
    return [
        (a_signer(notifie=12, prochain=_dans(0, 9, 30)), 22),
        (engage(50, mois=6, prochain=_dans(0, 11), a_decider=True), 18),
        (engage(120, mois=12, prochain=_dans(0, 14, 30), a_declarer=True), 24),
        (engage(20, mois=6, prochain=_dans(1, 10)), 27),  # RQTH
        (oriente(40, decide=43, prochain=_dans(1, 15)), 19),  # the month to sign is over
        (oriente(6, decide=9, prochain=_dans(2, 9)), 21),
        (suivi(200, prochain=_dans(3, 11)), 16),
        (suivi(90, prochain=_dans(4, 9)), None),
        (suivi(9, prochain=_dans(4, 14)), 23),
        (accueilli(2), 20),
        (accueilli(1), 25),
    ]


SUITES = (
    (Categorie.EMPLOI, "Commis de cuisine"),
    (Categorie.EMPLOI, "Préparatrice de commandes"),
    (Categorie.FORMATION, "Organisme de formation"),
    (Categorie.ALTERNANCE, "CFA"),
    (Categorie.VOLONTARIAT, "Service civique"),
    (Categorie.SCOLARITE, "Retour au lycée"),
)

AGES_ENDORMIS = (18, 19, 19, 20, 20, 21, 21, 22, 22, 23, 23, 24, 24, 25, 25, 26, None)


def _endormis(hasard: Random) -> Iterator[tuple[Scenario, int | None]]:
    """Dossiers asleep, endlessly: three after a contract, the others after a job, a training or a silence."""
    yield engage(260, mois=6, fin=(75, "TERME"), apres=endormi(40, *SUITES[0])), 22
    yield engage(220, mois=12, fin=(90, "EMPLOI"), apres=endormi(80, *SUITES[1])), 20
    yield engage(150, mois=6, fin=(45, "DEMANDE"), apres=endormi(20, *SUITES[2])), 21
    while True:
        apres = hasard.randint(30, 380)
        depuis = apres + hasard.randint(50, 300)
        categorie, libelle = hasard.choice(SUITES) if hasard.random() < 0.6 else (None, "")
        yield en_veille(depuis, apres=apres, categorie=categorie, libelle=libelle), hasard.choice(AGES_ENDORMIS)


TERMINES = (
    (termine(400, apres=120, motif="INSERTION"), 25),
    (termine(300, apres=60, motif="DEMENAGEMENT"), 22),
    (termine(500, apres=200, motif="SANS_CONTACT"), 21),
    (termine(350, apres=150, motif="ETUDES"), 18),
)


class Petite:
    """Loads the small demonstration in the caller's transaction."""

    def __init__(self, territoires: dict[str, Territoire], *, jour: date, graine: str) -> None:
        self.territoires, self.jour, self.graine = territoires, jour, graine
        self.hasard = Random(f"{graine}/petite")  # noqa: S311  # invented data, the same each time
        self.noms = Noms(self.hasard, familles=4_000)
        self.equipe: dict[str, Agent] = {}
        self.codes_postaux = codes_postaux((TOURS, REUNION))
        self.rangs_nir: dict[tuple[str, int, str], int] = {}  # one for all: a NIR is given once
        self._rang = 0

    def charger(self) -> int:
        """Returns how many steps were told."""
        debut = self.jour - PASSE
        preparer(debut.replace(day=1), self.jour)
        with (
            a_l_instant(datetime.combine(debut, time(9), tzinfo=self.territoires[TOURS].structure.zone)),
            perimetre(TOUTES),
        ):
            self.equipe = creer_equipe(self.territoires, le=debut)
        veille = self.jour - timedelta(days=1)
        limite = datetime.combine(veille, time(23, 59), tzinfo=self.territoires[TOURS].structure.zone)
        pas = derouler([*self._tours(), *self._reunion()], limite=limite)
        fiches(self.equipe, self.territoires, jour=self.jour)
        arrivees(self.equipe, self.territoires, jour=self.jour, graine=self.graine, codes_postaux=self.codes_postaux)
        equipes(self.equipe, self.territoires, jour=self.jour)
        activites(self.territoires, jour=self.jour)
        diagnostics(self.equipe, self.territoires, jour=self.jour)
        contrats(self.equipe, self.territoires, jour=self.jour)
        doublons(self.equipe, self.territoires, jour=self.jour)
        sanctions(self.equipe, self.territoires, jour=self.jour)
        allocations(self.equipe, self.territoires, jour=self.jour)
        entre_structures(self.equipe, self.territoires, jour=self.jour)
        paiements(self.equipe, self.territoires, jour=self.jour)
        return pas

    def _tours(self) -> Iterator[tuple[datetime, Histoire]]:
        camille, malik = self.equipe["camille.larivaud"], self.equipe["malik.tressange"]
        fabrique = self._fabrique(TOURS)
        actifs = [(s, age, camille) for s, age in _de_camille()] + [(s, age, malik) for s, age in _de_malik()]
        asleep = _endormis(self.hasard)
        endormis = [(*next(asleep), (camille, malik)[n % 2]) for n in range(34)]
        finis = [(s, age, (camille, malik)[n % 2]) for n, (s, age) in enumerate(TERMINES)]
        for rang, (scenario, age, referent) in enumerate(chain(actifs, endormis, finis)):
            personne = _particuliere(rang, self._personne(fabrique, TOURS, age, suivie=rang < len(actifs)))
            yield self._histoire(TOURS, personne, referent, scenario)

    def _reunion(self) -> Iterator[tuple[datetime, Histoire]]:
        marie = self.equipe["marie.payetal"]
        fabrique = self._fabrique(REUNION)
        for scenario, age in (
            (oriente(5, decide=8, prochain=_dans(0, 10)), 20),
            (engage(80, mois=6, prochain=_dans(0, 11), a_decider=True), 21),
            (a_signer(notifie=15, prochain=_dans(1, 14)), 20),
            (suivi(60, prochain=_dans(1, 9)), 18),
            (suivi(120, prochain=_dans(2, 15)), 23),
            (en_veille(200, apres=60, categorie=Categorie.EMPLOI, libelle="Vente"), 22),
            (accueilli(1), 19),
        ):
            yield self._histoire(REUNION, self._personne(fabrique, REUNION, age, suivie=True), marie, scenario)

    def _fabrique(self, departement: str) -> Fabrique:
        lieux = {code: 1.0 / (n + 1) for n, code in enumerate(self.territoires[departement].communes[:120])}
        return Fabrique(self.hasard, self.noms, self.jour, Tirage(lieux), rangs_nir=self.rangs_nir)

    def _personne(self, fabrique: Fabrique, departement: str, age: int | None, *, suivie: bool) -> Personne:
        self._rang += 1
        communes = Tirage({c: 1.0 / (n + 1) for n, c in enumerate(self.territoires[departement].communes[:60])})
        personne = fabrique.personne(self._rang, communes, age=age)
        if not suivie:
            return personne
        # Whoever is followed has come back with what was missing; past 25 years, a CEJ needs the RQTH.
        rqth_du = personne.rqth_du or (self.jour - timedelta(days=400) if age and age > 25 else None)
        return replace(personne, complet=True, justifie=True, rqth_du=rqth_du)

    def _histoire(
        self, departement: str, personne: Personne, referent: Agent, scenario: Scenario
    ) -> tuple[datetime, Histoire]:
        a_tours = departement == TOURS
        recit = Recit(
            territoire=self.territoires[departement],
            personne=personne,
            referent=referent,
            accueil=self.equipe["ines.boisrameau"] if a_tours else referent,
            gestionnaire=self.equipe["nora.vauquelint" if a_tours else "ludovic.grondalin"],
            jour=self.jour,
            hasard=Random(f"{self.hasard.random()}"),  # noqa: S311  # idem
            codes_postaux=self.codes_postaux,
        )
        recit.projet = recit.hasard.choice(recits.PROJETS)
        return raconter(recit, scenario(recit))


def _particuliere(rang: int, personne: Personne) -> Personne:
    """Some people don't fit the usual form: it must let them exist."""
    if rang in (10, 20):  # received yesterday: the identity document will be seen next time
        return replace(personne, justifie=False, complet=rang == 20)
    if rang == 21:
        return replace(
            personne, prenom="", nom_usage="", nir="", naissance=personne.naissance.replace(month=1, day=1),
            precision="annee", sans_adresse=True, complet=False, justifie=False,
        )  # fmt: skip
    if rang == 17:
        return replace(personne, sans_adresse=True)
    return personne


def codes_postaux(departements: tuple[str, ...] | None = None) -> dict[str, str]:
    """The first postal code of each commune (of these départements)."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT p.commune_id, min(p.code) FROM referentiels_codepostal p "
            "JOIN referentiels_commune c ON c.code = p.commune_id "
            "WHERE %s::text[] IS NULL OR c.departement_id = ANY(%s) GROUP BY 1",
            [list(departements) if departements else None] * 2,
        )
        return dict(curseur.fetchall())
