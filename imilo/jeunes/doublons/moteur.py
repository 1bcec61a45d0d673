"""Is it the same person? One engine for the counter, the queue of doubles, imports and the API.

It answers *meme_personne*, *probable* or *autre_personne*, with its evidence in French: what matches and what
differs. Blank never equals blank and never differs: an absent NIR, telephone or first name is no evidence (a blank
number once made 842 files one person's).

The NIR: equal, it settles the matter when birth and sex agree, else it may be a parent's; a waiting number, which
somebody else may have borne, makes it likely and no more. Two different NIR settle nothing: one may be a parent's
or misread; a person decides, and is told. A pupil's number (INE) or France Travail's makes it likely, never settled.

A day of birth with one wrong digit, its day and month swapped or one year off is likely when the first name is the
same and something else agrees: a telephone, an e-mail, an address, a number. Twins share all that but the first name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum

from imilo.jeunes.cles import colle
from imilo.jeunes.dates import naissance_affichee
from imilo.jeunes.identite import Identite
from imilo.jeunes.models import Precision, Sexe
from imilo.jeunes.nir import PROVISOIRES
from imilo.socle.normalisation import mots

PROCHE = 0.75  # ratio of letters in common from which two words are said near: "dupont", "dupond"
POIDS_JOUR, POIDS_EGAL, POIDS_PROCHE = 4, 2, 1
POIDS_INDICE, POIDS_NUMERO = 3, 6
# What the search doesn't tell of a dossier closed to the reader, in the words of the evidence.
TUS = ("adresse", "courriel", "identifiant", "INE", "lieu", "numéro", "sexe", "téléphone")


class Verdict(StrEnum):
    """What the engine says of two identities; only a person decides."""

    MEME = "meme_personne"
    PROBABLE = "probable"
    AUTRE = "autre_personne"


@dataclass(frozen=True)
class Personne:
    """What the directory says of a person of the country, with one of their dossiers.

    The last ones, from `meme_sexe` on, compare with the person that was asked about; `autre_nir` and `autre_sexe` are
    true when both have one and they differ. What isn't known on both sides, or may not be told from here, is False.
    """

    jeune_id: int
    dossier_id: int | None
    ici: bool
    structure_id: int
    structure_nom: str
    structure_telephone: str
    nom_naissance: str
    nom_usage: str
    prenom: str
    autres_prenoms: str
    naissance: date
    precision: str
    meme_sexe: bool
    meme_nir: bool
    meme_telephone: bool
    meme_courriel: bool = False
    meme_adresse: bool = False
    meme_ine: bool = False
    meme_numero_ft: bool = False
    autre_nir: bool = False
    autre_sexe: bool = False

    @property
    def indices(self) -> tuple[str, ...]:
        """What agrees besides names and birth, in French; the NIR has rules of its own."""
        dits = (
            (self.meme_telephone, "même téléphone"),
            (self.meme_courriel, "même courriel"),
            (self.meme_adresse, "même adresse"),
            (self.meme_ine, "même INE"),
            (self.meme_numero_ft, "même numéro France Travail"),
        )
        return tuple(dit for vrai, dit in dits if vrai)

    @property
    def meme_numero(self) -> bool:
        """A number of theirs agrees: a family shares the rest."""
        return self.meme_ine or self.meme_numero_ft

    @property
    def naissance_affichee(self) -> str:
        return naissance_affichee(self.naissance, self.precision)


@dataclass(frozen=True)
class Jugement:
    """`concorde` and `differe` are the evidence, in French; `force` sorts the likeliest first (0: somebody else).

    `sure`: a number of theirs, the day of birth and the first name all agree.
    """

    verdict: Verdict
    concorde: tuple[str, ...] = ()
    differe: tuple[str, ...] = ()
    force: int = 0
    sure: bool = False

    def d_identite(self) -> Jugement:
        """What names and birth alone say: for a dossier that is closed to the reader, as the directory tells of it."""
        return replace(
            self,
            verdict=Verdict.PROBABLE,
            concorde=tuple(p for p in self.concorde if d_etat_civil(p)),
            differe=tuple(p for p in self.differe if d_etat_civil(p)),
        )


def d_etat_civil(preuve: str) -> bool:
    """Whether a phrase of evidence, of this engine or of the linkage of lists, speaks of names and birth alone."""
    return any(quoi in preuve for quoi in ("nom", "naissance")) and not any(quoi in preuve for quoi in TUS)


def juger(identite: Identite, autre: Personne) -> Jugement:
    """Compare a cleaned identity with a person of the directory."""
    naissance, poids_naissance = _naissances(identite, autre)
    presque = "" if poids_naissance else _presque_la_meme_naissance(identite, autre)
    noms, poids_noms = _noms(identite, autre)
    prenoms, poids_prenoms = _prenoms(identite, autre)
    inverses = not poids_noms and not poids_prenoms and _inverses(identite, autre)
    dits = (naissance or presque, noms, prenoms, "nom et prénom inversés" if inverses else "", *autre.indices)
    concorde = tuple(p for p in dits if p)
    force = poids_naissance + bool(presque) + poids_noms + poids_prenoms + 3 * inverses
    force += POIDS_INDICE * len(autre.indices) + POIDS_NUMERO * autre.meme_numero
    differe = _differences(identite, autre, poids_naissance, poids_noms + 2 * inverses, poids_prenoms + 2 * inverses)
    if autre.meme_nir and autre.meme_sexe and identite.sexe != Sexe.INCONNU and poids_naissance:
        attente = identite.nir[:1] in PROVISOIRES
        preuve = "même numéro d'attente de sécurité sociale" if attente else "même numéro de sécurité sociale"
        verdict = Verdict.PROBABLE if attente else Verdict.MEME
        return Jugement(verdict, (preuve, *concorde), differe, 100 + force, sure=not attente)
    poids = (poids_naissance, poids_noms, poids_prenoms)
    if not _probable(identite, autre, poids, inverses=inverses) and not _reconnue(autre, poids, presque=bool(presque)):
        return Jugement(Verdict.AUTRE, concorde, differe)
    sure = autre.meme_numero and poids_naissance == POIDS_JOUR and poids_prenoms == POIDS_EGAL and not autre.autre_nir
    return Jugement(Verdict.PROBABLE, concorde, differe, max(1, force - 2 * autre.autre_nir), sure)


def _probable(identite: Identite, autre: Personne, poids: tuple[int, int, int], *, inverses: bool) -> bool:
    """Whether names and birth match so much that somebody has to look. `poids`: of birth, names, first names."""
    naissance, noms, prenoms = poids
    meme_jour = naissance == POIDS_JOUR
    un_seul_nom = not mots(identite.prenom) or not mots(autre.prenom)
    return bool(
        (meme_jour and noms and prenoms and noms + prenoms > 2)
        or (meme_jour and un_seul_nom and noms == POIDS_EGAL)
        or (naissance and inverses)
        or (naissance and noms == prenoms == POIDS_EGAL)
        or (autre.meme_telephone and prenoms == POIDS_EGAL)
    )


def _reconnue(autre: Personne, poids: tuple[int, int, int], *, presque: bool) -> bool:
    """Whether what agrees besides makes up for a slip in the names or in the birth."""
    naissance, noms, prenoms = poids
    une_faute = bool(autre.indices) and bool(naissance or presque) and bool(noms) and prenoms == POIDS_EGAL
    numero = autre.meme_numero and (naissance == POIDS_JOUR or (prenoms and (naissance or presque or noms)))
    return une_faute or bool(numero)


def _differences(identite: Identite, autre: Personne, naissance: int, noms: int, prenoms: int) -> tuple[str, ...]:
    """What differs, in French; what is blank on one side doesn't."""
    mienne = naissance_affichee(identite.naissance, identite.naissance_precision)
    deux_prenoms = mots(identite.prenom) and mots(autre.prenom)
    trouvees = (
        (naissance != POIDS_JOUR and mienne != autre.naissance_affichee, "date de naissance"),
        (not noms, "nom"),  # a name that is near is said so, and isn't said to differ
        (not prenoms and deux_prenoms, "prénom"),
        (autre.autre_sexe, "sexe"),
        (autre.autre_nir, "numéro de sécurité sociale (l'un peut être celui d'un parent, ou mal recopié)"),
    )
    return tuple(quoi for differe, quoi in trouvees if differe)


