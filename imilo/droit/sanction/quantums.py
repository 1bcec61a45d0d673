"""What a failing may cost, and who pronounces it (L. 5412-1, R. 5412-1 to R. 5412-3-3, R. 5412-4, L. 5426-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypedDict

from imilo.droit import francais
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.registre import Redaction, regle
from imilo.droit.sanction.faits_quantum import (
    INCERTAINS,
    REFUS_REQUIS,
    SANS_EXCUSE,
    FaitsQuantum,
    SanctionEnvisagee,
    completions,
    inverse,
)
from imilo.droit.sanction.mesures import encourues
from imilo.droit.sanction.modele import ARTICLES, SANS_RESSOURCE, TOTALITE, Information, Mesure
from imilo.droit.sanction.phrases import ecrire_competences, ecrire_mesure

if TYPE_CHECKING:
    from collections.abc import Iterable


REFUS = "L. 5412-1 III"
FIN_AVERTISSEMENT = "envisagee.fin_le"


class ResultatQuantum(TypedDict):
    """`mesures`: what may be pronounced, whatever the missing facts turn out to be (were the excuse not one, while
    `motif_legitime` is missing).

    `sanctionnable`: somebody may pronounce something. `competente`: one of the measures of this failing is for the
    mission locale to pronounce, were there no legitimate reason. `conforme`: the measure thought of is one of
    them, within its bounds, a warning with its delay; `entraine_radiation`: it entails a striking off. Both are None
    without such a measure. `remboursement`: what was received unduly has to be paid back. Each is None while
    `a_completer` could change it.
    """

    sanctionnable: bool | None
    mesures: tuple[Mesure, ...]
    competente: bool | None
    a_informer: tuple[Information, ...]
    conforme: bool | None
    entraine_radiation: bool | None
    remboursement: bool
    a_completer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reponse:
    """What one complete set of facts gives."""

    mesures: tuple[Mesure, ...]
    sanctionnable: bool
    competente: bool
    conforme: bool | None
    entraine_radiation: bool | None


@regle("sanction.quantum", version="1")
def quantum(faits: FaitsQuantum, le: date, redaction: Redaction) -> ResultatQuantum:
    """Say what the failing may cost on the day `le`; FaitInvalide when it was noted after that day."""
    if faits.constate_le > le:
        raise FaitInvalide("constate_le", "Ce jour vient après celui de la décision.")
    redaction.citer("L. 5412-1")
    possibles = {cas: _repondre(cas, Redaction(redaction.lectures)) for cas in completions(faits)}
    reponses = list(possibles.values())
    sanctionnable = _unanime(reponse.sanctionnable for reponse in reponses)
    mesures = _certaines(reponses) if sanctionnable is not False else ()
    if mesures:
        encourues(next(iter(possibles)), redaction)  # for the scales and readings that they come from
    _ecrire_excuse(faits, redaction)
    if faits.manquement == "refus_offres":
        _ecrire_refus(faits, redaction)
    for mesure in mesures:
        ecrire_mesure(mesure, redaction)
    if sanctionnable is False and not faits.excuse:
        phrase = "Dans votre situation, le texte ne prévoit pas de sanction pour ce manquement."
        redaction.motif("aucune_mesure", False, phrase, ARTICLES[faits.manquement])
    a_completer = _a_completer(faits, possibles)
    if not mesures and set(a_completer) - {"motif_legitime"}:
        phrase = "Il faut compléter votre situation pour dire quelles sanctions sont possibles."
        redaction.motif("mesures_a_completer", None, phrase, ARTICLES[faits.manquement])
    a_informer = ecrire_competences(mesures, bool(faits.rsa), redaction)
    conforme = _unanime(reponse.conforme for reponse in reponses)
    if conforme is not False:
        _ecrire_delai(faits, a_completer, redaction)
    if conforme is not None and faits.envisagee is not None:
        _ecrire_conformite(conforme, faits, mesures, redaction)
    return ResultatQuantum(
        sanctionnable=sanctionnable,
        mesures=mesures,
        competente=_unanime(reponse.competente for reponse in reponses),
        a_informer=a_informer,
        conforme=conforme,
        entraine_radiation=_unanime(reponse.entraine_radiation for reponse in reponses),
        remboursement=_remboursement(faits, redaction),
        a_completer=a_completer,
    )


def _repondre(faits: FaitsQuantum, redaction: Redaction) -> Reponse:
    mesures = encourues(faits, redaction)
    sanctionnable = bool(mesures) and not faits.excuse
    envisagee = faits.envisagee
    conforme = None if envisagee is None else sanctionnable and any(_permet(m, envisagee) for m in mesures)
    if conforme and envisagee is not None and envisagee.nature == "avertissement" and envisagee.fin_le is None:
        conforme = None
    return Reponse(
        mesures=mesures,
        sanctionnable=sanctionnable,
        competente=any(mesure["competent"] == "mission_locale" for mesure in mesures),
        conforme=conforme,
        entraine_radiation=None if envisagee is None else any(_entraine(m, envisagee) for m in mesures),
    )


def _permet(mesure: Mesure, envisagee: SanctionEnvisagee) -> bool:
    """Say whether the measure thought of is this one, within its bounds."""
    if mesure["nature"] != envisagee.nature or mesure["quand"] not in ("toujours", "au_choix"):
        return False
    if envisagee.porte_sur_un_revenu and mesure["objet"] != envisagee.objet:
        return False
    part, mois = envisagee.part, envisagee.mois
    if part is not None and mesure["part_minimale"] is not None and part < mesure["part_minimale"]:
        return False
    minimum, maximum = mesure["mois_minimum"], mesure["mois_maximum"]
    if minimum is None or maximum is None:
        return mois is None
    return mois is not None and minimum <= mois <= maximum


def _entraine(mesure: Mesure, envisagee: SanctionEnvisagee) -> bool:
    """Say whether `mesure` is a striking off that the measure thought of brings along."""
    if mesure["nature"] != "radiation" or not envisagee.porte_sur_un_revenu:
        return False
    if mesure["quand"] == "toujours":
        return True
    return (
        mesure["quand"] == f"si_{envisagee.nature}_totale_maximale"
        and envisagee.part == TOTALITE
        and envisagee.mois == mesure["mois_minimum"]
    )


def _unanime(reponses: Iterable[bool | None]) -> bool | None:
    """Return the answer that all agree on, None otherwise."""
    distinctes = set(reponses)
    return distinctes.pop() if len(distinctes) == 1 else None


def _certaines(reponses: list[Reponse]) -> tuple[Mesure, ...]:
    """Return the measures that hold whatever the missing facts turn out to be."""
    return tuple(m for m in reponses[0].mesures if all(m in reponse.mesures for reponse in reponses))


def _a_completer(faits: FaitsQuantum, possibles: dict[FaitsQuantum, Reponse]) -> tuple[str, ...]:
    """Return the missing facts that could change something."""
    sans_delai = faits.envisagee is not None and any(reponse.conforme is None for reponse in possibles.values())
    return (*_inconnus(faits, possibles), *((FIN_AVERTISSEMENT,) if sans_delai else ()))


def _inconnus(faits: FaitsQuantum, possibles: dict[FaitsQuantum, Reponse]) -> tuple[str, ...]:
    return tuple(
        champ
        for champ in (*INCERTAINS, *(("refus",) if faits.manquement == "refus_offres" else ()))
        if getattr(faits, champ) is None
        and any(reponse != possibles[inverse(cas, champ)] for cas, reponse in possibles.items())
    )


def _ecrire_excuse(faits: FaitsQuantum, redaction: Redaction) -> None:
    if faits.manquement in SANS_EXCUSE:
        return
    phrase = {
        None: "Il faut dire si vous aviez une raison légitime.",
        True: "Vous aviez une raison légitime : ce manquement n'est pas sanctionné.",
        False: "Aucune raison légitime n'a été retenue.",
    }[faits.motif_legitime]
    satisfait = None if faits.motif_legitime is None else not faits.motif_legitime
    redaction.motif("sans_motif_legitime", satisfait, phrase, ARTICLES[faits.manquement])


def _ecrire_refus(faits: FaitsQuantum, redaction: Redaction) -> None:
    """L. 5412-1 III: a single refusal isn't sanctioned."""
    requis = redaction.entier(REFUS_REQUIS, faits.constate_le)
    if faits.refus is None:
        phrase = f"Il faut dire combien de fois vous avez refusé : ce manquement commence à {requis} refus."
        redaction.motif("refus", None, phrase, REFUS)
        return
    phrase = f"Refus d'une offre raisonnable sans raison légitime : {faits.refus}. Ce manquement commence à {requis}."
    redaction.motif("refus", faits.refus >= requis, phrase, REFUS)


