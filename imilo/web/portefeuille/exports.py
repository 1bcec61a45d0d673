"""The caseload in a spreadsheet: what is listed, in the columns chosen. Nothing in it can run as a formula."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from imilo.parcours.dossiers.selectors.portefeuille import Colonne, Ligne, colonnes
from imilo.web.portefeuille.rangees import ECRITURES
from imilo.web.tableur import a_telecharger, neutraliser, reponse_csv

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITRES = ("Dossier", "Nom", "Prénom", "Naissance", "Âge")
CELLULE_MAX = 32_767  # characters: the limit of the format


def colonnes_exportees(montrees: Sequence[Colonne]) -> tuple[Colonne, ...]:
    """The birth date, then the columns chosen: the number, the name and the age are always there."""
    naissance = next(c for c in colonnes() if c.code == "age")
    return (naissance, *(c for c in montrees if c.code not in ("age", "numero")))


def _rangee(ligne: Ligne, exportees: Sequence[Colonne]) -> list[Any]:
    valeurs = [
        ECRITURES[c.code](v) if c.code in ECRITURES and isinstance(v, str) else v
        for c, v in zip(exportees, ligne.valeurs, strict=True)
    ]
    return [ligne.numero, ligne.nom, ligne.prenom, valeurs[0], ligne.age, *valeurs[1:]]


def _titres(exportees: Sequence[Colonne]) -> list[str]:
    return [*TITRES, *(c.libelle for c in exportees[1:])]


def en_csv(lignes: Sequence[Ligne], exportees: Sequence[Colonne], *, nom: str) -> HttpResponse:
    """Rows of `exportees` as CSV."""
    return reponse_csv(nom, _titres(exportees), (_rangee(ligne, exportees) for ligne in lignes))


def en_xlsx(lignes: Sequence[Ligne], exportees: Sequence[Colonne], *, nom: str) -> HttpResponse:
    """The same as a workbook: days are days, ages are numbers, everything else is text and nothing but text."""
    classeur = Workbook(write_only=True)
    feuille = classeur.create_sheet("Portefeuille")
    assert isinstance(feuille, WriteOnlyWorksheet)
    feuille.freeze_panes = "A2"
    tetes = [_en_cellule(feuille, titre) for titre in _titres(exportees)]
    for tete in tetes:
        tete.font = Font(bold=True)
    feuille.append(tetes)
    for ligne in lignes:
        feuille.append([_en_cellule(feuille, v) for v in _rangee(ligne, exportees)])
    tampon = BytesIO()
    classeur.save(tampon)
    return a_telecharger(tampon.getvalue(), XLSX, f"{nom}.xlsx")


def _en_cellule(feuille: WriteOnlyWorksheet, valeur: Any) -> Any:
    if isinstance(valeur, datetime):
        # A workbook knows no zones: the instant is already that of the structure's clock.
        ecrite = WriteOnlyCell(feuille, value=valeur.replace(tzinfo=None))
        ecrite.number_format = "DD/MM/YYYY HH:MM"
    elif isinstance(valeur, date):
        ecrite = WriteOnlyCell(feuille, value=datetime.combine(valeur, time.min))
        ecrite.number_format = "DD/MM/YYYY"
    elif valeur is None or isinstance(valeur, int):
        ecrite = WriteOnlyCell(feuille, value=valeur)
    else:
        propre = ILLEGAL_CHARACTERS_RE.sub("", neutraliser(str(valeur)))[:CELLULE_MAX]
        ecrite = WriteOnlyCell(feuille, value=propre)
        ecrite.data_type = "s"
    return ecrite