def _naissances(identite: Identite, autre: Personne) -> tuple[str, int]:
    a, b = identite.naissance, autre.naissance
    precisions = {identite.naissance_precision, autre.precision}
    if Precision.ANNEE in precisions:
        return ("même année de naissance", 2) if a.year == b.year else ("", 0)
    if Precision.MOIS in precisions:
        return ("mêmes mois et année de naissance", 2) if (a.year, a.month) == (b.year, b.month) else ("", 0)
    if a == b:
        return "même date de naissance", POIDS_JOUR
    if (a.year, a.month, a.day) == (b.year, b.day, b.month):
        return "jour et mois de naissance inversés", 2
    return "", 0


def _presque_la_meme_naissance(identite: Identite, autre: Personne) -> str:
    """One wrong digit, or one year off, between two whole dates. The same rule is in SQL: `annuaire_presque`."""
    if {identite.naissance_precision, autre.precision} != {Precision.JOUR}:
        return ""
    a, b = identite.naissance, autre.naissance
    if (a.month, a.day) == (b.month, b.day) and abs(a.year - b.year) == 1:
        return "naissance à un an près"
    fautes = sum(x != y for x, y in zip(f"{a:%Y%m%d}", f"{b:%Y%m%d}", strict=True))
    return "un chiffre de la date de naissance diffère" if fautes == 1 else ""


