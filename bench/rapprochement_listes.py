"""Two French lists of persons with the errors of real ones, and the truth beside them: who is who.

Everybody is invented (names of the demonstration, whose frequencies fall as a country's do). `base` is what one
has, `liste` what arrives: a part of it is known there, with errors; the others are new, and some of them are as
near as can be to somebody known: the other twin, the brother, the homonym born the same day in the same town.
"""

from __future__ import annotations

import csv
import gc
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

COLONNES = (
    "reference", "nom", "nom_usage", "prenom", "autres_prenoms", "sexe", "naissance", "lieu_naissance", "adresse",
    "code_postal", "commune", "telephone", "courriel", "nir",
)  # fmt: skip
CONNUS = 0.6
JUMEAUX, HOMONYMES = 0.015, 0.0005
"""Shares of the persons of the base who have a twin, and a homonym of the same day and town, in the country."""
_VOIES = ("rue", "avenue", "boulevard", "allée", "impasse", "place", "chemin", "route", "square", "cours")
_COURTES = {"avenue": "av", "boulevard": "bd", "allée": "all", "impasse": "imp", "place": "pl", "route": "rte"}
_LETTRES = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Personne:
    """A person as a list holds them; `qui` is the truth, `cas` what is particular to them."""

    qui: int
    nom: str
    prenom: str
    sexe: str
    naissance: date | None
    nom_usage: str = ""
    autres_prenoms: str = ""
    lieu_naissance: str = ""
    adresse: str = ""
    code_postal: str = ""
    commune: str = ""
    telephone: str = ""
    courriel: str = ""
    nir: str = ""
    cas: str = ""
    forme: str = field(default="%Y-%m-%d", compare=False)

    def cellules(self) -> dict[str, str]:
        cellules = {nom: str(getattr(self, nom, "")) for nom in COLONNES}
        ne_le = self.naissance.strftime(self.forme) if self.naissance else ""
        return {**cellules, "reference": f"P{self.qui:08d}", "naissance": ne_le}


class Pays:
    """Draws persons. The same seed draws the same country."""

    def __init__(self, graine: int) -> None:
        from imilo.config.demonstration.noms import Noms  # the package of the demonstration asks for Django

        self.hasard = Random(graine)  # noqa: S311  # invented people
        self.noms = Noms(self.hasard, longue=True)
        self._villes = [(nom.capitalize(), f"{self.hasard.randrange(1000, 96000):05d}") for nom in self._mots(3000)]
        self._rues = [f"{self.hasard.choice(_VOIES)} {nom.capitalize()}" for nom in self._mots(8000)]
        self._prochain = 0

    def _mots(self, combien: int) -> list[str]:
        tires = (self.noms.famille(self.hasard) for _ in range(combien * 3))
        return list(dict.fromkeys(tires))[:combien]

    def naitre(self, combien: int) -> Iterator[Personne]:
        """So many new persons, without twins."""
        hasard = self.hasard
        familles = [self.noms.famille(hasard) for _ in range(combien)]
        prenoms = {s: [self.noms.prenom(hasard, s) for _ in range(combien)] for s in "FM"}
        for rang, nom in enumerate(familles):
            sexe = hasard.choice("FM")
            seconds = [prenoms[sexe][hasard.randrange(combien)] for _ in range(hasard.choice((0, 0, 1, 1, 2)))]
            yield self._loger(
                Personne(
                    qui=self._numero(),
                    nom=nom,
                    prenom=prenoms[sexe][rang],
                    sexe=sexe,
                    naissance=date(2000, 1, 1) + timedelta(days=hasard.randrange(3650)),
                    nom_usage=hasard.choice(familles) if sexe == "F" and hasard.random() < 0.06 else "",
                    autres_prenoms=" ".join(seconds),
                    lieu_naissance=self._ville()[0],
                )
            )

    def _numero(self) -> int:
        self._prochain += 1
        return self._prochain

    def _ville(self) -> tuple[str, str]:
        # Few towns are large: the rank is drawn like a square.
        return self._villes[int(len(self._villes) * self.hasard.random() ** 2.5)]

    def ailleurs(self) -> str:
        """Some town."""
        return self._ville()[0]

    def _loger(self, p: Personne) -> Personne:
        hasard, (commune, code_postal) = self.hasard, self._ville()
        adresse = f"{hasard.randrange(1, 120)} {hasard.choice(self._rues)}"
        return self.joindre(replace(p, adresse=adresse, code_postal=code_postal, commune=commune))

    def joindre(self, p: Personne) -> Personne:
        hasard = self.hasard
        courriel = f"{p.prenom}.{p.nom}{hasard.randrange(1000)}@essai.example".lower().replace(" ", "")
        return replace(
            p,
            telephone=f"06{hasard.randrange(10**8):08d}" if hasard.random() < 0.93 else "",
            courriel=courriel if hasard.random() < 0.75 else "",
        )

    def jumeau(self, p: Personne) -> Personne:
        """Born the same day of the same parents: another first name, often another sex, the same home."""
        sexe = self.hasard.choice("FM")
        prenom = p.prenom
        while prenom == p.prenom:
            prenom = self.noms.prenom(self.hasard, sexe)
        numero = p.telephone if self.hasard.random() < 0.6 else ""
        autre = replace(p, qui=self._numero(), sexe=sexe, prenom=prenom, nom_usage="", telephone=numero, cas="jumeau")
        return replace(autre, courriel=p.courriel if self.hasard.random() < 0.2 else "", autres_prenoms="")

    def homonyme(self, p: Personne) -> Personne:
        """Same name, same first name, same day and town of birth: somebody else, who lives elsewhere."""
        commune = (p.commune, p.code_postal)
        autre = self._loger(replace(p, qui=self._numero(), autres_prenoms="", nom_usage="", cas="homonyme"))
        return replace(autre, commune=commune[0], code_postal=commune[1])

    def demenager(self, p: Personne) -> Personne:
        loge = self._loger(p)
        return replace(loge, telephone=p.telephone, courriel=p.courriel, cas=p.cas or "a déménagé")


