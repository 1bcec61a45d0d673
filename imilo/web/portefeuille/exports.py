"""The caseload in a spreadsheet: what is listed, in the columns chosen. Nothing in it can run as a formula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse

from imilo.parcours.dossiers.selectors.portefeuille import Colonne, Ligne, colonnes
from imilo.web.portefeuille.rangees import ECRITURES
from imilo.web.tableur import reponse_csv

TITRES = ("Dossier", "Nom", "Prénom", "Naissance", "Âge")


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
    """The same as a workbook."""
    from imilo.web.classeur import reponse_xlsx

    return reponse_xlsx(nom, "Portefeuille", _titres(exportees), (_rangee(ligne, exportees) for ligne in lignes))
