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
_TELEPHONES = (
    re.compile(r"(?<!\d)0\d(?:[ .\-]?\d\d){4}(?!\d)"),
    re.compile(r"(?:\+|(?<!\d)00)\d(?:[ .\-()]{0,2}\d){7,14}(?!\d)"),
)
_SANS_LETTRE = re.compile(r"[\d .\-]+")
_NUMERO = re.compile(r"(?<!\d)(\d{7})(?!\d)")
PREMIERE_ANNEE = 1900
# Telephones of six or eight digits: what looks like a date elsewhere is a number there.
COURTS = {"975": (6,), "986": (6,), "987": (8,), "988": (6,)}


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
    telephone, reste = _telephone(reste, departement)
    numero, annee = None, None
    naissance, reste = lire_date(reste, le=le, annees=range(PREMIERE_ANNEE, le.year + 1))
    if trouve := _NUMERO.search(reste):
        numero, reste = int(trouve[1]), reste[: trouve.start()] + " " + reste[trouve.end() :]
    if naissance is None and (trouve := _ANNEE.search(reste)):
        annee, reste = int(trouve[1]), reste[: trouve.start()] + " " + reste[trouve.end() :]
    uniques = tuple(dict.fromkeys(mots(reste)))[:MOTS_MAX]
    return Demande(uniques, naissance, annee, telephone, numero, " ".join(reste.split()))


def _telephone(texte: str, departement: str) -> tuple[str, str]:
    """The telephone of `texte` in E.164, and the text without it. Ten digits may begin like a date
    (01 05 20 03 04): a whole number wins."""
    for motif in _TELEPHONES:
        for trouve in motif.finditer(texte):
            if numero := e164(trouve[0], departement):
                return numero, texte[: trouve.start()] + " " + texte[trouve.end() :]
    chiffres = sum(c.isdigit() for c in texte)
    court = chiffres in COURTS.get(departement, ()) and _SANS_LETTRE.fullmatch(texte)
    if court and (numero := e164(texte, departement)):
        return numero, ""
    return "", texte


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