class Fautes:
    """What happens to a person between two lists. Shares are of the lines, drawn one by one."""

    def __init__(self, pays: Pays) -> None:
        self.pays, self.hasard = pays, pays.hasard

    def recopier(self, p: Personne) -> Personne:
        p = self._identite(p)
        p = self._naissance(p)
        p = self._contact(p)
        return self._ecriture(p)

    def _sur(self, part: float) -> bool:
        return self.hasard.random() < part

    def _identite(self, p: Personne) -> Personne:
        if p.nom_usage:
            p = replace(p, nom=p.nom_usage, nom_usage="", cas=p.cas or "nom d'usage") if self._sur(0.5) else p
            p = replace(p, nom_usage="") if self._sur(0.5) else p
        if self._sur(0.03):
            p = replace(p, nom=self.faute(p.nom), cas=p.cas or "faute dans le nom")
        if self._sur(0.03):
            p = replace(p, prenom=self.faute(p.prenom), cas=p.cas or "faute dans le prénom")
        if p.autres_prenoms and self._sur(0.05):
            p = replace(p, prenom=f"{p.prenom} {p.autres_prenoms}", autres_prenoms="", cas=p.cas or "tous les prénoms")
        elif p.autres_prenoms and self._sur(0.01):
            p = replace(p, prenom=p.autres_prenoms.split()[0], autres_prenoms="", cas=p.cas or "second prénom")
        p = replace(p, autres_prenoms="") if self._sur(0.6) else p
        if self._sur(0.004):
            p = replace(p, nom=p.prenom, prenom=p.nom, cas=p.cas or "nom et prénom inversés")
        if self._sur(0.004):
            p = replace(p, sexe="F" if p.sexe == "M" else "M", cas=p.cas or "autre sexe")
        return replace(p, sexe="") if self._sur(0.05) else p

    def _naissance(self, p: Personne) -> Personne:
        ne_le = p.naissance
        assert ne_le is not None
        if ne_le.day <= 12 and ne_le.day != ne_le.month and self._sur(0.03):
            return replace(p, naissance=date(ne_le.year, ne_le.day, ne_le.month), cas=p.cas or "jour et mois inversés")
        if self._sur(0.015):
            return replace(p, naissance=self._un_chiffre(ne_le), cas=p.cas or "un chiffre de la date")
        return replace(p, naissance=None, cas=p.cas or "sans naissance") if self._sur(0.004) else p

    def _un_chiffre(self, ne_le: date) -> date:
        while True:
            texte, rang = list(ne_le.strftime("%Y%m%d")), self.hasard.randrange(2, 8)
            texte[rang] = self.hasard.choice("0123456789")
            try:
                autre = date(int("".join(texte[:4])), int("".join(texte[4:6])), int("".join(texte[6:])))
            except ValueError:
                continue
            if autre != ne_le:
                return autre

    def _contact(self, p: Personne) -> Personne:
        p = self.pays.demenager(p) if self._sur(0.18) else p
        if self._sur(0.12):
            p = replace(p, telephone=f"07{self.hasard.randrange(10**8):08d}", cas=p.cas or "autre téléphone")
        if self._sur(0.06):
            p = replace(p, courriel=f"contact{self.hasard.randrange(10**6)}@autre.example")
        if self._sur(0.03):
            p = replace(p, lieu_naissance=self.pays.ailleurs() if self._sur(0.4) else self.faute(p.lieu_naissance))
        absents = {"telephone": 0.15, "courriel": 0.4, "lieu_naissance": 0.25, "adresse": 0.08, "code_postal": 0.04}
        return replace(p, **{champ: "" for champ, part in absents.items() if self._sur(part)})

    def _ecriture(self, p: Personne) -> Personne:
        if self._sur(0.4):
            p = replace(p, nom=p.nom.upper(), prenom=p.prenom.upper(), commune=p.commune.upper())
        if p.adresse and self._sur(0.4):
            numero, voie, *nom = p.adresse.split()
            p = replace(p, adresse=" ".join((numero, _COURTES.get(voie, voie), *nom)))
        return replace(p, telephone=f"+33 {p.telephone[1:]}") if p.telephone and self._sur(0.2) else p

    def faute(self, mot: str) -> str:
        """One letter lost, added, replaced, or two swapped."""
        rang, genre = self.hasard.randrange(len(mot)), self.hasard.randrange(4)
        lettre = self.hasard.choice(_LETTRES)
        if genre == 0 and len(mot) > 3:
            return mot[:rang] + mot[rang + 1 :]
        if genre == 1:
            return mot[:rang] + lettre + mot[rang:]
        if genre == 2 or rang + 1 >= len(mot):
            return mot[:rang] + lettre + mot[rang + 1 :]
        return mot[:rang] + mot[rang + 1] + mot[rang] + mot[rang + 2 :]


