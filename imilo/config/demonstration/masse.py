"""Many dossiers at once: people made in Python, copied to the database by batches, spread over it by SQL.

COPY isn't allowed into tables under row-level security: each batch is copied to temporary tables, then
inserted from them, so that constraints, policies and search keys work as for any write.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

from imilo.config.demonstration import fictif, requetes, requetes_cej
from imilo.config.demonstration.engagements import Engagements
from imilo.config.demonstration.lignes import Lieu, Redaction
from imilo.config.demonstration.noms import Noms
from imilo.config.demonstration.personnes import Fabrique
from imilo.config.demonstration.territoire import Territoire
from imilo.config.demonstration.tirage import Tirage
from imilo.jeunes.models import Jeune
from imilo.parcours.dossiers.models import NUMERO_MAX
from imilo.socle.demarrage import Empechement
from imilo.socle.perimetre import TOUTES, perimetre

LOT = 10_000  # dossiers
FAMILLES = (40_000, 150_000)  # family names: the least, the most; one for ten dossiers in between
APRES_LES_HISTOIRES = 20  # NIR left to the people of the small demonstration, for each sex, year and place
BEAUCOUP = 8_000_000  # past it, the numbers that the sequence has passed are taken first


@dataclass(frozen=True)
class Textes:
    """The lines of a batch for COPY, by table, and how many dossiers they are."""

    dossiers: int
    tables: dict[str, list[str]]


# A batch: its number, and for each dossier its place, the number of its person, the communes of that place.
Lot = tuple[int, list[tuple[Lieu, int, Tirage[str]]]]


@dataclass
class Masse:
    """Writes the dossiers of `lieux`, as imilo_lots; each batch is a transaction of its own unless one is open.

    `redaction` says what they hold; people are numbered from `premier_rang` (telephones, France Travail
    numbers). Draws start anew at each batch from `graine` and its number, so that whoever skips the first
    `deja` batches (written by a load that was stopped) writes the same people. `apres` is called in the
    transaction of each batch (of `lot` dossiers), `avancer` is told how many dossiers were written. With
    `cles_differees` nobody is found before `refaire_les_cles`, which whoever asks for it owes.
    """

    lieux: Sequence[Lieu]
    redaction: Redaction
    premier_rang: int
    graine: str
    lot: int = LOT
    faits: bool = False
    cles_differees: bool = False
    deja: int = 0
    apres: Callable[[], None] = lambda: None
    avancer: Callable[[int], None] = lambda _n: None
    ecrits: int = 0
    lignes: int = 0
    secondes: float = 0.0

    def __post_init__(self) -> None:
        lieux = villes([lieu.territoire for lieu in self.lieux], par_territoire=25)
        hasard = self.redaction.hasard
        noms = Noms(hasard, familles=min(max(FAMILLES), max(min(FAMILLES), self.attendus // 10)), longue=True)
        self._fabrique = Fabrique(hasard, noms, self.redaction.jour, lieux, premier_nir=APRES_LES_HISTOIRES)
        self._engagements = Engagements(hasard, self.redaction.jour)

    @property
    def attendus(self) -> int:
        """How many dossiers all batches hold."""
        return sum(lieu.dossiers for lieu in self.lieux)

    @property
    def restants(self) -> int:
        """How many are still to be written when it starts."""
        return max(self.attendus - self.deja * self.lot, 0)

    def ecrire(self) -> int:
        """Write what is left; returns how many dossiers. Raises `Empechement` when numbers would run out."""
        depart = time.monotonic()
        with connection.cursor() as curseur:
            for requete in requetes.TEMPORAIRES:
                curseur.execute(requete)
            curseur.execute("TRUNCATE demo_document")
            curseur.execute(requetes_cej.REMPLIR_LE_DOCUMENT, fictif.document())
        numeros = Numeros(self.restants)
        if self.deja:
            self._fabrique.rangs_nir.update(nir_donnes(self.redaction.jour.year))
        # While the database inserts a batch, the next one is being made.
        with ThreadPoolExecutor(1) as atelier:
            pret: Future[Textes] | None = None
            for n, lot in self._lots():
                if n < self.deja:
                    continue
                suivant = atelier.submit(self._rediger, (n, lot), self._identifiants(len(lot), numeros))
                if pret is not None:
                    self._ecrire_lot(pret.result())
                pret = suivant
            if pret is not None:
                self._ecrire_lot(pret.result())
        self.secondes = time.monotonic() - depart
        return self.ecrits

    def _lots(self) -> Iterator[Lot]:
        """Batches of places to fill; a batch may hold several structures."""
        lot: list[tuple[Lieu, int, Tirage[str]]] = []
        rang, n = self.premier_rang, 0
        for lieu in self.lieux:
            communes = villes((lieu.territoire,), par_territoire=80)
            for _ in range(lieu.dossiers):
                lot.append((lieu, rang, communes))
                rang += 1
                if len(lot) == self.lot:
                    yield n, lot
                    lot, n = [], n + 1
        if lot:
            yield n, lot

    @staticmethod
    def _identifiants(combien: int, numeros: Numeros) -> list[tuple[int, int, int]]:
        """For each dossier: its number, the identifier of the person, its own."""
        with connection.cursor() as curseur:
            jeunes, dossiers = (suivants(curseur, s, combien) for s in requetes.SEQUENCES)
            return list(zip(numeros.suivants(curseur, combien), jeunes, dossiers, strict=True))

    def _rediger(self, lot: Lot, identifiants: list[tuple[int, int, int]]) -> Textes:
        """What will be copied. Runs beside the database's work, one batch after the other."""
        n, places = lot
        r, tables = self.redaction, {table: list[str]() for table in requetes.COPIER}
        r.hasard.seed(f"{self.graine}/{n}")
        dossiers = [
            r.dossier(lieu, self._fabrique.personne(rang, communes), numeros)
            for (lieu, rang, communes), numeros in zip(places, identifiants, strict=True)
        ]
        for d in dossiers:
            tables["personnes"].append(r.personnes(d))
            tables["actes"] += r.lignes_d_actes(d)
            tables["situations"] += r.lignes_de_situations(d)
            for table, ligne in self._engagements.lignes(d):
                tables[table].append(ligne)
        return Textes(len(dossiers), tables)

    def _ecrire_lot(self, textes: Textes) -> None:
        with perimetre(TOUTES), connection.cursor() as curseur:
            curseur.execute(requetes.REGLER, [requetes.CLES_DIFFEREES if self.cles_differees else ""])
            curseur.execute(requetes.VIDER)
            for table, lignes in textes.tables.items():
                self._copier(curseur, requetes.COPIER[table], lignes)
            for requete in requetes.INSERTIONS + (requetes.FAITS if self.faits else ()):
                curseur.execute(requete)
            self.apres()
        self.ecrits += textes.dossiers
        self.avancer(textes.dossiers)

    def _copier(self, curseur: CursorWrapper, requete: str, lignes: Sequence[str]) -> None:
        with curseur.copy(requete) as copie:
            for debut in range(0, len(lignes), 1000):
                copie.write("".join(lignes[debut : debut + 1000]))
        self.lignes += len(lignes)


