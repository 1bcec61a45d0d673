"""The directory of the country: does a dossier exist, where, whom to call. Never its content.

What was typed becomes a `Demande`; the function of the database answers it, the agent's own structure first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from imilo.jeunes.dates import lire_date, naissance_affichee
from imilo.jeunes.telephones import e164
from imilo.socle.normalisation import mots

LONGUEUR_MAX = 200
MOTS_MAX = 8
_ANNEE = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_TELEPHONE = re.compile(r"(?<![\d+])(?:\+|00)?\d(?:[ .\-/()]{0,2}\d){8,14}(?!\d)")
_NUMERO = re.compile(r"(?<!\d)(\d{7})(?!\d)")
PREMIERE_ANNEE = 1900
SIX_CHIFFRES = frozenset({"975", "986", "988"})  # telephones of six digits there


@dataclass(frozen=True)
class Demande:
    """What is looked for. Every criterion given must match; `mots` are normalised and each is the beginning of a
    word of the names; `telephone` is in E.164; `texte` is what remains of the text for the names."""

    mots: tuple[str, ...] = ()
    naissance: date | None = None
    annee: int | None = None
    telephone: str = ""
    numero: int | None = None
    texte: str = field(default="", compare=False)

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


def lire_demande(texte: str, *, departement: str = "", le: date) -> Demande:
    """What the one box holds: names in any order, a date or a year of birth, a telephone, a dossier number.

    `departement` (of the structure) tells the plan of telephone numbers; `le` is today there.
    """
    reste = " ".join(texte[:LONGUEUR_MAX].split())
    telephone, numero = _telephone(reste, departement), None
    if telephone:
        reste = _TELEPHONE.sub(" ", reste, count=1) if _TELEPHONE.search(reste) else ""
    naissance, reste = lire_date(reste, le=le, annees=range(PREMIERE_ANNEE, le.year + 1))
    if trouve := _NUMERO.search(reste):
        numero, reste = int(trouve[1]), reste[: trouve.start()] + " " + reste[trouve.end() :]
    annee = None
    if naissance is None and (trouve := _ANNEE.search(reste)):
        annee, reste = int(trouve[1]), reste[: trouve.start()] + " " + reste[trouve.end() :]
    uniques = tuple(dict.fromkeys(mots(reste)))[:MOTS_MAX]
    return Demande(uniques, naissance, annee, telephone, numero, " ".join(reste.split()))


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
