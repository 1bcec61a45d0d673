"""An accident during an immersion: who tells whom, and before which hour (D. 5135-5).

The place tells the structure that accompanies the person; that one tells, at once, the employer of an employee, or else
the prescriber, who declares the accident at work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal, TypedDict

from imilo.droit import textes
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide, HorsPeriode
from imilo.droit.faits import Fait, verifier_choix_facultatif, verifier_oui_non
from imilo.droit.pmsmp import instants
from imilo.droit.registre import Redaction, regle

Circonstance = Literal["pendant_la_periode", "sur_le_lieu", "trajet", "autre"]
Declarant = Literal["employeur", "prescripteur"]
NOM, ARTICLE = "pmsmp.accident", "D. 5135-5"
_INSTANT = "AAAA-MM-JJTHH:MM, à l'heure du lieu"


@dataclass(frozen=True, slots=True)
class FaitsAccident:
    """The accident and what followed, each instant by the clock of the place; None while it hasn't happened."""

    survenu: Annotated[str, Fait("jour et heure de l'accident", _INSTANT)]
    circonstance: Annotated[Circonstance | None, Fait("où et quand l'accident est arrivé")] = None
    salarie: Annotated[bool | None, Fait("la personne est salariée")] = None
    informe: Annotated[str | None, Fait("quand la structure d'accompagnement a été informée", _INSTANT)] = None
    transmis: Annotated[
        str | None, Fait("quand elle a informé l'employeur, ou le prescripteur (elle-même, si elle l'est)", _INSTANT)
    ] = None
    declare: Annotated[str | None, Fait("quand l'accident du travail a été déclaré", _INSTANT)] = None

    def __post_init__(self) -> None:
        verifier_choix_facultatif("circonstance", self.circonstance, Circonstance)
        verifier_oui_non("salarie", self.salarie)
        survenu, informe = instants.lire("survenu", self.survenu), self.instant("informe")
        for champ in ("informe", "transmis", "declare"):
            instant = self.instant(champ)
            if instant is not None and instant < survenu:
                raise FaitInvalide(champ, "Cet instant vient avant l'accident.")
        transmis = self.instant("transmis")
        if informe is not None and transmis is not None and transmis < informe:
            raise FaitInvalide("transmis", "Cet instant vient avant l'information de la structure d'accompagnement.")

    def instant(self, champ: str) -> datetime | None:
        """Return the instant of the fact `champ`, None while it hasn't happened."""
        ecrit = getattr(self, champ)
        return None if ecrit is None else instants.lire(champ, ecrit)


class ResultatAccident(TypedDict):
    """`couvert`: the rules of an immersion apply to this accident; when they don't, the rest is empty.

    `declarant`: who declares it. Each limit is a day and a time of day (`HH:MM`) by the clock of the place; that of the
    declaration is None until the instant it runs from is known. `information_a_temps` and `declaration_a_temps`: None
    while there is time left.
    """

    couvert: bool | None
    declarant: Declarant | None
    information_limite_le: Echeance | None
    information_limite_heure: str | None
    information_a_temps: bool | None
    declaration_limite_le: Echeance | None
    declaration_limite_heure: str | None
    declaration_a_temps: bool | None
    a_completer: tuple[str, ...]


@regle(NOM, version="1")
def accident(faits: FaitsAccident, le: date, redaction: Redaction) -> ResultatAccident:
    """Say who must be told of the accident, and before when, as of the day `le`."""
    survenu = instants.lire("survenu", faits.survenu)
    if instants.jour(survenu) < textes.fiche(NOM).depuis:
        raise HorsPeriode(NOM, instants.jour(survenu), textes.fiche(NOM).depuis)
    for champ in ("survenu", "informe", "transmis", "declare"):
        instant = faits.instant(champ)
        if instant is not None and instants.jour(instant) > le:
            raise FaitInvalide(champ, "Cet instant est dans l'avenir.")
    couvert = _couvert(faits.circonstance, redaction)
    if couvert is False:
        return _HORS_IMMERSION.copy()
    heures = redaction.entier("pmsmp.accident.information", le)
    limite = instants.apres(survenu, heures)
    _etape("Informer la structure d'accompagnement", (survenu, heures), limite, "", redaction)
    informee = _information(faits, limite, le, redaction)
    declarant = _declarant(faits.salarie, redaction)
    transmise = faits.instant("transmis")
    redaction.motif("transmission", None if transmise is None else True, _phrase_transmission(transmise), ARTICLE)
    _retard_de_transmission(faits, redaction)
    fin = _limite_declaration(faits, le, redaction)
    declaree = None if fin is None else _a_temps(faits.instant("declare"), fin, le)
    redaction.motif("declaration", declaree, _phrase(_DECLARATION, declaree, fin), ARTICLE)
    return ResultatAccident(
        couvert=couvert,
        declarant=declarant,
        information_limite_le=Echeance.du(instants.jour(limite)),
        information_limite_heure=instants.heure(limite),
        information_a_temps=informee,
        declaration_limite_le=None if fin is None else Echeance.du(instants.jour(fin)),
        declaration_limite_heure=None if fin is None else instants.heure(fin),
        declaration_a_temps=declaree,
        a_completer=_manquants(faits, limite, fin),
    )


