"""Lists that leave as CSV: read by spreadsheets with their accents, and harmless there."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.http import HttpResponse

# A spreadsheet takes a cell that begins so for a formula, and runs it.
FORMULES = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cellule(valeur: object) -> str:
    """The text of a cell; an apostrophe before what a spreadsheet would run."""
    texte = "" if valeur is None else str(valeur)
    return f"'{texte}" if texte.startswith(FORMULES) or texte.lstrip().startswith(FORMULES) else texte


def reponse_csv(nom: str, titres: Sequence[str], lignes: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV file to download, parted by semicolons, with the mark of UTF-8 that spreadsheets need."""
    tampon = StringIO()
    ecrire = csv.writer(tampon, delimiter=";", lineterminator="\r\n")
    ecrire.writerow(titres)
    ecrire.writerows([cellule(v) for v in ligne] for ligne in lignes)
    reponse = HttpResponse("\ufeff" + tampon.getvalue(), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="{nom}.csv"'
    return reponse