def _ecrire_delai(faits: FaitsQuantum, a_completer: tuple[str, ...], redaction: Redaction) -> None:
    """R. 5412-3-3: a warning sets the delay to put an end to the failing; the text doesn't say how long."""
    fin = None if faits.envisagee is None else faits.envisagee.fin_le
    if fin is not None:
        phrase = f"L'avertissement vous laisse jusqu'au {francais.jour(fin)} inclus pour mettre fin au manquement."
        redaction.motif("delai_avertissement", True, phrase, SANS_RESSOURCE)
    elif FIN_AVERTISSEMENT in a_completer:
        phrase = "L'avertissement doit fixer jusqu'à quand vous pouvez mettre fin au manquement."
        redaction.motif("delai_avertissement", None, phrase, SANS_RESSOURCE)


def _ecrire_conformite(conforme: bool, faits: FaitsQuantum, mesures: tuple[Mesure, ...], redaction: Redaction) -> None:
    sans_ressource = bool(mesures) and all(mesure["article"].startswith(SANS_RESSOURCE) for mesure in mesures)
    phrase = (
        "La sanction envisagée reste dans ce que le texte permet."
        if conforme
        else "La sanction envisagée n'est pas de celles que le texte permet."
    )
    article = SANS_RESSOURCE if sans_ressource else ARTICLES[faits.manquement]
    redaction.motif("sanction_envisagee", conforme, phrase, article)
    if faits.manquement == "engagements" and conforme:
        redaction.etape(
            "Choix de la part et de la durée",
            "selon le nombre et la nature des engagements non tenus, en regardant d'abord ceux qui rapprochent le plus "
            "de l'emploi",
            None,
        )


def _remboursement(faits: FaitsQuantum, redaction: Redaction) -> bool:
    if faits.manquement not in SANS_EXCUSE:
        return False
    phrase = "Ce que vous avez reçu sans y avoir droit est à rembourser."
    redaction.motif("remboursement", True, phrase, "L. 5412-1 IV")
    return True
