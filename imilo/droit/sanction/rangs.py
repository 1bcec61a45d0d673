"""Is a failing a first one, one that persists, or one that is repeated (R. 5412-3-4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, TypedDict

from imilo.droit import delais, francais
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Fait, verifier_choix, verifier_jour, verifier_jour_facultatif, verifier_oui_non
from imilo.droit.registre import Redaction, regle
from imilo.droit.sanction.modele import ARTICLES, Manquement, Rang, verifier_en_vigueur

ARTICLE = "R. 5412-3-4"
REITERATION = "R. 5412-3-4 1°"
PERSISTANCE = "R. 5412-3-4 2°"


@dataclass(frozen=True, slots=True)
class SanctionPrecedente:
    """A sanction already notified (a warning is one), neither withdrawn nor quashed."""

    manquement: Annotated[Manquement, Fait("manquement qu'elle sanctionne")]
    constate_le: Annotated[date, Fait("jour où ce manquement a été constaté")]
    notifiee_le: Annotated[date, Fait("jour où la décision a été notifiée")]
    fin_le: Annotated[
        date | None,
        Fait("dernier jour de la mesure, ou du délai que fixe un avertissement ; vide s'il n'est pas connu"),
    ] = None

    def __post_init__(self) -> None:
        verifier_choix("manquement", self.manquement, Manquement)
        for champ in ("constate_le", "notifiee_le"):
            verifier_jour(champ, getattr(self, champ))
        verifier_en_vigueur("notifiee_le", self.notifiee_le, "sanction.rang")
        verifier_jour_facultatif("fin_le", self.fin_le)
        if self.notifiee_le < self.constate_le:
            raise FaitInvalide("notifiee_le", "La décision vient avant le manquement.")
        if self.fin_le is not None and self.fin_le < self.notifiee_le:
            raise FaitInvalide("fin_le", "La mesure finit avant d'être notifiée.")


@dataclass(frozen=True, slots=True)
class FaitsRang:
    """The failing now noted, the sanctions before it, and what may have reset the count."""

    manquement: Annotated[Manquement, Fait("manquement constaté, tel que le L. 5412-1 les distingue")]
    constate_le: Annotated[date, Fait("jour où il a été constaté")]
    precedentes: Annotated[tuple[SanctionPrecedente, ...], Fait("sanctions déjà notifiées")] = ()
    se_poursuit: Annotated[
        bool | None,
        Fait("c'est le dernier sanctionné des manquements de même sorte, qui n'a pas cessé ; vide si l'on ne sait pas"),
    ] = None
    nouvelle_orientation_le: Annotated[date | None, Fait("jour de la dernière nouvelle décision d'orientation")] = None

    def __post_init__(self) -> None:
        verifier_choix("manquement", self.manquement, Manquement)
        verifier_jour("constate_le", self.constate_le)
        verifier_en_vigueur("constate_le", self.constate_le, "sanction.rang")
        verifier_oui_non("se_poursuit", self.se_poursuit)
        verifier_jour_facultatif("nouvelle_orientation_le", self.nouvelle_orientation_le)
        object.__setattr__(self, "precedentes", tuple(self.precedentes))
        if not all(isinstance(sanction, SanctionPrecedente) for sanction in self.precedentes):
            raise FaitInvalide("precedentes", "Chaque sanction a un manquement, un constat et une notification.")
        if self.se_poursuit and not self.precedentes:
            raise FaitInvalide("se_poursuit", "Un manquement qui se poursuit a déjà été sanctionné : dites quand.")
        if self.se_poursuit and not any(self.de_meme_sorte(sanction) for sanction in self.precedentes):
            raise FaitInvalide("se_poursuit", "Les sanctions indiquées sont pour des manquements d'une autre sorte.")

    def de_meme_sorte(self, sanction: SanctionPrecedente) -> bool:
        """Whether the sanction was for a failing of the same sort, be it another one of the same article."""
        return ARTICLES[sanction.manquement] == ARTICLES[self.manquement]


class ResultatRang(TypedDict):
    """`rang`: None while missing facts could change it, or while the failing may not be sanctioned again.

    `sanctionnable`: no when the failing only goes on under a sanction that still runs. `reference_le`: notification
    of the sanction taken as the first; `reiteration_jusqu_au`: last day on which a new failing repeats it.
    `persistance_a_partir_du`: first day on which the last sanctioned failing may be noted as persisting.
    """

    rang: Rang | None
    sanctionnable: bool | None
    reference_le: date | None
    reiteration_jusqu_au: Echeance | None
    persistance_a_partir_du: Echeance | None
    a_completer: tuple[str, ...]


@regle("sanction.rang", version="1")
def rang(faits: FaitsRang, le: date, redaction: Redaction) -> ResultatRang:
    """Say the rank of the failing, as known on the day `le`; FaitInvalide when it was noted after that day."""
    if faits.constate_le > le:
        raise FaitInvalide("constate_le", "Ce jour vient après celui de la décision.")
    retenues = _retenues(faits, redaction)
    if not retenues:
        phrase = "Aucune sanction précédente ne compte : c'est un premier manquement."
        redaction.motif("manquement_deja_sanctionne", False, phrase, ARTICLE)
        return ResultatRang(
            rang="premier",
            sanctionnable=True,
            reference_le=None,
            reiteration_jusqu_au=None,
            persistance_a_partir_du=None,
            a_completer=(),
        )
    premiere, fin = _reference(retenues, redaction)
    semblables = [sanction for sanction in retenues if faits.de_meme_sorte(sanction)]
    if not semblables:
        faits = replace(faits, se_poursuit=False)
    derniere_fin = semblables[-1].fin_le if semblables else None
    possibles = [
        _situer(replace(faits, se_poursuit=suite), derniere_fin, premiere, fin, redaction)
        for suite in ((True, False) if faits.se_poursuit is None else (faits.se_poursuit,))
    ]
    rangs, reponses = {possible for possible, _ in possibles}, {reponse for _, reponse in possibles}
    trouve = rangs.pop() if len(rangs) == 1 else None
    sanctionnable = reponses.pop() if len(reponses) == 1 else None
    _ecrire(faits, trouve, sanctionnable, derniere_fin, redaction)
    return ResultatRang(
        rang=trouve,
        sanctionnable=sanctionnable,
        reference_le=premiere.notifiee_le,
        reiteration_jusqu_au=fin,
        persistance_a_partir_du=None if derniere_fin is None else Echeance.du(delais.lendemain(derniere_fin)),
        a_completer=_a_completer(faits, derniere_fin),
    )


def _retenues(faits: FaitsRang, redaction: Redaction) -> list[SanctionPrecedente]:
    """Return the sanctions that count, oldest notification first."""
    meme = redaction.lecture("sanction.reiteration") == "meme_manquement"
    connues = sorted((s for s in faits.precedentes if s.notifiee_le <= faits.constate_le), key=_notification)
    comparables = [s for s in connues if faits.de_meme_sorte(s) or not meme]
    orientation = faits.nouvelle_orientation_le
    if orientation is None or orientation > faits.constate_le:
        return comparables
    apres = [s for s in comparables if s.notifiee_le > orientation]
    if len(apres) < len(comparables):
        phrase = f"Les sanctions d'avant votre nouvelle orientation du {francais.jour(orientation)} ne comptent plus."
        redaction.motif("nouvelle_orientation", True, phrase, ARTICLE)
    return apres


def _notification(sanction: SanctionPrecedente) -> tuple[date, date]:
    return sanction.notifiee_le, sanction.constate_le


def _reference(retenues: list[SanctionPrecedente], redaction: Redaction) -> tuple[SanctionPrecedente, Echeance]:
    """Return the sanction of the first failing, and the last day on which another one repeats it.

    A failing noted after that day was itself a first one, and starts its own delay.
    """
    depuis_la_derniere = redaction.lecture("sanction.point_de_depart_reiteration") == "derniere_sanction"
    premiere, *suivantes = retenues
    fin = _fin_de_reiteration(premiere, redaction)
    for suivante in suivantes:
        if depuis_la_derniere or suivante.constate_le > fin:
            premiere, fin = suivante, _fin_de_reiteration(suivante, redaction)
    mois = redaction.entier("sanction.reiteration.mois", premiere.notifiee_le)
    depart = francais.jour(premiere.notifiee_le)
    redaction.etape("Dernier jour d'une répétition", f"{depart} + {mois} mois = {francais.jour(fin)}", fin)
    return premiere, fin


def _fin_de_reiteration(sanction: SanctionPrecedente, redaction: Redaction) -> Echeance:
    mois = redaction.entier("sanction.reiteration.mois", sanction.notifiee_le)
    return redaction.terme(sanction.notifiee_le, mois)


def _situer(
    faits: FaitsRang,
    derniere_fin: date | None,
    premiere: SanctionPrecedente,
    fin: Echeance,
    redaction: Redaction,
) -> tuple[Rang | None, bool | None]:
    """Return the rank and whether the failing may be sanctioned, `se_poursuit` being known."""
    if faits.se_poursuit:
        if derniere_fin is None:
            return None, None
        return ("persistant", True) if faits.constate_le > derniere_fin else (None, False)
    compte = redaction.lecture("delais.jour_de_depart") == "compte"
    commence = faits.constate_le >= premiere.notifiee_le if compte else faits.constate_le > premiere.notifiee_le
    return ("reitere" if commence and faits.constate_le <= fin else "premier"), True


def _ecrire(
    faits: FaitsRang,
    trouve: Rang | None,
    sanctionnable: bool | None,
    derniere_fin: date | None,
    redaction: Redaction,
) -> None:
    if faits.se_poursuit is None:
        phrase = "Il faut dire si c'est le manquement déjà sanctionné qui continue."
        redaction.motif("manquement_persistant", None, phrase, PERSISTANCE)
    elif faits.se_poursuit and derniere_fin is None:
        phrase = "Il faut dire quand finit la sanction précédente : un manquement ne persiste qu'après elle."
        redaction.motif("manquement_persistant", None, phrase, PERSISTANCE)
    elif faits.se_poursuit and derniere_fin is not None:
        phrase = (
            f"Le manquement continue après la fin de la sanction, le {francais.jour(derniere_fin)} : il persiste."
            if sanctionnable
            else f"Le manquement est sanctionné jusqu'au {francais.jour(derniere_fin)} : il ne l'est pas deux fois."
        )
        redaction.motif("manquement_persistant", sanctionnable, phrase, PERSISTANCE)
    else:
        repete = trouve == "reitere"
        phrase = (
            "Un manquement déjà sanctionné se répète dans le délai."
            if repete
            else "Ce manquement n'est pas dans le délai d'une répétition : c'est un premier manquement."
        )
        redaction.motif("manquement_repete", repete, phrase, REITERATION)


def _a_completer(faits: FaitsRang, derniere_fin: date | None) -> tuple[str, ...]:
    if faits.se_poursuit is None:
        return ("se_poursuit",)
    return ("precedentes",) if faits.se_poursuit and derniere_fin is None else ()
