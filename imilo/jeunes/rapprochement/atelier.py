"""The workshop: a DuckDB database of its own, where two lists are put, prepared, scored and decided."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import psutil
import pyarrow as pa

from imilo.jeunes.rapprochement import dossiers, lecture_rapide
from imilo.jeunes.rapprochement import modele as modeles
from imilo.jeunes.rapprochement.colonnes import COLONNES, reconnaitre
from imilo.jeunes.rapprochement.dates_de_liste import Dates, examiner
from imilo.jeunes.rapprochement.decision import decider
from imilo.jeunes.rapprochement.modele import BASE, LISTE
from imilo.jeunes.rapprochement.moteurs import CANDIDATS, DuckDB, Moteur, Paire
from imilo.jeunes.rapprochement.preparation import compter_les_noms, faire_les_cles, lire, preparer
from imilo.jeunes.rapprochement.resultat import Resultat
from imilo.jeunes.rapprochement.sql import compter
from imilo.jeunes.rapprochement.tri import choisir_les_paires
from imilo.socle.lecture_csv import Tableau

MEMOIRE = "2GB"
PREFIXE = "imilo-rapprochement-"
LOT = 20_000
SANS_IDENTITE = "ni nom ni identifiant sur cette ligne"
SCHEMA = pa.schema([("ligne", pa.int64()), *((colonne, pa.string()) for colonne in COLONNES)])


class Atelier:
    """Open it with `with`: its files (personal data) are readable by this account only, and go when it closes."""

    def __init__(self, *, memoire: str = MEMOIRE, modele: dict[str, Any] | None = None) -> None:
        _balayer()
        self._dossier = Path(tempfile.mkdtemp(prefix=f"{PREFIXE}{os.getpid()}-"))
        self.connexion = duckdb.connect()  # in memory; what goes beyond the limit goes to the private folder
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
        return self.verser_liste(self._lots(lignes, colonnes))

    def prendre_base(self, lignes: Iterable[Mapping[str, str]], colonnes: Mapping[str, str] | None = None) -> int:
        """Put in what the list is compared with; returns its number of records."""
        return self.verser(BASE, self._lots(lignes, colonnes))

    def prendre_dossiers(self, avancer: Callable[[int], None] | None = None) -> int:
        """Put in all the dossiers of the country (Django set up, as the batch role), after the list."""
        fichier = self._dossier / "dossiers.csv"
        for ecrits in dossiers.ecrire_dossiers(fichier, lignes=self._lignes):
            (avancer or _rien)(ecrits)
        nombre = dossiers.verser(self.connexion, fichier, f"{BASE}_brut")
        fichier.unlink()
        lire(self.connexion, f"{BASE}_brut", BASE, nir_hache=True)
        dossiers.hacher(self.connexion, f"{LISTE}_lue")
        return nombre

    @staticmethod
    def _lots(lignes: Iterable[Mapping[str, str]], colonnes: Mapping[str, str] | None) -> Iterator[pa.RecordBatch]:
        suite = iter(lignes)
        premiere = next(suite, None)
        if premiere is None:
            return iter(())
        noms = list(premiere)
        places = reconnaitre(noms, {o: t for o, t in (colonnes or {}).items() if t in premiere})
        siens = [noms[place] for place in places.values()]
        toutes = itertools.chain([premiere], suite)
        rangs = dict(zip(places, range(len(places)), strict=True))
        return en_lots(([ligne.get(nom, "") for nom in siens] for ligne in toutes), [rangs.get(c) for c in COLONNES])

    def verser_liste(self, lots: Iterable[pa.RecordBatch]) -> int:
        """Put the list in, as batches of `SCHEMA`; returns its number of lines."""
        self._lignes = self.verser(LISTE, lots)
        return self._lignes

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
        self._lire(cote)
        return nombre

    def verser_tableau(
        self, cote: str, tableau: Tableau, places: Mapping[str, int], avancer: Callable[[int], None]
    ) -> int | None:
        """The same from a table just opened, when it is clean enough for DuckDB to read it; else None."""
        nombre = lecture_rapide.lire(self.connexion, tableau, places, f"{cote}_brut", avancer)
        if nombre is None:
            return None
        if cote == LISTE:
            self._lignes = nombre
        self._lire(cote)
        return nombre

    def _lire(self, cote: str) -> None:
        self.dates[cote] = examiner(self.connexion, f"{cote}_brut")
        lire(self.connexion, f"{cote}_brut", cote, ordre=self.dates[cote].ordre)

    def apparier(self, modele: dict[str, Any]) -> None:
        """Make the pairs worth scoring, and what the model compares of their records."""
        faire_les_cles(self.connexion, LISTE)
        faire_les_cles(self.connexion, BASE, parmi=f"{LISTE}_cles")
        compter_les_noms(self.connexion, LISTE, BASE)
        choisir_les_paires(self.connexion, modele)
        preparer(self.connexion, f"{LISTE}_brut", LISTE, parmi=f"SELECT ligne FROM {CANDIDATS}")
        preparer(self.connexion, f"{BASE}_brut", BASE, parmi=f"SELECT autre FROM {CANDIDATS}")

    def rapprocher(self, *, moteur: Moteur | None = None, un_a_un: bool = True) -> Iterator[Resultat]:
        """The answer for each line of the list, in order; `dossier` is the reference of the base's record."""
        base = compter(self.connexion, f"{BASE}_lue")
        modele = modeles.avec_prealable(self.modele, modeles.prealable(base))
        remarques = self._remarques()
        paires: Iterator[Paire] = iter(())
        if base and self._lignes:
            self.apparier(modele)
            paires = (moteur or DuckDB()).paires(self.connexion, modele)
        resultats = list(decider(paires, self._lignes, un_a_un=un_a_un))
        noms = self._references([r.personne for r in resultats if r.personne is not None])
        for resultat in resultats:
            remarque = remarques.get(resultat.rang, "")
            if remarque == SANS_IDENTITE:
                yield Resultat(resultat.rang, "illisible", raison=remarque)
                continue
            if resultat.personne is None and not remarque:
                yield resultat
                continue
            dossier = "" if resultat.personne is None else noms[resultat.personne]
            yield replace(resultat, dossier=dossier, raison=" ; ".join(filter(None, (resultat.raison, remarque))))

    def entrainer(self) -> None:
        """Learn the model from the two lists, without labels."""
        from imilo.jeunes.rapprochement.entrainement import entrainer

        for cote in (LISTE, BASE):
            preparer(self.connexion, f"{cote}_brut", cote)
        self.modele = entrainer(self.connexion)

    def phrase_des_dates(self, cote: str) -> str:
        """What is to be said of the dates of birth of one side; "" when nothing is in doubt."""
        return self.dates[cote].phrase if cote in self.dates else ""

    def _remarques(self) -> dict[int, str]:
        """What the preparation left aside, by line of the list."""
        lues = self.connexion.execute(
            f"""
            SELECT b.ligne, CASE
                WHEN coalesce(p.nom, p.nir, p.ine, p.identifiant) IS NULL THEN '{SANS_IDENTITE}'
                WHEN p.naissance IS NULL AND trim(b.naissance) <> '' THEN
                    'date de naissance illisible : « ' || left(b.naissance, 30) || ' »'
                ELSE 'numéro de sécurité sociale laissé de côté : il dit une autre naissance ou un autre sexe' END
            FROM {LISTE}_brut b JOIN {LISTE}_lue p ON p.unique_id = b.ligne
            WHERE coalesce(p.nom, p.nir, p.ine, p.identifiant) IS NULL
                OR (p.naissance IS NULL AND trim(b.naissance) <> '') OR (p.nir IS NULL AND trim(b.nir) <> '')
            """
        ).fetchall()
        return dict(lues)

    def _references(self, places: list[int]) -> dict[int, str]:
        self.connexion.register("voulues", pa.table({"ligne": pa.array(places, pa.int64())}))
        lues = self.connexion.execute(
            f"SELECT ligne, coalesce(nullif(trim(reference), ''), CAST(ligne AS VARCHAR)) FROM {BASE}_brut "
            "SEMI JOIN voulues USING (ligne)"
        ).fetchall()
        self.connexion.unregister("voulues")
        return dict(lues)


def _balayer() -> None:
    """Remove what runs that were killed left: personal data outlives no run for longer than until the next one."""
    for reste in Path(tempfile.gettempdir()).glob(f"{PREFIXE}*"):
        pid = reste.name.removeprefix(PREFIXE).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(reste, ignore_errors=True)


def _rien(_: int) -> None:
    """Nobody follows the progress."""


def en_lots(rangees: Iterable[Sequence[str]], places: Sequence[int | None]) -> Iterator[pa.RecordBatch]:
    """Rows as Arrow batches, numbered from 0; `places` says where each of COLONNES is in a row, None for nowhere."""
    suite, debut = iter(rangees), 0
    while lot := list(itertools.islice(suite, LOT)):
        colonnes = list(zip(*lot, strict=True))
        rien = pa.nulls(len(lot), pa.string())
        tableaux = [pa.array(range(debut, debut + len(lot)), pa.int64())]
        tableaux += [rien if place is None else pa.array(colonnes[place], pa.string()) for place in places]
        yield pa.RecordBatch.from_arrays(tableaux, schema=SCHEMA)
        debut += len(lot)
