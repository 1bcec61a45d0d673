"""Families of personal data of the arrivals: reached through the dossier once there is one."""

from __future__ import annotations

from typing import Any

from imilo.parcours.arrivees.models import Arrivee, Tentative
from imilo.socle.familles import Deplaces, Famille, champs_de, declarer, famille_de_modele

CONSERVATION = "arrivee"
"""The dossier's term with one; without, the rule of `conservation.py` (docs/formats/conservation.md)."""


def _exporter(jeune_id: int) -> list[dict[str, Any]]:
    lignes = Tentative.objects.filter(arrivee__dossier__jeune_id=jeune_id).order_by("pk")
    return [dict(ligne) for ligne in lignes.values()]


def _effacer(jeune_id: int) -> int:
    return Tentative.objects.filter(arrivee__dossier__jeune_id=jeune_id).delete()[0]


def _rattacher(source_id: int, cible_id: int) -> Deplaces:
    """An attempt follows its arrival: there is no row to move."""
    return {}


def declarer_familles() -> None:
    libelle = "Arrivées par une liste ou un CFA"
    declarer(famille_de_modele(Arrivee, code="arrivees", libelle=libelle, conservation=CONSERVATION))
    declarer(
        Famille(
            code="arrivees_tentatives",
            libelle="Tentatives de contact",
            champs=champs_de(Tentative, sauf={"arrivee"}),
            conservation=CONSERVATION,
            exporter=_exporter,
            effacer=_effacer,
            rattacher=_rattacher,
        )
    )
