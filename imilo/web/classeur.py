"""Lists that leave as a workbook (XLSX). Loaded by who exports one: the library takes half a second."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from imilo.web.tableur import a_telecharger, neutraliser

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELLULE_MAX = 32_767  # characters: the limit of the format


def reponse_xlsx(nom: str, onglet: str, titres: Sequence[str], lignes: Iterable[Sequence[object]]) -> HttpResponse:
    """A workbook to download: days are days, numbers are numbers, everything else is text and nothing but text."""
    classeur = Workbook(write_only=True)
    feuille = classeur.create_sheet(onglet)
    assert isinstance(feuille, WriteOnlyWorksheet)
    feuille.freeze_panes = "A2"
    tetes = [_cellule(feuille, titre) for titre in titres]
    for tete in tetes:
        tete.font = Font(bold=True)
    feuille.append(tetes)
    for ligne in lignes:
        feuille.append([_cellule(feuille, valeur) for valeur in ligne])
    tampon = BytesIO()
    classeur.save(tampon)
    return a_telecharger(tampon.getvalue(), XLSX, f"{nom}.xlsx")


def _cellule(feuille: WriteOnlyWorksheet, valeur: object) -> Any:
    if isinstance(valeur, datetime):
        # A workbook knows no zones: the instant is already that of the structure's clock.
        ecrite = WriteOnlyCell(feuille, value=valeur.replace(tzinfo=None))
        ecrite.number_format = "DD/MM/YYYY HH:MM"
    elif isinstance(valeur, date):
        ecrite = WriteOnlyCell(feuille, value=datetime.combine(valeur, time.min))
        ecrite.number_format = "DD/MM/YYYY"
    elif valeur is None or isinstance(valeur, int | float):
        ecrite = WriteOnlyCell(feuille, value=valeur)
    else:
        propre = ILLEGAL_CHARACTERS_RE.sub("", neutraliser(str(valeur)))[:CELLULE_MAX]
        ecrite = WriteOnlyCell(feuille, value=propre)
        ecrite.data_type = "s"
    return ecrite
