"""Which steps make which story: from a first reception to the end of a contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from imilo.config.demonstration import actions, cej
from imilo.config.demonstration.actions import HEURES
from imilo.config.demonstration.histoires import Action, Etape, Recit, ouvrir
from imilo.droit.delais import debut_du_mois, mois_plus
from imilo.parcours.dossiers.models import Categorie, Statut

Scenario = Callable[[Recit], list[Etape]]
DECLARES = 6  # days of a month after which the resources of the last one are declared
RYTHME = 14  # days between two interviews of an intensive accompaniment


def _a(recit: Recit, jours: int, action: Action) -> Etape:
    return Etape(jours, recit.hasard.choice(HEURES), action)


def _entretiens(recit: Recit, jours: list[int], prochain: Etape | None) -> list[Etape]:
    """Interviews on these days (days ago, oldest first), each with the appointment of the next one."""
    etapes: list[Etape] = []
    suivant = prochain
    for rang in reversed(range(len(jours))):
        etape = Etape(jours[rang], recit.hasard.choice(HEURES), actions.entretien(suivant, premier=rang == 0))
        etapes.append(etape)
        suivant = etape
    return list(reversed(etapes))


def _suite(du: int, au: int, pas: int) -> list[int]:
    """Days ago from `du` (included) down to `au` (excluded)."""
    return list(range(du, au, -pas))


def accueilli(depuis: int) -> Scenario:
    """Received, nothing more."""
    return lambda _recit: [Etape(depuis, HEURES[0], ouvrir)]


def suivi(depuis: int, *, prochain: Etape | None = None, pas: int = 30, diagnostic: bool = True) -> Scenario:
    """Accompanied without a CEJ."""

    def etapes(recit: Recit) -> list[Etape]:
        suite = [Etape(depuis, HEURES[0], ouvrir), *_entretiens(recit, _suite(depuis - 1, 1, pas), prochain)]
        if diagnostic and depuis > 12:
            suite += [_a(recit, depuis - 9, actions.diagnostiquer), _a(recit, 2, actions.corriger_acte)]
        return [*suite, _a(recit, 1, actions.regarder)]

    return etapes


def oriente(notifie: int | None, *, decide: int, prochain: Etape | None = None) -> Scenario:
    """Orientation decided `decide` days ago, notified `notifie` days ago (None: not yet)."""

    def etapes(recit: Recit) -> list[Etape]:
        suite = [Etape(decide + 16, HEURES[0], ouvrir)]
        suite += _entretiens(recit, _suite(decide + 14, 1, 12), prochain)
        suite += [_a(recit, decide + 2, actions.diagnostiquer), _a(recit, decide, actions.orienter)]
        if notifie is not None:
            suite.append(_a(recit, notifie, actions.notifier))
        return [*suite, _a(recit, 1, actions.regarder)]

    return etapes


def a_signer(*, notifie: int, prochain: Etape | None = None) -> Scenario:
    """A contract is ready, to be signed on the day of the demonstration."""

    def etapes(recit: Recit) -> list[Etape]:
        suite = oriente(notifie, decide=notifie + 3, prochain=prochain)(recit)
        return [
            *suite,
            _a(recit, 6, actions.corriger_identite),
            Etape(5, HEURES[0], cej.examiner),
            Etape(5, HEURES[1], cej.preparer(dans=9, mois=6)),
            Etape(3, HEURES[2], cej.revoir(dans=8, mois=9)),
        ]

    return etapes


def engage(
    signe: int,
    *,
    mois: int,
    prochain: Etape | None = None,
    fin: tuple[int, str] | None = None,
    apres: Scenario | None = None,
    a_decider: bool = False,
    a_declarer: bool = False,
) -> Scenario:
    """A CEJ signed `signe` days ago for `mois` months; `fin` (days ago, motive) ended it; `apres` adds steps.

    Allowances of the past months are decided and notified; with `a_decider` the last one only declared, with
    `a_declarer` not even that.
    """

    def etapes(recit: Recit) -> list[Etape]:
        jusque = fin[0] if fin else 1
        suite = [Etape(signe + 30, HEURES[0], ouvrir)]
        suite += _entretiens(recit, [signe + 28, signe + 16, *_suite(signe - 7, jusque, RYTHME)], prochain)
        suite += [
            _a(recit, signe + 21, actions.diagnostiquer),
            _a(recit, signe + 20, actions.orienter),
            _a(recit, signe + 15, actions.notifier),
            Etape(signe, HEURES[1], cej.examiner),
            Etape(signe, HEURES[2], cej.preparer(dans=0, mois=mois)),
            Etape(signe, HEURES[3], cej.signer),
        ]
        gestes = _allocations(recit, signe, mois, fin, a_decider=a_decider or a_declarer)
        suite += gestes[:-2] if a_declarer else gestes
        if fin:
            suite.append(Etape(fin[0], HEURES[-2], cej.terminer(fin[1])))
        suite += apres(recit) if apres else []
        return [*suite, _a(recit, 1, actions.regarder)]

    return etapes


def _allocations(recit: Recit, signe: int, duree: int, fin: tuple[int, str] | None, *, a_decider: bool) -> list[Etape]:
    """Every month from that of the signature to that of the end, or to the last whole one."""
    debut = recit.le(Etape(signe, HEURES[0], cej.signer))
    terme = mois_plus(debut, duree) - timedelta(days=1)
    arret = recit.le(Etape(fin[0], HEURES[0], cej.signer)) if fin else recit.jour.replace(day=1) - timedelta(days=1)
    mois, dernier = debut_du_mois(debut), debut_du_mois(min(terme, arret))
    if a_decider and recit.jour.day <= DECLARES:  # nobody has declared the last month yet: the one before waits
        dernier = mois_plus(dernier, -1)
    etapes: list[Etape] = []
    while mois <= dernier:
        suivant = mois_plus(mois, 1)
        etapes += _mois(recit, mois, suivant, seulement_declare=a_decider and mois == dernier)
        mois = suivant
    return etapes


def _mois(recit: Recit, mois: date, suivant: date, *, seulement_declare: bool) -> list[Etape]:
    """Declared, decided and notified in the first days of the next month, as far as they are past."""
    gestes = [(4, cej.declarer(mois)), (8, cej.decider(mois)), (13, cej.notifier(mois))]
    if seulement_declare:
        gestes = [(3, cej.declarer(mois, salaire="180.00")), (5, cej.declarer(mois, salaire="240.00"))]
    etapes = [(Etape((recit.jour - suivant).days - apres, HEURES[-1], geste)) for apres, geste in gestes]
    return [e for e in etapes if e.jours >= 1]


def en_veille(depuis: int, *, apres: int, categorie: str | None = None, libelle: str = "") -> Scenario:
    """Followed from `depuis` to `apres` days ago, then a situation or silence, and the dossier asleep."""

    def etapes(recit: Recit) -> list[Etape]:
        suite = [Etape(depuis, HEURES[0], ouvrir), *_entretiens(recit, _suite(depuis - 2, apres + 8, 50), None)]
        if depuis - apres > 40:
            suite.append(_a(recit, depuis - 12, actions.diagnostiquer))
        if categorie:
            suite.append(_a(recit, apres + 4, actions.situation(categorie, libelle=libelle, heures="35")))
        return [*suite, _a(recit, apres, actions.statut(Statut.EN_VEILLE))]

    return etapes


def termine(depuis: int, *, apres: int, motif: str) -> Scenario:
    """The accompaniment came to its end."""

    def etapes(recit: Recit) -> list[Etape]:
        suite = [Etape(depuis, HEURES[0], ouvrir), *_entretiens(recit, _suite(depuis - 2, apres + 8, 40), None)]
        if motif == "INSERTION":
            suite.append(_a(recit, apres + 5, actions.situation(Categorie.EMPLOI, libelle="CDI", heures="35")))
        return [*suite, _a(recit, apres, actions.statut(Statut.FIN, motif))]

    return etapes


def endormi(apres: int, categorie: str, libelle: str) -> Scenario:
    """What follows a contract: a situation, then the dossier asleep."""

    def etapes(recit: Recit) -> list[Etape]:
        return [
            _a(recit, apres + 2, actions.situation(categorie, libelle=libelle, heures="35")),
            Etape(apres, HEURES[-1], actions.statut(Statut.EN_VEILLE)),
        ]

    return etapes
