"""The week in a spreadsheet. Nothing in it can run as a formula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse

from imilo.parcours.activites.selectors import Rangee
from imilo.web.tableur import reponse_csv

TITRES = (
    "Dossier", "Nom", "Prénom", "Référent", "Semaine du", "Heures demandées", "Heures faites", "Heures à confirmer",
    "Heures prévues", "Heures manquantes", "Jours d'absence justifiée", "Absences sans raison notée",
)  # fmt: skip


def _heures(minutes: int | None) -> float | None:
    return None if minutes is None else round(minutes / 60, 2)


def _rangee(r: Rangee) -> list[Any]:
    s = r.semaine
    durees = [_heures(m) for m in (s.demande, s.fait, s.a_confirmer, s.prevu, r.manque)]
    return [r.numero, r.nom, r.prenom, r.referent, s.lundi, *durees, s.excuses, r.absences]


def en_csv(rangees: Sequence[Rangee], *, nom: str) -> HttpResponse:
    """Rows of the week as CSV; hours with a decimal comma, as a French spreadsheet reads them."""

    def ecrire(valeur: Any) -> Any:
        return f"{valeur:g}".replace(".", ",") if isinstance(valeur, float) else valeur

    return reponse_csv(nom, TITRES, ([ecrire(v) for v in _rangee(r)] for r in rangees))


def en_xlsx(rangees: Sequence[Rangee], *, nom: str) -> HttpResponse:
    """The same as a workbook."""
    from imilo.web.classeur import reponse_xlsx

    return reponse_xlsx(nom, "Semaine", TITRES, (_rangee(r) for r in rangees))
