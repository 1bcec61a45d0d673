"""The rules by name and version, and what a rule writes its decision with.

A rule is a function `(faits, le, redaction) -> resultat`; `@regle` turns it into a
callable `(faits, le) -> Decision` and enters it in the registry. The version changes
whenever the same facts may give another decision: the older one then stays beside it,
under its own version, so that what it decided can still be replayed.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext
from functools import cached_property, update_wrapper
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_type_hints

from imilo.droit import francais, textes
from imilo.droit.avertissements import sur_le_bareme
from imilo.droit.baremes import BaremeApplique, bareme
from imilo.droit.decision import Decision, Etape, Motif
from imilo.droit.delais import Calendrier, Echeance
from imilo.droit.erreurs import FaitInvalide, HorsPeriode, RegleInconnue
from imilo.droit.faits import champ_du_jour, verifier_jour
from imilo.droit.lectures import PAR_DEFAUT, LectureAppliquee, Lectures
from imilo.droit.montants import CONTEXTE, ecourter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

F = TypeVar("F")
R = TypeVar("R", bound="Mapping[str, object]")

_REGLES: dict[str, dict[str, Regle[Any, Any]]] = {}


class Redaction:
    """What a rule fills while it reasons: reasons, steps, scales, readings, articles, warnings."""

    def __init__(self, lectures: Lectures = PAR_DEFAUT) -> None:
        self.lectures = lectures
        self._lues: dict[str, LectureAppliquee] = {}
        self.motifs: list[Motif] = []
        self.etapes: list[Etape] = []
        self.baremes: list[BaremeApplique] = []
        self._articles: dict[str, None] = {}
        self._avertissements: dict[str, None] = {}

    def motif(self, code: str, satisfait: bool | None, phrase: str, article: str) -> None:
        """Add a reason and cite its article."""
        self.motifs.append(Motif(code, phrase, article, satisfait))
        self.citer(article)

    def etape(self, libelle: str, formule: str, valeur: Decimal | date | None) -> None:
        """Add a line of the computation."""
        if isinstance(valeur, Decimal):
            valeur = ecourter(valeur)
        self.etapes.append(Etape(libelle, formule, valeur))

    def citer(self, article: str) -> None:
        """Add an article, once."""
        self._articles[article] = None

    def avertir(self, phrase: str) -> None:
        """Add a warning, once."""
        self._avertissements[phrase] = None

    def valeur(self, nom: str, le: date) -> Decimal:
        """Read a scale, note it in the decision, warn when it may be out of date."""
        lu = bareme(nom, le)
        if lu not in self.baremes:
            self.baremes.append(lu)
            self.citer(lu.article)
            for phrase in sur_le_bareme(lu):
                self.avertir(phrase)
        return lu.valeur

    def entier(self, nom: str, le: date) -> int:
        """Read a scale whose values are whole: ages, months."""
        return int(self.valeur(nom, le))

    def lecture(self, question: str) -> str:
        """Return the reading chosen where the text leaves one, and note it in the decision."""
        choix = self.lectures.sur(question)
        self._lues[question] = LectureAppliquee(question, choix)
        return choix

    def terme(self, evenement: date, mois: int) -> Echeance:
        """Return the last day of a delay of `mois` months that `evenement` starts, by the readings chosen."""
        for question in ("delais.jour_de_depart", "delais.mois", "delais.report"):
            self.lecture(question)
        return Calendrier(self.lectures).terme(evenement, mois)

    def terme_en_jours(self, evenement: date, jours: int) -> Echeance:
        """Return the last day of a delay of `jours` days that `evenement` starts, by the readings chosen."""
        for question in ("delais.jour_de_depart", "delais.report"):
            self.lecture(question)
        return Calendrier(self.lectures).terme_en_jours(evenement, jours)

    def dernier_jour(self, debut: date, mois: int) -> Echeance:
        """Return the last day of a duration of `mois` months that starts on `debut`, by the readings chosen."""
        for question in ("delais.duree", "delais.mois"):
            self.lecture(question)
        return Calendrier(self.lectures).dernier_jour(debut, mois)

    def reprendre(self, decision: Decision[Any]) -> None:
        """Take over the reasoning of another rule that this one rests on."""
        self.motifs.extend(decision.motifs)
        self.etapes.extend(decision.etapes)
        self.baremes.extend(b for b in decision.baremes if b not in self.baremes)
        self._lues.update({lue.question: lue for lue in decision.lectures})
        self._articles.update(dict.fromkeys(decision.articles))
        self._avertissements.update(dict.fromkeys(decision.avertissements))

    def decision(self, regle: str, version: str, le: date, faits: Any, resultat: R) -> Decision[R]:
        """Close the reasoning into a decision."""
        return Decision(
            regle=regle,
            version=version,
            le=le,
            faits=faits,
            resultat=resultat,
            motifs=tuple(self.motifs),
            articles=tuple(self._articles),
            etapes=tuple(self.etapes),
            baremes=tuple(self.baremes),
            avertissements=tuple(self._avertissements),
            lectures=tuple(self._lues[question] for question in sorted(self._lues)),
        )


class Regle(Generic[F, R]):
    """A rule of the law: call it with facts and a day, it answers a Decision."""

    def __init__(self, nom: str, version: str, corps: Callable[[F, date, Redaction], R]) -> None:
        update_wrapper(self, corps)
        self.nom, self.version, self._corps = nom, version, corps

    def __call__(self, faits: F, le: date, *, lectures: Lectures = PAR_DEFAUT) -> Decision[R]:
        """Decide on `faits` as of the day `le`; FaitInvalide, HorsPeriode before the first day it knows.

        A scale that doesn't exist yet on the day of a fact is an error of that fact, not of the day asked.
        """
        verifier_jour("le", le)
        if le < self.fiche.depuis:
            raise HorsPeriode(self.nom, le, self.fiche.depuis)
        redaction = Redaction(lectures)
        try:
            with localcontext(CONTEXTE):
                resultat = self._corps(faits, le, redaction)
        except HorsPeriode as refus:
            champ = None if refus.le == le else champ_du_jour(faits, refus.le)
            if champ is None:
                raise
            depuis = francais.jour(refus.premiere)
            raise FaitInvalide(champ, f"Ces règles ne sont connues que depuis le {depuis}.") from refus
        return redaction.decision(self.nom, self.version, le, faits, resultat)

    @cached_property
    def fiche(self) -> textes.FicheRegle:
        """What is written of it: its question, its articles, the first day it knows."""
        return textes.fiche(self.nom)

    @cached_property
    def type_faits(self) -> type[F]:
        """The dataclass of the facts."""
        type_faits: type[F] = get_type_hints(self._corps)["faits"]
        return type_faits

    @cached_property
    def type_resultat(self) -> type[R]:
        """The TypedDict of the result."""
        type_resultat: type[R] = get_type_hints(self._corps)["return"]
        return type_resultat

    def __repr__(self) -> str:
        return f"<Regle {self.nom} version {self.version}>"


def regle(nom: str, *, version: str) -> Callable[[Callable[[F, date, Redaction], R]], Regle[F, R]]:
    """Enter the decorated function in the registry as `nom`, in `version`."""

    def enregistrer(corps: Callable[[F, date, Redaction], R]) -> Regle[F, R]:
        versions = _REGLES.setdefault(nom, {})
        if version in versions:
            raise ValueError(f"the rule {nom} has a version {version} already")
        versions[version] = Regle(nom, version, corps)
        return versions[version]

    return enregistrer


def trouver(nom: str, version: str | None = None) -> Regle[Any, Any]:
    """Return the rule `nom`, in its last version unless told; RegleInconnue else."""
    versions = _REGLES.get(nom, {})
    choisie = version if version is not None else next(reversed(versions), "")
    if choisie not in versions:
        suite = f" en version {version}" if version is not None else ""
        raise RegleInconnue(f"La règle « {nom} » n'existe pas{suite}.")
    return versions[choisie]


def regles() -> tuple[Regle[Any, Any], ...]:
    """Return every rule of the registry, all versions, by name."""
    return tuple(r for nom in sorted(_REGLES) for r in _REGLES[nom].values())