def tirer(base: int, liste: int, *, graine: int = 7, forme: str = "%d/%m/%Y") -> tuple[list[Personne], list[Personne]]:
    """`base` and `liste` persons; those of the list bear in `qui` the person of the base they are, if any."""
    pays = Pays(graine)
    hasard, fautes = pays.hasard, Fautes(pays)
    connus: list[Personne] = []
    caches: list[Personne] = []
    for p in pays.naitre(base):
        connus.append(p)
        part = hasard.random()
        if part < JUMEAUX + HOMONYMES:
            proche = pays.jumeau(p) if part < JUMEAUX else pays.homonyme(p)
            # One time in two only one of them is known: the other may arrive in the list.
            (connus if hasard.random() < 0.5 else caches).append(proche)
    tires = [fautes.recopier(p) for p in hasard.sample(connus, int(liste * CONNUS))]
    proches = [fautes.recopier(p) for p in caches[: liste // 50]]
    nouveaux = [fautes.recopier(replace(p, cas="nouveau")) for p in pays.naitre(liste - len(tires) - len(proches))]
    melange = [replace(p, forme=forme) for p in (*tires, *proches, *nouveaux)]
    hasard.shuffle(melange)
    return connus, melange


def ecrire(personnes: list[Personne], fichier: Path) -> None:
    """As a CSV with `;`."""
    with fichier.open("w", encoding="utf-8", newline="") as sortie:
        ecrivain = csv.DictWriter(sortie, COLONNES, delimiter=";")
        ecrivain.writeheader()
        ecrivain.writerows(p.cellules() for p in personnes)


def principal(dossier: Path, base: int, liste: int, tranches: list[int]) -> None:
    """Write base.csv and liste-N.csv (the first N lines of the same list) into `dossier`."""
    gc.disable()  # millions of persons without a cycle among them, which it would go over again and again
    connus, arrivee = tirer(base, liste)
    ecrire(connus, dossier / "base.csv")
    for nombre in tranches:
        ecrire(arrivee[:nombre], dossier / f"liste-{nombre}.csv")
    (dossier / "cas.csv").write_text("\n".join(f"P{p.qui:08d};{p.cas}" for p in arrivee) + "\n", encoding="utf-8")


if __name__ == "__main__":
    import django

    django.setup()
    principal(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), [int(n) for n in sys.argv[4:]])