def _noms(identite: Identite, autre: Personne) -> tuple[str, int]:
    miens = {*mots(identite.nom_naissance), *mots(identite.nom_usage)}
    siens = {*mots(autre.nom_naissance), *mots(autre.nom_usage)}
    if (mien := colle(identite.nom_naissance)) and mien == colle(autre.nom_naissance):
        return "même nom de naissance", POIDS_EGAL
    if _sans_particule(miens) & _sans_particule(siens):
        return "nom en commun", POIDS_EGAL
    return ("nom proche", POIDS_PROCHE) if _proches(miens, siens) else ("", 0)


def _prenoms(identite: Identite, autre: Personne) -> tuple[str, int]:
    miens, siens = mots(identite.prenom), mots(autre.prenom)
    if miens and colle(identite.prenom) == colle(autre.prenom):
        return "même prénom", POIDS_EGAL
    # Somebody known by their second first name still gives the first one on some days.
    tous = {*miens, *mots(identite.autres_prenoms)}, {*siens, *mots(autre.autres_prenoms)}
    if tous[0] & tous[1] and (set(miens) & tous[1] or set(siens) & tous[0]):
        return "prénom en commun", POIDS_EGAL
    return ("prénom proche", POIDS_PROCHE) if _proches(set(miens), set(siens)) else ("", 0)


def _inverses(identite: Identite, autre: Personne) -> bool:
    mon_nom, mon_prenom = set(mots(identite.nom_naissance)), set(mots(identite.prenom))
    son_nom, son_prenom = set(mots(autre.nom_naissance)), set(mots(autre.prenom))
    return bool(mon_nom & son_prenom and mon_prenom & son_nom)


PARTICULES = frozenset(
    ("de", "du", "des", "la", "le", "les", "el", "al", "ben", "bin", "ould", "van", "von", "da", "dos", "di", "d", "l")
)


def _sans_particule(noms: set[str]) -> set[str]:
    return {m for m in noms if m not in PARTICULES} or noms


def _proches(miens: set[str], siens: set[str]) -> bool:
    return any(
        SequenceMatcher(None, a, b, autojunk=False).ratio() >= PROCHE
        for a in _sans_particule(miens)
        for b in _sans_particule(siens)
    )
