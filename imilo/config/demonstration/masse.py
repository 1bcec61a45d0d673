"""Many dossiers at once: people made in Python, copied to the database by batches, spread over it by SQL.

COPY isn't allowed into tables under row-level security: each batch is copied to temporary tables, then
inserted from them, so that constraints, policies and search keys work as for any write.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

from imilo.config.demonstration import requetes
from imilo.config.demonstration.lignes import Lieu, Redaction
from imilo.config.demonstration.noms import Noms
from imilo.config.demonstration.personnes import Fabrique, Tirage
from imilo.config.demonstration.territoire import Territoire
from imilo.parcours.dossiers.models import NUMERO_MAX
from imilo.socle.demarrage import Empechement
from imilo.socle.perimetre import TOUTES, perimetre

LOT = 10_000  # dossiers
FAMILLES = (40_000, 150_000)  # family names: the least, the most; one for ten dossiers in between
APRES_LES_HISTOIRES = 20  # NIR left to the people of the small demonstration, for each sex, year and place
PREMIER_DE_LA_SEQUENCE = 1_000_000
BEAUCOUP = 8_000_000  # past it, the numbers before the sequence's first are taken too


@dataclass(frozen=True)
class Textes:
    """The lines of a batch, for COPY, and how many dossiers they are."""

    dossiers: int
    personnes: list[str]
    actes: list[str]
    situations: list[str]


@dataclass
class Masse:
    """Writes the dossiers of `lieux`, as imilo_lots; each batch is a transaction of its own unless one is open.

    `redaction` says what they hold; people are numbered from `premier_rang` (telephones, France Travail
    numbers). `avancer` is told how many were written.
    """

    lieux: Sequence[Lieu]
    redaction: Redaction
    premier_rang: int
    faits: bool = False
    avancer: Callable[[int], None] = lambda _n: None
    ecrits: int = 0
    lignes: int = 0
    secondes: float = 0.0

    def __post_init__(self) -> None:
        lieux = villes([lieu.territoire for lieu in self.lieux], par_territoire=25)
        hasard = self.redaction.hasard
        noms = Noms(hasard, familles=min(max(FAMILLES), max(min(FAMILLES), self.attendus // 10)))
        self._fabrique = Fabrique(hasard, noms, self.redaction.jour, lieux, premier_nir=APRES_LES_HISTOIRES)

    @property
    def attendus(self) -> int:
        """How many dossiers it will write."""
        return sum(lieu.dossiers for lieu in self.lieux)

    def ecrire(self) -> int:
        """Write everything; returns how many dossiers. Raises `Empechement` when numbers would run out."""
        depart = time.monotonic()
        with connection.cursor() as curseur:
            curseur.execute(requetes.TEMPORAIRES)
        numeros = Numeros(self.attendus)
        # While the database inserts a batch, the next one is being made.
        with ThreadPoolExecutor(1) as atelier:
            pret: Future[Textes] | None = None
            for lot in self._lots():
                suivant = atelier.submit(self._rediger, lot, self._identifiants(len(lot), numeros))
                if pret is not None:
                    self._ecrire_lot(pret.result())
                pret = suivant
            if pret is not None:
                self._ecrire_lot(pret.result())
        self.secondes = time.monotonic() - depart
        return self.ecrits

    def _lots(self) -> Iterator[list[tuple[Lieu, int, Tirage[str]]]]:
        """Batches of places to fill, with the number of each person; a batch may hold several structures."""
        lot: list[tuple[Lieu, int, Tirage[str]]] = []
        rang = self.premier_rang
        for lieu in self.lieux:
            communes = villes((lieu.territoire,), par_territoire=80)
            for _ in range(lieu.dossiers):
                lot.append((lieu, rang, communes))
                rang += 1
                if len(lot) == LOT:
                    yield lot
                    lot = []
        if lot:
            yield lot

    @staticmethod
    def _identifiants(combien: int, numeros: Numeros) -> list[tuple[int, int, int]]:
        """For each dossier: its number, the identifier of the person, its own."""
        with connection.cursor() as curseur:
            jeunes, dossiers = (suivants(curseur, s, combien) for s in requetes.SEQUENCES)
            return list(zip(numeros.suivants(curseur, combien), jeunes, dossiers, strict=True))

    def _rediger(self, lot: list[tuple[Lieu, int, Tirage[str]]], identifiants: list[tuple[int, int, int]]) -> Textes:
        """What will be copied. Runs beside the database's work, one batch after the other: draws keep their order."""
        r = self.redaction
        dossiers = [
            r.dossier(lieu, self._fabrique.personne(rang, communes), numeros)
            for (lieu, rang, communes), numeros in zip(lot, identifiants, strict=True)
        ]
        return Textes(
            len(dossiers),
            [r.personnes(d) for d in dossiers],
            [acte for d in dossiers for acte in r.lignes_d_actes(d)],
            [situation for d in dossiers for situation in r.lignes_de_situations(d)],
        )

    def _ecrire_lot(self, textes: Textes) -> None:
        with perimetre(TOUTES), connection.cursor() as curseur:
            curseur.execute(requetes.VIDER)
            self._copier(curseur, requetes.COPIER_PERSONNES, textes.personnes)
            self._copier(curseur, requetes.COPIER_ACTES, textes.actes)
            self._copier(curseur, requetes.COPIER_SITUATIONS, textes.situations)
            for requete in requetes.INSERTIONS + (requetes.FAITS if self.faits else ()):
                curseur.execute(requete)
        self.ecrits += textes.dossiers
        self.avancer(textes.dossiers)

    def _copier(self, curseur: CursorWrapper, requete: str, lignes: Sequence[str]) -> None:
        with curseur.copy(requete) as copie:
            for debut in range(0, len(lignes), 1000):
                copie.write("".join(lignes[debut : debut + 1000]))
        self.lignes += len(lignes)


