"""Reading of the dated files of `donnees/`: plain tuples, in the order of the columns of the tables."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from imilo.referentiels.cles import cle_commune, cles_de_recherche
from imilo.socle.normalisation import normaliser

DONNEES = Path(__file__).parent / "donnees"
EDITION = 2026

Ligne = tuple[object, ...]


def _lire(nom: str) -> Iterator[dict[str, str]]:
    chemin = DONNEES / nom
    octets = chemin.read_bytes()
    texte = (gzip.decompress(octets) if chemin.suffix == ".gz" else octets).decode()
    return csv.DictReader(texte.splitlines())


def regions() -> list[Ligne]:
    return [(r["code"], r["nom"]) for r in _lire(f"regions-{EDITION}.csv")]


def departements() -> list[Ligne]:
    return [(d["code"], d["nom"], d["region"]) for d in _lire(f"departements-{EDITION}.csv")]


def pays() -> list[Ligne]:
    """(code, iso2, nom, autres_noms, cle, libre_circulation, au)."""
    return [
        (
            *(p["code"], p["iso2"], p["libelle"], p["autres_noms"], normaliser(p["libelle"])),
            *(p["libre_circulation"] == "1", p["au"] or None),
        )
        for p in _lire(f"pays-{EDITION}.csv")
    ]


@dataclass(frozen=True, slots=True)
class Geographie:
    """`communes` (code, nom, cle, type, departement, population, du, au, actuelle), `codes_postaux`
    (commune, code), `cles` (commune, nom, cle, rang, poids, du, au)."""

    communes: list[Ligne]
    codes_postaux: list[Ligne]
    cles: list[Ligne]


def geographie() -> Geographie:
    """Communes with the keys of every name they have had.

    A former name that is also today's name of the place gets no key: looking for Ajaccio must not answer
    that Ajaccio (20004) no longer exists.
    """
    lignes = list(_lire(f"communes-{EDITION}.csv.gz"))
    par_code = {c["code"]: c for c in lignes}
    noms: dict[str, list[tuple[str, str, str]]] = {}
    for n in _lire(f"noms-{EDITION}.csv.gz"):
        noms.setdefault(n["code"], []).append((n["nom"], n["du"], n["au"]))
    resultat = Geographie([], [], [])
    for c in lignes:
        resultat.communes.append(
            (
                *(c["code"], c["nom"], cle_commune(c["nom"]), c["type"], c["departement"]),
                *(c["population"] or None, c["du"] or None, c["au"] or None, c["actuelle"] or None),
            )
        )
        resultat.codes_postaux.extend((c["code"], p) for p in c["codes_postaux"].split())
        aujourdhui = par_code[c["actuelle"] or c["code"]]
        poids = int((c if c["type"] == "arrondissement" else aujourdhui)["population"] or 0)
        for nom, du, au in noms.get(c["code"], [(c["nom"], c["du"], c["au"])]):
            if au and cle_commune(nom) == cle_commune(aujourdhui["nom"]):
                continue
            for rang, cle in cles_de_recherche(nom):
                resultat.cles.append((c["code"], nom, cle, rang, poids, du or None, au or None))
    return resultat


@dataclass(frozen=True, slots=True)
class EntreeDeListe:
    liste: str
    code: str
    libelle: str
    ordre: int
    valide_du: date | None = None
    valide_au: date | None = None


def codes() -> list[EntreeDeListe]:
    """Entries of `codes.yaml`; their rank is their place in the file. ValueError on a code given twice."""
    contenu = yaml.safe_load((DONNEES / "codes.yaml").read_text(encoding="utf-8"))
    entrees = [
        EntreeDeListe(liste=liste, ordre=rang, **entree)
        for liste, entrees_de_liste in contenu.items()
        for rang, entree in enumerate(entrees_de_liste, start=1)
    ]
    cles = [(e.liste, e.code) for e in entrees]
    if doubles := {c for c in cles if cles.count(c) > 1}:
        raise ValueError(f"codes.yaml donne deux fois : {doubles}")
    return entrees
