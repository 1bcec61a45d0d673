"""The week in a spreadsheet. Nothing in it can run as a formula."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from imilo.parcours.activites.selectors import Rangee
from imilo.web.tableur import a_telecharger, neutraliser, reponse_csv

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
    """The same as a workbook: hours are numbers, days are days, names are text and nothing but text."""
    classeur = Workbook(write_only=True)
    feuille = classeur.create_sheet("Semaine")
    assert isinstance(feuille, WriteOnlyWorksheet)
    feuille.freeze_panes = "A2"
    feuille.append([_texte(feuille, t) for t in TITRES])
    for r in rangees:
        feuille.append([_texte(feuille, v) if isinstance(v, str) else v for v in _rangee(r)])
    tampon = BytesIO()
    classeur.save(tampon)
    return a_telecharger(tampon.getvalue(), XLSX, f"{nom}.xlsx")


def _texte(feuille: WriteOnlyWorksheet, texte: str) -> Any:
    cellule = WriteOnlyCell(feuille, value=ILLEGAL_CHARACTERS_RE.sub("", neutraliser(texte)))
    cellule.data_type = "s"
    return cellule
