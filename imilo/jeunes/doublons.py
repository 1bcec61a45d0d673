"""Likely doubles: who in the country may be the person in front of us, and what says so, in words.

Blank never equals blank: an absent NIR, telephone or first name is no evidence (a blank number once made
842 files one person's). An equal NIR settles nothing unless birth and sex agree: it may be a parent's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from django.db import connection

from imilo.jeunes.cles import colle, mots_de_recherche
from imilo.jeunes.dates import naissance_affichee
from imilo.jeunes.identite import Identite
from imilo.jeunes.models import Precision
from imilo.socle.chiffrement import empreinte
from imilo.socle.normalisation import mots

PROCHE = 0.75  # ratio of letters in common from which two words are said near: "dupont", "dupond"
LIMITE = 30


@dataclass(frozen=True)
class Personne:
    """What the directory says of a person of the country, with one of their dossiers."""

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

    @property
    def naissance_affichee(self) -> str:
        return naissance_affichee(self.naissance, self.precision)


@dataclass(frozen=True)
class Candidat:
    """A likely double: the person, where their dossiers are, what matches (in French), how strongly."""

    personne: Personne
    ailleurs: tuple[Personne, ...]
    preuves: tuple[str, ...]
    force: int

    @property
    def phrase(self) -> str:
        return ", ".join(self.preuves)


@dataclass(frozen=True)
class Rapprochement:
    """Answer of the search: likely doubles, and who else already bears this NIR without being one."""

    candidats: tuple[Candidat, ...] = ()
    porteurs_du_nir: tuple[Personne, ...] = ()


def rapprocher(identite: Identite, *, telephones: tuple[str, ...] = (), sauf: int | None = None) -> Rapprochement:
    """Look for likely doubles of a cleaned identity in the whole country, the strongest first.

    `telephones` are in E.164; `sauf` is the person being edited. Runs in a perimeter.
    """
    personnes = _personnes(identite, telephones, sauf)
    dossiers: dict[int, list[Personne]] = {}
    for personne in personnes:
        dossiers.setdefault(personne.jeune_id, []).append(personne)
    candidats, porteurs = [], []
    for liste in dossiers.values():
        premiere = min(liste, key=lambda p: not p.ici)
        preuves, force = evaluer(identite, premiere)
        if force:
            candidats.append(Candidat(premiere, tuple(p for p in liste if not p.ici), preuves, force))
        elif premiere.meme_nir:
            porteurs.append(premiere)
    return Rapprochement(tuple(sorted(candidats, key=lambda c: -c.force)), tuple(porteurs))


def _personnes(identite: Identite, telephones: tuple[str, ...], sauf: int | None) -> list[Personne]:
    noms = (identite.nom_naissance, identite.nom_usage, identite.prenom, identite.autres_prenoms)
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT * FROM annuaire_homonymes("
            "%s::text[], %s::date, %s, %s::text[], %s::bytea, %s, %s::bigint, %s::int)",
            [
                mots_de_recherche(*noms),
                identite.naissance,
                identite.naissance_precision,
                [t for t in telephones if t],
                empreinte(identite.nir, "nir"),
                identite.sexe,
                sauf,
                LIMITE,
            ],
        )
        return [Personne(*ligne) for ligne in curseur.fetchall()]


def evaluer(identite: Identite, autre: Personne) -> tuple[tuple[str, ...], int]:
    """Evidence (French) that `autre` is the same person, and its strength; ((), 0) when it isn't likely."""
    naissance, poids_naissance = _naissances(identite, autre)
    noms, poids_noms = _noms(identite, autre)
    prenoms, poids_prenoms = _prenoms(identite, autre)
    inverses = not poids_noms and not poids_prenoms and _inverses(identite, autre)
    preuves = [p for p in (naissance, noms, prenoms, "nom et prénom inversés" if inverses else "") if p]
    if autre.meme_telephone:
        preuves.append("même téléphone")
    if autre.meme_nir and autre.meme_sexe and poids_naissance:
        return ("même numéro de sécurité sociale", *preuves), 100 + poids_naissance + poids_noms + poids_prenoms
    meme_jour = poids_naissance == POIDS_JOUR
    un_seul_nom = not mots(identite.prenom) or not mots(autre.prenom)
    probable = (
        (meme_jour and poids_noms and poids_prenoms and poids_noms + poids_prenoms > 2)
        or (meme_jour and un_seul_nom and poids_noms == POIDS_EGAL)
        or (poids_naissance and inverses)
        or (poids_naissance and poids_noms == poids_prenoms == POIDS_EGAL)
        or (autre.meme_telephone and poids_prenoms == POIDS_EGAL)
    )
    if not probable:
        return (), 0
    force = poids_naissance + poids_noms + poids_prenoms + 3 * autre.meme_telephone + 3 * inverses
    return tuple(preuves), force


POIDS_JOUR, POIDS_EGAL, POIDS_PROCHE = 4, 2, 1


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


def _noms(identite: Identite, autre: Personne) -> tuple[str, int]:
    miens = {*mots(identite.nom_naissance), *mots(identite.nom_usage)}
    siens = {*mots(autre.nom_naissance), *mots(autre.nom_usage)}
    if colle(identite.nom_naissance) == colle(autre.nom_naissance):
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
