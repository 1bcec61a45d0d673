"""The linkage of a file with another file or with the dossiers: what `imilo rapprocher` does."""

from __future__ import annotations

import csv
import itertools
import os
import re
import resource
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from imilo.jeunes.rapprochement import modele as modeles
from imilo.jeunes.rapprochement.atelier import Atelier, en_lots
from imilo.jeunes.rapprochement.colonnes import COLONNES, reconnaitre
from imilo.jeunes.rapprochement.modele import BASE, LISTE
from imilo.jeunes.rapprochement.moteurs import Moteur
from imilo.jeunes.rapprochement.resultat import STATUTS, Resultat
from imilo.socle.lecture_csv import LIGNE_MAX, Rangee, Tableau

AJOUTEES = ("statut", "dossier", "probabilite", "preuves", "raison")
MORCEAU = 200  # characters of a line that can't be read, shown in the result
_FORMULES = ("=", "+", "-", "@", "\t", "\r", "|", "%")
_NOMBRE = re.compile(r"[+-]?[\d .,/]*")

Avancer = Callable[[str, int, int], None]
"""Told the step (French), what is done and the total (0: not known)."""


@dataclass
class Bilan:
    """What was done, for the person and for `--json`. Memory in MiB and processor's time are the whole process's."""

    lignes: int = 0
    base: int = 0
    base_illisibles: int = 0
    statuts: dict[str, int] = field(default_factory=dict)
    colonnes: dict[str, str] = field(default_factory=dict)
    colonnes_base: dict[str, str] = field(default_factory=dict)
    encodage: str = ""
    remarques: list[str] = field(default_factory=list)
    secondes: float = 0.0
    secondes_processeur: float = 0.0
    memoire_mio: int = 0


@dataclass(frozen=True)
class Demande:
    """What is asked: `contre` is a file, or None for the dossiers of the country (Django as the batch role).

    `modele`: read, or written with `entrainer`.
    """

    liste: Path
    sortie: Path
    contre: Path | None = None
    colonnes: Mapping[str, str] = field(default_factory=dict)
    moteur: Moteur | None = None
    modele: Path | None = None
    entrainer: bool = False
    un_a_un: bool = True
    memoire: str = "2GB"


def rapprocher_fichier(demande: Demande, avancer: Avancer | None = None) -> Bilan:
    """Link the file and write the result. Raises `FichierIllisible`, `ColonnesInconnues`, `ModeleIllisible`.

    The result is written beside, then takes its name: a run that stops leaves nothing half made.
    """
    dire, debut, bilan = avancer or _rien, time.monotonic(), Bilan()
    modele = modeles.lire(demande.modele) if demande.modele and not demande.entrainer else None
    with Atelier(memoire=demande.memoire, modele=modele) as atelier:
        _verser_liste(atelier, demande, bilan, dire)
        _verser_base(atelier, demande, bilan, dire)
        if demande.entrainer:
            dire("Apprentissage", 0, 0)
            atelier.entrainer()
            if demande.modele:
                modeles.ecrire(atelier.modele, demande.modele)
        dire("Rapprochement", 0, 0)
        resultats = atelier.rapprocher(moteur=demande.moteur, un_a_un=demande.un_a_un)
        bilan.statuts = _ecrire(demande, resultats, bilan, dire)
        bilan.remarques += [phrase for cote in (LISTE, BASE) if (phrase := atelier.phrase_des_dates(cote))]
    bilan.secondes = round(time.monotonic() - debut, 2)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    bilan.memoire_mio = usage.ru_maxrss // 1024
    bilan.secondes_processeur = round(usage.ru_utime + usage.ru_stime, 2)
    return bilan


def _rien(_etape: str, _fait: int, _total: int) -> None:
    """Nobody follows the progress."""


def _verser_liste(atelier: Atelier, demande: Demande, bilan: Bilan, dire: Avancer) -> None:
    with Tableau(demande.liste) as tableau:
        places = reconnaitre(tableau.entete, demande.colonnes)
        bilan.colonnes = {ours: tableau.entete[place] for ours, place in places.items()}
        bilan.encodage = tableau.encodage
        suivi = _suivi(dire, "Lecture de la liste", demande.liste)
        lues = atelier.verser_tableau(LISTE, tableau, places, suivi)
        bilan.lignes = atelier.verser_liste(_lots(tableau, places, [], suivi)) if lues is None else lues


def _verser_base(atelier: Atelier, demande: Demande, bilan: Bilan, dire: Avancer) -> None:
    if demande.contre is None:
        bilan.base = atelier.prendre_dossiers(lambda n: dire("Lecture des dossiers", n, 0))
        return
    with Tableau(demande.contre) as tableau:
        choisies = {o: t for o, t in demande.colonnes.items() if t in tableau.entete}
        places = reconnaitre(tableau.entete, choisies)
        bilan.colonnes_base = {ours: tableau.entete[place] for ours, place in places.items()}
        rejets: list[Rangee] = []
        suivi = _suivi(dire, "Lecture de l'autre liste", demande.contre)
        lues = atelier.verser_tableau(BASE, tableau, places, suivi)
        bilan.base = atelier.verser(BASE, _lots(tableau, places, rejets, suivi)) if lues is None else lues
    bilan.base_illisibles = len(rejets)
    bilan.remarques += [f"{demande.contre.name}, ligne {r.numero} : {r.raison}" for r in rejets[:10]]


