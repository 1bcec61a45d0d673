"""Age on a day.

A person is n years *révolus* from the day on which n whole years have passed since
birth, until the eve of the next birthday. Who is born on 29 February completes a year on
28 February of a common year, and has one year more on 1 March.

Whose day (or month) of birth isn't known has two ages, the youngest and the oldest
possible; `lecture` says which one `resultat["age"]` gives. The default, `au_plus_jeune`,
grants nothing on an age that isn't certain; `certain` tells whether the two agree, and a
rule that opens or closes a right looks at both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict

from imilo.droit import delais, francais
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Fait, Precision, verifier_choix, verifier_jour
from imilo.droit.registre import Redaction, regle

Lecture = Literal["au_plus_jeune", "au_plus_age"]


@dataclass(frozen=True, slots=True)
class FaitsAge:
    """A date of birth, and how much of it is known."""

    date_naissance: Annotated[date, Fait("date de naissance")]
    precision: Annotated[Precision, Fait("part connue de la date de naissance ; le reste de la date est ignoré")] = (
        "jour"
    )
    lecture: Annotated[Lecture, Fait("âge retenu quand la date n'est pas connue au jour près")] = "au_plus_jeune"

    def __post_init__(self) -> None:
        verifier_jour("date_naissance", self.date_naissance)
        verifier_choix("precision", self.precision, Precision)
        verifier_choix("lecture", self.lecture, Lecture)


class ResultatAge(TypedDict):
    """`age`: whole years by the reading asked; `dernier_jour`: last day of that age."""

    age: int
    age_minimum: int
    age_maximum: int
    certain: bool
    dernier_jour: Echeance


@regle("age.revolu", version="1")
def revolu(faits: FaitsAge, le: date, redaction: Redaction) -> ResultatAge:
    """Say the age in whole years on the day `le`, and until when."""
    plus_tot, plus_tard = naissance_possible(faits.date_naissance, faits.precision)
    if plus_tot > le:
        raise FaitInvalide("date_naissance", "La date de naissance est dans l'avenir.")
    jeune, age_max = annees(min(plus_tard, le), le), annees(plus_tot, le)
    naissance = plus_tard if faits.lecture == "au_plus_jeune" else plus_tot
    age = jeune if faits.lecture == "au_plus_jeune" else age_max
    fin = dernier_jour_revolu(naissance, age)
    certain = jeune == age_max
    phrase = (
        f"Le {francais.jour(le)}, vous avez {francais.ans(age)}, jusqu'au {francais.jour(fin)} inclus."
        if certain
        else f"Le {francais.jour(le)}, vous avez {jeune} ou {francais.ans(age_max)} : il faut votre jour de naissance."
    )
    redaction.motif("age_revolu", True if certain else None, phrase, "L. 5131-3")
    redaction.citer("L. 5314-2")
    redaction.etape(
        f"Âge le {francais.jour(le)}",
        f"né(e) le {francais.jour(naissance)} : {francais.ans(age)} révolus, jusqu'au {francais.jour(fin)} inclus",
        fin,
    )
    if faits.precision != "jour":
        redaction.avertir(
            "La date de naissance n'est pas connue au jour près : l'âge est compté comme si "
            f"la naissance était du {francais.jour(naissance)}."
        )
    expliquer_29_fevrier(naissance, redaction)
    return ResultatAge(
        age=age,
        age_minimum=jeune,
        age_maximum=age_max,
        certain=certain,
        dernier_jour=Echeance.du(fin),
    )


def naissance_possible(date_naissance: date, precision: Precision) -> tuple[date, date]:
    """Return the earliest and the latest day of birth that what is known allows."""
    if precision == "jour":
        return date_naissance, date_naissance
    debut = delais.debut_du_mois(date_naissance)
    if precision == "annee":
        debut = debut.replace(month=1)
        return debut, delais.veille(delais.mois_plus(debut, delais.MOIS_PAR_AN))
    return debut, delais.fin_du_mois(debut)


def annees(naissance: date, le: date) -> int:
    """Return the whole years from `naissance` to `le`; 0 on the day of birth."""
    age = le.year - naissance.year
    return age if delais.anniversaire(naissance, age) <= le else age - 1


def dernier_jour_revolu(naissance: date, age: int) -> date:
    """Return the last day of `age` whole years: the eve of the next birthday."""
    return delais.veille(delais.anniversaire(naissance, age + 1))


def expliquer_29_fevrier(naissance: date, redaction: Redaction) -> None:
    """Say how the age changes for who is born on a day that most years haven't."""
    if delais.anniversaire(naissance, 1).day != naissance.day:
        redaction.etape(
            "Naissance un 29 février",
            "les années sans 29 février, l'âge suivant commence le 1er mars",
            None,
        )
