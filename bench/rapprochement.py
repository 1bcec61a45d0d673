"""Linkage of a list with a base: time, memory and quality as the list grows, and Splink's own set-up beside."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import base

LISTE = 100_000


def nombre_de_personnes() -> int:
    """Persons of the base."""
    return int(os.environ.get("IMILO_BENCH_RAPPROCHEMENT", "1000000"))


@dataclass(frozen=True)
class Passage:
    """One run: lines of the list, seconds from file to file (of the clock, and of both processors), peak of memory,
    and the links against the truth."""

    lignes: int
    secondes: float
    secondes_processeur: float
    memoire_mio: int
    precision: float
    rappel: float
    rappel_avec_a_verifier: float = 0.0
    jumeaux_confondus: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.rappel / (self.precision + self.rappel)


@dataclass(frozen=True)
class Mesure:
    """Runs on the beginnings of one list, and the reference on the whole of it."""

    base: int
    passages: list[Passage]
    reference: Passage

    @property
    def linearite(self) -> float:
        """Processor's time per line of the whole list over that of its first quarter: 1 or less is linear.

        Reading the base is a part of both, which a longer list shares out: beyond 1, a line costs more and more.
        """
        quart, tout = self.passages[0], self.passages[-1]
        return (tout.secondes_processeur / tout.lignes) / (quart.secondes_processeur / quart.lignes)


def mesurer(dossier: Path, *, liste: int = LISTE) -> Mesure:
    """Make the lists (once for each size), then link: ours three times, the reference once."""
    taille = nombre_de_personnes()
    tranches = [liste // 4, liste // 2, liste]
    ici = dossier / f"rapprochement-{taille}-{liste}"
    if not (ici / "cas.csv").exists():
        ici.mkdir(parents=True, exist_ok=True)
        _lancer("bench.rapprochement_listes", str(ici), str(taille), str(liste), *map(str, tranches))
    connus = _references(ici / "base.csv")
    passages = [_passage(ici, nombre, connus) for nombre in tranches]
    return Mesure(taille, passages, _reference(ici, liste, connus))


def _lancer(module: str, *arguments: str) -> str:
    env = {**os.environ, "IMILO_HOME": str(base.home()), "DJANGO_SETTINGS_MODULE": "bench.reglages"}
    commande = [sys.executable, "-m", module, *arguments]
    fini = subprocess.run(commande, env=env, check=True, stdout=subprocess.PIPE, text=True, cwd=base.RACINE)  # noqa: S603  # our own command
    return fini.stdout


def _references(fichier: Path) -> set[str]:
    with fichier.open(encoding="utf-8", newline="") as lu:
        return {ligne["reference"] for ligne in csv.DictReader(lu, delimiter=";")}


def _passage(ici: Path, nombre: int, connus: set[str]) -> Passage:
    sortie = ici / "resultat.csv"
    liste = ici / f"liste-{nombre}.csv"
    options = ["--contre", str(ici / "base.csv"), "--sortie", str(sortie), "--json"]
    bilan: dict[str, Any] = json.loads(_lancer("imilo.config.commandes", "rapprocher", str(liste), *options))
    with sortie.open(encoding="utf-8-sig", newline="") as lu:
        lignes = list(csv.DictReader(lu, delimiter=";"))
    jumeaux = _jumeaux(ici / "cas.csv")
    vrais = sum(ligne["reference"] in connus for ligne in lignes)
    sures = [ligne for ligne in lignes if ligne["statut"] == "sur"]
    justes = sum(ligne["reference"] == ligne["dossier"] for ligne in sures)
    return Passage(
        lignes=nombre,
        secondes=bilan["secondes"],
        secondes_processeur=bilan["secondes_processeur"],
        memoire_mio=bilan["memoire_mio"],
        precision=round(justes / len(sures), 5),
        rappel=round(justes / vrais, 5),
        rappel_avec_a_verifier=round(sum(x["reference"] == x["dossier"] for x in lignes) / vrais, 5),
        jumeaux_confondus=sum(x["reference"] in jumeaux and x["reference"] != x["dossier"] for x in sures),
    )


def _jumeaux(fichier: Path) -> set[str]:
    lignes = (ligne.split(";") for ligne in fichier.read_text(encoding="utf-8").splitlines())
    return {reference for reference, cas in lignes if cas == "jumeau"}


def _reference(ici: Path, liste: int, connus: set[str]) -> Passage:
    """Links of Splink's own set-up from the same threshold as ours."""
    sortie = ici / "reference.csv"
    entree = ici / f"liste-{liste}.csv"
    mesure = json.loads(_lancer("bench.rapprochement_reference", str(entree), str(ici / "base.csv"), str(sortie)))
    with sortie.open(encoding="utf-8", newline="") as lu:
        liens = [(ligne["reference_l"], ligne["reference_r"]) for ligne in csv.DictReader(lu)]
    justes = sum(a == b for a, b in liens)
    vrais = len(_references(entree) & connus)
    return Passage(
        lignes=liste,
        secondes=mesure["secondes"],
        secondes_processeur=mesure["secondes_processeur"],
        memoire_mio=mesure["memoire_mio"],
        precision=round(justes / max(len(liens), 1), 5),
        rappel=round(justes / vrais, 5),
    )


def en_json(mesure: Mesure) -> dict[str, Any]:
    f1 = {"f1": round(mesure.passages[-1].f1, 5), "f1_reference": round(mesure.reference.f1, 5)}
    return {**asdict(mesure), "linearite": round(mesure.linearite, 3), **f1}
