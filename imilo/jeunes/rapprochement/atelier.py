"""The workshop: a DuckDB database of its own on disk, where two lists are put, prepared, scored and decided."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from imilo.jeunes.rapprochement import dossiers
from imilo.jeunes.rapprochement import modele as modeles
from imilo.jeunes.rapprochement.colonnes import COLONNES, reconnaitre
from imilo.jeunes.rapprochement.dates_de_liste import Dates, examiner
from imilo.jeunes.rapprochement.decision import decider
from imilo.jeunes.rapprochement.modele import BASE, LISTE
from imilo.jeunes.rapprochement.moteurs import DuckDB, Moteur
from imilo.jeunes.rapprochement.preparation import preparer
from imilo.jeunes.rapprochement.resultat import Resultat
from imilo.jeunes.rapprochement.sql import compter

MEMOIRE = "2GB"
LOT = 20_000
SCHEMA = pa.schema([("ligne", pa.int64()), *((colonne, pa.string()) for colonne in COLONNES)])


class Atelier:
    """Open it with `with`: its files (personal data) are readable by this account only, and go when it closes."""

    def __init__(self, *, memoire: str = MEMOIRE, modele: dict[str, Any] | None = None) -> None:
        self._dossier = Path(tempfile.mkdtemp(prefix="imilo-rapprochement-"))
        self.connexion = duckdb.connect(str(self._dossier / "atelier.duckdb"))
        self.connexion.execute(f"SET memory_limit = '{memoire}'")
        self.connexion.execute(f"SET temp_directory = '{self._dossier / 'deborde'}'")
        self.connexion.execute("SET preserve_insertion_order = false")
        self.modele = modele or modeles.courant()
        self.dates: dict[str, Dates] = {}
        self._lignes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connexion.close()
        shutil.rmtree(self._dossier, ignore_errors=True)

    def prendre_liste(self, lignes: Iterable[Mapping[str, str]], colonnes: Mapping[str, str] | None = None) -> int:
        """Put the list in; returns its number of lines. Raises `ColonnesInconnues`."""
        self._lignes = self._prendre(LISTE, lignes, colonnes)
        return self._lignes

    def prendre_base(self, lignes: Iterable[Mapping[str, str]], colonnes: Mapping[str, str] | None = None) -> int:
        """Put in what the list is compared with; returns its number of records."""
        return self._prendre(BASE, lignes, colonnes)

    def prendre_dossiers(self, avancer: Callable[[int], None] | None = None) -> int:
        """Put in all the dossiers of the country (Django set up, as the batch role), after the list."""
        fichier = self._dossier / "dossiers.csv"
        for ecrits in dossiers.ecrire_dossiers(fichier):
            (avancer or _rien)(ecrits)
        nombre = dossiers.verser(self.connexion, fichier, f"{BASE}_brut")
        fichier.unlink()
        preparer(self.connexion, f"{BASE}_brut", BASE, nir_hache=True)
        dossiers.hacher(self.connexion, LISTE)
        return nombre

    def _prendre(self, cote: str, lignes: Iterable[Mapping[str, str]], colonnes: Mapping[str, str] | None) -> int:
        suite = iter(lignes)
        premiere = next(suite, None)
        if premiere is None:
            return self.verser(cote, iter(()))
        noms = list(premiere)
        places = reconnaitre(noms, {o: t for o, t in (colonnes or {}).items() if t in premiere})
        siennes = {ours: noms[place] for ours, place in places.items()}
        toutes = itertools.chain([premiere], suite)
        return self.verser(cote, _lots([ligne.get(siennes.get(c, "")) or None for c in COLONNES] for ligne in toutes))

    def verser(self, cote: str, lots: Iterable[pa.RecordBatch]) -> int:
        """Fill the raw table of one side, then prepare it; returns its number of records."""
        self.connexion.execute(
            f"CREATE OR REPLACE TABLE {cote}_brut (ligne BIGINT, {', '.join(f'{c} VARCHAR' for c in COLONNES)})"
        )
        nombre = 0
        for lot in lots:
            self.connexion.register("lot", lot)
            self.connexion.execute(f"INSERT INTO {cote}_brut SELECT * FROM lot")
            self.connexion.unregister("lot")
            nombre += lot.num_rows
        self.dates[cote] = examiner(self.connexion, f"{cote}_brut")
        preparer(self.connexion, f"{cote}_brut", cote, ordre=self.dates[cote].ordre)
        return nombre

    def rapprocher(self, *, moteur: Moteur | None = None, un_a_un: bool = True) -> Iterator[Resultat]:
        """The answer for each line of the list, in order; `dossier` is the reference of the base's record."""
        base = compter(self.connexion, BASE)
        modele = modeles.avec_prealable(self.modele, modeles.prealable(base))
        paires = (moteur or DuckDB()).paires(self.connexion, modele) if base and self._lignes else iter(())
        resultats = list(decider(paires, self._lignes, un_a_un=un_a_un))
        noms = self._references([r.personne for r in resultats if r.personne is not None])
        for resultat in resultats:
            yield resultat if resultat.personne is None else replace(resultat, dossier=noms[resultat.personne])

    def _references(self, places: list[int]) -> dict[int, str]:
        self.connexion.register("voulues", pa.table({"ligne": pa.array(places, pa.int64())}))
        lues = self.connexion.execute(
            f"SELECT ligne, coalesce(nullif(trim(reference), ''), CAST(ligne AS VARCHAR)) FROM {BASE}_brut "
            "SEMI JOIN voulues USING (ligne)"
        ).fetchall()
        self.connexion.unregister("voulues")
        return dict(lues)


def _rien(_: int) -> None:
    """Nobody follows the progress."""


def _lots(rangees: Iterable[list[str | None]]) -> Iterator[pa.RecordBatch]:
    """Rows (values in the order of COLONNES) as Arrow batches, numbered from 0."""
    suite, debut = iter(rangees), 0
    while lot := list(itertools.islice(suite, LOT)):
        tableaux = [pa.array(range(debut, debut + len(lot)), pa.int64())]
        tableaux += [pa.array(valeurs, pa.string()) for valeurs in zip(*lot, strict=True)]
        yield pa.RecordBatch.from_arrays(tableaux, schema=SCHEMA)
        debut += len(lot)