_HORS_IMMERSION = ResultatAccident(
    couvert=False,
    declarant=None,
    information_limite_le=None,
    information_limite_heure=None,
    information_a_temps=None,
    declaration_limite_le=None,
    declaration_limite_heure=None,
    declaration_a_temps=None,
    a_completer=(),
)
_INFORMATION = {
    None: "La structure d'accueil doit informer la structure d'accompagnement au plus tard le {}.",
    True: "La structure d'accueil a informé la structure d'accompagnement à temps : la limite était le {}.",
    False: "La structure d'accueil devait informer la structure d'accompagnement au plus tard le {}.",
}
_DECLARATION = {
    None: "L'accident du travail doit être déclaré au plus tard le {}.",
    True: "L'accident du travail a été déclaré à temps : la limite était le {}.",
    False: "L'accident du travail devait être déclaré au plus tard le {}.",
}


def _phrase(phrases: dict[bool | None, str], a_temps: bool | None, limite: datetime | None) -> str:
    if limite is None:
        return "Le délai pour déclarer l'accident commence quand celui qui le déclare est informé."
    return phrases[a_temps].format(instants.en_mots(limite))


def _phrase_transmission(transmise: datetime | None) -> str:
    if transmise is None:
        return "La structure d'accompagnement transmet l'information sans attendre à celui qui déclare l'accident."
    return f"L'information a été transmise le {instants.en_mots(transmise)}."


def _information(faits: FaitsAccident, limite: datetime, le: date, redaction: Redaction) -> bool | None:
    """Write whether the structure was told in time; who passed the news on had it by then at the latest."""
    informe, transmis = faits.instant("informe"), faits.instant("transmis")
    if informe is None and transmis is not None:
        informee = True if transmis <= limite else None
        phrase = _phrase(_INFORMATION, True, limite) if informee else "Il faut dire quand l'accident a été connu."
    else:
        informee = _a_temps(informe, limite, le)
        phrase = _phrase(_INFORMATION, informee, limite)
    redaction.motif("information", informee, phrase, ARTICLE)
    return informee


def _retard_de_transmission(faits: FaitsAccident, redaction: Redaction) -> None:
    """Warn of news passed on a later day than it came: the text says at once, and gives no figure to judge it by."""
    informe, transmis = faits.instant("informe"), faits.instant("transmis")
    if informe is not None and transmis is not None and instants.jour(transmis) > instants.jour(informe):
        redaction.avertir(
            "L'information n'a pas été transmise le jour où la structure d'accompagnement l'a reçue, alors qu'elle "
            "doit l'être sans attendre."
        )


def _manquants(faits: FaitsAccident, limite: datetime, fin: datetime | None) -> tuple[str, ...]:
    manquants = [champ for champ in ("circonstance", "salarie") if getattr(faits, champ) is None]
    transmis = faits.instant("transmis")
    if faits.informe is None and transmis is not None and transmis > limite:
        manquants.append("informe")
    return (*manquants, "transmis") if fin is None else tuple(manquants)


def _a_temps(fait: datetime | None, limite: datetime, le: date) -> bool | None:
    """Say whether it was done before the limit; not done, it is late from the day after the limit's."""
    if fait is not None:
        return fait <= limite
    return False if le > instants.jour(limite) else None


def _couvert(circonstance: Circonstance | None, redaction: Redaction) -> bool | None:
    couvert = None if circonstance is None else circonstance != "autre"
    phrase = {
        None: "Il faut dire où et quand l'accident est arrivé.",
        "pendant_la_periode": "L'accident est arrivé pendant l'immersion.",
        "sur_le_lieu": "L'accident est arrivé sur le lieu de l'immersion.",
        "trajet": "L'accident est arrivé sur le trajet de l'immersion.",
        "autre": "L'accident n'est arrivé ni pendant l'immersion, ni sur son lieu, ni sur le trajet.",
    }[circonstance]
    redaction.motif("couvert", couvert, phrase, ARTICLE)
    return couvert


def _declarant(salarie: bool | None, redaction: Redaction) -> Declarant | None:
    phrase = {
        None: "Il faut dire si la personne est salariée, pour savoir qui déclare l'accident.",
        True: "La personne est salariée : son employeur déclare l'accident.",
        False: "La personne n'est pas salariée : l'organisme qui a prescrit l'immersion déclare l'accident.",
    }[salarie]
    redaction.motif("declarant", None if salarie is None else True, phrase, ARTICLE)
    if salarie is None:
        return None
    return "employeur" if salarie else "prescripteur"


def _limite_declaration(faits: FaitsAccident, le: date, redaction: Redaction) -> datetime | None:
    """Return when the declaration is due, None until the instant it runs from is known."""
    depuis = "survenu" if redaction.lecture("pmsmp.depart_declaration") == "accident" else "transmis"
    depart = faits.instant(depuis)
    if depart is None:
        return None
    tous = redaction.lecture("pmsmp.heures_declaration") == "toutes"
    compter = instants.apres if tous else instants.apres_sans_dimanches_ni_feries
    heures = redaction.entier("pmsmp.accident.declaration", le)
    limite = compter(depart, heures)
    precision = "" if tous else ", hors dimanches et jours fériés,"
    _etape("Déclarer l'accident du travail", (depart, heures), limite, precision, redaction)
    return limite


def _etape(libelle: str, delai: tuple[datetime, int], limite: datetime, precision: str, redaction: Redaction) -> None:
    depart, heures = delai
    formule = f"{instants.en_mots(depart)} + {heures} h{precision} = {instants.en_mots(limite)}"
    redaction.etape(libelle, formule, instants.jour(limite))