class Numeros:
    """Gives dossier numbers: those of the sequence, and when they would run out, those never given before it."""

    def __init__(self, voulus: int) -> None:
        with perimetre(TOUTES), connection.cursor() as curseur:
            curseur.execute("SELECT last_value, is_called FROM dossiers_numero_seq")
            dernier, entame = curseur.fetchone()
            dernier = dernier if entame else dernier - 1
            curseur.execute("SELECT count(*) FROM dossiers_dossier WHERE numero <= %s", [dernier])
            combien = a_reprendre(voulus, dernier=dernier, pris=curseur.fetchone()[0])
            curseur.execute(_LIBRES, [dernier, combien])
            self._libres = deque(n for (n,) in curseur.fetchall())

    def suivants(self, curseur: CursorWrapper, combien: int) -> list[int]:
        repris = [self._libres.popleft() for _ in range(min(combien, len(self._libres)))]
        return repris + suivants(curseur, "dossiers_numero_seq", combien - len(repris))


_LIBRES = """
SELECT n FROM generate_series(1, %s) n
WHERE NOT EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.numero = n) ORDER BY n LIMIT %s
"""


def a_reprendre(voulus: int, *, dernier: int, pris: int) -> int:
    """How many of the numbers that the sequence has passed serve for `voulus` dossiers: none for most bases.

    `dernier` is the last one that the sequence gave, `pris` how many up to it are in use. Raises `Empechement`
    when seven digits don't suffice.
    """
    restants, libres = NUMERO_MAX - dernier, dernier - pris
    if voulus > restants + libres:
        raise Empechement(
            f"Un numéro de dossier a sept chiffres : il en reste {restants + libres}, et {voulus} sont demandés. "
            f"Demandez {voulus - restants - libres} dossiers de moins.",
            f"A dossier number has seven digits: {restants + libres} are left and {voulus} are asked for.",
        )
    return libres if voulus > min(BEAUCOUP, restants) else 0


def nir_donnes(annee: int) -> dict[tuple[str, int, str], int]:
    """The first NIR still to be given for each sex, year and place, read in the base. `annee`: of the load."""
    with perimetre(TOUTES):
        numeros = Jeune.objects.filter(nir__isnull=False).values_list("nir", flat=True).iterator(chunk_size=10_000)
        return fictif.suite_des_nir(map(str, numeros), annee=annee, depuis=APRES_LES_HISTOIRES)


def refaire_les_cles() -> None:
    """Make the search keys of the whole base, in the current transaction."""
    with connection.cursor() as curseur:
        curseur.execute(requetes.MEMOIRE)
        curseur.execute(requetes.REFAIRE_LES_CLES)


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
