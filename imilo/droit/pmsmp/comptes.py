"""Counting over twelve months in a row, whichever they are (D. 5135-3).

The text speaks of *a* period of twelve months: none of them may pass what it allows. The fullest one can always be
made to begin on a day that is counted, so only those are tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from imilo.droit import delais, francais
from imilo.droit.delais import Echeance
from imilo.droit.registre import Redaction


def fin_de_date_a_date(debut: date, mois: int, redaction: Redaction) -> Echeance:
    """Return the last day of `mois` months from date to date, `debut` being the first.

    The text says *from date to date*, so civil months are no reading here; the last day is one (`delais.duree`).
    """
    calculer = delais.dernier_jour if redaction.lecture("delais.duree") == "veille" else delais.terme
    return Echeance.du(calculer(debut, mois))


@dataclass(frozen=True, slots=True)
class Compte:
    """Agreements concluded over the fullest period, and which of the others share a period with the one examined."""

    nombre: int
    proches: tuple[bool, ...]


def conventions_sur_la_periode(examinee: date, autres: Sequence[date], mois: int, redaction: Redaction) -> Compte:
    """Count the agreements by the day they are concluded, over the periods that hold the one examined."""
    jours = [examinee, *autres]
    nombre = 0
    for debut in jours:
        fin = fin_de_date_a_date(debut, mois, redaction)
        if debut <= examinee <= fin:
            nombre = max(nombre, sum(debut <= jour <= fin for jour in jours))
    proches = tuple(
        max(examinee, autre) <= fin_de_date_a_date(min(examinee, autre), mois, redaction) for autre in autres
    )
    return Compte(nombre, proches)


def jours_sur_la_periode(examines: Sequence[date], tous: Sequence[date], mois: int, redaction: Redaction) -> int:
    """Count the days over the fullest period that holds one day examined at least; `tous` holds them too."""
    jours = sorted(tous)
    propres = frozenset(examines)
    avant = [0]
    for jour in jours:
        avant.append(avant[-1] + (jour in propres))
    total, suivant, retenue = 0, 0, ""
    for rang, debut in enumerate(jours):
        fin = fin_de_date_a_date(debut, mois, redaction)
        while suivant < len(jours) and jours[suivant] <= fin:
            suivant += 1
        if avant[suivant] > avant[rang] and suivant - rang > total:
            total, retenue = suivant - rang, f"du {francais.jour(debut)} au {francais.jour(fin)} : "
    redaction.etape("Jours comptés dans la structure", f"{retenue}{accorde(total, 'jour')}", None)
    return total


def accorde(nombre: int, nom: str) -> str:
    """Write a number and its noun: `1 jour`, `2 jours`."""
    return f"{nombre} {nom}s" if nombre > 1 else f"{nombre} {nom}"
