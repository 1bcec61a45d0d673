"""An invented country for the measures of the search: names with a long tail, copied as fast as COPY goes.

A family name in fifteen is double, a person in twenty has a used name, one in seven a second first name. The head
is that of the real country (the commonest family name is 0.3 % of people), the tail has a million family names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, islice
from random import Random

from imilo.config.demonstration.noms import COURANTS, DEBUTS, FINS, MILIEUX, PRENOMS
from imilo.config.demonstration.prenoms import longue_liste
from imilo.jeunes.cles import mots_de_recherche

FAMILLES = 1_000_000
TETE_FAMILLES, TETE_PRENOMS = 30, 8
STRUCTURES = 440
PREMIER_JOUR, JOURS = date(1990, 1, 1), 21 * 365
LOT = 20_000
RIEN = r"\N"

# Columns written for a person and for a dossier; the rest of the columns stay NULL.
COLONNES_JEUNE = (
    "id, cree_le, modifie_le, nom_naissance, nom_usage, prenom, autres_prenoms, nom_unique, sexe, naissance, "
    "naissance_precision, naissance_lieu, mots, version"
)
COLONNES_DOSSIER = (
    "id, cree_le, modifie_le, numero, jeune_id, structure_id, statut, completude, premier_accueil, venue, numero_ft, "
    "telephone, telephone_2, courriel, sans_adresse, adresse_numero, adresse_voie, adresse_complement, "
    "adresse_code_postal, niveau_diplome, piece_type, doublon_ecarte, fin_motif, version"
)


@dataclass(frozen=True)
class Nom:
    """A name as written, and its search words as a family name (each word, and all in one)."""

    ecrit: str
    mots: tuple[str, ...]


@dataclass(frozen=True)
class Personne:
    """Who a line of COPY is about."""

    rang: int
    nom: str
    usage: str
    prenom: str
    autres: str
    sexe: str
    naissance: date
    mots: tuple[str, ...]


class Population:
    """Draws people, the same ones for the same seed."""

    def __init__(self, graine: str = "recherche", *, familles: int = FAMILLES) -> None:
        self._hasard = Random(graine)  # noqa: S311  # invented people, nothing secret
        self._familles = [_nom(nom) for nom in _familles(self._hasard, familles)]
        self._poids = list(accumulate(1 / (rang + TETE_FAMILLES) for rang in range(len(self._familles))))
        self._prenoms = {
            sexe: [_nom(p) for p in longue_liste(self._hasard, sexe, connus)] for sexe, connus in PRENOMS.items()
        }
        self._poids_prenoms = {
            sexe: list(accumulate(1 / (rang + TETE_PRENOMS) for rang in range(len(p))))
            for sexe, p in self._prenoms.items()
        }

    def personnes(self, combien: int, *, depuis: int = 1) -> Iterator[Personne]:
        """`combien` people, numbered from `depuis`."""
        for debut in range(depuis, depuis + combien, LOT):
            yield from self._lot(debut, min(LOT, depuis + combien - debut))

    def _lot(self, debut: int, combien: int) -> Iterator[Personne]:
        h = self._hasard
        noms = h.choices(self._familles, cum_weights=self._poids, k=combien)
        seconds = h.choices(self._familles, cum_weights=self._poids, k=combien // 5 + 100)
        prenoms = {
            s: iter(h.choices(p, cum_weights=self._poids_prenoms[s], k=2 * combien)) for s, p in self._prenoms.items()
        }
        suivants = iter(seconds)
        for i in range(combien):
            tirage, sexe = h.random(), "FM"[h.random() < 0.5]
            nom, usage, prenom = noms[i], "", next(prenoms[sexe])
            mots = {*nom.mots, *prenom.mots}
            ecrit, autres = nom.ecrit, ""
            if tirage < 1 / 15 and (second := next(suivants, None)):
                ecrit = f"{nom.ecrit}-{second.ecrit}"
                mots.update(second.mots, (nom.mots[-1] + second.mots[-1],) if _simples(nom, second) else _mots(ecrit))
            elif tirage < 1 / 15 + 1 / 20 and (second := next(suivants, None)):
                usage = second.ecrit
                mots.update(second.mots)
            elif tirage > 6 / 7:
                autre = next(prenoms[sexe])
                autres = autre.ecrit
                mots.update(mots_de_recherche("", "", "", autres) if len(autre.mots) > 1 else autre.mots)
            naissance = PREMIER_JOUR + timedelta(days=int(h.random() * JOURS))
            yield Personne(debut + i, ecrit, usage, prenom.ecrit, autres, sexe, naissance, tuple(sorted(mots)))


def _simples(*noms: Nom) -> bool:
    return all(len(nom.mots) == 1 for nom in noms)


def _mots(nom: str) -> tuple[str, ...]:
    return tuple(mots_de_recherche(nom, "", "", ""))


def _nom(ecrit: str) -> Nom:
    return Nom(ecrit, _mots(ecrit))


def _familles(hasard: Random, combien: int) -> list[str]:
    """Common names first, then composed ones of three and four pieces, in a drawn order."""
    trois = [d + m + f for d in DEBUTS for m in MILIEUX for f in FINS]
    hasard.shuffle(trois)

    def quatre() -> Iterator[str]:
        while True:
            yield hasard.choice(DEBUTS) + hasard.choice(MILIEUX) + hasard.choice(MILIEUX) + hasard.choice(FINS)

    connus = dict.fromkeys([*COURANTS, *trois])
    for nom in quatre():
        if len(connus) >= combien:
            break
        connus.setdefault(nom)
    return list(islice(connus, combien))


def ligne_jeune(p: Personne) -> str:
    return (
        f"{p.rang}\t2026-01-01\t2026-01-01\t{p.nom}\t{p.usage}\t{p.prenom}\t{p.autres}\tf\t{p.sexe}\t{p.naissance}\t"
        f"jour\t\t{{{','.join(p.mots)}}}\t1\n"
    )


def ligne_dossier(p: Personne) -> str:
    return (
        f"{p.rang}\t2026-01-01\t2026-01-01\t{p.rang}\t{p.rang}\t{p.rang % STRUCTURES + 1}\tactif\tpartiel\t2026-01-01"
        f"\t\t\t+336{p.rang:08d}\t\t\tf\t\t\t\t\t\t\t\t\t1\n"
    )


def lots(personnes: Iterator[Personne], taille: int = LOT) -> Iterator[Sequence[Personne]]:
    while lot := list(islice(personnes, taille)):
        yield lot


LIGNES: tuple[tuple[str, str, Callable[[Personne], str]], ...] = (
    ("jeunes_jeune", COLONNES_JEUNE, ligne_jeune),
    ("dossiers_dossier", COLONNES_DOSSIER, ligne_dossier),
)
