"""Values that are no free text and are known on a page all the same: an odd day, amount, telephone, label of a choice.

Health, money, housing, telephones, stays. A boolean has no value of its own to be known by: its label is on the forms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from html import unescape
from typing import Any

from django.apps import apps

from imilo.droit import francais
from imilo.droit.faits import montant as montant_du_droit

ESPACES = re.compile(r"[\s\u00a0\u202f]+")


@dataclass(frozen=True)
class Rare:
    """`champ` ("app.Model.field") holds `valeur`, that people read in one of `formes`."""

    champ: str
    valeur: Any
    formes: tuple[str, ...]

    @property
    def marque(self) -> str:
        return f"rare:{self.champ}"

    def se_lit(self, texte: str) -> bool:
        return any(re.search(rf"(?<![\w.,]){re.escape(forme)}(?![\w])", texte) for forme in self.formes)


def jour(champ: str, valeur: date) -> Rare:
    return Rare(champ, valeur, (f"{valeur:%d/%m/%Y}", francais.jour(valeur), valeur.isoformat()))


def somme(champ: str, euros: str) -> Rare:
    decimal = apps.get_model(*champ.split(".")[:2])._meta.get_field(champ.split(".")[2])
    du_droit = type(decimal).__name__ == "ChampMontant"
    valeur = montant_du_droit("montant", Decimal(euros)) if du_droit else Decimal(euros)
    return Rare(champ, valeur, (euros, euros.replace(".", ",")))


def telephone(champ: str, numero: str) -> Rare:
    national = f"0{numero[3:]}"
    return Rare(champ, numero, (numero, national, " ".join(national[i : i + 2] for i in range(0, 10, 2))))


def choix(champ: str, code: str) -> Rare:
    modele, colonne = champ.rsplit(".", 1)
    libelle = dict(apps.get_model(modele)._meta.get_field(colonne).flatchoices)[code]  # type: ignore[union-attr]  # a column
    return Rare(champ, code, (str(libelle),))


@cache
def rares() -> tuple[Rare, ...]:
    return (
        jour("dossiers.Dossier.rqth_du", date(2017, 2, 11)),
        jour("dossiers.Dossier.rqth_au", date(2031, 10, 17)),
        telephone("dossiers.Dossier.telephone", "+33698765431"),
        telephone("dossiers.Dossier.telephone_2", "+33698765432"),
        telephone("fiche.Representant.telephone", "+33698765433"),
        telephone("fiche.Prescripteur.telephone", "+33698765434"),
        telephone("arrivees.Arrivee.telephone", "+33698765435"),
        somme("fiche.Ressource.montant", "417.83"),
        choix("fiche.Ressource.nature", "aide_departement"),
        somme("allocations.RessourceDeclaree.montant", "391.47"),
        somme("allocations.TropPercu.montant", "44.61"),
        jour("fiche.Ressource.debut", date(2016, 4, 23)),
        choix("fiche.Logement.type", "itinerant"),
        jour("fiche.Logement.depuis", date(2015, 9, 13)),
        jour("fiche.TitreSejour.expire_le", date(2033, 8, 19)),
        jour("fiche.Protection.debut", date(2014, 12, 13)),
        jour("fiche.Enfant.naissance", date(2019, 7, 21)),
        Rare("fiche.Foyer.quotient", 48173, ("48173", "48 173")),
        jour("activites.Absence.au", date(2035, 3, 28)),
    )


def lisible(texte: str) -> str:
    """A page as its reader takes it: entities said, any space a space."""
    return ESPACES.sub(" ", unescape(texte))
