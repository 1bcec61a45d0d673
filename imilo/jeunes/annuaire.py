"""The directory of the country: does a dossier exist, where, whom to call. Never its content.

What was typed becomes a `Demande`; the function of the database answers it, the agent's own structure first, what
is exact before what is mistyped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction

from imilo.jeunes.dates import lire_date, naissance_affichee
from imilo.jeunes.nir import Nir, lire_nir
from imilo.jeunes.telephones import e164
from imilo.socle.chiffrement import empreinte
from imilo.socle.erreurs import RegleViolee
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
_COURRIEL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_NUMERO_FT = re.compile(r"(?<!\w)(\d{7} ?[A-Za-z]|\d{8}|\d{10}[A-Za-z]|\d{11})(?!\w)")
# Sex, year, month, département, commune, order, and the key or not; parted by spaces, dots or hyphens.
_NIR = re.compile(
    r"(?<!\w)[1-478][ .\-]?\d\d[ .\-]?\d\d[ .\-]?\d[\dABab][ .\-]?\d{3}[ .\-]?\d{3}(?:[ .\-]?\d\d)?(?!\w)"
)
# The same however it is parted, and stuck to a word: wider than what is looked for, so that nothing slips by.
_PEUT_ETRE_UN_NIR = re.compile(
    r"(?<!\d)[1-478]_?\d\d_?\d\d_?\d[\dABab]_?\d{3}_?\d{3}(?:_?\d\d)?(?!\d)".replace("_?", r"[\W_]{0,3}")
)
PREMIERE_ANNEE = 1900
# Telephones of six or eight digits: what looks like a date elsewhere is a number there.
COURTS = {"975": (6,), "986": (6,), "987": (8,), "988": (6,)}


@dataclass(frozen=True)
class Demande:
    """What is looked for. Every criterion given must match; `mots` are normalised and each begins a word of the
    names, or is one letter away from one; `telephone` is in E.164, `courriel` in lower case, `nir` has fifteen
    characters; `texte` is what remains of the text for the names. `nir_faux` says why what looked like a NIR
    isn't one (French). A NIR is never printed."""

    mots: tuple[str, ...] = ()
    naissance: date | None = None
    annee: int | None = None
    telephone: str = ""
    numero: int | None = None
    texte: str = field(default="", compare=False)
    courriel: str = ""
    numero_ft: str = ""
    nir: str = field(default="", repr=False)
    nir_faux: str = ""

    @property
    def exactes(self) -> list[str]:
        """The keys of the directory that must be there as they are."""
        marques = (("=", self.telephone), ("=@", self.courriel), ("=#", self.numero_ft))
        return [marque + valeur for marque, valeur in marques if valeur]

    @property
    def suffisante(self) -> bool:
        """Whether there is enough to look for: a year alone is a tenth of the country."""
        return bool(self.naissance or self.exactes or self.numero or self.nir or sum(map(len, self.mots)) >= 2)


@dataclass(frozen=True)
class Ligne:
    """One answer. `dossier_id` is None, and nothing else is known, when the dossier is another structure's.
    `exacts`: words typed that are words of the names; `erreurs`: those that are one letter away."""

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
    erreurs: int = 0

    @property
    def naissance_affichee(self) -> str:
        return naissance_affichee(self.naissance, self.precision)


def lire_demande(texte: str, *, departement: str = "", le: date) -> Demande:
    """What the one box holds: names in any order, a date or a year of birth, a telephone, an e-mail, a number of
    dossier or of France Travail, a NIR.

    `departement` (of the structure) tells the plan of telephone numbers; `le` is today there.
    """
    reste = " ".join(texte[:LONGUEUR_MAX].split())
    nir, nir_faux, reste = _nir(reste)
    courriel, reste = _premier(_COURRIEL, reste)
    telephone, reste = _telephone(reste, departement)
    naissance, reste = lire_date(reste, le=le, annees=range(PREMIERE_ANNEE, le.year + 1))
    numero_ft, reste = _premier(_NUMERO_FT, reste)
    numero, reste = _premier(_NUMERO, reste)
    annee = ""
    if naissance is None:
        annee, reste = _premier(_ANNEE, reste)
    return Demande(
        tuple(dict.fromkeys(mots(reste)))[:MOTS_MAX],
        naissance,
        int(annee) if annee else None,
        telephone,
        int(numero) if numero else None,
        " ".join(reste.split()),
        courriel.lower(),
        numero_ft.replace(" ", "").upper(),
        nir,
        nir_faux,
    )


def porte_un_nir(texte: str) -> bool:
    """Whether something typed may be a NIR: such a text is kept nowhere, neither in an address nor in a log."""
    return _PEUT_ETRE_UN_NIR.search(" ".join(texte.split())) is not None


def masquer_les_nir(texte: str, *, par: str = "(numéro retiré)") -> str:
    """A text of the outside without what may be a NIR in it; the same text when there is none."""
    return _PEUT_ETRE_UN_NIR.sub(par, texte) if porte_un_nir(texte) else texte


def _premier(motif: re.Pattern[str], texte: str) -> tuple[str, str]:
    """What `motif` finds first, and the text without it."""
    trouve = motif.search(texte)
    return (trouve[0], texte[: trouve.start()] + " " + texte[trouve.end() :]) if trouve else ("", texte)


def _nir(texte: str) -> tuple[str, str, str]:
    """The NIR of `texte` (its key added when it wasn't typed), why it isn't one, and the text without it."""
    tape, reste = _premier(_NIR, texte)
    if not tape:
        return "", "", texte
    compact = "".join(c for c in tape.upper() if c.isalnum())
    if len(compact) == Nir.SANS_CLE:
        return Nir.avec_sa_cle(compact), "", reste
    try:
        lu = lire_nir(compact)
    except RegleViolee as erreur:
        return "", erreur.message, reste
    return (lu.valeur if lu else ""), "", reste


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


def chercher(demande: Demande, *, limite: int = 20, ailleurs: bool = True) -> list[Ligne]:
    """Answers of the directory, the perimeter's structure first, the likeliest first, `limite` at most (1,000).

    `ailleurs=False` leaves the rest of the country out. Runs in a perimeter, else PostgreSQL refuses
    (`django.db.ProgrammingError`). [] for too little.
    """
    if not demande.suffisante:
        return []
    with connection.cursor() as curseur:
        curseur.execute(REQUETE, parametres(demande, limite=limite, ailleurs=ailleurs))
        return [Ligne(*ligne) for ligne in curseur.fetchall()]


REQUETE = (
    "SELECT * FROM annuaire_chercher("
    "%s::text[], %s::date, %s::int, %s::text[], %s::int, %s::bytea, %s::boolean, %s::int)"
)


def parametres(demande: Demande, *, limite: int, ailleurs: bool) -> list[Any]:
    """Arguments of `REQUETE`."""
    return [
        list(demande.mots),
        demande.naissance,
        demande.annee,
        demande.exactes,
        demande.numero,
        empreinte(demande.nir, "nir"),
        ailleurs,
        limite,
    ]


def oublier_les_mots() -> int | None:
    """Take away the words that nobody bears any more, as the batch role; how many, or None while people are being
    written: another night will do."""
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SELECT annuaire_oublier_mots()")
        oublies: int | None = curseur.fetchone()[0]
    return oublies