def _suivi(dire: Avancer, etape: str, fichier: Path) -> Callable[[int], None]:
    total = fichier.stat().st_size
    return lambda octets: dire(etape, octets, total)


def _lots(
    tableau: Tableau, places: Mapping[str, int], rejets: list[Rangee], avancer: Callable[[int], None]
) -> Iterator[pa.RecordBatch]:
    """What was read, in our columns. Lines that can't be read go to `rejets`."""

    def lues() -> Iterator[list[str]]:
        for rangee in tableau.rangees(avancer):
            if rangee.raison:
                rejets.append(rangee)
            else:
                yield rangee.cellules

    return en_lots(lues(), [places.get(colonne) for colonne in COLONNES])


def _ecrire(demande: Demande, resultats: Iterator[Resultat], bilan: Bilan, dire: Avancer) -> dict[str, int]:
    """Write each line of the list once, in its order; returns how many of each status."""
    comptes: Counter[str] = Counter(dict.fromkeys(STATUTS, 0))
    provisoire = demande.sortie.with_name(f".{demande.sortie.name}.{os.getpid()}")
    try:
        with Tableau(demande.liste) as tableau, _ouvrir(provisoire) as fichier:
            ecrivain = csv.writer(fichier, delimiter=tableau.separateur, lineterminator="\r\n")
            ajoutees = [nom if nom not in tableau.entete else f"rapprochement_{nom}" for nom in AJOUTEES]
            ecrivain.writerow([*map(neutre, tableau.entete), *ajoutees])
            telle_quelle = _telle_quelle(tableau)
            for numero, ligne in tableau.lignes(_suivi(dire, "Écriture du résultat", demande.liste)):
                if telle_quelle(ligne):
                    resultat = next(resultats)
                    fichier.write(ligne + tableau.separateur)
                    ecrivain.writerow(_reponse(resultat))
                elif rangee := tableau.rangee(numero, ligne):
                    resultat = _illisible(rangee) if rangee.raison else next(resultats)
                    ecrivain.writerow(_rangee_ecrite(rangee, resultat, len(tableau.entete)))
                else:
                    continue
                comptes[resultat.statut] += 1
        provisoire.replace(demande.sortie)
    finally:
        provisoire.unlink(missing_ok=True)
    bilan.lignes = sum(comptes.values())
    return dict(comptes)


def _ouvrir(chemin: Path) -> Any:
    """A text file that only this account reads, with the mark by which spreadsheets know UTF-8."""
    descripteur = os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(descripteur, "w", encoding="utf-8-sig", newline="")


def _illisible(rangee: Rangee) -> Resultat:
    return Resultat(rangee.numero, "illisible", raison=f"ligne {rangee.numero} : {rangee.raison}")


def _rangee_ecrite(rangee: Rangee, resultat: Resultat, largeur: int) -> list[str]:
    cellules = rangee.cellules or list(
        itertools.islice(itertools.chain([rangee.brut[:MORCEAU]], itertools.repeat("")), largeur)
    )
    return [*map(neutre, cellules), *_reponse(resultat)]


def _reponse(resultat: Resultat) -> tuple[str, ...]:
    probabilite = "" if resultat.probabilite is None else f"{resultat.probabilite:.6f}"
    return (resultat.statut, neutre(resultat.dossier), probabilite, resultat.phrase, resultat.raison)


def _telle_quelle(tableau: Tableau) -> Callable[[str], bool]:
    """Whether a line would be written as it stands: nothing to trim, to quote, to refuse or to make harmless."""
    signe, largeur = tableau.separateur, len(tableau.entete)
    douteux = ('"', "\ufffd", "  ", f" {signe}", f"{signe} ", *(signe + formule for formule in _FORMULES))

    def telle_quelle(ligne: str) -> bool:
        return (
            ligne.isprintable()  # nor is any space but the plain one
            and ligne.count(signe) == largeur - 1
            and not any(doute in ligne for doute in douteux)
            and ligne.strip() == ligne
            and not ligne.startswith(_FORMULES)
            and bool(ligne.strip(signe))
            and len(ligne) <= LIGNE_MAX
            and (ligne.isascii() or unicodedata.is_normalized("NFC", ligne))
        )

    return telle_quelle


def neutre(cellule: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before what would begin one."""
    if cellule.startswith(_FORMULES) and not _NOMBRE.fullmatch(cellule):
        return f"'{cellule}"
    return cellule
