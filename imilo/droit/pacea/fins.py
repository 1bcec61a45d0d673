"""When a PACEA ends, and why (R. 5131-13).

The text lists three ends of the contract; the path also ends with its own duration, or goes on as a CEJ. The first of
them decides. Each end holds an earliest and a latest possible day: they differ while a fact is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict

from imilo.droit import age, delais, francais
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import (
    Fait,
    Precision,
    verifier_choix,
    verifier_choix_facultatif,
    verifier_jour,
    verifier_jour_facultatif,
)
from imilo.droit.pacea.ages import accord
from imilo.droit.pacea.durees import derniere_limite
from imilo.droit.registre import Redaction, regle

Constat = Literal["evaluation", "evolution_de_la_situation"]
Cause = Literal["demande", "insertion_acquise", "suite_en_cej", "age", "duree"]
ARTICLE = "R. 5131-13"


@dataclass(frozen=True, slots=True)
class FaitsFin:
    """What may end the path; None for what didn't happen, or (`fin_prevue`, `premiere_phase_le`) isn't known yet."""

    date_naissance: Annotated[date, Fait("date de naissance")]
    signe_le: Annotated[date, Fait("jour de signature du contrat d'engagement")]
    premiere_phase_le: Annotated[date | None, Fait("premier jour de la première phase")] = None
    fin_prevue: Annotated[date | None, Fait("dernier jour prévu, prolongations comprises")] = None
    demande_le: Annotated[date | None, Fait("jour où le jeune a demandé expressément la fin")] = None
    insertion_acquise_le: Annotated[date | None, Fait("jour où son insertion est considérée comme acquise")] = None
    constat: Annotated[Constat | None, Fait("ce qui montre que l'insertion est acquise")] = None
    cej_signe_le: Annotated[date | None, Fait("jour de signature d'un CEJ à la suite")] = None
    precision_naissance: Annotated[Precision, Fait("part connue de la date de naissance")] = "jour"

    def __post_init__(self) -> None:
        verifier_jour("date_naissance", self.date_naissance)
        verifier_jour("signe_le", self.signe_le)
        verifier_choix("precision_naissance", self.precision_naissance, Precision)
        verifier_choix_facultatif("constat", self.constat, Constat)
        if age.naissance_possible(self.date_naissance, self.precision_naissance)[0] > self.signe_le:
            raise FaitInvalide("date_naissance", "La date de naissance vient après la signature.")
        for champ in ("premiere_phase_le", "fin_prevue", "demande_le", "insertion_acquise_le", "cej_signe_le"):
            valeur = getattr(self, champ)
            verifier_jour_facultatif(champ, valeur)
            if valeur is not None and valeur < self.signe_le:
                raise FaitInvalide(champ, "Ce jour vient avant la signature du contrat.")
        if self.cej_signe_le == self.signe_le:
            raise FaitInvalide("cej_signe_le", "Un CEJ qui prend la suite est signé après le contrat du PACEA.")
        if (self.insertion_acquise_le is None) != (self.constat is None):
            raise FaitInvalide("constat", "L'insertion acquise a un jour et un constat : indiquez les deux.")
        debut, fin = self.premiere_phase_le, self.fin_prevue
        if debut is not None and fin is not None and debut > fin:
            raise FaitInvalide("premiere_phase_le", "La première phase vient après le dernier jour prévu.")


class ResultatFin(TypedDict):
    """`dernier_jour` and `cause`: None while a fact named in `a_completer` could change them.

    `termine`: the last day is past on the day asked. `jours_restants`: whole days to the last one, never below 0.
    """

    termine: bool | None
    dernier_jour: Echeance | None
    cause: Cause | None
    jours_restants: int | None
    a_completer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Fin:
    """One possible end: its last day at the earliest and at the latest, and the facts that would make them one."""

    cause: Cause
    au_plus_tot: date
    au_plus_tard: date
    manquants: tuple[str, ...] = ()


@regle("pacea.fin", version="1")
def fin(faits: FaitsFin, le: date, redaction: Redaction) -> ResultatFin:
    """Say which end comes first, and whether it is past on the day `le`."""
    fins = [
        *_demande(faits, redaction),
        *_insertion(faits, redaction),
        *_cej(faits, redaction),
        _age(faits, le, redaction),
        _duree(faits, redaction),
    ]
    au_plus_tot = min(une.au_plus_tot for une in fins)
    au_plus_tard = min(une.au_plus_tard for une in fins)
    if au_plus_tot == au_plus_tard:
        premiere = next(une for une in fins if une.au_plus_tard == au_plus_tard)
        redaction.etape(
            "Dernier jour du parcours", f"le premier de ces jours = {francais.jour(au_plus_tard)}", au_plus_tard
        )
        return ResultatFin(
            termine=le > au_plus_tard,
            dernier_jour=Echeance.du(au_plus_tard),
            cause=premiere.cause,
            jours_restants=max(0, (au_plus_tard - le).days),
            a_completer=(),
        )
    return ResultatFin(
        termine=accord(le > au_plus_tot, le > au_plus_tard),
        dernier_jour=None,
        cause=None,
        jours_restants=None,
        a_completer=tuple(champ for une in fins if une.au_plus_tot < au_plus_tard for champ in une.manquants),
    )


def _demande(faits: FaitsFin, redaction: Redaction) -> list[_Fin]:
    jour = faits.demande_le
    if jour is None:
        return []
    phrase = f"Vous avez demandé l'arrêt du parcours : il finit le {francais.jour(jour)}."
    redaction.motif("demande", True, phrase, "R. 5131-13 3°")
    return [_Fin("demande", jour, jour)]


def _insertion(faits: FaitsFin, redaction: Redaction) -> list[_Fin]:
    jour = faits.insertion_acquise_le
    if jour is None:
        return []
    constat = "l'évaluation d'une phase" if faits.constat == "evaluation" else "l'évolution de votre situation"
    phrase = f"D'après {constat}, votre insertion est acquise depuis le {francais.jour(jour)}."
    redaction.motif("insertion_acquise", True, phrase, "R. 5131-13 1°")
    return [_Fin("insertion_acquise", jour, jour)]


def _cej(faits: FaitsFin, redaction: Redaction) -> list[_Fin]:
    jour = faits.cej_signe_le
    if jour is None:
        return []
    if redaction.lecture("pacea.cumul_cej") != "successifs":
        phrase = f"Vous avez signé un CEJ le {francais.jour(jour)} : il n'arrête pas votre parcours."
        redaction.motif("suite_en_cej", False, phrase, ARTICLE)
        return []
    dernier = delais.veille(jour)
    phrase = f"Votre CEJ, signé le {francais.jour(jour)}, prend la suite de votre parcours."
    redaction.motif("suite_en_cej", True, phrase, ARTICLE)
    return [_Fin("suite_en_cej", dernier, dernier)]


def _age(faits: FaitsFin, le: date, redaction: Redaction) -> _Fin:
    """The end that the age gives; FaitInvalide when the contract was signed past it."""
    annees = redaction.entier("pacea.age.fin", faits.signe_le)
    la_veille = redaction.lecture("pacea.fin_anniversaire") == "veille"
    naissances = age.naissance_possible(faits.date_naissance, faits.precision_naissance)
    anniversaires = [delais.anniversaire(naissance, annees) for naissance in naissances]
    plus_tot, plus_tard = (delais.veille(jour) if la_veille else jour for jour in anniversaires)
    if plus_tard < faits.signe_le:
        raise FaitInvalide("signe_le", f"À la signature, le jeune avait déjà {annees} ans : vérifiez les deux dates.")
    plus_tot = max(plus_tot, faits.signe_le)
    if plus_tot < plus_tard:
        phrase = f"Il faut votre date de naissance exacte pour savoir quand vous aurez {annees} ans."
        redaction.motif("age", None, phrase, "R. 5131-13 2°")
        return _Fin("age", plus_tot, plus_tard, ("date_naissance",))
    age.expliquer_29_fevrier(faits.date_naissance, redaction)
    anniversaire = francais.jour(anniversaires[0])
    redaction.etape(f"Dernier jour avant {annees} ans", f"{annees} ans le {anniversaire}", plus_tot)
    verbe, suite = ("avez eu", "n'allait pas") if le >= anniversaires[0] else ("aurez", "ne va pas")
    phrase = f"Vous {verbe} {annees} ans le {anniversaire} : votre contrat {suite} au-delà."
    redaction.motif("age", True, phrase, "R. 5131-13 2°")
    return _Fin("age", plus_tot, plus_tot)


def _duree(faits: FaitsFin, redaction: Redaction) -> _Fin:
    """The end written, never past the longest duration; from the signature at the earliest, for what isn't known."""
    limite = derniere_limite(faits.signe_le, faits.premiere_phase_le, redaction)
    limite_sure = limite or _limite_depuis_la_signature(faits.signe_le, redaction)
    prevue = faits.fin_prevue
    if prevue is not None and (limite is not None or prevue <= limite_sure):
        dernier = min(prevue, limite_sure)
        suite = f", et non le {francais.jour(prevue)} : c'est la plus longue durée permise" if prevue > dernier else ""
        redaction.motif("duree", True, f"Votre parcours dure jusqu'au {francais.jour(dernier)}{suite}.", ARTICLE)
        return _Fin("duree", dernier, dernier)
    phrase = "Il faut savoir quand la première phase a commencé et jusqu'à quand le parcours est prévu."
    redaction.motif("duree", None, phrase, ARTICLE)
    return _Fin(
        "duree",
        au_plus_tot=faits.signe_le if prevue is None else limite_sure,
        au_plus_tard=min(jour for jour in (prevue, limite, date.max) if jour is not None),
        manquants=tuple(champ for champ in ("premiere_phase_le", "fin_prevue") if getattr(faits, champ) is None),
    )


def _limite_depuis_la_signature(signe_le: date, redaction: Redaction) -> Echeance:
    """Return the earliest that the longest duration may end: the first phase comes on the day of signature or after."""
    return redaction.dernier_jour(signe_le, redaction.entier("pacea.duree.maximum", signe_le))
