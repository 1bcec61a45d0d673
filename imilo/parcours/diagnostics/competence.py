"""Is the mission locale the one that decides this orientation? Each condition, with its article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from imilo.droit.age import FaitsAge, revolu
from imilo.droit.baremes import bareme
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.lois import appliquer


@dataclass(frozen=True)
class Condition:
    """One condition: the form field that decides it, whether it holds, in words, and its article."""

    champ: str
    satisfaite: bool
    phrase: str
    article: str


def conditions(dossier: Dossier, *, beneficiaire_rsa: bool, le: date) -> tuple[Condition, ...]:
    """The conditions of L. 5411-5-1 II 3° for a person who comes to the mission locale."""
    return (_age(dossier, le), _rsa(beneficiaire_rsa))


def _age(dossier: Dossier, le: date) -> Condition:
    jeune = dossier.jeune
    faits = FaitsAge(jeune.naissance, jeune.naissance_precision)  # type: ignore[arg-type]  # its choices are the law's
    ages = appliquer(revolu, faits, le).resultat
    rqth = dossier.rqth(le=le)
    minimum = int(bareme("cej.age.minimum", le).valeur)
    maximum = int(bareme("cej.age.maximum_revolu_rqth" if rqth else "cej.age.maximum_revolu", le).valeur)
    # What isn't known of a date of birth doesn't close a door that it might leave open.
    dans = ages["age_maximum"] >= minimum and ages["age_minimum"] <= maximum
    suite = " (travailleur handicapé reconnu)" if rqth else ""
    phrase = f"Âge : {ages['age']} ans, pour un accompagnement de {minimum} à {maximum} ans révolus{suite}."
    return Condition("decidee_le", dans, phrase, "L. 5314-2")


def _rsa(beneficiaire_rsa: bool) -> Condition:
    if beneficiaire_rsa:
        phrase = (
            "Bénéficiaire du RSA : la décision revient au président du conseil départemental, "
            "ou à France Travail s'il la lui a déléguée."
        )
        return Condition("beneficiaire_rsa", False, phrase, "L. 5411-5-1 II 2° et 3°")
    return Condition("beneficiaire_rsa", True, "Ne relève pas du RSA.", "L. 5411-5-1 II 3°")
