"""Dates of birth as people write them, and as far as they are known."""

from __future__ import annotations

import re
from datetime import date

from imilo.jeunes.models import Precision
from imilo.socle.erreurs import RegleViolee
from imilo.socle.normalisation import normaliser

NOMS_DE_MOIS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin",
    "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
)  # fmt: skip
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_JOUR = re.compile(r"(?<!\d)(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4}|\d{2})(?![\d.])(?! \d)")
_COMPACTE = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{4})(?!\d)")
_EN_LETTRES = re.compile(r"(?<!\w)(\d{1,2})(?:er)? +([^\W\d]+)\.? +(\d{4})(?!\d)", re.IGNORECASE)
_MOIS_ET_ANNEE = re.compile(r"(\d{1,2}) ?[/.\- ] ?(\d{4})")
_DATES = ((_ISO, "amj"), (_JOUR, "jma"), (_COMPACTE, "jma"), (_EN_LETTRES, "jma"))
TOUTES = range(1, 9_999)  # the next year is still a date


def naissance_affichee(naissance: date, precision: str) -> str:
    """A date of birth as far as it is known: "01/05/2003", "05/2003" or "2003"."""
    if precision == Precision.ANNEE:
        return str(naissance.year)
    return naissance.strftime("%m/%Y" if precision == Precision.MOIS else "%d/%m/%Y")


def lire_date(texte: str, *, le: date, annees: range = TOUTES) -> tuple[date | None, str]:
    """The first date of `texte` in a usual form (01/05/2003, 1.5.03, 2003-05-01, 01052003, 1er mai 2003), and
    the text without it. A date that doesn't exist, or out of `annees`, is left in the text; a year of two
    digits is the latest that isn't after `le`."""
    for motif, ordre in _DATES:
        for trouve in motif.finditer(texte):
            try:
                jour = date(*_nombres(trouve, ordre, le))
            except ValueError:
                continue
            if jour.year in annees:
                return jour, texte[: trouve.start()] + " " + texte[trouve.end() :]
    return None, texte


def lire_naissance(texte: str, *, le: date) -> tuple[date, str]:
    """A date of birth as far as it is known, from what was typed: 01/05/2003 (any usual form), 05/2003 or 2003.

    Returns the date (01 for what isn't known) and its precision. Raises `RegleViolee` at `naissance`.
    """
    propre = " ".join(texte.split())
    jour, reste = lire_date(propre, le=le)
    if jour is not None and not reste.strip():
        return jour, Precision.JOUR
    if (trouve := _MOIS_ET_ANNEE.fullmatch(propre)) and 1 <= int(trouve[1]) <= 12 and int(trouve[2]) in TOUTES:
        return date(int(trouve[2]), int(trouve[1]), 1), Precision.MOIS
    if re.fullmatch(r"[0-9]{4}", propre) and int(propre) in TOUTES:
        return date(int(propre), 1, 1), Precision.ANNEE
    raise RegleViolee(
        "Cette date n'existe pas. Écrivez jour, mois et année, par exemple 31/12/2005 ; "
        "si le jour n'est pas connu : 12/2005, ou 2005.",
        "naissance",
    )


def _nombres(trouve: re.Match[str], ordre: str, le: date) -> tuple[int, int, int]:
    """Year, month and day of a match whose groups are in `ordre`: "amj" or "jma"."""
    lus = dict(zip(ordre, trouve.groups(), strict=True))
    mois = int(lus["m"]) if lus["m"].isdigit() else _mois(lus["m"])
    return _annee(lus["a"], le), mois, int(lus["j"])


def _annee(texte: str, le: date) -> int:
    if len(texte) == 4:
        return int(texte)
    siecle = le.year - le.year % 100
    return siecle + int(texte) if siecle + int(texte) <= le.year else siecle - 100 + int(texte)


def _mois(texte: str) -> int:
    """Number of the month that `texte` begins to name, with three letters at least; 0 for none."""
    cle = normaliser(texte)
    return next((n for n, nom in enumerate(NOMS_DE_MOIS, 1) if len(cle) >= 3 and nom.startswith(cle)), 0)
