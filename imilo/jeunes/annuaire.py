"""The directory of the country: does a dossier exist, where, whom to call. Never its content.

What was typed becomes a `Demande`; the function of the database answers it, the agent's own structure first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db import connection

from imilo.jeunes.models import Precision
from imilo.jeunes.telephones import e164
from imilo.socle.normalisation import mots, normaliser

LONGUEUR_MAX = 200
MOTS_MAX = 8
NOMS_DE_MOIS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin",
    "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
)  # fmt: skip
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_JOUR = re.compile(r"(?<!\d)(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4}|\d{2})(?![\d.])(?! \d)")
_COMPACTE = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{4})(?!\d)")
_EN_LETTRES = re.compile(r"(?<!\w)(\d{1,2})(?:er)? +([^\W\d]+)\.? +(\d{4})(?!\d)", re.IGNORECASE)
_ANNEE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_TELEPHONE = re.compile(r"(?<![\d+])(?:\+|00)?\d(?:[ .\-/()]{0,2}\d){8,14}(?!\d)")
_NUMERO = re.compile(r"(?<!\d)(\d{7})(?!\d)")

_DATES = ((_ISO, "amj"), (_JOUR, "jma"), (_COMPACTE, "jma"), (_EN_LETTRES, "jma"))
PREMIERE_ANNEE = 1900
SIX_CHIFFRES = frozenset({"975", "986", "988"})  # telephones of six digits there


@dataclass(frozen=True)
class Demande:
    """What is looked for. Every criterion given must match; `mots` are normalised and each is the beginning of a
    word of the names; `telephone` is in E.164."""

    mots: tuple[str, ...] = ()
    naissance: date | None = None
    annee: int | None = None
    telephone: str = ""
    numero: int | None = None

    @property
    def suffisante(self) -> bool:
        """Whether there is enough to look for: a year alone is a tenth of the country."""
        return bool(self.naissance or self.telephone or self.numero or sum(map(len, self.mots)) >= 2)


@dataclass(frozen=True)
class Ligne:
    """One answer. `dossier_id` is None, and nothing else is known, when the dossier is another structure's."""

    dossier_id: int | None
    ici: bool
    structure_id: int
    structure_nom: str
    structure_telephone: str
    nom_naissance: str
    nom_usage: str
    prenom: str
    naissance: date
    precision: str
    exacts: int

    @property
    def naissance_affichee(self) -> str:
        return naissance_affichee(self.naissance, self.precision)


def naissance_affichee(naissance: date, precision: str) -> str:
    """A date of birth as far as it is known: "01/05/2003", "05/2003" or "2003"."""
    if precision == Precision.ANNEE:
        return str(naissance.year)
    return naissance.strftime("%m/%Y" if precision == Precision.MOIS else "%d/%m/%Y")


def _annee(texte: str, le: date) -> int:
    """A year written in two digits is the latest that isn't after `le`."""
    if len(texte) == 4:
        return int(texte)
    siecle = le.year - le.year % 100
    return siecle + int(texte) if siecle + int(texte) <= le.year else siecle - 100 + int(texte)


def lire_date(texte: str, *, le: date) -> tuple[date | None, str]:
    """The first date of `texte` in a usual form (01/05/2003, 1.5.03, 2003-05-01, 01052003, 1er mai 2003), and
    the text without it. A date that doesn't exist is left in the text."""
    for motif, ordre in _DATES:
        for trouve in motif.finditer(texte):
            try:
                jour = date(*_nombres(trouve, ordre, le))
            except ValueError:
                continue
            if PREMIERE_ANNEE <= jour.year <= le.year:
                return jour, texte[: trouve.start()] + " " + texte[trouve.end() :]
    return None, texte


def _nombres(trouve: re.Match[str], ordre: str, le: date) -> tuple[int, int, int]:
    """Year, month and day of a match whose groups are in `ordre`: "amj" or "jma"."""
    lus = dict(zip(ordre, trouve.groups(), strict=True))
    mois = int(lus["m"]) if lus["m"].isdigit() else _mois(lus["m"])
    return _annee(lus["a"], le), mois, int(lus["j"])


def _mois(texte: str) -> int:
    """Number of the month that `texte` begins to name, with three letters at least; 0 for none."""
    cle = normaliser(texte)
    return next((n for n, nom in enumerate(NOMS_DE_MOIS, 1) if len(cle) >= 3 and nom.startswith(cle)), 0)


def lire_demande(texte: str, *, departement: str = "", le: date) -> Demande:
    """What the one box holds: names in any order, a date or a year of birth, a telephone, a dossier number.

    `departement` (of the structure) tells the plan of telephone numbers; `le` is today there.
    """
    reste = " ".join(texte[:LONGUEUR_MAX].split())
    telephone, numero = _telephone(reste, departement), None
    if telephone:
        reste = _TELEPHONE.sub(" ", reste, count=1) if _TELEPHONE.search(reste) else ""
    naissance, reste = lire_date(reste, le=le)
    if trouve := _NUMERO.search(reste):
        numero, reste = int(trouve[1]), reste[: trouve.start()] + " " + reste[trouve.end() :]
    annee = None
    if naissance is None and (trouve := _ANNEE.search(reste)):
        annee, reste = int(trouve[1]), reste[: trouve.start()] + " " + reste[trouve.end() :]
    uniques = tuple(dict.fromkeys(mots(reste)))[:MOTS_MAX]
    return Demande(mots=uniques, naissance=naissance, annee=annee, telephone=telephone, numero=numero)


def _telephone(texte: str, departement: str) -> str:
    """The telephone of `texte`. Ten digits may begin like a date (01 05 20 03 04): a whole number wins."""
    if trouve := _TELEPHONE.search(texte):
        return e164(trouve[0], departement)
    chiffres = sum(c.isdigit() for c in texte)
    if departement in SIX_CHIFFRES and chiffres == 6 and not any(c.isalpha() or c == "/" for c in texte):
        return e164(texte, departement)
    return ""


def chercher(demande: Demande, *, limite: int = 20) -> list[Ligne]:
    """Answers of the directory, the perimeter's structure first, the likeliest first, `limite` at most.

    Runs in a perimeter, else PostgreSQL refuses (`django.db.ProgrammingError`). [] for too little.
    """
    if not demande.suffisante:
        return []
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT * FROM annuaire_chercher(%s::text[], %s::date, %s::int, %s::text, %s::int, %s::int)",
            [
                list(demande.mots),
                demande.naissance,
                demande.annee,
                demande.telephone or None,
                demande.numero,
                limite,
            ],
        )
        return [Ligne(*ligne) for ligne in curseur.fetchall()]