class Numeros:
    """Gives dossier numbers: those of the sequence, and for a very large base those before its first too."""

    def __init__(self, voulus: int) -> None:
        with perimetre(TOUTES), connection.cursor() as curseur:
            curseur.execute("SELECT last_value, is_called FROM dossiers_numero_seq")
            dernier, entame = curseur.fetchone()
            curseur.execute("SELECT max(numero) FROM dossiers_dossier WHERE numero < %s", [PREMIER_DE_LA_SEQUENCE])
            petit = curseur.fetchone()[0] or 0
        self._petit = petit + 1
        self._petits = petits_a_prendre(voulus, dernier=dernier if entame else dernier - 1, petit=petit)

    def suivants(self, curseur: CursorWrapper, combien: int) -> list[int]:
        du_debut = min(combien, self._petits)
        pris = list(range(self._petit, self._petit + du_debut))
        self._petit += du_debut
        self._petits -= du_debut
        return pris + suivants(curseur, "dossiers_numero_seq", combien - du_debut)


def petits_a_prendre(voulus: int, *, dernier: int, petit: int) -> int:
    """How many numbers before the first of the sequence to take for `voulus` dossiers: none for most bases.

    `dernier` is the last one that the sequence gave, `petit` the largest in use before its first. Raises
    `Empechement` when seven digits don't suffice.
    """
    restants, petits = NUMERO_MAX - dernier, PREMIER_DE_LA_SEQUENCE - 1 - petit
    if voulus > restants + petits:
        raise Empechement(
            f"Un numéro de dossier a sept chiffres : il en reste {restants + petits}, et {voulus} sont demandés. "
            f"Demandez {voulus - restants - petits} dossiers de moins.",
            f"A dossier number has seven digits: {restants + petits} are left and {voulus} are asked for.",
        )
    return petits if voulus > min(BEAUCOUP, restants) else 0


def suivants(curseur: CursorWrapper, sequence: str, combien: int) -> list[int]:
    """The next identifiers of a sequence: it stays ahead of what is written, whoever else writes."""
    if not combien:
        return []
    curseur.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, combien])
    return [ligne[0] for ligne in curseur.fetchall()]


def villes(territoires: Sequence[Territoire], *, par_territoire: int) -> Tirage[str]:
    """A commune of these territories, the most populated first, each territory by its population."""
    return Tirage(
        {
            code: territoire.population / (rang + 1)
            for territoire in territoires
            for rang, code in enumerate(territoire.communes[:par_territoire])
        }
    )


def partager(dossiers: int, territoires: Sequence[Territoire]) -> list[int]:
    """How many of `dossiers` go to each territory, by population; the sum is exact."""
    total = sum(t.population for t in territoires)
    cumul, faits, parts = 0, 0, []
    for territoire in territoires:
        cumul += territoire.population
        jusque = round(dossiers * cumul / total)
        parts.append(jusque - faits)
        faits = jusque
    return parts
