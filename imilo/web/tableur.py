"""Lists that leave for spreadsheets: read with their accents, and harmless there."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from io import StringIO
from typing import Any, NamedTuple

from django.http import HttpResponse

from imilo.acteurs import politique

# A spreadsheet takes a cell that begins so for a formula, and runs it.
FORMULES = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutraliser(texte: str) -> str:
    """The same text; an apostrophe before what a spreadsheet would run."""
    return f"'{texte}" if texte.startswith(FORMULES) or texte.lstrip().startswith(FORMULES) else texte


def cellule(valeur: object) -> str:
    """The text of a cell: days and instants as they are written in French, nothing that runs."""
    if valeur is None:
        return ""
    if isinstance(valeur, datetime):
        return f"{valeur:%d/%m/%Y %H:%M}"
    return f"{valeur:%d/%m/%Y}" if isinstance(valeur, date) else neutraliser(str(valeur))


def reponse_csv(nom: str, titres: Sequence[str], lignes: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV file to download, parted by semicolons, with the mark of UTF-8 that spreadsheets need."""
    tampon = StringIO()
    ecrire = csv.writer(tampon, delimiter=";", lineterminator="\r\n")
    ecrire.writerow(titres)
    ecrire.writerows([cellule(v) for v in ligne] for ligne in lignes)
    return a_telecharger("\ufeff" + tampon.getvalue(), "text/csv; charset=utf-8", f"{nom}.csv")


class Colonne(NamedTuple):
    """A column of a list that leaves: its title, the family of personal data that the policy knows it by, its value."""

    titre: str
    famille: str
    valeur: Callable[[Any], object]


def reponse_des_colonnes(
    nom: str, profil: str | None, colonnes: Iterable[Colonne], objets: Iterable[object]
) -> HttpResponse:
    """A CSV file of the columns that this profile sees in full (imilo.acteurs.politique); the others aren't there."""
    vues = [c for c in colonnes if politique.vu(profil, c.famille)]
    return reponse_csv(nom, [c.titre for c in vues], ([c.valeur(o) for c in vues] for o in objets))


def a_telecharger(contenu: str | bytes, type_mime: str, nom: str) -> HttpResponse:
    """A file that the browser keeps under the name `nom`."""
    return HttpResponse(
        contenu, content_type=type_mime, headers={"Content-Disposition": f'attachment; filename="{nom}"'}
    )
