"""What a rule answers: the result, and everything needed to understand and replay it.

A decision holds the facts it was taken on, the day, the reasons in plain French with
their articles, the computation step by step, and the dated scales it read. It is
immutable, compares by value, and goes to JSON and back without losing a digit.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from imilo.droit import serialisation
from imilo.droit.baremes import BaremeApplique
from imilo.droit.erreurs import DecisionIllisible
from imilo.droit.lectures import LectureAppliquee, Lectures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imilo.droit.registre import Regle

__all__ = [
    "Decision",
    "Ecart",
    "Etape",
    "Motif",
    "Rejeu",
    "depuis_json",
    "regle_de",
    "rejouer",
    "texte_canonique",
    "vers_json",
]

R = TypeVar("R", bound="Mapping[str, object]")


@dataclass(frozen=True, slots=True)
class Motif:
    """One point of the law, for the person concerned.

    `satisfait` is None when the fact that decides it isn't known yet.
    """

    code: str
    phrase: str
    article: str
    satisfait: bool | None


@dataclass(frozen=True, slots=True)
class Etape:
    """One line of the computation: words, the formula in French figures, its value.

    `valeur` is an amount or a number (Decimal), a day, or None when the line has none.
    """

    libelle: str
    formule: str
    valeur: Decimal | date | None


@dataclass(frozen=True)
class Decision(Generic[R]):
    """The answer of the rule `regle`, in its `version`, on the day `le`.

    `resultat` is the dictionary that the rule documents (a TypedDict beside it).
    """

    regle: str
    version: str
    le: date
    faits: Any
    resultat: R
    motifs: tuple[Motif, ...] = ()
    articles: tuple[str, ...] = ()
    etapes: tuple[Etape, ...] = ()
    baremes: tuple[BaremeApplique, ...] = ()
    avertissements: tuple[str, ...] = ()
    lectures: tuple[LectureAppliquee, ...] = ()

    def motif(self, code: str) -> Motif:
        """Return the reason `code`; KeyError when the decision hasn't it."""
        for motif in self.motifs:
            if motif.code == code:
                return motif
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Ecart:
    """One field that a replay gives otherwise; both values as they stand in JSON."""

    champ: str
    avant: Any
    apres: Any


@dataclass(frozen=True, slots=True)
class Rejeu:
    """What a replay says: `decision` is the new one, `ecarts` is empty when identical."""

    decision: Decision[Any]
    ecarts: tuple[Ecart, ...]

    @property
    def identique(self) -> bool:
        """Say whether the replay gives the whole decision back, words and scales included."""
        return not self.ecarts

    @property
    def meme_resultat(self) -> bool:
        """Say whether the answer is the same, be it explained or sourced otherwise since."""
        return not any(ecart.champ.partition(".")[0] == "resultat" for ecart in self.ecarts)


def vers_json(decision: Decision[Any]) -> dict[str, Any]:
    """Return the decision as JSON values: days as `AAAA-MM-JJ`, amounts as strings."""
    ecrite = serialisation.encoder(decision)
    assert isinstance(ecrite, dict)
    return ecrite


def texte_canonique(decision: Decision[Any]) -> str:
    """Return the one text of the decision: sorted keys, no space; good for a digest."""
    return serialisation.texte_canonique(vers_json(decision))


def regle_de(ecrite: Mapping[str, Any]) -> Regle[Any, Any]:
    """Return the rule that wrote this decision, looking at its fields alone: the cheap half of `depuis_json`.

    Raises RegleInconnue for a rule or version this package hasn't, DecisionIllisible when a field is missing or
    unknown.
    """
    from imilo.droit.registre import trouver  # the registry needs Decision first

    recus, attendus = {"lectures", *ecrite}, {champ.name for champ in fields(Decision)}
    if recus != attendus:
        raise DecisionIllisible(f"Champs inattendus ou absents : {sorted(recus ^ attendus)}.")
    lire = serialisation.decoder
    return trouver(lire(str, ecrite["regle"], "regle"), lire(str, ecrite["version"], "version"))


def depuis_json(ecrite: Mapping[str, Any] | str) -> Decision[Any]:
    """Read back what `vers_json` gave, as a dictionary or as text.

    Raises RegleInconnue for a rule or version this package hasn't, DecisionIllisible
    when a field is missing, unknown or of another type.
    """
    brut = serialisation.objet(ecrite)
    brut = {"lectures": [], **brut}  # a decision taken before readings were kept
    regle, lire = regle_de(brut), serialisation.decoder
    return Decision(
        regle=regle.nom,
        version=regle.version,
        le=lire(date, brut["le"], "le"),
        faits=lire(regle.type_faits, brut["faits"], "faits"),
        resultat=lire(regle.type_resultat, brut["resultat"], "resultat"),
        motifs=lire(tuple[Motif, ...], brut["motifs"], "motifs"),
        articles=lire(tuple[str, ...], brut["articles"], "articles"),
        etapes=lire(tuple[Etape, ...], brut["etapes"], "etapes"),
        baremes=lire(tuple[BaremeApplique, ...], brut["baremes"], "baremes"),
        avertissements=lire(tuple[str, ...], brut["avertissements"], "avertissements"),
        lectures=lire(tuple[LectureAppliquee, ...], brut["lectures"], "lectures"),
    )


def rejouer(decision: Decision[Any]) -> Rejeu:
    """Take the decision again, same rule, version, facts, day and readings, and compare.

    A scale entered since then, or a change of the rule, shows as an `Ecart` on each
    field it moves (`resultat.montant`, `baremes.0.valeur`…). A decision that kept no
    reading is taken again with the default ones, and that alone is no difference.
    """
    from imilo.droit.registre import trouver  # the registry needs Decision first

    regle = trouver(decision.regle, decision.version)
    nouvelle = regle(decision.faits, decision.le, lectures=Lectures(decision.lectures))
    ecrite, reprise = vers_json(decision), vers_json(nouvelle)
    if not decision.lectures:
        ecrite["lectures"] = reprise["lectures"]
    ecarts = serialisation.comparer(ecrite, reprise)
    return Rejeu(nouvelle, tuple(Ecart(*ecart) for ecart in ecarts))
